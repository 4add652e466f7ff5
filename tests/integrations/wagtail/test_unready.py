"""Installed and not migrated, or not configured: Wagtail works on, and those who can help read a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.template import Context, Template
from django.test import Client

from shareai_cms import metering
from shareai_cms.errors import NotMigrated
from shareai_cms.models import SiteAccount
from tests.integrations.wagtail.conftest import signed_in
from tests.pristine import without_tables

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ledger]

OURS = "shareai_cms"


def words(part: Any) -> str:
    return " ".join(part.get_text(" ").split())


@pytest.fixture
def admin(sites: SimpleNamespace) -> User:
    return User.objects.create_superuser("admin", password="secret")


@pytest.fixture
def unmigrated(sites: SimpleNamespace, admin: User, editor: User) -> Iterator[None]:
    """The tables of this app are taken away, and put back afterwards; quicker than its migrations back and forth."""
    names = [model._meta.db_table for model in apps.get_app_config(OURS).get_models()]
    with without_tables(names):
        MigrationRecorder.Migration.objects.filter(app=OURS).delete()
        yield


def click(user: User, sites: SimpleNamespace) -> Any:
    target = {"type": "demo.infopage", "id": str(sites.info.pk), "field": "teaser"}
    return signed_in(user).post(
        "/admin/shareai/actions/rewrite/",
        json.dumps({"target": target, "input": {"text": "In order to begin."}}),
        content_type="application/json",
        headers={"Idempotency-Key": "click-0000000000000001", "Accept": "application/json"},
    )


class TestNotMigrated:
    @pytest.mark.parametrize("is_atomic", [False, True])
    def test_every_page_works_and_the_superuser_reads_what_to_do(
        self, unmigrated: None, sites: SimpleNamespace, admin: User, editor: User, is_atomic: bool
    ) -> None:
        connection.settings_dict["ATOMIC_REQUESTS"] = is_atomic
        try:
            home = signed_in(admin).get("/admin/")
            group = signed_in(admin).get(f"/admin/groups/edit/{Group.objects.order_by('pk').first().pk}/")  # type: ignore[union-attr]
            mine = signed_in(editor).get("/admin/")
            form = signed_in(editor).get(f"/admin/pages/{sites.info.pk}/edit/")
        finally:
            connection.settings_dict["ATOMIC_REQUESTS"] = False
        assert [one.status_code for one in (home, group, mine, form)] == [200, 200, 200, 200]
        panel = BeautifulSoup(home.content, "html.parser").select_one(".shareai-dashboard")
        assert words(panel) == (
            "Sandbox Suggestions come from a stand-in for the AI service. Nothing is billed. AI is not set up on this "
            "site yet. Ask the people who run this site to finish the installation: manage.py migrate."
        )
        assert BeautifulSoup(mine.content, "html.parser").select_one(".shareai-dashboard") is None

    def test_the_editor_gets_a_sentence_and_no_error(
        self, unmigrated: None, sites: SimpleNamespace, admin: User, editor: User
    ) -> None:
        path = {"path": f"/admin/pages/{sites.info.pk}/edit/"}
        config = signed_in(admin).get("/admin/shareai/config/", path).json()
        assert config["problem"]["code"] == "not_migrated"
        assert config["problem"]["remedy"].endswith("finish the installation: manage.py migrate.")
        assert config["problem"]["detail"] == "missing: 0001_initial; run manage.py migrate"
        assert signed_in(editor).get("/admin/shareai/config/", path).json() == {"can_use": False}

    def test_a_click_is_answered_in_json(self, unmigrated: None, sites: SimpleNamespace, admin: User) -> None:
        response = click(admin, sites)
        assert (response.status_code, response.json()["error"]["code"]) == (503, "not_migrated")

    def test_a_group_can_be_saved(self, unmigrated: None, admin: User) -> None:
        group = Group.objects.create(name="Proofreaders")
        client = signed_in(admin)
        page = BeautifulSoup(client.get(f"/admin/groups/edit/{group.pk}/").content, "html.parser")
        assert not page.select("[name^=shareai-rights]")
        form = page.select_one("form[method=post]:has([name=name])")
        assert form is not None
        fields = {
            str(one["name"]): str(one.get("value", "")) for one in form.select("input[name]:not([type=checkbox])")
        }
        saved = client.post(f"/admin/groups/edit/{group.pk}/", {**fields, "name": "Readers"})
        assert saved.status_code == 302
        group.refresh_from_db()
        assert group.name == "Readers"

    def test_a_search_says_so_and_pages_are_found_by_wagtail(
        self, unmigrated: None, sites: SimpleNamespace, admin: User
    ) -> None:
        visitor = Client(headers={"host": "press.example"})
        shown = visitor.get("/search/?q=harbour")
        assert (shown.status_code, b"Search is not available right now." in shown.content) == (503, True)
        answer = visitor.get("/search/json/?q=harbour")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_migrated")
        found = signed_in(admin).get("/admin/shareai/search/?q=harbour")
        assert found.status_code == 200
        assert str(NotMigrated.sentence) in words(BeautifulSoup(found.content, "html.parser"))
        source = "{% load shareai_search %}{% related_pages page as pages %}{{ pages|length }}"
        assert Template(source).render(Context({"page": sites.info})) == "0"


class TestAskingAboutTables:
    def test_costs_nothing_while_they_are_there(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0), metering.tables_ready():
            pass

    def test_lets_other_errors_pass(self) -> None:
        with pytest.raises(OperationalError, match="disk"), metering.tables_ready():
            raise OperationalError("disk I/O error")

    def test_leaves_the_sites_own_transaction_usable(self, unmigrated: None) -> None:
        from django.db import transaction

        with transaction.atomic():
            with pytest.raises(NotMigrated), metering.tables_ready():
                SiteAccount.objects.exists()
            assert Group.objects.count() >= 0


class TestNotConfigured:
    def test_without_any_setting_everything_is_the_sandbox(
        self, sites: SimpleNamespace, admin: User, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("SHAREAI_ENVIRONMENT", "SHAREAI_API_KEY"):
            monkeypatch.delenv(name, raising=False)
        del settings.SHAREAI_CMS
        assert signed_in(admin).get("/admin/").status_code == 200
        path = {"path": f"/admin/pages/{sites.info.pk}/edit/"}
        config = signed_in(admin).get("/admin/shareai/config/", path).json()
        assert (config["problem"], config["account"]["is_sandbox"]) == (None, True)

    def test_without_a_sandbox_that_runs_a_click_says_so(
        self, sites: SimpleNamespace, admin: User, settings: Any
    ) -> None:
        settings.SHAREAI_CMS = {"SANDBOX_URL": "http://127.0.0.1:9/api/v1", "MAX_ATTEMPTS": 1}
        response = click(admin, sites)
        assert (response.status_code, response.json()["error"]["code"]) == (503, "marketplace_unreachable")

    def test_live_without_a_key_says_what_is_missing(
        self, sites: SimpleNamespace, admin: User, editor: User, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SHAREAI_API_KEY", raising=False)
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production"}
        assert signed_in(editor).get("/admin/").status_code == 200
        response = click(editor, sites)
        assert (response.status_code, response.json()["error"]["code"]) == (503, "not_configured")
