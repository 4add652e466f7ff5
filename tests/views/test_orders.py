"""How an order stands, who sees it, and that its page tells the truth in every state."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from django.core.cache import cache
from django.test import Client

from shareai_cms import metering
from shareai_cms.models import AccountPermission, Bundle, Grant, Order, SiteAccount
from shareai_cms.topups.providers import Kind, Paid, Status
from shareai_cms.views.buying import cancel_token
from tests.metering.world import ADA
from tests.services import SandboxProcess
from tests.views.buying import ORDERS, TOPUPS, Buyer, adjusted, hear, path_of, said, soup

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.urls_plain")]


@pytest.fixture(autouse=True)
def _asked_nobody_yet() -> None:
    cache.clear()


@pytest.fixture
def shop(people: SimpleNamespace, checkout: SandboxProcess) -> SimpleNamespace:
    """An order whose buyer stands at the payment page."""
    order = people.buyer.order(people.bundle, people.press, next="/admin/pages/4/edit/")
    return SimpleNamespace(**vars(people), order=order, checkout=checkout)


def at_the_payment_page(order: Order, action: str) -> str:
    """Click a button there; the path on this site to which it leads."""
    answer = requests.post(order.checkout_url, data={"action": action}, allow_redirects=False, timeout=10)
    assert answer.status_code in (302, 303), answer.status_code
    return path_of(answer.headers["Location"])


def buttons(answer: Any) -> list[str]:
    return [" ".join(found.get_text(" ").split()) for found in soup(answer).select("form button, a.button")]


class TestComingBack:
    def test_shows_the_new_balance_at_once(self, shop: SimpleNamespace) -> None:
        address = at_the_payment_page(shop.order, "pay")
        assert address == f"{ORDERS}{shop.order.number}/?back=1"
        answer = shop.buyer.see(address)
        text = said(answer)
        assert "Paid Thank you. The units are added and can be used at once." in text
        assert "150 of 150 writing actions left" in text
        assert buttons(answer) == ["Back to what you were doing"]
        assert not soup(answer).select("[data-shareai-order]")
        [receipt] = soup(answer).select("a[rel~=noreferrer]")
        assert str(receipt["href"]).startswith(shop.checkout.root)

    def test_asks_once_and_only_those_who_come_back(self, shop: SimpleNamespace) -> None:
        shop.checkout.checkout(shop.order.session_ref, "pay")
        assert "Waiting for your payment" in said(shop.buyer.page(shop.order))
        assert shop.buyer.status(shop.order)["state"] == "open"
        assert "Paid" in said(shop.buyer.page(shop.order, back=1))

    def test_before_the_money_waits_and_says_so(self, shop: SimpleNamespace) -> None:
        shop.checkout.checkout(shop.order.session_ref, "pay_later")
        answer = shop.buyer.page(shop.order, back=1)
        assert "Your payment is on its way" in said(answer)
        assert buttons(answer) == ["Back to what you were doing"]
        [waiting] = soup(answer).select("[data-shareai-order]")
        assert waiting["data-shareai-order"] == f"{ORDERS}{shop.order.number}/status/"
        assert "Check again" in said(answer)
        assert not Grant.objects.filter(kind="topup").exists()
        shop.checkout.checkout(shop.order.session_ref, "settle")
        assert "Your payment is on its way" in said(shop.buyer.page(shop.order, back=1))
        cache.clear()
        assert "The units are added" in said(shop.buyer.page(shop.order, back=1))

    def test_with_a_card_that_was_declined_says_so(self, shop: SimpleNamespace) -> None:
        shop.checkout.checkout(shop.order.session_ref, "pay_later")
        shop.checkout.checkout(shop.order.session_ref, "decline")
        answer = shop.buyer.page(shop.order, back=1)
        assert "The payment failed" in said(answer)
        assert buttons(answer) == ["Order this bundle again", "Back to what you were doing"]
        again = soup(answer).select_one("a.button")
        assert again is not None
        assert again["href"] == (
            f"{TOPUPS}{shop.bundle.pk}/?account={shop.press.pk}&next=%2Fadmin%2Fpages%2F4%2Fedit%2F"
        )

    def test_too_late_says_so(self, shop: SimpleNamespace) -> None:
        shop.checkout.checkout(shop.order.session_ref, "expire")
        assert "Not paid in time" in said(shop.buyer.page(shop.order, back=1))

    def test_while_the_provider_is_down_promises_nothing_false(self, people: SimpleNamespace, settings: Any) -> None:
        with SandboxProcess() as process:
            settings.SHAREAI_CMS = {"SANDBOX_URL": process.url, "CONNECT_TIMEOUT": 2.0, "DEFAULT_PLAN": {"writing": 10}}
            order = people.buyer.order(people.bundle, people.press)
            process.webhooks("off")
            process.checkout(order.session_ref, "pay")
            process.stop()
            answer = people.buyer.page(order, back=1)
            assert "We could not ask the payment provider yet. It will be done by itself" in said(answer)
            assert "Waiting for your payment We have not heard of a payment yet." in said(answer)
            assert "Nothing was charged" not in said(answer)
            assert buttons(answer) == ["Cancel this order"]
            assert "Go on to pay" not in buttons(people.buyer.page(order, back=1))
            process.restart()
            cache.clear()
            assert "150 of 150 writing actions left" in said(people.buyer.page(order, back=1))

    def test_another_sum_than_was_asked_is_a_problem_and_no_units(
        self, shop: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.checkout.checkout(shop.order.session_ref, "pay")
        Order.objects.filter(pk=shop.order.pk).update(price_minor=1)
        answer = shop.buyer.page(shop.order, back=1)
        assert "There is a problem The payment does not match this order, so no units were booked." in said(answer)
        assert not Grant.objects.filter(kind="topup").exists()
        assert buttons(answer) == ["Back to what you were doing"]
        for what in ("pay", "cancel"):
            assert shop.buyer.do(shop.order, what)["Location"] == f"{ORDERS}{shop.order.number}/"
        shop.order.refresh_from_db()
        assert shop.order.state == "open"
        for page in (shop.buyer.see(ORDERS), shop.buyer.see(TOPUPS, account=shop.press.pk)):
            assert "problem" in said(page).lower()
            assert "waiting for the payment" not in " ".join(each.get_text() for each in soup(page).select("td, li a"))
        Order.objects.update(state="expired")
        assert "Order this bundle again" not in buttons(shop.buyer.page(shop.order))

    def test_the_page_that_waits_is_told(self, shop: SimpleNamespace) -> None:
        told = shop.buyer.status(shop.order)
        assert (told["state"], told["words"], told["is_final"]) == ("open", "Waiting for your payment", False)
        hear(shop.order, Paid.PAID)
        told = shop.buyer.status(shop.order)
        assert (told["state"], told["words"], told["is_final"]) == ("fulfilled", "Paid", True)
        assert told["balance"] == ["150 of 150 writing actions left"]
        assert "no-store" in shop.buyer.see(f"{ORDERS}{shop.order.number}/status/")["Cache-Control"]


class TestGivingUp:
    def test_at_the_payment_page_cancels(self, shop: SimpleNamespace) -> None:
        address = at_the_payment_page(shop.order, "cancel")
        answer = shop.buyer.client.get(address, follow=True)
        assert answer.redirect_chain == [(f"{ORDERS}{shop.order.number}/", 303)]
        assert "Cancelled This order is cancelled. If money was or is paid all the same, its units are added." in said(
            answer
        )
        assert "Order this bundle again" in buttons(answer)
        assert shop.checkout.session(shop.order.session_ref)["status"] == "expired"

    def test_with_a_made_up_proof_changes_nothing(self, shop: SimpleNamespace) -> None:
        other = shop.buyer.order(shop.bundle, shop.press)
        for token in ("", "1", shop.order.number, cancel_token(other), cancel_token(shop.order)[:-1]):
            shop.buyer.page(shop.order, cancelled=token)
        shop.order.refresh_from_db()
        assert shop.order.state == "open"

    def test_after_paying_shows_what_is_true(self, shop: SimpleNamespace) -> None:
        shop.checkout.checkout(shop.order.session_ref, "pay")
        token = cancel_token(shop.order)
        answer = shop.buyer.client.get(f"{ORDERS}{shop.order.number}/", {"cancelled": token}, follow=True)
        assert "150 of 150 writing actions left" in said(answer)

    def test_on_the_page(self, shop: SimpleNamespace) -> None:
        assert buttons(shop.buyer.page(shop.order)) == [
            "Go on to pay",
            "Back to what you were doing",
            "Cancel this order",
        ]
        assert shop.buyer.do(shop.order, "cancel").status_code == 303
        assert "Cancelled" in said(shop.buyer.page(shop.order))
        # Closed meanwhile: nothing to pay, and the page says so.
        assert shop.buyer.do(shop.order, "pay")["Location"] == f"{ORDERS}{shop.order.number}/"

    def test_takes_more_than_looking(self, shop: SimpleNamespace) -> None:
        for what in ("cancel", "pay", "confirm"):
            assert shop.buyer.see(f"{ORDERS}{shop.order.number}/{what}/").status_code == 405
        group = AccountPermission.objects.get(account=shop.press, permission="buy").group
        guarded = Buyer(group.user_set.get(), enforce_csrf_checks=True)
        for what in ("cancel", "pay", "confirm"):
            assert guarded.do(shop.order, what).status_code == 403


class TestWhoSeesIt:
    PATHS = ("", "status/")

    @pytest.mark.parametrize("path", PATHS)
    def test_another_clients_manager_does_not(self, shop: SimpleNamespace, path: str) -> None:
        assert shop.stranger.see(f"{ORDERS}{shop.order.number}/{path}").status_code == 404
        assert shop.editor.see(f"{ORDERS}{shop.order.number}/{path}").status_code == 404
        assert Client().get(f"{ORDERS}{shop.order.number}/{path}").status_code == 302
        assert shop.buyer.see(f"{ORDERS}SA-AAAAA-AAAAA/{path}").status_code == 404

    @pytest.mark.parametrize("number", ["SA%00", "%00", "%07", "SA-AAAAA-AAAAA%E2%80%8B"])
    def test_a_number_that_none_can_be_is_not_found(self, shop: SimpleNamespace, number: str) -> None:
        assert shop.agency.see(f"{ORDERS}{number}/").status_code == 404
        assert shop.agency.client.post(f"{ORDERS}{number}/confirm/").status_code == 404

    @pytest.mark.parametrize("what", ["pay", "cancel", "confirm"])
    def test_nor_does_anything_to_it(self, shop: SimpleNamespace, what: str) -> None:
        assert shop.stranger.do(shop.order, what, reference="x").status_code == 404
        shop.order.refresh_from_db()
        assert shop.order.state == "open"

    def test_who_manages_sees_and_does_not_pay(self, shop: SimpleNamespace) -> None:
        answer = shop.manager.page(shop.order)
        assert buttons(answer) == []
        assert "Buyer Bo Buyer" in said(answer)
        for what in ("pay", "cancel", "confirm"):
            assert shop.manager.do(shop.order, what, reference="x").status_code == 403

    def test_who_lost_the_right_sees_their_own_and_may_give_it_up(self, shop: SimpleNamespace) -> None:
        AccountPermission.objects.filter(account=shop.press, permission="buy").delete()
        answer = shop.buyer.page(shop.order)
        assert buttons(answer) == ["Back to what you were doing", "Cancel this order"]
        assert shop.buyer.do(shop.order, "pay").status_code == 403
        hear(shop.order, Paid.PAID)
        answer = shop.buyer.page(shop.order)
        assert "The units are added" in said(answer)
        # What the site has is no longer theirs to know.
        assert "writing actions left" not in said(answer)
        assert shop.buyer.status(shop.order)["balance"] == []

    def test_what_a_shared_wallet_has_is_no_longer_told_to_who_moved_out(self, shop: SimpleNamespace) -> None:
        hear(shop.order, Paid.PAID)
        assert shop.buyer.status(shop.order)["balance"] == ["150 of 150 writing actions left"]
        SiteAccount.objects.filter(pk=shop.press.pk).update(wallet=shop.theirs.wallet)
        assert shop.buyer.status(shop.order)["balance"] == []
        assert "writing actions left" not in said(shop.buyer.page(shop.order))

    def test_a_colleague_may_pay_and_is_not_led_to_where_the_buyer_was(self, shop: SimpleNamespace) -> None:
        assert buttons(shop.agency.page(shop.order)) == ["Go on to pay", "Cancel this order"]
        assert shop.agency.do(shop.order, "pay")["Location"] == shop.order.checkout_url


class TestTheReceipt:
    def test_says_who_sold_what_to_whom_and_when(self, people: SimpleNamespace, by_hand: None) -> None:
        Bundle.objects.update(expires_days=30)
        order = people.buyer.order(people.bundle, people.press)
        moment = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)
        Order.objects.filter(pk=order.pk).update(created_at=moment)
        text = said(people.buyer.page(order))
        for words in (
            f"Order {order.number}",
            "Contents 100 writing actions",
            "These units expire 30 days after you pay.",
            "For Press",
            "Buyer Bo Buyer",
            "Seller Web Works",
            "Ordered 10 March 2026, 23:30",
            "time zone Europe/Vienna",
            "Price €10.00",
            "Without VAT.",
        ):
            assert words in text

    def test_its_seller_stays_who_it_was(self, people: SimpleNamespace, by_hand: None, settings: Any) -> None:
        given = {"name": "Web Works", "address": "Quay 1\n1010 Vienna", "email": "w@works.example", "tax_id": "ATU1"}
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SELLER": {**given, "tax_note": "Without VAT."}}
        order = people.buyer.order(people.bundle, people.press)
        new = {"name": "New Ltd", "address": "New street", "email": "new@works.example", "tax_note": "With VAT."}
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SELLER": new}
        text = said(people.buyer.page(order))
        assert "Seller Web Works Quay 1 1010 Vienna ATU1 w@works.example" in text
        assert "Price €10.00 Without VAT." in text
        assert "New" not in text
        assert "With VAT." not in text

    def test_on_the_page_of_shareai_it_is_shareai_who_sells(self, shop: SimpleNamespace, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SELLER": {"name": "Web Works", "tax_note": "Without VAT."}}
        shown = [
            shop.buyer.page(shop.order),
            shop.buyer.see(TOPUPS),
            shop.buyer.see(f"{TOPUPS}{shop.bundle.pk}/"),
        ]
        for answer in shown:
            assert "ShareAI" in said(answer)
            assert "Web Works" not in said(answer)
            assert "Without VAT." not in said(answer)
        rows = b"".join(shop.buyer.see(ORDERS, export="csv").streaming_content).decode()
        assert ",ShareAI,shareai," in rows.replace(";", ",")

    def test_a_tax_that_was_added_is_in_the_sum(self, shop: SimpleNamespace) -> None:
        hear(shop.order, Paid.PAID, total_minor=1_200)
        assert "Price €10.00 Charged, with tax €12.00" in said(shop.buyer.page(shop.order))

    def test_later_prices_do_not_touch_it(self, shop: SimpleNamespace) -> None:
        Bundle.objects.update(price_minor=9_900, name="Other")
        assert "Bundle A hundred texts" in said(shop.buyer.page(shop.order))
        assert "€99.00" not in said(shop.buyer.page(shop.order))

    def test_a_receipt_that_is_no_web_address_is_no_link(self, shop: SimpleNamespace) -> None:
        Order.objects.update(receipt_url="javascript:alert(1)", way_back="//evil.example/")
        content = shop.buyer.page(shop.order).content.decode()
        assert "javascript:" not in content
        assert "evil.example" not in content

    def test_holds_no_inline_style_or_script(self, shop: SimpleNamespace) -> None:
        page = soup(shop.buyer.page(shop.order))
        assert not page.select("[style], style, script:not([src])")


class TestMoneyThatWentBack:
    @pytest.fixture
    def paid(self, shop: SimpleNamespace) -> SimpleNamespace:
        hear(shop.order, Paid.PAID)
        return shop

    def test_in_part(self, paid: SimpleNamespace) -> None:
        hear(paid.order, None, adjusted(Kind.REFUND, Status.RETURNED, 400))
        text = said(paid.buyer.page(paid.order))
        assert "Paid, and refunded in part" in text
        assert "Refund of €4.00 on 10 March 2026" in text
        assert "40 writing actions were taken back." in text
        assert "110 of 110 writing actions left" in text

    def test_of_units_that_were_used(self, paid: SimpleNamespace) -> None:
        self.spend(paid.press, 90)
        hear(paid.order, None, adjusted(Kind.REFUND, Status.RETURNED, 1_000))
        text = said(paid.buyer.page(paid.order))
        assert "Refunded The money went back to the payer" in text
        assert "60 writing actions were taken back." in text
        assert "40 writing actions had been used before the money went back. No other units pay for them." in text

    def test_says_nothing_of_units_before_they_were_booked(
        self, paid: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The news of a refund is kept first; a reader in between would be told that all the units had been used."""
        with monkeypatch.context() as patch:
            patch.setattr("shareai_cms.topups.fulfilment.fulfil", lambda *_, **__: False)
            hear(paid.order, None, adjusted(Kind.REFUND, Status.RETURNED, 1_000))
        text = said(paid.buyer.page(paid.order))
        assert "Refund of €10.00" in text
        assert "had been used" not in text
        assert "taken back" not in text

    def test_while_it_is_disputed(self, paid: SimpleNamespace) -> None:
        hear(paid.order, None, adjusted(Kind.DISPUTE, Status.OPEN, 1_000, "dp_1"))
        text = said(paid.buyer.page(paid.order))
        assert "Paid, and disputed" in text
        assert "The payer disputes €10.00" in text
        assert "100 writing actions cannot be used until the dispute is decided." in text
        hear(paid.order, None, adjusted(Kind.DISPUTE, Status.KEPT, 1_000, "dp_1", 5))
        text = said(paid.buyer.page(paid.order))
        assert "Thank you." in text
        assert "was decided for the seller" in text

    @staticmethod
    def spend(account: SiteAccount, units: int) -> None:
        request = metering.HoldRequest(
            account=account,
            meter="writing",
            units=units,
            key="k" * 16,
            fingerprint="f" * 64,
            actor=ADA,
            feature="rewrite",
        )
        metering.settle(metering.reserve(request))
