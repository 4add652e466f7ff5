from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shareai_cms import metering
from shareai_cms.models import SiteAccount, Wallet
from tests.metering.scenarios import request
from tests.metering.world import plan_of
from tests.reports.world import VIENNA, site
from tests.views.test_usage import person, signed_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.urls_plain")]

LEFT, EXPLAINED = "/shareai/allowance/", "/shareai/what-counts/"


@pytest.fixture
def press() -> SiteAccount:
    return site("Press", zone=VIENNA)


class TestWhoSeesThem:
    @pytest.mark.parametrize("path", [LEFT, EXPLAINED])
    @pytest.mark.parametrize("right", ["use", "buy", "manage"])
    def test_each_right_is_enough(self, press: SiteAccount, path: str, right: str) -> None:
        assert "Press" in words(signed_in(person("somebody", right, account=press)).get(path))

    @pytest.mark.parametrize("path", [LEFT, EXPLAINED])
    def test_no_right_is_not(self, press: SiteAccount, path: str) -> None:
        assert signed_in(person("intern")).get(path).status_code == 403
        assert signed_in(person("bulk", "bulk")).get(path).status_code == 403
        assert Client().get(path).status_code == 302

    @pytest.mark.parametrize("path", [LEFT, EXPLAINED])
    def test_other_sites_are_not_shown(self, press: SiteAccount, path: str) -> None:
        other = site("Chandlery")
        client = signed_in(person("somebody", "use", account=press))
        assert "Chandlery" not in words(client.get(path))
        assert "Chandlery" not in client.get(f"{path}?account={other.pk}").content.decode()

    @pytest.mark.parametrize("wanted", ["0", "x", "1,234"])
    def test_an_account_that_is_not_theirs_is_not_there(self, press: SiteAccount, wanted: str) -> None:
        client = signed_in(person("somebody", "use", account=press))
        assert client.get(EXPLAINED, {"account": wanted}).status_code == 404

    @pytest.mark.parametrize("path", [LEFT, EXPLAINED])
    def test_accounts_of_a_copied_database_are_not_shown(self, press: SiteAccount, path: str) -> None:
        site("Live", environment="production")
        assert "Live" not in words(signed_in(person("somebody", "use")).get(path))

    @pytest.mark.parametrize("path", [LEFT, EXPLAINED])
    def test_without_any_account_they_say_so(self, path: str) -> None:
        assert "No site has used AI yet." in words(signed_in(User.objects.create_superuser("root")).get(path))

    def test_managers_are_led_to_the_report(self, press: SiteAccount) -> None:
        for right, expected in (("manage", True), ("use", False)):
            content = signed_in(person(right, right, account=press)).get(LEFT).content.decode()
            assert ("/shareai/usage/" in content) is expected


class TestWhatIsLeft:
    def test_is_said_in_words_and_as_a_bar(self, press: SiteAccount) -> None:
        text = words(signed_in(person("editor", "use")).get(LEFT))
        assert "50 of 50 writing actions left" in text
        assert "Resets on" in text
        assert "Buy more" not in text

    def test_who_may_buy_is_shown_where(self, press: SiteAccount) -> None:
        assert "Buy more" in words(signed_in(person("buyer", "buy")).get(LEFT))

    def test_a_suspended_wallet_is_said(self, press: SiteAccount) -> None:
        Wallet.objects.update(status="suspended")
        assert "AI is switched off for this site." in words(signed_in(person("editor", "use")).get(LEFT))


class TestWhatCounts:
    def explained(self, *rights: str, question: str = "") -> str:
        return words(signed_in(person("reader", *rights or ("use",))).get(EXPLAINED + question))

    def test_says_what_is_included_and_when_it_resets_in_the_wallets_zone(self, press: SiteAccount) -> None:
        text = self.explained()
        assert "What is included for Press 50 writing actions a month 50 of 50 writing actions left" in text
        assert "(Europe/Vienna)" in text

    def test_a_plan_without_units_says_so(self) -> None:
        wallet = Wallet.objects.create(plan=plan_of(products=5), time_zone="UTC")
        site("Poor", wallet=wallet)
        assert "No writing actions are included" in self.explained()

    def test_every_action_has_its_price(self, press: SiteAccount) -> None:
        explained = self.explained()
        assert "Rewrite 1 writing action" in explained
        assert "Suggest titles 1 writing action" in explained

    def test_a_premium_route_has_its_own(self, press: SiteAccount, settings: Any) -> None:
        settings.SHAREAI_CMS = {"ROUTES": {"standard": [], "premium": ["big"], "fallback": []}}
        assert "Standard: 1 writing action · Premium: 3 writing actions" in self.explained()

    def test_each_end_of_an_action_has_a_row(self, press: SiteAccount) -> None:
        text = self.explained()
        for row in (
            "The AI service failed, was busy or took too long. none",
            "You stopped it or left after the first word. all",
            "A whole answer arrived, whether you accept it or not. all",
            "You clicked “Try again”. all, each time",
        ):
            assert row in text

    def test_says_who_pays(self, press: SiteAccount) -> None:
        assert "This site pays ShareAI itself" in self.explained()
        SiteAccount.objects.update(payer="agency")
        assert "The agency that runs this site pays" in words(signed_in(person("x", "use")).get(EXPLAINED))

    def test_names_whom_to_ask_and_who_may_buy(self, press: SiteAccount) -> None:
        person("ida", "manage", account=press, first_name="Ida", last_name="Marlow")
        person("bo", "buy", first_name="Bo", last_name="Buyer")
        person("gone", "manage", is_active=False, first_name="Gone")
        person("other", "manage", account=site("Chandlery"), first_name="Other")
        text = self.explained("use", question=f"?account={press.pk}")
        assert "These people manage AI for this site: Ida Marlow." in text
        assert "These people may buy more: Bo Buyer." in text

    def test_a_buyer_gets_the_link_instead(self, press: SiteAccount) -> None:
        assert "Buy more" in self.explained("buy")

    def test_with_several_sites_one_is_chosen(self, press: SiteAccount) -> None:
        other = site("Chandlery")
        assert "What is included for Chandlery" in self.explained(question=f"?account={other.pk}")

    def test_visitors_search_goes_on_where_there_is_one(self, press: SiteAccount, settings: Any) -> None:
        sentence = "Visitors’ search goes on by words alone."
        assert sentence in self.explained()
        settings.SHAREAI_CMS = {"SEARCH": False}
        assert sentence not in words(signed_in(person("other", "use")).get(EXPLAINED))

    def test_used_up_is_said(self, press: SiteAccount) -> None:
        [left] = [each for each in metering.allowance(press) if each.meter == "writing"]
        metering.settle(metering.reserve(request(press, "everything", units=left.available)))
        assert "Used up." in self.explained()
