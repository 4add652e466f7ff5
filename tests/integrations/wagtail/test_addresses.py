"""A live site at another address: nobody's click is sent or counted until a manager has said what that means."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import resolve

from shareai_cms import metering
from shareai_cms.integrations.wagtail import accounts
from shareai_cms.models import SiteAccount, Usage
from tests.integrations.wagtail.conftest import person, signed_in
from tests.integrations.wagtail.desk import at
from tests.services import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)

OLD = "https://old.example"


@pytest.fixture
def live(sites: SimpleNamespace, sandbox: SandboxProcess, settings: Any) -> SiteAccount:
    """The press's account of the live site, from when it was elsewhere."""
    settings.SHAREAI_CMS = {"ENVIRONMENT": "production", "API_KEY": "k", "BASE_URL": sandbox.url}
    cache.clear()
    account = accounts.open_account(accounts.reference_of(sites.press_site))
    SiteAccount.objects.filter(pk=account.pk).update(address=OLD)
    account.refresh_from_db()
    return account


def dashboard(user: User) -> BeautifulSoup:
    response = signed_in(user).get("/admin/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(part: Any) -> str:
    return " ".join(part.get_text(" ").split())


def config(user: User, sites: SimpleNamespace) -> dict[str, Any]:
    answer = signed_in(user).get("/admin/shareai/config/", {"path": f"/admin/pages/{sites.info.pk}/edit/"})
    found: dict[str, Any] = answer.json()
    return found


def click(user: User, sites: SimpleNamespace, key: str = "click-0000000000000001") -> Any:
    target = {"type": "demo.infopage", "id": str(sites.info.pk), "field": "teaser"}
    body = {"target": target, "input": {"text": "In order to begin, we utilise the press."}}
    return signed_in(user).post(
        "/admin/shareai/actions/rewrite/",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key, "Accept": "application/json"},
    )


def answer(user: User, sites: SimpleNamespace, text: str, **options: Any) -> Any:
    form = {"site": str(sites.press_site.pk), "answer": text}
    return signed_in(user).post("/admin/shareai/address/", form, **options)


class TestAClick:
    def test_is_refused_and_nothing_is_sent_or_counted(
        self, live: SiteAccount, sites: SimpleNamespace, editor: User, sandbox: SandboxProcess
    ) -> None:
        response = click(editor, sites)
        told = response.json()["error"]
        assert (response.status_code, told["code"]) == (409, "address_changed")
        assert told["sentence"] == "This site has a new address, so AI is paused here."
        assert "detail" not in told
        assert sandbox.state()["calls"] == 0
        assert not Usage.objects.exists()

    def test_goes_through_once_the_site_has_moved(
        self, live: SiteAccount, sites: SimpleNamespace, editor: User, manager: User
    ) -> None:
        assert answer(manager, sites, "moved").status_code == 302
        assert click(editor, sites).status_code == 200
        assert metering.allowance_of(live, "writing").available == 49

    def test_finds_no_units_in_a_copy(
        self, live: SiteAccount, sites: SimpleNamespace, editor: User, manager: User, sandbox: SandboxProcess
    ) -> None:
        answer(manager, sites, "copy")
        assert click(editor, sites).json()["error"]["code"] == "allowance_exhausted"
        assert sandbox.state()["calls"] == 0
        assert SiteAccount.objects.count() == 1


class TestTheDashboard:
    def test_asks_those_who_manage(self, live: SiteAccount, sites: SimpleNamespace, manager: User) -> None:
        question = dashboard(manager).select_one(".shareai-question")
        assert f"This site was at {OLD} and is at http://press.example now, so AI is paused here." in words(question)
        assert [words(button) for button in question.select("button")] == ["It has moved", "This is a copy"]  # type: ignore[union-attr]

    def test_tells_everybody_else_whom_to_ask(self, live: SiteAccount, sites: SimpleNamespace, editor: User) -> None:
        question = dashboard(editor).select_one(".shareai-question")
        assert "Ask someone who manages AI for this site" in words(question)
        assert not question.select("button")  # type: ignore[union-attr]

    def test_form_works_without_scripts(self, live: SiteAccount, sites: SimpleNamespace, manager: User) -> None:
        client = signed_in(manager)
        page = BeautifulSoup(client.get("/admin/").content, "html.parser")
        form = page.select_one(".shareai-question form")
        assert form is not None
        fields = {field["name"]: field["value"] for field in form.select("input")}
        after = client.post(str(form["action"]), {**fields, "answer": "moved"}, follow=True)
        text = words(BeautifulSoup(after.content, "html.parser"))
        assert "Press has moved. AI goes on with the units that it has." in text
        assert "AI is paused" not in text

    def test_names_a_copy(self, live: SiteAccount, sites: SimpleNamespace, manager: User) -> None:
        answer(manager, sites, "copy")
        assert "This is a copy of the live site and has no units of its own." in words(dashboard(manager))

    def test_says_nothing_where_nothing_changed(self, sites: SimpleNamespace, manager: User) -> None:
        assert dashboard(manager).select_one(".shareai-question") is None


class TestTheEditor:
    def test_gives_a_manager_the_two_answers(self, live: SiteAccount, sites: SimpleNamespace, manager: User) -> None:
        problem = config(manager, sites)["problem"]
        assert problem["code"] == "address_changed"
        assert problem["remedy"] == (
            f"It was {OLD} and is http://press.example now. Has the site moved, or is this a copy?"
        )
        assert [one["answer"] for one in problem["answers"]] == ["moved", "copy"]
        assert problem["site"] == str(sites.press_site.pk)

    def test_gives_an_editor_a_sentence(self, live: SiteAccount, sites: SimpleNamespace, editor: User) -> None:
        problem = config(editor, sites)["problem"]
        assert "answers" not in problem
        assert "Ask someone who manages AI" in problem["remedy"]

    def test_answers_in_json_too(self, live: SiteAccount, sites: SimpleNamespace, manager: User) -> None:
        response = answer(manager, sites, "copy", headers={"Accept": "application/json"})
        assert response.json() == {"is_copy": True, "environment": "staging"}
        assert config(manager, sites)["problem"] is None


class TestTheAccountsPage:
    """Under Settings → AI, where a copy can be taken back, too."""

    def page(self, user: User, account: SiteAccount) -> BeautifulSoup:
        return BeautifulSoup(signed_in(user).get(at("account", account.pk)).content, "html.parser")

    def answer(self, user: User, account: SiteAccount, text: str) -> str:
        response = signed_in(user).post(at("account_address", account.pk), {"answer": text}, follow=True)
        assert response.redirect_chain == [(at("account", account.pk), 302)]
        return words(BeautifulSoup(response.content, "html.parser"))

    def test_asks_as_the_dashboard_does(self, live: SiteAccount, manager: User) -> None:
        [question] = self.page(manager, live).select(".shareai-question")
        assert f"This site was at {OLD} and is at http://press.example now, so AI is paused here." in words(question)
        assert [words(button) for button in question.select("button")] == ["It has moved", "This is a copy"]
        assert question.select_one("form")["action"] == at("account_address", live.pk)  # type: ignore[index]
        assert not question.select("[style], script")

    def test_takes_that_it_has_moved(self, live: SiteAccount, manager: User) -> None:
        assert "Press has moved. AI goes on with the units that it has." in self.answer(manager, live, "moved")
        live.refresh_from_db()
        assert (live.address, live.is_copy) == ("http://press.example", False)
        assert not self.page(manager, live).select(".shareai-question")

    def test_shows_a_copy_and_takes_it_back(self, live: SiteAccount, manager: User) -> None:
        wallet = live.wallet_id
        assert "Press is a copy now and has no units of its own." in self.answer(manager, live, "copy")
        [status] = self.page(manager, live).select(".shareai-question")
        assert words(status).startswith("Copy This is a copy of the live site and has no units of its own.")
        assert [words(button) for button in status.select("button")] == ["This is the live site after all"]
        assert "Press is the live site again, with the units that it had." in self.answer(manager, live, "original")
        live.refresh_from_db()
        assert (live.environment, live.is_copy, live.wallet_id) == ("production", False, wallet)
        assert live.address == "http://press.example"
        assert not self.page(manager, live).select(".shareai-question")

    def test_says_where_a_copy_cannot_be_taken_back(self, live: SiteAccount, manager: User) -> None:
        self.answer(manager, live, "copy")
        live.refresh_from_db()
        SiteAccount.objects.create(
            platform=live.platform, reference=live.reference, environment="production", wallet=live.wallet
        )
        assert "Press stays a copy: another account has taken the place" in self.answer(manager, live, "original")

    @pytest.mark.parametrize("odd", ["", "both"])
    def test_takes_nothing_else(self, live: SiteAccount, manager: User, odd: str) -> None:
        text = self.answer(manager, live, odd)
        assert "has moved. AI" not in text
        live.refresh_from_db()
        assert (live.address, live.is_copy) == (OLD, False)

    def test_is_for_who_manages_the_account(self, live: SiteAccount, sites: SimpleNamespace, editor: User) -> None:
        shop = accounts.open_account(accounts.reference_of(sites.shop_site))
        stranger = person("stranger", ai=("manage",), account=shop)
        mine = person("mine", ai=("manage",), account=live)
        at_press, answer = at("account_address", live.pk), {"answer": "copy"}
        assert signed_in(stranger).post(at_press, answer).status_code == 404
        assert signed_in(editor).post(at_press, answer)["Location"] == "/admin/"
        assert not SiteAccount.objects.filter(is_copy=True).exists()
        assert "is a copy now" in self.answer(mine, live, "copy")

    def test_needs_a_post_and_the_token(self, live: SiteAccount, manager: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(manager)
        assert client.post(at("account_address", live.pk), {"answer": "copy"}).status_code == 403
        assert client.get(at("account_address", live.pk)).status_code == 405
        view = resolve(at("account_address", live.pk)).func
        assert view._non_atomic_requests == {"default"}  # type: ignore[attr-defined]

    def test_form_works_without_scripts(self, live: SiteAccount, manager: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(manager)
        for chosen in ("copy", "original"):
            page = BeautifulSoup(client.get(at("account", live.pk)).content, "html.parser")
            form = page.select_one(".shareai-question form")
            assert form is not None
            fields = {field["name"]: field["value"] for field in form.select("input")}
            assert client.post(str(form["action"]), {**fields, "answer": chosen}).status_code == 302
        live.refresh_from_db()
        assert not live.is_copy

    def test_asks_nothing_about_a_live_account_seen_from_elsewhere(
        self, live: SiteAccount, manager: User, settings: Any
    ) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "ENVIRONMENT": "staging"}
        assert not self.page(manager, live).select(".shareai-question")


class TestWhoMayAnswer:
    def test_is_whoever_manages_this_very_site(self, live: SiteAccount, sites: SimpleNamespace, editor: User) -> None:
        shop = accounts.open_account(accounts.reference_of(sites.shop_site))
        stranger = person("stranger", ai=("manage",), account=shop)
        for user in (editor, stranger):
            refused = answer(user, sites, "moved", headers={"Accept": "application/json"})
            assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_permitted")
            assert answer(user, sites, "copy").status_code == 302
        live.refresh_from_db()
        assert (live.address, live.is_copy) == (OLD, False)

    def test_keeps_that_right_on_the_copy(self, live: SiteAccount, sites: SimpleNamespace) -> None:
        mine = person("mine", ai=("use", "manage"), account=live)
        assert answer(mine, sites, "copy", headers={"Accept": "application/json"}).json()["is_copy"]
        assert "Press" in words(dashboard(mine))
        assert config(mine, sites)["can_manage"]

    @pytest.mark.parametrize("odd", ["", "both", "original"])
    def test_has_two_answers(self, live: SiteAccount, sites: SimpleNamespace, manager: User, odd: str) -> None:
        refused = answer(manager, sites, odd, headers={"Accept": "application/json"})
        assert refused.json()["error"]["code"] == "invalid_request"

    def test_has_to_post(self, live: SiteAccount, manager: User) -> None:
        assert signed_in(manager).get("/admin/shareai/address/").status_code == 405

    @pytest.mark.parametrize("odd", ["", "x", "99999", "1 OR 1"])
    def test_names_a_site(self, live: SiteAccount, manager: User, odd: str) -> None:
        form = {"site": odd, "answer": "copy"}
        response = signed_in(manager).post("/admin/shareai/address/", form, headers={"Accept": "application/json"})
        assert response.status_code == 403
