from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from shareai_cms import metering
from shareai_cms.integrations.wagtail import accounts
from shareai_cms.models import Balance, SiteAccount
from shareai_cms.work import Duty, WorkLoop, register_duty, registry
from tests.integrations.wagtail.conftest import person, signed_in


def panel(user: User) -> Tag | None:
    response = signed_in(user).get("/admin/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").select_one(".shareai-dashboard")


def words(part: Tag | None) -> str:
    assert part is not None
    return " ".join(part.get_text(" ").split())


class TestWhoSeesIt:
    def test_an_editor_sees_what_each_site_has_left(self, sites: SimpleNamespace, editor: User) -> None:
        text = words(panel(editor))
        assert "Press 50 of 50 writing actions left" in text
        assert "Shop 50 of 50 writing actions left" in text
        assert "Resets on" in text
        assert "Buy more" not in text

    def test_a_manager_may_buy_more(self, sites: SimpleNamespace, manager: User) -> None:
        found = panel(manager)
        assert found is not None
        links = found.select("a.button")
        opened = SiteAccount.objects.order_by("pk")
        assert [link["href"] for link in links] == [f"/admin/shareai/topups/?account={each.pk}" for each in opened]
        assert not [link for link in links if link.get("target")]

    def test_leads_managers_to_both_reports(
        self, sites: SimpleNamespace, manager: User, editor: User, settings: Any
    ) -> None:
        pages = ("what-counts", "report", "runs", "searches")
        counts, usage, runs, searches = (f"/admin/shareai/{page}/" for page in pages)
        assert self.links(editor) == [counts]
        assert self.links(manager) == [counts, usage, runs, searches]
        assert self.links(person("merchant", ai=("use", "bulk"))) == [counts, runs]
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH": False}
        assert self.links(manager) == [counts, usage, runs]

    def links(self, user: User) -> list[Any]:
        found = panel(user)
        assert found is not None
        return [link["href"] for link in found.select(".shareai-dashboard__links a")]

    def test_whoever_has_no_right_sees_nothing(self, sites: SimpleNamespace, intern: User) -> None:
        assert panel(intern) is None

    def test_a_buyer_sees_the_site_they_buy_for(self, sites: SimpleNamespace) -> None:
        shop = accounts.open_account(accounts.reference_of(sites.shop_site))
        text = words(panel(person("buyer", ai=("buy",), account=shop)))
        assert "Shop 50 of 50" in text
        assert "Buy more" in text
        assert "Press" not in text

    def test_the_sandbox_says_so(self, sites: SimpleNamespace, editor: User, settings: Any) -> None:
        assert "Sandbox" in words(panel(editor))
        settings.SHAREAI_CMS = {"ENVIRONMENT": "staging"}
        assert "Sandbox" not in words(panel(editor))


class TestLevels:
    @pytest.mark.parametrize(("left", "said"), [(6, ""), (5, "Few are left."), (1, "Few are left."), (0, "Used up.")])
    def test_little_left_is_said_in_words(self, sites: SimpleNamespace, editor: User, left: int, said: str) -> None:
        sites.shop_site.delete()
        account = accounts.open_account(accounts.reference_of(sites.press_site))
        metering.allowance_of(account, "writing")
        Balance.objects.filter(wallet=account.wallet, meter="writing").update(available=left, spent=50 - left)
        text = words(panel(editor))
        assert f"{left} of 50 writing actions left" in text
        assert [level for level in ("Few are left.", "Used up.") if level in text] == ([said] if said else [])

    @pytest.mark.parametrize(("left", "threshold"), [(13, 0), (12, 75), (5, 90), (0, 100)])
    def test_a_banner_says_what_runs_out(self, sites: SimpleNamespace, editor: User, left: int, threshold: int) -> None:
        account = accounts.open_account(accounts.reference_of(sites.press_site))
        metering.allowance_of(account, "writing")
        Balance.objects.filter(wallet=account.wallet, meter="writing").update(available=left, spent=50 - left)
        found = panel(editor)
        assert found is not None
        banners = [words(banner) for banner in found.select(".shareai-dashboard__banner")]
        assert [text.startswith(f"Press: {left} of 50 writing actions left.") for text in banners] == (
            [True] if threshold else []
        )
        assert len(found.select(".shareai-dashboard__banner--over")) == (threshold == 100)

    def test_the_bar_is_named_by_its_words(self, sites: SimpleNamespace, editor: User) -> None:
        found = panel(editor)
        assert found is not None
        for bar in found.select("progress"):
            named = " ".join(words(found.find(id=name)) for name in str(bar["aria-labelledby"]).split())
            assert named.startswith(("Press ", "Shop "))
            assert named.endswith(" left")

    def test_there_is_no_inline_style_or_script(self, sites: SimpleNamespace, editor: User) -> None:
        assert "style=" not in str(panel(editor))
        assert "<script" not in str(panel(editor))

    def test_a_suspended_site_says_so(self, sites: SimpleNamespace, editor: User) -> None:
        account = accounts.open_account(accounts.reference_of(sites.press_site))
        account.status = "suspended"
        account.save()
        assert "AI is switched off for this site." in words(panel(editor))


class TestWorkingSite:
    def test_with_several_sites_there_is_one_to_choose(self, sites: SimpleNamespace, editor: User) -> None:
        client = signed_in(editor)
        client.post("/admin/shareai/site/", {"site": str(sites.shop_site.pk)})
        found = BeautifulSoup(client.get("/admin/").content, "html.parser")
        chosen = found.select_one("#shareai-working-site option[selected]")
        assert words(chosen) == "Shop"
        assert "AI for shared content is now counted for Shop." in words(found.body)

    def test_with_one_there_is_not(self, sites: SimpleNamespace, editor: User) -> None:
        sites.shop_site.delete()
        found = panel(editor)
        assert found is not None
        assert found.select_one("form") is None

    def test_the_form_works_without_scripts(self, sites: SimpleNamespace, editor: User) -> None:
        found = panel(editor)
        assert found is not None
        form = found.select_one("form[method=post]")
        assert form is not None
        assert form["action"] == "/admin/shareai/site/"
        assert len(str(form.select_one("[name=csrfmiddlewaretoken]")["value"])) > 30  # type: ignore[index]


class TestManySites:
    @pytest.fixture
    def many(self, sites: SimpleNamespace) -> SimpleNamespace:
        for number in range(6):
            home = sites.home.get_children().first()
            Site.objects.create(hostname=f"client{number}.example", site_name=f"Client {number}", root_page=home)
        return sites

    def test_five_are_shown_and_the_rest_counted(self, many: SimpleNamespace, editor: User) -> None:
        found = panel(editor)
        assert found is not None
        assert len(found.select("li")) == 5
        assert "And 3 more sites." in words(found)

    def test_the_queries_do_not_grow_beyond_them(self, many: SimpleNamespace, editor: User) -> None:
        client = signed_in(editor)
        client.get("/admin/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        ours = [query["sql"] for query in queries if "shareai" in query["sql"]]
        assert len(ours) <= 8

    def test_looking_again_opens_no_account_again(self, many: SimpleNamespace, editor: User) -> None:
        panel(editor)
        before = timezone.now()
        panel(editor)
        assert accounts.open_account(accounts.reference_of(many.press_site)).created_at < before


class TestWorkLeftUndone:
    LINE = "Nothing has done the background work for a while."

    @pytest.fixture
    def waiting(self, sites: SimpleNamespace) -> Iterator[None]:
        kept = dict(registry._duties)
        register_duty(Duty(name="mail", every=60, run=lambda turn: 0, is_waiting=lambda since: True))
        yield
        registry._duties.clear()
        registry._duties.update(kept)

    def test_is_told_to_managers_alone(self, waiting: None, manager: User, editor: User) -> None:
        assert self.LINE in words(panel(manager))
        assert self.LINE not in words(panel(editor))

    def test_is_not_told_where_a_worker_lives(self, waiting: None, manager: User) -> None:
        WorkLoop().work_through()
        assert self.LINE not in words(panel(manager))

    def test_is_not_told_where_nothing_waits(self, manager: User) -> None:
        assert self.LINE not in words(panel(manager))
