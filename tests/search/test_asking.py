"""Questions and their vectors, against the real sandbox and a real ledger."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shareai_cms import metering
from shareai_cms.models import Generation, QueryVector, SiteAccount, Usage, Wallet
from shareai_cms.permissions import Actor
from shareai_cms.search import guards, limits, remembered
from shareai_cms.search.asking import MOST_CHARACTERS, Asked, ask, letters, normalised
from shareai_cms.search.reasons import Reason
from shareai_cms.search.results import Asker
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

PLACE = "/embeddings"


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def asker(account: SiteAccount) -> Asker:
    return Asker(account=account, client="192.0.2.1")


def calls(sandbox: SandboxProcess) -> int:
    return int(sandbox.state()["calls"])


def spent(account: SiteAccount) -> int:
    left = metering.allowance_of(account, "searches")
    assert left.held == 0
    assert metering.audit() == []
    return left.spent


def configure(settings: Any, **values: Any) -> None:
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, **values}


class TestAQuestion:
    def test_costs_a_unit_once(self, sandbox: SandboxProcess, asker: Asker, generation: Generation) -> None:
        first, second = ask("Opening hours?", asker, generation), ask("  opening HOURS? ", asker, generation)
        assert (first.reason, first.is_cached, first.units) == (None, False, 1)
        assert (second.reason, second.is_cached, second.units) == (None, True, 0)
        assert first.vector is not None
        assert second.vector is not None
        assert first.vector.shape == (384,)
        assert math.hypot(*first.vector) == pytest.approx(1)
        assert (first.vector == second.vector).all()
        assert (calls(sandbox), spent(asker.account)) == (1, 1)

    def test_is_sent_as_it_is_remembered(self, sandbox: SandboxProcess, asker: Asker, generation: Generation) -> None:
        ask("  Öffnungs\u00adZEITEN\n\x00 im ﬁnster ", asker, generation)
        assert sandbox.state()["last"]["input"] == ["öffnungszeiten im finster"]

    def test_leaves_no_word_behind(
        self, asker: Asker, generation: Generation, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        ask("Quokkas graze", asker, generation)
        rows = [*QueryVector.objects.values(), *Usage.objects.values()]
        assert "quokka" not in f"{rows}{caplog.text}".lower()
        assert "192.0.2.1" not in f"{rows}{caplog.text}"
        assert Usage.objects.get().actor_kind == "visitor"

    def test_of_an_editor_names_them(self, account: SiteAccount, generation: Generation) -> None:
        editor = get_user_model().objects.create_user("ida")
        found = ask("opening hours", Asker(account=account, actor=Actor.from_user(editor)), generation)
        assert (found.reason, Usage.objects.get().actor_ref) == (None, str(editor.pk))

    def test_is_remembered_for_one_site_and_one_model(
        self, sandbox: SandboxProcess, asker: Asker, generation: Generation, settings: Any
    ) -> None:
        other = metering.open_account(platform="django", reference="other")
        ask("opening hours", asker, generation)
        assert not ask("opening hours", Asker(account=other), generation).is_cached
        configure(settings, EMBEDDING_MODEL="large", EMBEDDING_DIMENSIONS=64)
        later = Generation(model_asked="large", model="sandbox-large", dimensions=64)
        found = ask("opening hours", asker, later)
        assert found.vector is not None
        assert (found.is_cached, found.vector.shape) == (False, (64,))
        assert calls(sandbox) == 3

    def test_whose_vector_was_damaged_is_asked_again(
        self, sandbox: SandboxProcess, asker: Asker, generation: Generation
    ) -> None:
        ask("opening hours", asker, generation)
        QueryVector.objects.update(vector=b"\x00" * 7)
        assert ask("opening hours", asker, generation).units == 1
        assert ask("opening hours", asker, generation).is_cached


class TestNothingIsAsked:
    def test_where_nobody_waits_any_more_once_the_units_are_held(
        self, sandbox: SandboxProcess, asker: Asker, generation: Generation, settings: Any, monkeypatch: Any
    ) -> None:
        configure(settings, SEARCH_TIMEOUT=0.4)
        reserve = metering.reserve

        def slowly(request: metering.HoldRequest) -> metering.Hold:
            time.sleep(0.5)
            return reserve(request)

        monkeypatch.setattr(metering, "reserve", slowly)
        assert ask("opening hours", asker, generation) == Asked(reason=Reason.MARKETPLACE)
        assert (calls(sandbox), spent(asker.account), QueryVector.objects.count()) == (0, 0, 0)

    @pytest.mark.parametrize("text", ["", " ", "ab", "a b", "12345", "?!", "😀😀😀", "\x00\x00abc"[:4], "\u200b" * 9])
    def test_for_fewer_than_three_letters(
        self, sandbox: SandboxProcess, asker: Asker, generation: Generation, text: str
    ) -> None:
        assert ask(text, asker, generation) == Asked(reason=Reason.TOO_SHORT)
        assert (calls(sandbox), QueryVector.objects.count()) == (0, 0)

    @pytest.mark.parametrize(
        ("changes", "of_settings", "reason"),
        [
            ({}, {"SEARCH": False}, Reason.OFF),
            ({"model": ""}, {}, Reason.NOT_BUILT),
            ({"dimensions": None}, {}, Reason.NOT_BUILT),
            ({"model_asked": "old"}, {}, Reason.MODEL_CHANGED),
            ({}, {"EMBEDDING_MODEL": "new"}, Reason.MODEL_CHANGED),
            ({}, {"EMBEDDING_DIMENSIONS": 64}, Reason.MODEL_CHANGED),
            ({"dimensions_asked": 384}, {}, Reason.MODEL_CHANGED),
        ],
    )
    def test_that_could_not_be_compared(
        self,
        sandbox: SandboxProcess,
        asker: Asker,
        generation: Generation,
        settings: Any,
        changes: dict[str, Any],
        of_settings: dict[str, Any],
        reason: Reason,
    ) -> None:
        for name, value in changes.items():
            setattr(generation, name, value)
        configure(settings, **of_settings)
        assert ask("opening hours", asker, generation) == Asked(reason=reason)
        assert ask("opening hours", asker, None).reason in (Reason.NOT_BUILT, Reason.OFF)
        assert (calls(sandbox), Usage.objects.count()) == (0, 0)

    def test_beyond_the_rate_of_a_client(
        self, sandbox: SandboxProcess, asker: Asker, generation: Generation, settings: Any
    ) -> None:
        configure(settings, SEARCH_RATE=3)
        reasons = [ask(f"question {'x' * number}", asker, generation).reason for number in range(200)]
        assert reasons[:3] == [None] * 3
        assert set(reasons[3:]) == {Reason.RATE}
        assert ask("another", Asker(account=asker.account, client="192.0.2.2"), generation).units == 1
        assert ask("question x", asker, generation).is_cached
        assert (calls(sandbox), spent(asker.account)) == (4, 4)

    def test_beyond_what_a_day_may_cost(
        self, sandbox: SandboxProcess, asker: Asker, generation: Generation, settings: Any
    ) -> None:
        configure(settings, SEARCH_DAILY_CAP=2)
        reasons = [ask(f"question {'x' * number}", asker, generation).reason for number in range(4)]
        assert reasons == [None, None, Reason.DAILY_CAP, Reason.DAILY_CAP]
        Usage.objects.update(created_at=timezone.now() - timedelta(hours=24))
        assert ask("question of tomorrow", asker, generation).reason is None
        assert (calls(sandbox), spent(asker.account)) == (3, 3)

    @pytest.mark.parametrize(
        ("model", "changes", "reason"),
        [
            (SiteAccount, {"status": SiteAccount.Status.SUSPENDED}, Reason.SUSPENDED),
            (Wallet, {"status": Wallet.Status.SUSPENDED}, Reason.SUSPENDED),
            (SiteAccount, {"encrypted_key": "broken", "environment": "sandbox"}, Reason.NOT_CONFIGURED),
        ],
    )
    def test_of_an_account_that_cannot(
        self,
        sandbox: SandboxProcess,
        account: SiteAccount,
        generation: Generation,
        model: type[Any],
        changes: dict[str, Any],
        reason: Reason,
    ) -> None:
        model.objects.update(**changes)
        account = SiteAccount.objects.select_related("wallet").get()
        assert ask("opening hours", Asker(account=account), generation) == Asked(reason=reason)
        assert (calls(sandbox), QueryVector.objects.count()) == (0, 0)

    def test_without_units(self, sandbox: SandboxProcess, asker: Asker, generation: Generation) -> None:
        asker.account.wallet.plan.allowances.update(units=1)
        assert ask("opening hours", asker, generation).units == 1
        assert ask("the way there", asker, generation) == Asked(reason=Reason.NO_UNITS)
        assert ask("opening hours", asker, generation).is_cached
        assert (calls(sandbox), spent(asker.account)) == (1, 1)

    def test_by_somebody_who_left(self, account: SiteAccount, generation: Generation) -> None:
        gone = get_user_model().objects.create_user("gone", is_active=False)
        asked = ask("opening hours", Asker(account=account, actor=Actor.from_user(gone)), generation)
        assert asked.reason is Reason.OFF


class TestAMarketplaceThatFails:
    @pytest.mark.parametrize(
        ("fault", "reason"),
        [
            ("html", Reason.MARKETPLACE),
            ("no-embeddings", Reason.MARKETPLACE),
            ("wrong-key", Reason.MARKETPLACE),
            ("insufficient-credits", Reason.MARKETPLACE),
            ("vector-nan", Reason.BAD_VECTOR),
            ("vector-size", Reason.MODEL_CHANGED),
            ("vector-few", Reason.BAD_VECTOR),
            ("other-model", Reason.MODEL_CHANGED),
        ],
    )
    def test_costs_nothing_and_is_asked_again(
        self, sandbox: SandboxProcess, asker: Asker, generation: Generation, fault: str, reason: Reason
    ) -> None:
        sandbox.fault(fault)
        assert ask("opening hours", asker, generation) == Asked(reason=reason)
        assert spent(asker.account) == 0
        assert not QueryVector.objects.exists()
        sandbox.fault(None)
        assert ask("opening hours", asker, generation).units == 1

    def test_is_left_alone_for_a_while(
        self,
        sandbox: SandboxProcess,
        asker: Asker,
        generation: Generation,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        monkeypatch.setattr(guards, "REST", 0.3)
        ask("a question before", asker, generation)
        sandbox.fault("html")
        reasons = {ask(f"question {'x' * number}", asker, generation).reason for number in range(10)}
        assert (reasons, calls(sandbox)) == ({Reason.MARKETPLACE}, 1 + guards.FAILURES)
        assert f"event=rest account={asker.account.pk} code=bad_reply wait_s=0" in caplog.text
        assert ask("a question before", asker, generation).is_cached
        sandbox.fault(None)
        until = time.monotonic() + 5
        while ask("once more", asker, generation).reason and time.monotonic() < until:
            pass
        assert ask("once more", asker, generation).is_cached
        sandbox.fault("html")
        before = calls(sandbox)
        for number in range(5):
            ask(f"later {'x' * number}", asker, generation)
        assert calls(sandbox) - before == guards.FAILURES

    def test_that_refuses_for_want_of_units_is_no_failure(
        self, sandbox: SandboxProcess, asker: Asker, generation: Generation
    ) -> None:
        asker.account.wallet.plan.allowances.update(units=0)
        reasons = {ask(f"question {'x' * number}", asker, generation).reason for number in range(6)}
        assert reasons == {Reason.NO_UNITS}

    def test_keeps_nobody_waiting_longer_than_the_timeout(
        self, sandbox: SandboxProcess, asker: Asker, generation: Generation, settings: Any
    ) -> None:
        configure(settings, SEARCH_TIMEOUT=0.4)
        sandbox.fault("timeout")
        began = time.monotonic()
        assert ask("opening hours", asker, generation).reason is Reason.MARKETPLACE
        assert time.monotonic() - began < 1.5
        assert spent(asker.account) == 0


class TestTheCache:
    @pytest.mark.parametrize(
        "backend", ["django.core.cache.backends.dummy.DummyCache", "tests.search.broken_cache.BrokenCache"]
    )
    def test_may_be_broken_or_none_at_all(
        self, sandbox: SandboxProcess, asker: Asker, generation: Generation, settings: Any, backend: str
    ) -> None:
        settings.CACHES = {"default": {"BACKEND": backend}}
        configure(settings, SEARCH_RATE=1, SEARCH_DAILY_CAP=3)
        reasons = [ask(f"question {'x' * number}", asker, generation).reason for number in range(4)]
        assert reasons == [None, None, None, Reason.DAILY_CAP]
        configure(settings, SEARCH_DAILY_CAP=100)
        sandbox.fault("html")
        for number in range(5):
            assert ask(f"later {'x' * number}", asker, generation).reason is Reason.MARKETPLACE


class TestTheRate:
    def test_slides_over_the_end_of_a_minute(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = [1_000_000 * 60.0 + 59]
        monkeypatch.setattr(limits.time, "time", lambda: now[0])

        def passed(tries: int) -> int:
            return sum(limits.is_within(10, "test", of="client", seconds=60) for _ in range(tries))

        assert passed(50) == 10
        now[0] += 2
        assert passed(50) == 0
        now[0] += 29
        assert passed(1) == 0
        now[0] += 90
        assert passed(50) in (9, 10)


class TestTheDay:
    def test_begins_at_midnight_where_the_wallet_is(self, account: SiteAccount) -> None:
        account.wallet.time_zone = "Pacific/Auckland"
        now = datetime(2026, 6, 10, 13, 0, tzinfo=UTC)  # 01:00 on the 11th there
        for hours, state in ((0.5, "settled"), (0.6, "held"), (0.7, "released"), (1.5, "settled")):
            Usage.objects.create(
                account=account, wallet=account.wallet, key=f"k{hours}", fingerprint="", state=state, meter="searches",
                units=1, deadline=now, created_at=now - timedelta(hours=hours), actor_kind="visitor", feature="search",
            )  # fmt: skip
        assert guards.units_today(account, now=now) == 2
        account.wallet.time_zone = "Nowhere/Else"
        assert guards.units_today(account, now=now) == 3


class TestForgetting:
    def test_takes_what_nobody_asked_for_long(self, asker: Asker, generation: Generation) -> None:
        for text in ("one question", "two questions", "three questions"):
            ask(text, asker, generation)
        kept, old, _ = QueryVector.objects.order_by("pk")
        QueryVector.objects.filter(pk=old.pk).update(used_at=timezone.now() - remembered.KEPT - timedelta(hours=1))
        assert remembered.purge(lambda: True) == (1, False)
        assert list(QueryVector.objects.filter(pk__in=[kept.pk, old.pk])) == [kept]

    def test_keeps_no_more_than_so_many(
        self, asker: Asker, generation: Generation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(7):
            ask(f"question {'x' * number}", asker, generation)
        newest = list(QueryVector.objects.order_by("-used_at").values_list("pk", flat=True)[:2])
        monkeypatch.setattr(remembered, "MOST", 2)
        monkeypatch.setattr(remembered, "BATCH", 3)
        assert remembered.purge(lambda: False) == (0, True)
        assert remembered.purge(lambda: True) == (5, False)
        assert set(QueryVector.objects.values_list("pk", flat=True)) == set(newest)

    def test_is_put_off_by_being_asked(self, asker: Asker, generation: Generation) -> None:
        ask("opening hours", asker, generation)
        QueryVector.objects.update(used_at=timezone.now() - timedelta(days=80))
        ask("opening hours", asker, generation)
        assert QueryVector.objects.get().used_at > timezone.now() - timedelta(hours=1)


class TestNormalising:
    @given(st.text(max_size=3000))
    def test_is_stable_short_and_without_a_control_character(self, text: str) -> None:
        once = normalised(text)
        assert len(once) <= MOST_CHARACTERS
        assert once == once.strip()
        assert "\x00" not in once
        once.encode()
        assert letters(once) >= 0

    @pytest.mark.parametrize(
        ("text", "becomes"),
        [
            ("  A\t\nb\u00a0C ", "a b c"),
            ("ＦＵＬＬ　ｗｉｄｔｈ", "full width"),
            ("Straße", "strasse"),
            ("👩\u200d🚀", "👩\u200d🚀"),
            ("می\u200cخواهم", "می\u200cخواهم"),
            ("\u202eevil\u2066", "evil"),
            ("a\x00b\ud800c", "abc"),
            ("x" * 10_000, "x" * 500),
            ("ﷺ" * 600, normalised("ﷺ" * 600)),
        ],
    )
    def test_of_what_people_type(self, text: str, becomes: str) -> None:
        assert normalised(text) == becomes
        assert len(becomes) <= MOST_CHARACTERS

    @pytest.mark.parametrize(("text", "number"), [("abc", 3), ("咖啡", 4), ("a1!", 1), ("", 0), ("نور", 3), ("ｶ", 1)])
    def test_counts_letters(self, text: str, number: int) -> None:
        assert letters(text) == number
