"""What the doctor says of sound and of broken installations; never a secret, never a traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from shareai_cms import doctor, metering
from shareai_cms.doctor import Finding, Scope, network, surroundings, tables
from shareai_cms.marketplace import keytest
from shareai_cms.marketplace.keys import encrypt
from shareai_cms.metering import addresses, readiness
from shareai_cms.models import AccountPermission, Balance, SiteAccount
from shareai_cms.work import Duty, WorkLoop, register_duty
from tests.actions.fixtures import sandbox, sandbox_process
from tests.metering.world import World
from tests.services import SandboxProcess

__all__ = ["sandbox", "sandbox_process"]

pytestmark = pytest.mark.django_db

OFFLINE = Scope(is_online=False)
ONLINE = Scope()
SECRET = "sk-very-secret-0123456789"


def said(findings: Iterator[Finding] | list[Finding]) -> list[tuple[str, str]]:
    return [(finding.level, finding.text) for finding in findings]


def only(findings: Any) -> Finding:
    [finding] = list(findings)
    return finding


def command(*arguments: str) -> tuple[str, str]:
    """What the command printed, and the sentence that it failed with, if it did."""
    out = StringIO()
    try:
        call_command("shareai_doctor", *arguments, stdout=out, no_color=True)
    except CommandError as error:
        assert error.returncode == 1
        return out.getvalue(), str(error)
    return out.getvalue(), ""


class TestTheCommand:
    def test_of_a_sound_installation_ends_well(self, sandbox: SandboxProcess) -> None:
        group = Group.objects.create(name="AI users")
        AccountPermission.objects.create(group=group, permission="use")
        WorkLoop().work_through()
        text, failed = command()
        assert failed == ""
        assert f"ok       The sandbox at {sandbox.url} accepts the installation's key" in text
        assert "ok       Every balance agrees with its rows." in text
        assert "  error " not in text

    def test_groups_what_belongs_together_and_says_how_to_mend_it(self, sandbox: SandboxProcess) -> None:
        text, _ = command("--offline")
        assert text.index("Settings\n") < text.index("Database\n") < text.index("Background work\n")
        assert "  warning  No worker was ever seen." in text
        assert "           → Run manage.py shareai_work as a service" in text

    def test_fails_where_something_is_an_error(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"CALL_BUDGTE": 1}
        text, failed = command("--offline")
        assert "error    SHAREAI_CMS has no setting named 'CALL_BUDGTE'. (shareai_cms.E002)" in text
        assert "→ Did you mean CALL_BUDGET?" in text
        assert failed.startswith("1 error, ")

    def test_speaks_json(self) -> None:
        text, _ = command("--offline", "--format", "json")
        told = json.loads(text)
        assert set(told["findings"][0]) == {"level", "area", "text", "hint"}
        assert sum(told["count"].values()) == len(told["findings"])

    def test_asks_nothing_over_the_network_where_it_is_told_to(self, sandbox: SandboxProcess) -> None:
        command("--offline")
        assert sandbox.state()["calls"] == 0

    @pytest.mark.parametrize("broken", [["API_KEY"], {"API_KEY": 7, "ROUTES": 3, "ENCRYPTION_KEYS": "x"}, None])
    def test_bears_settings_that_make_no_sense(self, settings: Any, broken: Any) -> None:
        settings.SHAREAI_CMS = broken
        text, failed = command("--offline")
        assert "error" in text
        assert "Traceback" not in text
        assert failed

    def test_never_prints_a_secret(self, sandbox: SandboxProcess, settings: Any) -> None:
        fernet = Fernet.generate_key().decode()
        settings.SHAREAI_CMS = {
            "ENVIRONMENT": "production",
            "API_KEY": SECRET,
            "BASE_URL": sandbox.url,
            "ENCRYPTION_KEYS": [fernet],
            "EXTRA_HEADERS": {"X Team": SECRET},
        }
        account = metering.open_account(platform="django", reference="1", label="Press")
        SiteAccount.objects.filter(pk=account.pk).update(encrypted_key=encrypt(f"{SECRET}-own"))
        for fault in (None, "wrong-key", "html", "hang-up"):
            sandbox.fault(fault)
            for form in ("text", "json"):
                text, failed = command("--format", form)
                for secret in (SECRET, fernet, settings.SECRET_KEY):
                    assert secret not in text + failed


class TestTheMarketplace:
    @pytest.fixture
    def live(self, sandbox: SandboxProcess, settings: Any) -> SandboxProcess:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production", "API_KEY": SECRET, "BASE_URL": sandbox.url}
        return sandbox

    def test_takes_the_key(self, live: SandboxProcess) -> None:
        found = said(network.examine_connection(ONLINE))
        text = f"The marketplace at {live.url} accepts the installation's key; it may query 4 models."
        assert found == [("ok", text), ("ok", "This machine's clock agrees with it.")]

    def test_refuses_a_wrong_one(self, live: SandboxProcess) -> None:
        live.fault("wrong-key")
        finding = only(network.examine_connection(ONLINE))
        assert finding.level == "error"
        assert finding.text.startswith("The marketplace does not accept the installation's key: HTTP 401")
        assert finding.hint == "Make a new key in ShareAI's console and put it where the old one is."

    @pytest.mark.parametrize("fault", ["html", "cut-json", "hang-up", "status-500"])
    def test_that_fails_is_an_error_with_a_way_out(self, live: SandboxProcess, fault: str) -> None:
        live.fault(fault)
        finding = only(network.examine_connection(ONLINE))
        assert (finding.level, "BASE_URL" in finding.hint) == ("error", True)

    def test_that_is_silent_is_not_waited_for_long(self, live: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(keytest, "BUDGET", 0.3)
        live.fault("timeout")
        assert "marketplace_timeout" in only(network.examine_connection(ONLINE)).text

    def test_without_any_key_is_a_warning(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SHAREAI_API_KEY", raising=False)
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production"}
        finding = only(network.examine_connection(ONLINE))
        assert (finding.level, finding.text) == ("warning", "There is no ShareAI key for the whole installation.")

    def test_takes_each_sites_own_key(self, live: SandboxProcess) -> None:
        account = metering.open_account(platform="django", reference="1", label="Press")
        SiteAccount.objects.filter(pk=account.pk).update(encrypted_key=encrypt("wrong"))
        finding = only(network.examine_site_keys(ONLINE))
        assert finding.level == "error"
        assert f"does not accept the key of Press (account {account.pk})" in finding.text

    def test_with_another_clock_is_named(self, live: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> None:
        ahead = timezone.now() + timedelta(hours=1)
        monkeypatch.setattr(network.timezone, "now", lambda: ahead)
        [_, clock] = network.examine_connection(ONLINE)
        assert clock.level == "warning"
        assert re.search(r"clock and this machine's differ by 3,[56]\d\d seconds", clock.text)

    def test_that_is_the_sandbox_and_not_there_says_how_to_start_it(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"SANDBOX_URL": "http://127.0.0.1:9/api/v1", "MAX_ATTEMPTS": 1}
        finding = only(network.examine_connection(ONLINE))
        assert finding.text.startswith("The sandbox does not answer at http://127.0.0.1:9/api/v1 (")
        assert finding.hint.startswith("Start it: manage.py shareai_sandbox.")


class TestTheTables:
    def test_that_are_missing_are_one_sentence_and_nothing_else_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(readiness.MigrationRecorder, "applied_migrations", lambda self: {})
        found = said(doctor.examine(OFFLINE))
        assert ("error", "The tables are not up to date: 0001_initial is missing.") in found
        assert not any("balance" in text for _, text in found)

    def test_behind_a_database_that_is_away_are_told_without_a_traceback(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def away(self: Any) -> None:
            raise DatabaseError(SECRET)

        monkeypatch.setattr(readiness.MigrationRecorder, "applied_migrations", away)
        found = said(doctor.examine(OFFLINE))
        assert ("error", "The database could not be asked about the migrations (DatabaseError).") in found
        assert SECRET not in str(found)

    def test_that_contradict_themselves_are_counted(self) -> None:
        world = World(writing=10)
        world.roll()
        Balance.objects.update(available=11)
        finding = only(tables.examine_ledger(OFFLINE))
        assert finding.level == "error"
        assert finding.text.startswith("The ledger contradicts itself in 2 places; the first: wallet")
        assert "manage.py shareai_audit" in finding.hint

    def test_with_late_answers_are_told(self) -> None:
        world = World(writing=10, now=timezone.now() - timedelta(hours=1))
        hold = world.hold(2)
        world.pass_time(minutes=30)
        assert not world.settle(hold)
        texts = [finding.text for finding in tables.examine_ledger(OFFLINE)]
        assert "1 answers of the last 7 days came after their deadline and were delivered free." in texts

    def test_of_sites_that_moved_name_the_command(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production", "API_KEY": "k"}
        account = metering.open_account(platform="pond", reference="1", label="Press", address="https://old.example")
        monkeypatch.setitem(addresses._platforms, "pond", lambda reference: "https://new.example")
        finding = next(iter(tables.examine_accounts(OFFLINE)))
        assert finding.level == "error"
        assert finding.text == (
            "Press was at https://old.example and is at https://new.example now, so its AI is paused."
        )
        assert f"manage.py shareai_account {account.pk} --moved, or --copy" in finding.hint
        metering.declare_copy(account)
        assert "Press is a copy of a live site" in next(iter(tables.examine_accounts(OFFLINE))).text

    def test_with_keys_that_no_longer_open_name_the_site(self, settings: Any) -> None:
        account = metering.open_account(platform="django", reference="1", label="Press")
        SiteAccount.objects.filter(pk=account.pk).update(encrypted_key=encrypt("sk-own"))
        assert ("ok", "All 1 stored ShareAI keys can be decrypted.") in said(tables.examine_stored_keys(OFFLINE))
        settings.SECRET_KEY = "another-one"
        finding = next(iter(tables.examine_stored_keys(OFFLINE)))
        assert finding.level == "error"
        assert finding.text == f"The stored ShareAI key of Press (account {account.pk}) cannot be decrypted."

    def test_without_rights_say_who_sees_ai(self) -> None:
        assert only(tables.examine_rights(OFFLINE)).text == "No group may use AI, so only superusers see it."


class TestTheSurroundings:
    def test_with_a_cache_that_keeps_nothing(self, settings: Any) -> None:
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
        assert only(surroundings.examine_cache(OFFLINE)).text == "The default cache keeps nothing."

    def test_with_a_cache_per_process_where_the_site_is_live(self, settings: Any) -> None:
        assert only(surroundings.examine_cache(OFFLINE)).level == "ok"
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production"}
        assert only(surroundings.examine_cache(OFFLINE)).level == "warning"
        assert cache.get("shareai_cms.doctor") is None

    def test_with_uploads_that_cannot_be_read(
        self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        }
        settings.MEDIA_ROOT = str(tmp_path)
        assert only(surroundings.examine_media(OFFLINE)).text == f"Uploaded files can be read in {tmp_path}."
        monkeypatch.setattr(surroundings.os, "access", lambda path, mode: False)
        assert only(surroundings.examine_media(OFFLINE)).level == "error"

    def test_with_a_duty_that_fails(self, settings: Any) -> None:
        def broken(turn: object) -> int:
            raise ValueError(SECRET)

        from shareai_cms.work import registry

        kept = dict(registry._duties)
        try:
            register_duty(Duty(name="broken", every=60, run=broken))
            WorkLoop().run_once()
            alive, failing = surroundings.examine_worker(OFFLINE)
        finally:
            registry._duties.clear()
            registry._duties.update(kept)
        assert alive.level == "ok"
        assert failing.text.startswith("The duty 'broken' has failed 1 times in a row (ValueError@")
        assert SECRET not in failing.text


def test_dates_of_the_wire_are_read() -> None:
    from shareai_cms.marketplace.failures import moment_of

    assert moment_of("Tue, 10 Mar 2026 12:00:00 GMT") == datetime(2026, 3, 10, 12, tzinfo=UTC)
    assert [moment_of(text) for text in (None, "", "soon", "Tue, 99 Mar 2026 12:00:00 GMT")] == [None] * 4
