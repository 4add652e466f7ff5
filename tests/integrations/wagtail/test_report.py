from __future__ import annotations

import csv
import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from shareai_cms.integrations.wagtail import accounts, menu
from shareai_cms.models import AccountPermission
from shareai_cms.reports import roll_up, sheets
from tests.integrations.wagtail.conftest import person, signed_in
from tests.reports.world import ENDS, use

REPORT, RESULTS = "/admin/shareai/report/", "/admin/shareai/report/results/"


@pytest.fixture
def used(sites: SimpleNamespace) -> SimpleNamespace:
    """Both sites used AI yesterday, and the shop has a manager of its own."""
    press = accounts.open_account(accounts.reference_of(sites.press_site))
    shop = accounts.open_account(accounts.reference_of(sites.shop_site))
    yesterday = timezone.now() - timedelta(days=1)
    for number in range(3):
        use(press, yesterday, object_label=f"Harbour {number}", actor_ref="1")
    use(press, yesterday, end=ENDS[3])
    use(shop, yesterday, object_label="Rope", actor_ref="2", actor_label="Ben")
    return SimpleNamespace(press=press, shop=shop, client=person("client", ai=("manage",), account=shop))


def page(user: User, question: str = "", path: str = REPORT) -> Any:
    response = signed_in(user).get(f"{path}?{question}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(found: Any) -> str:
    return " ".join(found.get_text(" ").split())


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


class TestTheReport:
    def test_shows_totals_chart_and_rows(self, used: SimpleNamespace, manager: User) -> None:
        found = page(manager)
        text = words(found.select_one("main") or found)
        assert "4 writing actions counted" in text
        assert "1 request was not counted" in text
        assert "Writing actions per day" in text
        assert "The AI service took too long to answer." in text
        assert len(found.select("table.listing tr:has(.shareai-time)")) >= 5

    def test_results_come_alone_for_the_filters(self, used: SimpleNamespace, manager: User) -> None:
        found = page(manager, "counted=no&_w_filter_fragment=1", RESULTS)
        assert found.select_one("body header") is None
        assert "0 writing actions counted" in words(found)
        assert "There is 1 match" in words(found)

    def test_each_filter_is_named_while_it_is_on(self, used: SimpleNamespace, manager: User) -> None:
        question = f"account={used.shop.pk}&feature=rewrite&person=user:2&first=2020-01-01&meter=writing"
        text = words(page(manager, question))
        assert "1 writing action counted" in text
        for pill in ("Sites: Shop", "Action: Rewrite", "Person: Ben", "Kind of unit: Writing actions"):
            assert pill in text

    def test_pages_are_wagtails(self, used: SimpleNamespace, manager: User) -> None:
        for _each in range(60):
            use(used.press, timezone.now())
        assert "Page 2 of 2" in words(page(manager, "p=2"))
        assert "Page 2 of 2" in words(page(manager, "p=99"))

    def test_styles_are_files_and_there_is_no_script_of_ours(self, used: SimpleNamespace, manager: User) -> None:
        found = page(manager)
        assert [link["href"] for link in found.select("link") if "report.css" in link["href"]]
        assert not found.select("#listing-results [style], #listing-results script")

    def test_the_queries_do_not_grow_with_rows(self, used: SimpleNamespace, manager: User) -> None:
        client = signed_in(manager)
        counts = []
        for account in (used.press, used.shop):
            use(account, timezone.now() - timedelta(days=9))
        roll_up()
        for _round in range(2):
            client.get(REPORT)
            with CaptureQueriesContext(connection) as queries:
                client.get(REPORT)
            counts.append(len(queries))
            for number in range(120):
                use(used.press, timezone.now() - timedelta(hours=number), actor_ref=str(number))
            roll_up()
        assert counts[0] == counts[1]


class TestWhoSeesIt:
    def test_a_client_sees_their_own_site_alone(self, used: SimpleNamespace) -> None:
        for question in ("", f"account={used.press.pk}", "person=user:1", "p=2", "first=2000-01-01"):
            text = words(page(used.client, question))
            assert "Harbour" not in text
            assert "Press" not in text.replace("Harbour Press", "")
            for kind in ("csv", "xlsx"):
                response = signed_in(used.client).get(f"{REPORT}?{question}&export={kind}")
                found = body(response)
                if kind == "xlsx" and found.startswith(b"PK"):
                    sheet = load_workbook(io.BytesIO(found)).active
                    found = str([[cell.value for cell in line] for line in sheet.iter_rows()]).encode()
                assert b"Harbour 0" not in found

    @pytest.mark.parametrize("path", [REPORT, RESULTS, f"{REPORT}?export=csv", f"{REPORT}?export=xlsx"])
    def test_who_manages_nothing_is_sent_away(self, used: SimpleNamespace, editor: User, path: str) -> None:
        response = signed_in(editor).get(path)
        assert response.status_code == 302
        assert response["Location"] == "/admin/"

    def test_the_menu_leads_managers_there_and_nobody_else(self, used: SimpleNamespace, manager: User) -> None:
        for user, expected in ((manager, True), (used.client, True), (person("intern2"), False)):
            content = signed_in(user).get("/admin/").content.decode()
            assert (REPORT in content.replace('"/admin/shareai/report/"', REPORT)) is expected
            assert ("shareai-settings" in content) is expected

    def test_the_core_page_leads_to_it(self, used: SimpleNamespace, manager: User) -> None:
        response = signed_in(manager).get("/admin/shareai/usage/")
        assert response["Location"] == REPORT


class TestTheMenu:
    @pytest.fixture(params=["editor", "manager"])
    def somebody(self, request: pytest.FixtureRequest) -> User:
        user: User = request.getfixturevalue(request.param)
        return user

    @pytest.mark.parametrize("is_fresh", [True, False])
    def test_asks_and_writes_nothing_on_other_pages(self, somebody: User, is_fresh: bool) -> None:
        client = signed_in(somebody)
        if not is_fresh:  # signed in before the app was installed
            client.session.flush()
            client.cookies.clear()
            self.sign_in_unnoticed(client, somebody)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/images/").status_code == 200
        asked = [query["sql"] for query in queries]
        assert [sql for sql in asked if "shareai_cms" in sql] == []
        assert [sql for sql in asked if "django_session" in sql and not sql.startswith("SELECT")] == []

    def sign_in_unnoticed(self, client: Client, user: User) -> None:
        user_logged_in.disconnect(dispatch_uid=menu.SIGN_IN)
        try:
            client.force_login(user)
        finally:
            user_logged_in.connect(menu.decide_at_sign_in, dispatch_uid=menu.SIGN_IN)

    def shows(self, client: Client, path: str = "/admin/images/") -> bool:
        return "shareai-settings" in client.get(path).content.decode()

    def test_has_the_entries_right_after_the_sign_in(self, manager: User) -> None:
        client = Client()
        client.post("/admin/login/", {"username": "manager", "password": "secret"})
        assert self.shows(client)

    def test_has_them_for_superusers_everywhere(self, sites: SimpleNamespace) -> None:
        assert self.shows(signed_in(User.objects.create_superuser("root")))

    def test_without_a_session_of_the_sign_in_has_them_after_one_of_our_pages(self, manager: User) -> None:
        for path in ("/admin/", REPORT, "/admin/shareai/settings/", "/admin/shareai/what-counts/"):
            client = Client()
            self.sign_in_unnoticed(client, manager)
            assert not self.shows(client)
            assert self.shows(client, path), path
            assert self.shows(client)

    def test_learns_on_the_dashboard_of_a_right_that_was_given_or_taken(self, editor: User) -> None:
        client = signed_in(editor)
        right = AccountPermission.objects.create(group=editor.groups.get(), permission="manage")
        assert self.shows(client, "/admin/")
        assert self.shows(client)
        right.delete()
        assert not self.shows(client, "/admin/")
        assert not self.shows(client)

    def test_keeps_nobody_from_signing_in(self, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(AccountPermission._meta, "db_table", "not_migrated_yet")
        assert signed_in(editor).get("/admin/images/").status_code == 200
        user_logged_in.send(User, request=None, user=editor)
        user_logged_in.send(User, request=RequestFactory().get("/"), user=editor)


class TestFiles:
    def test_csv_and_xlsx_hold_the_filtered_rows(self, used: SimpleNamespace, manager: User) -> None:
        client = signed_in(manager)
        text = body(client.get(f"{REPORT}?counted=no&export=csv")).decode("utf-8-sig")
        [line] = csv.DictReader(io.StringIO(text))
        assert line["Why it was not counted"] == "The AI service took too long to answer."
        book = load_workbook(io.BytesIO(body(client.get(f"{REPORT}?counted=no&export=xlsx"))))
        assert book.active.max_row == 2

    def test_the_buttons_keep_the_filters(self, used: SimpleNamespace, manager: User) -> None:
        links = [link["href"] for link in page(manager, "counted=no").select("a[href*=export]")]
        assert sorted(links) == [f"{REPORT}?counted=no&export=csv", f"{REPORT}?counted=no&export=xlsx"]

    def test_too_many_rows_for_a_workbook_are_said(
        self, used: SimpleNamespace, manager: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sheets, "MOST_XLSX_ROWS", 2)
        response = signed_in(manager).get(f"{REPORT}?meter=writing&export=xlsx", follow=True)
        assert response.redirect_chain == [(f"{REPORT}?meter=writing", 302)]
        assert "A spreadsheet file takes at most 2 actions." in response.content.decode()


class TestCorePagesInside:
    @pytest.mark.parametrize("path", ["allowance/", "what-counts/"])
    def test_look_like_wagtail(self, used: SimpleNamespace, editor: User, path: str) -> None:
        found = page(editor, path=f"/admin/shareai/{path}")
        assert found.select_one("[data-wagtail-sidebar], #wagtail-sidebar, .w-header, .w-slim-header") is not None
        assert "Press" in words(found)
        assert not found.select(".shareai-page [style], .shareai-page script")


class TestTheWayToSearches:
    @pytest.mark.parametrize("is_on", [True, False])
    def test_leads_managers_to_the_searches(
        self, used: SimpleNamespace, manager: User, settings: Any, is_on: bool
    ) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH": is_on}
        request = RequestFactory().get("/admin/")
        request.user, request.session = manager, {menu.KEPT: True}  # type: ignore[attr-defined]
        item = menu.search_report_item()
        assert item.url == "/admin/shareai/searches/"
        assert item.is_shown(request) is is_on
        request.session[menu.KEPT] = False  # type: ignore[attr-defined]
        assert item.is_shown(request) is False
        links = page(manager).select("a.w-header-button[href='/admin/shareai/searches/']")
        assert bool(links) is is_on
