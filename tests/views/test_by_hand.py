"""Orders that are paid outside of the site, and confirmed by who has seen the money."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from shareai_cms import topups
from shareai_cms.models import Grant, Order
from tests.services import SandboxProcess
from tests.views.buying import ORDERS, TOPUPS, bundle_of, operator, said, soup

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.urls_plain")]


class TestByHand:
    @pytest.fixture
    def order(self, people: SimpleNamespace, by_hand: None) -> Order:
        fields = people.buyer.open(people.bundle, people.press)
        answer = people.buyer.send(people.bundle, fields)
        order = Order.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, f"{ORDERS}{order.number}/")
        return order

    def test_says_where_to_pay_and_who_confirms(self, people: SimpleNamespace, order: Order) -> None:
        assert "You get an order number." in said(people.buyer.see(f"{TOPUPS}{people.bundle.pk}/"))
        answer = people.buyer.page(order)
        assert "Pay as agreed and give the order number." in said(answer)
        assert "confirm the payment by hand" in said(answer)
        assert soup(answer).select_one("a.button[href='https://shop.example/units/']")
        assert "Mark as paid" not in said(answer)
        assert "Go on to pay" not in said(answer)

    def test_is_confirmed_once_by_those_who_manage_all_sites(self, people: SimpleNamespace, order: Order) -> None:
        assert "Mark as paid" in said(people.agency.page(order))
        assert "Mark as paid" not in said(people.manager.page(order))
        for _click in range(2):
            people.agency.do(order, "confirm", reference="INV-1")
        order.refresh_from_db()
        assert (order.state, order.payment_ref) == ("fulfilled", "INV-1")
        assert "150 of 150 writing actions left" in said(people.buyer.page(order))
        assert "Mark as paid" not in said(people.agency.page(order))
        assert Grant.objects.filter(kind="topup").count() == 1

    @pytest.mark.parametrize("who", ["buyer", "manager"])
    def test_and_by_nobody_else(self, people: SimpleNamespace, order: Order, who: str) -> None:
        assert getattr(people, who).do(order, "confirm", reference="INV-1").status_code == 403
        order.refresh_from_db()
        assert order.state == "open"

    def test_the_return_page_asks_nobody(self, people: SimpleNamespace, order: Order) -> None:
        assert "We could not ask" not in said(people.buyer.page(order, back=1))

    def test_a_hosted_order_is_not_confirmed_by_hand(self, people: SimpleNamespace, checkout: SandboxProcess) -> None:
        order = people.buyer.order(people.bundle, people.press)
        assert "Mark as paid" not in said(people.agency.page(order))
        people.agency.do(order, "confirm", reference="INV-1")
        order.refresh_from_db()
        assert order.state == "open"


def test_a_bundle_of_several_kinds_shows_all_of_them(people: SimpleNamespace, by_hand: None) -> None:
    several = bundle_of(500, name="Everything", writing=5, products=7)
    order = people.buyer.order(several, people.press)
    topups.confirm(order, operator(), "INV-9")
    text = said(people.buyer.page(order))
    assert "55 of 55 writing actions left" in text
    assert "7 of 7 product enrichments left" in text
