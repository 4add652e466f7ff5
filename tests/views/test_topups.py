"""What is on sale, who may buy it, and that nothing is ordered but by a click."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client

from shareai_cms import metering, topups
from shareai_cms.models import AccountPermission, Balance, Bundle, Order, SiteAccount
from shareai_cms.topups.providers import shareai
from tests.reports.world import site
from tests.services import SandboxProcess
from tests.views.buying import ORDERS, TOPUPS, Buyer, bundle_of, said, soup
from tests.views.test_usage import person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.urls_plain")]


def links(answer: Any) -> list[str]:
    return [str(link["href"]) for link in soup(answer).select("a[href]")]


class TestWhatIsOnSale:
    def test_is_said_in_plain_words(self, people: SimpleNamespace, settings: Any) -> None:
        seller = {"name": "Web Works", "email": "w@works.example", "tax_note": "With VAT."}
        settings.SHAREAI_CMS = {"SELLER": seller, "CHECKOUT": {"client": "manual"}}
        Bundle.objects.update(expires_days=30, description="For a week.")
        text = said(people.buyer.see(TOPUPS))
        for words in (
            "What Press has left",
            "50 of 50 writing actions left",
            "Resets on",
            "A hundred texts For a week. 100 writing actions €10.00 €0.10 per writing action",
            "These units expire 30 days after you pay.",
            "With VAT.",
            "Only whole answers count.",
            "Each month: 50 writing actions.",
            "These people may buy more: agency, Bo Buyer.",
            "Web Works, w@works.example",
            "This site pays ShareAI itself, with its own key.",
            "No, never.",
            "No money is charged",
        ):
            assert words in text

    def test_stands_under_its_kind_of_unit(self, people: SimpleNamespace, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH": False}
        bundle_of(500, name="Shelf", searches=9)
        bundle_of(500, name="Everything", searches=9, writing=9)
        page = soup(people.buyer.see(TOPUPS))
        assert [shelf.get_text() for shelf in page.select(".shareai-shelf")] == [
            "Writing actions",
            "Several kinds of units",
        ]
        # Nothing on this site takes them, so nobody is sold them alone.
        assert "Shelf" not in page.get_text()
        assert "9 writing actions" in said(people.buyer.see(TOPUPS))

    def test_what_is_needed_comes_first(self, people: SimpleNamespace) -> None:
        bundle_of(500, name="Everything", searches=9, products=9)
        bundle_of(500, name="Sixty goods", products=60)
        page = soup(people.buyer.see(TOPUPS, meter="products", next="/admin/"))
        shelves = [shelf.get_text() for shelf in page.select(".shareai-shelf")]
        assert shelves == ["Product enrichments", "Several kinds of units", "Writing actions"]
        assert [name.get_text() for name in page.select(".shareai-cards--wanted h4")] == ["Sixty goods", "Everything"]
        [anchor] = page.select("#shareai-wanted")
        assert anchor.get_text() == "Product enrichments"
        assert len(page.select(".shareai-card__buy .button:not(.button-secondary)")) == 2

    def test_what_is_needed_is_said_not_to_be_on_sale(self, people: SimpleNamespace) -> None:
        page = soup(people.buyer.see(TOPUPS, meter="products"))
        [anchor] = page.select("#shareai-wanted")
        assert anchor.get_text() == "Not on sale at the moment: product enrichments."
        assert not soup(people.buyer.see(TOPUPS, meter="gold")).select("#shareai-wanted")

    def test_choosing_another_bundle_stays_at_its_kind(self, people: SimpleNamespace) -> None:
        goods = bundle_of(500, name="Sixty goods", products=60)
        page = soup(people.buyer.see(f"{TOPUPS}{goods.pk}/", account=people.press.pk))
        [link] = page.find_all("a", string="Choose another bundle")
        assert str(link["href"]).endswith("&meter=products#shareai-wanted")

    def test_one_that_was_ordered_and_not_paid_for_is_not_ordered_twice_unawares(self, people: SimpleNamespace) -> None:
        address = next(link for link in links(people.buyer.see(TOPUPS)) if "/topups/" in link and "account" in link)
        sentence = "You have ordered this bundle already, and not paid for it yet."
        assert sentence not in said(people.buyer.see(address))
        order = people.buyer.order(people.bundle, people.press)
        page = people.buyer.see(address)
        assert sentence in said(page)
        assert any(link.endswith(f"/orders/{order.number}/") for link in links(page))
        Order.objects.update(state="fulfilled")
        assert sentence not in said(people.buyer.see(address))

    def test_leaves_out_what_was_taken_off_sale(self, people: SimpleNamespace) -> None:
        Bundle.objects.update(is_active=False)
        text = said(people.buyer.see(TOPUPS))
        assert "A hundred texts" not in text
        assert "Nothing is on sale at the moment." in text

    def test_leaves_out_what_nobody_needs_to_buy(self, people: SimpleNamespace) -> None:
        bundle_of(name="Endless", indexing=100)
        mixed = bundle_of(name="Mixed", indexing=100, writing=7)
        text = said(people.buyer.see(TOPUPS))
        assert "Endless" not in text
        assert "Mixed" in text
        offer = topups.offer_of(mixed.pk)
        assert offer is not None
        assert offer.contents == (("writing", 7),)

    def test_with_nothing_here_the_link_out_remains(self, people: SimpleNamespace, by_hand: None) -> None:
        Bundle.objects.update(is_active=False)
        assert "https://shop.example/units/" in links(people.buyer.see(TOPUPS))
        assert "https://shop.example/units/" not in links(people.editor.see(TOPUPS))

    @pytest.mark.parametrize(("left", "is_over"), [(0, True), (5, False), (12, False)])
    def test_units_that_run_out_are_said_first(self, people: SimpleNamespace, left: int, is_over: bool) -> None:
        metering.allowance_of(people.press, "writing")
        Balance.objects.filter(meter="writing").update(available=left, spent=50 - left)
        for path in (TOPUPS, "/shareai/allowance/", "/shareai/what-counts/"):
            [banner] = soup(people.buyer.see(path)).select(".shareai-banner")
            assert f"Press: {left} of 50 writing actions left." in banner.get_text()
            assert ("shareai-banner--over" in banner["class"]) is is_over

    def test_while_there_are_enough_nothing_is_said(self, people: SimpleNamespace) -> None:
        assert not soup(people.buyer.see(TOPUPS)).select(".shareai-banner")

    def test_orders_under_way_are_shown_to_buyers(self, people: SimpleNamespace, by_hand: None) -> None:
        order = people.buyer.order(people.bundle, people.press)
        assert f"{ORDERS}{order.number}/" in links(people.agency.see(TOPUPS, account=people.press.pk))
        assert order.number not in str(people.editor.see(TOPUPS).content)


class TestWhoMayBuy:
    def test_gets_a_way_to_buy(self, people: SimpleNamespace) -> None:
        assert f"{TOPUPS}{people.bundle.pk}/?account={people.press.pk}" in links(people.buyer.see(TOPUPS))

    @pytest.mark.parametrize("who", ["editor", "manager"])
    def test_nobody_else_does(self, people: SimpleNamespace, who: str) -> None:
        buyer: Buyer = getattr(people, who)
        answer = buyer.see(TOPUPS)
        assert "You may not buy for this site. These people may buy more: agency, Bo Buyer." in said(answer)
        assert f"{TOPUPS}{people.bundle.pk}/" not in str(answer.content)
        assert buyer.see(f"{TOPUPS}{people.bundle.pk}/", account=people.press.pk).status_code == 403

    def test_no_right_shows_nothing(self, people: SimpleNamespace) -> None:
        assert Buyer(person("intern")).see(TOPUPS).status_code == 403
        assert Client().get(TOPUPS).status_code == 302
        assert Client().get(f"{TOPUPS}{people.bundle.pk}/").status_code == 302

    def test_another_clients_account_does_not_exist(self, people: SimpleNamespace) -> None:
        assert people.stranger.see(TOPUPS, account=people.press.pk).status_code == 404
        assert people.stranger.see(f"{TOPUPS}{people.bundle.pk}/", account=people.press.pk).status_code == 404
        fields = people.buyer.open(people.bundle, people.press)
        assert people.stranger.send(people.bundle, fields).status_code == 404
        assert not Order.objects.exists()

    def test_with_several_sites_nobody_guesses(self, people: SimpleNamespace) -> None:
        answer = people.agency.see(f"{TOPUPS}{people.bundle.pk}/", next="/admin/pages/4/")
        assert (answer.status_code, answer["Location"]) == (303, f"{TOPUPS}?next=%2Fadmin%2Fpages%2F4%2F")
        assert "Chandlery" in said(people.agency.see(TOPUPS))

    def test_with_one_it_need_not_be_named(self, people: SimpleNamespace) -> None:
        assert "For Press" in said(people.buyer.see(f"{TOPUPS}{people.bundle.pk}/"))


class TestAsking:
    def ask(self, buyer: Buyer, account: SiteAccount, **fields: str) -> str:
        answer = buyer.client.post(f"{TOPUPS}wish/", {"account": account.pk, **fields}, follow=True)
        assert answer.redirect_chain[0][1] == 303
        return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())

    def test_sends_one_mail_however_often_it_is_clicked(self, people: SimpleNamespace) -> None:
        assert "Ask for more" in said(people.editor.see(TOPUPS))
        assert "have been asked by mail" in self.ask(people.editor, people.press, next="/admin/pages/4/")
        assert "You have asked already." in self.ask(people.editor, people.press)
        assert {message.to[0] for message in mail.outbox} <= {"bo@press.example"}

    def test_with_nobody_to_ask_says_so(self, press: SiteAccount) -> None:
        text = self.ask(Buyer(person("editor", "use", account=press)), press)
        assert "Ask the people who run this site." in text

    def test_is_for_those_who_use_ai_and_may_not_buy(self, people: SimpleNamespace) -> None:
        assert "Ask for more" not in said(people.manager.see(TOPUPS))
        assert "The request was not understood." in self.ask(people.agency, people.press)
        answer = people.stranger.client.post(f"{TOPUPS}wish/", {"account": people.press.pk})
        assert answer.status_code == 404
        assert people.editor.see(f"{TOPUPS}wish/").status_code == 405

    def test_a_script_is_answered_in_json(self, people: SimpleNamespace) -> None:
        def ask(buyer: Buyer) -> Any:
            address = f"{TOPUPS}wish/?account={people.press.pk}"
            return buyer.client.post(address, {"next": "/admin/pages/4/"}, headers={"Accept": "application/json"})

        first, again, refused = ask(people.editor), ask(people.editor), ask(people.agency)
        assert first.json() == {"state": "sent", "text": "The people who may buy top-ups have been asked by mail."}
        assert again.json()["state"] == "already_asked"
        assert refused.status_code == 400
        assert refused.json()["error"]["code"] == "invalid_request"

    @pytest.mark.parametrize("wanted", ["theirs", "press"])
    def test_a_script_hears_in_json_what_is_not_allowed(self, people: SimpleNamespace, wanted: str) -> None:
        if wanted == "press":
            AccountPermission.objects.all().delete()
        address = f"{TOPUPS}wish/?account={getattr(people, wanted).pk}"
        answer = people.editor.client.post(address, headers={"Accept": "application/json"})
        assert answer.status_code == 403
        assert answer.json()["error"]["sentence"] == "You may not use this AI action here."
        assert people.editor.client.post(address, headers={"Accept": "text/html"}).status_code in (403, 404)


class TestWhereNothingCanBeSold:
    def test_the_page_says_why(self, people: SimpleNamespace, settings: Any) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "sandbox", "CHECKOUT": {"client": "stripes"}}
        answer = people.buyer.see(TOPUPS)
        assert "Top-ups cannot be bought here yet. Nothing was charged." in said(answer)
        assert "stripes" not in said(answer)
        assert f"{TOPUPS}{people.bundle.pk}/" not in str(answer.content)
        assert "There is no payment provider 'stripes'" in said(people.agency.see(TOPUPS, account=people.press.pk))
        answer = people.buyer.see(f"{TOPUPS}{people.bundle.pk}/")
        assert answer.status_code == 503
        assert not soup(answer).select("form[method=post]")

    def test_nobody_pays_twice(self, people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shareai.Provider, "payers", frozenset({"agency"}))
        assert "it would pay twice" in said(people.buyer.see(TOPUPS))

    @pytest.mark.parametrize("status", ["suspended", "closed"])
    def test_a_site_that_is_switched_off_buys_nothing(self, people: SimpleNamespace, status: str) -> None:
        fields = people.buyer.open(people.bundle, people.press)
        SiteAccount.objects.filter(pk=people.press.pk).update(status=status)
        answer = people.buyer.see(TOPUPS)
        assert "AI is switched off for this site." in said(answer)
        assert f"{TOPUPS}{people.bundle.pk}/" not in str(answer.content)
        assert people.buyer.send(people.bundle, fields).status_code == 403
        assert not Order.objects.exists()


class TestConfirming:
    def test_says_what_will_happen(self, people: SimpleNamespace) -> None:
        text = said(people.buyer.see(f"{TOPUPS}{people.bundle.pk}/"))
        for words in (
            "A hundred texts",
            "Contents 100 writing actions",
            "These units do not expire.",
            "Seller ShareAI",
            "Price €10.00",
            "You pay on the payment provider's page and come back here.",
            "Nothing is charged again by itself.",
        ):
            assert words in text

    def test_looking_orders_nothing(self, people: SimpleNamespace) -> None:
        for path in (TOPUPS, f"{TOPUPS}{people.bundle.pk}/"):
            people.buyer.see(path)
        assert not Order.objects.exists()

    def test_leads_to_the_payment_page(self, people: SimpleNamespace, checkout: SandboxProcess) -> None:
        fields = people.buyer.open(people.bundle, people.press, next="/admin/pages/4/edit/")
        answer = people.buyer.send(people.bundle, fields)
        order = Order.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, order.checkout_url)
        assert order.checkout_url.startswith(checkout.root)
        assert (order.state, order.way_back, order.buyer_label) == ("open", "/admin/pages/4/edit/", "Bo Buyer")
        assert checkout.session(order.session_ref)["client_reference_id"] == order.number

    def test_a_double_click_is_one_order(self, people: SimpleNamespace, checkout: SandboxProcess) -> None:
        fields = people.buyer.open(people.bundle, people.press)
        first, second = (people.buyer.send(people.bundle, fields) for _click in range(2))
        assert first["Location"] == second["Location"]
        assert Order.objects.count() == 1

    def test_a_price_that_changed_meanwhile_is_shown_first(
        self, people: SimpleNamespace, checkout: SandboxProcess
    ) -> None:
        fields = people.buyer.open(people.bundle, people.press)
        Bundle.objects.update(price_minor=2_000)
        answer = people.buyer.send(people.bundle, fields)
        assert answer.status_code == 409
        assert "This bundle was changed while you looked at it." in said(answer)
        assert "€20.00" in said(answer)
        [again] = soup(answer).select("input[name=key]")
        assert again["value"] == fields["key"]
        assert not Order.objects.exists()

    @pytest.mark.parametrize("version", ["", "1-EUR-0-writing.100", "1000-USD-0-writing.100", "1000-EUR-0-writing.999"])
    def test_a_version_that_somebody_made_up_buys_nothing(self, people: SimpleNamespace, version: str) -> None:
        fields = people.buyer.open(people.bundle, people.press)
        assert people.buyer.send(people.bundle, fields, version=version).status_code == 409
        assert not Order.objects.exists()

    def test_a_bundle_that_was_taken_off_sale_says_so(self, people: SimpleNamespace) -> None:
        fields = people.buyer.open(people.bundle, people.press)
        Bundle.objects.update(is_active=False)
        for answer in (people.buyer.send(people.bundle, fields), people.buyer.see(f"{TOPUPS}{people.bundle.pk}/")):
            assert answer.status_code == 409
            assert "This bundle is no longer on sale." in said(answer)
            assert any(link.startswith(f"{TOPUPS}?") for link in links(answer))

    @pytest.mark.parametrize("key", ["", "short", "with spaces in it 1234", "x" * 129])
    def test_a_key_of_no_form_is_replaced(self, people: SimpleNamespace, key: str) -> None:
        fields = people.buyer.open(people.bundle, people.press)
        answer = people.buyer.send(people.bundle, fields, key=key)
        assert answer.status_code == 400
        [again] = soup(answer).select("input[name=key]")
        assert len(str(again["value"])) == 32

    def test_somebody_elses_key_is_not_their_order(self, people: SimpleNamespace, checkout: SandboxProcess) -> None:
        fields = people.buyer.open(people.bundle, people.press)
        people.buyer.send(people.bundle, fields)
        assert people.agency.send(people.bundle, fields).status_code == 400
        assert Order.objects.count() == 1

    def test_needs_the_page_before_it(self, people: SimpleNamespace) -> None:
        fields = people.buyer.open(people.bundle, people.press)
        user = AccountPermission.objects.get(permission="buy", account=people.press).group.user_set.get()
        guarded = Buyer(user, enforce_csrf_checks=True)
        assert guarded.send(people.bundle, fields).status_code == 403
        assert guarded.client.post(f"{TOPUPS}wish/", {"account": people.press.pk}).status_code == 403
        assert not Order.objects.exists()

    @pytest.mark.parametrize(
        "forged",
        [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "javascript:alert(1)",
            "admin/",
            "/admin/\nLocation: https://evil.example",
            "/" + "a" * 2_000,
        ],
    )
    def test_the_way_back_stays_on_this_site(self, people: SimpleNamespace, by_hand: None, forged: str) -> None:
        assert "evil" not in str(people.buyer.see(TOPUPS, next=forged).content)
        fields = people.buyer.open(people.bundle, people.press, next=forged)
        assert fields["next"] == ""
        people.buyer.send(people.bundle, fields, next=forged)
        assert Order.objects.get().way_back == ""


class TestAProviderThatIsDown:
    def test_keeps_the_order_for_another_try(self, people: SimpleNamespace, settings: Any) -> None:
        with SandboxProcess() as process:
            settings.SHAREAI_CMS = {"SANDBOX_URL": process.url, "CONNECT_TIMEOUT": 2.0}
            fields = people.buyer.open(people.bundle, people.press)
            process.stop()
            answer = people.buyer.send(people.bundle, fields)
            order = Order.objects.get()
            assert (answer.status_code, answer["Location"]) == (303, f"{ORDERS}{order.number}/")
            page = BeautifulSoup(people.buyer.page(order).content, "html.parser").get_text(" ")
            assert "The payment provider cannot be reached at the moment. Nothing was charged." in page
            assert "Go on to pay" in page
            process.restart()
            answer = people.buyer.do(order, "pay")
            order.refresh_from_db()
            assert answer["Location"] == order.checkout_url
            assert people.buyer.send(people.bundle, fields)["Location"] == order.checkout_url
            assert Order.objects.count() == 1


class TestElsewhere:
    def test_more_is_offered_where_what_is_left_is_shown(self, people: SimpleNamespace) -> None:
        wanted = f"{TOPUPS}?account={people.press.pk}"
        for path in ("/shareai/allowance/", "/shareai/what-counts/"):
            answer = people.buyer.see(path)
            assert wanted in links(answer)
            assert "new tab" not in said(answer)
        assert wanted not in links(people.editor.see("/shareai/allowance/"))

    def test_without_any_account_it_says_so(self, db: None) -> None:
        assert "No site has used AI yet." in said(Buyer(person("agency", "buy")).see(TOPUPS))

    def test_accounts_of_a_copied_database_are_not_shown(self, people: SimpleNamespace) -> None:
        live = site("Live", environment="production")
        assert "Live" not in said(people.agency.see(TOPUPS))
        assert people.agency.see(TOPUPS, account=live.pk).status_code == 404
