"""Editors find pages by meaning in Wagtail's admin; and pages that are about the same, in templates."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from wagtail.models import GroupPagePermission, Page, PageViewRestriction

from shareai_cms.models import AccountPermission, SearchLog, Usage
from tests.integrations.wagtail.conftest import person, signed_in
from tests.integrations.wagtail.search_world import MEANT, index, indexed, info, made_once
from tests.services import SandboxProcess

__all__ = ["indexed", "made_once"]

pytestmark = pytest.mark.django_db

PATH = "/admin/shareai/search/"


def shown(user: User, text: str = "", **more: str) -> BeautifulSoup:
    response = signed_in(user).get(PATH, {"q": text, **more} if text else {})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(page: BeautifulSoup, nth: int = 0) -> list[str]:
    lists = page.select(".shareai-found")
    return [link.get_text() for link in lists[nth].select(".shareai-found__title > a[dir]")] if len(lists) > nth else []


@pytest.fixture
def editor(indexed: SimpleNamespace) -> User:
    """May edit everything; may use AI on the press alone, so that it is clear who pays."""
    user = person("editor")
    account = Usage.objects.filter(feature="indexing").order_by("pk").values_list("account", flat=True)[0]
    AccountPermission.objects.create(group=user.groups.get(), permission="use", account_id=account)
    return user


class TestPagesByMeaning:
    def test_are_found_on_all_sites_with_their_passages(self, editor: User, indexed: SimpleNamespace) -> None:
        page = shown(editor, MEANT)
        assert titles(page)[0] == indexed.coast.title
        assert page.select_one(".shareai-found__title a")["href"] == f"/admin/pages/{indexed.coast.pk}/edit/"
        assert indexed.chart.title in titles(shown(editor, "coast"))
        assert "coast" in [mark.get_text() for mark in shown(editor, "coast").select(".shareai-found mark")]

    def test_in_every_language(self, editor: User, indexed: SimpleNamespace) -> None:
        assert "Wandern an der Küste" in titles(shown(editor, "Weg am Meer"))

    def test_are_counted_for_the_editor_once(self, editor: User, sandbox: SandboxProcess) -> None:
        shown(editor, MEANT)
        shown(editor, MEANT, p="2")
        [usage] = Usage.objects.filter(meter="searches")
        assert (usage.actor_kind, usage.actor_ref, usage.units) == ("user", str(editor.pk), 1)
        assert [log.surface for log in SearchLog.objects.all()] == ["admin"]

    def test_drafts_are_found_by_their_words(self, editor: User, indexed: SimpleNamespace) -> None:
        draft = info(indexed.home, "draft", "Lighthouse keepers wanted", "Apply.", live=False)
        index()
        page = shown(editor, "lighthouse")
        assert titles(page) == [indexed.lamps.title]
        assert titles(page, 1) == [draft.get_admin_display_title()]

    def test_of_a_title_alone_have_no_empty_line(self, editor: User, indexed: SimpleNamespace) -> None:
        info(indexed.home, "bare", "Anchorage", "")
        index()
        page = shown(editor, "anchorage")
        assert titles(page) == ["Anchorage"]
        assert not page.select(".shareai-found__passage")

    def test_none_is_said_in_words(self, editor: User) -> None:
        page = shown(editor, "zxqv blorp")
        assert page.select_one("h2[role=status]").get_text() == "0 pages"
        assert "No public page is about this." in page.get_text()

    def test_drafts_are_told_apart_where_nothing_is_public(self, editor: User, indexed: SimpleNamespace) -> None:
        draft = info(indexed.home, "draft", "Zxqv blorp", "Soon.", live=False)
        page = shown(editor, "zxqv blorp")
        assert titles(page) == [draft.get_admin_display_title()]
        assert "Not public, with these words" in [heading.get_text() for heading in page.select("h2")]

    def test_a_misspelt_word_can_be_meant(self, editor: User, indexed: SimpleNamespace) -> None:
        page = shown(editor, "lighthose")
        assert titles(page) == [indexed.lamps.title]
        assert page.select_one('a[href="?q=lighthose&exact=1"]') is not None

    @pytest.mark.parametrize("text", ["x" * 10_000, "\x00", "🏔️", "'; --", "\ufffd", " "])
    def test_anything_may_be_typed(self, editor: User, text: str) -> None:
        assert shown(editor, text, p="x" * 300).select_one("form[role=search]") is not None


class TestWhoSeesWhat:
    def test_only_pages_that_one_may_see(self, indexed: SimpleNamespace) -> None:
        keeper = User.objects.create_user("keeper", password="secret")
        group = Group.objects.create(name="keepers")
        keeper.groups.add(group)
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        change = Permission.objects.get(content_type__app_label="wagtailcore", codename="change_page")
        GroupPagePermission.objects.create(group=group, page=indexed.shop, permission=change)
        AccountPermission.objects.create(group=group, permission="use")
        info(indexed.home, "secret", "Chart of a secret coast", "Not yet.", live=False)
        found = shown(keeper, "coast")
        assert set(titles(found)) <= {"A chart of the coast", "The Chandlery", "Slackwater Press"}
        assert "A chart of the coast" in titles(found)
        assert titles(found, 1) == []

    def test_words_alone_without_the_right_to_ai(self, indexed: SimpleNamespace) -> None:
        page = shown(person("intern"), "lighthouse")
        assert titles(page) == [indexed.lamps.title]
        assert "You may not use AI" in page.get_text()
        assert not Usage.objects.filter(meter="searches").exists()
        assert not SearchLog.objects.exists()

    def test_words_alone_where_it_is_unclear_who_pays(self, indexed: SimpleNamespace) -> None:
        page = shown(person("both", ai=("use",)), "lighthouse")
        assert titles(page) == [indexed.lamps.title]
        link = page.select_one('.shareai-note a[href="#shareai-working-site"]')
        assert link.get_text() == "choose the site"
        assert page.select_one(link["href"]).name == "select"

    def test_and_by_meaning_once_the_site_is_chosen_there(self, indexed: SimpleNamespace) -> None:
        client = signed_in(person("both", ai=("use",)))
        form = BeautifulSoup(client.get(PATH, {"q": MEANT}).content, "html.parser").select_one("form[method=post]")
        assert form.label.get_text() == "Searches count for"
        sites = {option.get_text(): option["value"] for option in form.select("option[value]")}
        assert set(sites) == {"Choose a site", "Press", "Shop"}
        given = {each["name"]: each["value"] for each in form.select("input")}
        answer = client.post(form["action"], {**given, "site": sites["Shop"]}, follow=True)
        assert answer.redirect_chain == [(f"{PATH}?q=stroll+beside+the+ocean", 302)]
        page = BeautifulSoup(answer.content, "html.parser")
        assert titles(page)[0] == indexed.coast.title
        assert page.select_one("#shareai-working-site option[selected]").get_text() == "Shop"
        assert page.select_one('.shareai-note a[href="#shareai-working-site"]') is None
        assert [each.account.reference for each in Usage.objects.filter(meter="searches")] == [sites["Shop"]]

    def test_there_is_nothing_to_choose_with_one_site(self, editor: User) -> None:
        assert shown(editor).select_one("#shareai-working-site") is None

    def test_the_way_back_leads_nowhere_else(self, indexed: SimpleNamespace) -> None:
        client = signed_in(person("both", ai=("use",)))
        for site in (str(indexed.shop_site.pk), "x"):
            for path in ("//elsewhere.example/", "https://elsewhere.example/", "elsewhere"):
                assert client.post("/admin/shareai/site/", {"site": site, "next": path})["Location"] == "/admin/"

    def test_nobody_without_a_page(self, indexed: SimpleNamespace) -> None:
        assert signed_in(person("clerk", edits=False)).get(PATH).status_code == 302
        assert signed_in(User.objects.create_user("nobody")).get(PATH).status_code == 302


class TestTheWayThere:
    def test_stands_beside_wagtails_own_search(self, editor: User) -> None:
        html = signed_in(editor).get("/admin/pages/search/?q=coast").content.decode()
        areas = BeautifulSoup(html, "html.parser").select(".filter-options a")
        assert ("Pages by meaning", f"{PATH}?q=coast") in [(area.get_text(strip=True), area["href"]) for area in areas]

    def test_and_is_gone_where_search_is_off(self, editor: User, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH": False}
        assert b"Pages by meaning" not in signed_in(editor).get("/admin/pages/search/").content

    def test_asks_nothing_of_our_tables(self, editor: User) -> None:
        client = signed_in(editor)
        client.get("/admin/pages/search/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/admin/pages/search/?q=coast")
        assert not [each["sql"] for each in caught if "shareai_cms" in each["sql"]]


class TestRelatedPages:
    def related(self, page: Any, rf: Any, limit: int = 3) -> list[str]:
        source = "{% load shareai_search %}{% related_pages page limit=limit as pages %}"
        source += "{% for each in pages %}{{ each.title }};{% endfor %}"
        request = rf.get("/", headers={"host": "press.example"})
        text = Template(source).render(Context({"page": page, "limit": limit, "request": request}))
        return text.split(";")[:-1]

    def test_are_the_nearest_of_the_site_and_cost_nothing(self, indexed: SimpleNamespace, rf: Any) -> None:
        info(indexed.home, "shore", "A walk on the shore", "The sea, the coast and a long hike in the wind.")
        index()
        found = self.related(indexed.coast, rf)
        assert found[0] == "A walk on the shore"
        assert not {indexed.coast.title, indexed.chart.title, indexed.strand.title, indexed.home.title} & set(found)
        assert len(self.related(indexed.coast, rf, limit=1)) == 1
        assert not Usage.objects.filter(meter="searches").exists()

    def test_are_none_for_a_page_that_is_not_in_the_index(self, indexed: SimpleNamespace, rf: Any) -> None:
        assert self.related(Page(title="New", locale=indexed.home.locale), rf) == []
        draft = info(indexed.home, "draft", "A draft", "By the sea.", live=False)
        assert self.related(draft, rf) == []

    def test_never_one_behind_a_restriction(self, indexed: SimpleNamespace, rf: Any) -> None:
        shore = info(indexed.home, "shore", "A walk on the shore", "The sea, the coast and a long hike in the wind.")
        index()
        PageViewRestriction.objects.bulk_create([PageViewRestriction(page=shore, restriction_type="login")])
        assert "A walk on the shore" not in self.related(indexed.coast, rf)
