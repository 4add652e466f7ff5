"""What an order's page says stays true: of other environments, of units that are gone, of payments by hand."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from shareai_cms import topups
from shareai_cms.models import AccountPermission, Grant, Order, SiteAccount, Wallet
from shareai_cms.topups.providers import Paid, shareai
from tests.reports.world import site
from tests.services import SandboxProcess
from tests.views.buying import ORDERS, TOPUPS, hear, operator, said, soup
from tests.views.test_orders import buttons

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.urls_plain")]
USABLE = "can be used at once"


@pytest.fixture
def shop(people: SimpleNamespace, checkout: SandboxProcess) -> SimpleNamespace:
    """An order whose buyer stands at the payment page."""
    return SimpleNamespace(**vars(people), order=people.buyer.order(people.bundle, people.press))


@pytest.fixture
def order(people: SimpleNamespace, by_hand: None) -> Order:
    placed: Order = people.buyer.order(people.bundle, people.press)
    return placed


def links(answer: Any) -> list[str]:
    return [str(link["href"]) for link in soup(answer).select("a[href^='/']")]


class TestCheckingAgain:
    @pytest.fixture(autouse=True)
    def _asked_nobody_yet(self) -> None:
        cache.clear()

    def test_leaves_the_looks_that_are_due_as_they_are(self, shop: SimpleNamespace) -> None:
        before = Order.objects.values_list("looks", "next_look_at").get(pk=shop.order.pk)
        for _check in range(3):
            cache.clear()
            shop.buyer.page(shop.order, back=1)
        assert Order.objects.values_list("looks", "next_look_at").get(pk=shop.order.pk) == before

    def test_asks_the_provider_at_most_once_in_some_seconds(
        self, shop: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = []
        honest = shareai.Provider.look_up
        monkeypatch.setattr(shareai.Provider, "look_up", lambda self, order: asked.append(order) or honest(self, order))
        other = shop.buyer.order(shop.bundle, shop.press)
        for order in (shop.order, shop.order, other, other, shop.order):
            assert "We could not ask" not in said(shop.buyer.page(order, back=1))
        assert asked == [shop.order, other]

    def test_survives_whatever_a_provider_of_the_sites_own_raises(
        self, shop: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def look_up(*_given: Any) -> Any:
            raise KeyError("some content")

        monkeypatch.setattr(shareai.Provider, "look_up", look_up)
        assert "We could not ask the payment provider yet." in said(shop.buyer.page(shop.order, back=1))
        assert f"order={shop.order.number} event=look error=KeyError" in caplog.text
        assert "some content" not in caplog.text


class TestAnOrderOfTheSandboxInProduction:
    @pytest.fixture
    def order(self, order: Order, people: SimpleNamespace, settings: Any) -> Order:
        site("Press live", environment="production")
        live = {"ENVIRONMENT": "production", "API_KEY": "k"}
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, **live}
        return order

    def test_says_so(self, people: SimpleNamespace, order: Order) -> None:
        assert "Sandbox Payments are made on a stand-in" in said(people.agency.page(order))
        assert "For Press (sandbox)" in said(people.agency.page(order))
        assert "Press (sandbox)" in said(people.agency.see(ORDERS))

    @pytest.mark.parametrize("state", ["open", "cancelled"])
    def test_leads_nowhere_that_is_not_there(self, people: SimpleNamespace, order: Order, state: str) -> None:
        Order.objects.update(state=state)
        answer = people.agency.page(order)
        for link in links(answer):
            assert people.agency.see(link).status_code == 200, link
        assert "Order this bundle again" not in buttons(answer)
        assert "Go to where you pay" not in said(answer)

    def test_one_of_production_is_no_sandbox(self, people: SimpleNamespace, order: Order) -> None:
        SiteAccount.objects.filter(pk=people.press.pk).update(environment="production")
        assert "Sandbox" not in said(people.agency.page(order))


def test_who_lost_the_right_is_not_led_to_what_is_on_sale(people: SimpleNamespace, order: Order) -> None:
    assert any(link.startswith(TOPUPS) for link in links(people.buyer.page(order)))
    AccountPermission.objects.filter(account=people.press).delete()
    answer = people.buyer.page(order)
    assert answer.status_code == 200
    assert not any(link.startswith(TOPUPS) for link in links(answer))


class TestUnits:
    @pytest.fixture
    def order(self, order: Order) -> Order:
        topups.confirm(order, operator(), "INV-1")
        return order

    def text(self, people: SimpleNamespace, order: Order) -> str:
        text = said(people.buyer.page(order))
        assert text.split("Back to")[0].count("Thank you.") == 1
        return text

    def test_that_are_there_can_be_used(self, people: SimpleNamespace, order: Order) -> None:
        assert USABLE in self.text(people, order)

    def test_that_have_expired_cannot(self, people: SimpleNamespace, order: Order) -> None:
        Grant.objects.filter(kind="topup").update(expires_at=timezone.now() - timedelta(days=1))
        assert "What was left of them has expired." in self.text(people, order)
        assert USABLE not in self.text(people, order)

    def test_that_are_used_up_cannot(self, people: SimpleNamespace, order: Order) -> None:
        Grant.objects.filter(kind="topup").update(remaining=0)
        assert "The units were added, and none of them is left." in self.text(people, order)

    def test_that_are_frozen_cannot(self, people: SimpleNamespace, order: Order) -> None:
        Grant.objects.filter(kind="topup").update(is_frozen=True)
        assert "They cannot be used at the moment." in self.text(people, order)

    @pytest.mark.parametrize("model", [SiteAccount, Wallet])
    def test_of_a_site_that_is_switched_off_cannot(self, people: SimpleNamespace, order: Order, model: Any) -> None:
        model.objects.update(status="suspended")
        assert "They cannot be used while AI is switched off for this site." in self.text(people, order)


class TestByHand:
    def test_one_that_nobody_confirmed_speaks_of_no_payment_page(self, people: SimpleNamespace, order: Order) -> None:
        Order.objects.update(state="expired")
        text = said(people.buyer.page(order))
        assert "Nobody confirmed a payment for this order in time." in text
        assert "payment page" not in text.split("Order SA-")[0].replace("stand-in for the payment page", "")

    @pytest.mark.parametrize("reference", ["", "  ", "x" * 256, "a\x00b", "a\x07b"])
    def test_a_reference_that_cannot_be_kept_is_told(
        self, people: SimpleNamespace, order: Order, reference: str
    ) -> None:
        answer = people.agency.client.post(f"{ORDERS}{order.number}/confirm/", {"reference": reference}, follow=True)
        assert "Enter the payment&#x27;s reference, at most 255 characters." in answer.content.decode()
        order.refresh_from_db()
        assert order.state == "open"

    def test_a_reference_that_another_order_has_is_asked_about(self, people: SimpleNamespace, order: Order) -> None:
        other = people.buyer.order(people.bundle, people.press)
        people.agency.do(other, "confirm", reference="INV-1")
        answer = people.agency.do(order, "confirm", reference="INV-1")
        order.refresh_from_db()
        assert (answer.status_code, order.state) == (200, "open")
        assert f"The order {other.number} was marked as paid with this reference." in said(answer)
        assert "Confirm all the same" in said(answer)
        assert soup(answer).select_one("input[name=reference][value=INV-1]")
        people.agency.do(order, "confirm", reference="INV-1", is_sure="on")
        order.refresh_from_db()
        assert (order.state, order.payment_ref) == ("fulfilled", "INV-1")

    def test_of_two_operators_at_once_the_first_ones_reference_stays(self, order: Order) -> None:
        late = Order.objects.get(pk=order.pk)
        hear(order, Paid.PAID, payment_ref="INV-1", receipt_url="https://pay.example/1")
        hear(late, Paid.PAID, payment_ref="INV-2", receipt_url="https://pay.example/2")
        order.refresh_from_db()
        assert (order.payment_ref, order.receipt_url) == ("INV-1", "https://pay.example/1")


@pytest.mark.parametrize("model", [SiteAccount, Wallet])
def test_nothing_is_offered_to_an_account_that_is_switched_off(
    people: SimpleNamespace, by_hand: None, model: Any
) -> None:
    model.objects.update(status="suspended")
    answer = people.buyer.see(f"{TOPUPS}{people.bundle.pk}/")
    assert answer.status_code == 403
    assert not soup(answer).select("form[method=post]")
    assert soup(answer).select("[role=alert]")
