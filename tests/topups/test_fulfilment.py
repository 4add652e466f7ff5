"""From what a provider says to units, in any order."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest

from shareai_cms.errors import PaymentMismatch
from shareai_cms.models import Grant, Order, OrderAdjustment
from shareai_cms.topups import fulfil
from shareai_cms.topups.providers import Paid, Status
from tests.topups.shop import Shop, dispute, refund

pytestmark = pytest.mark.ledger
State = Order.State


class TestPaying:
    def test_brings_the_units_that_were_on_sale(self, shop: Shop) -> None:
        order = shop.pay()
        assert order.state == State.FULFILLED
        shop.assert_units(available=110)
        assert shop.bought(order).kind == Grant.Kind.TOPUP

    def test_brings_every_meter_of_the_bundle(self, db: None) -> None:
        shop = Shop(contents={"writing": 5, "products": 7, "searches": 9})
        order = shop.pay()
        units = dict(Grant.objects.filter(source_ref__startswith=f"order:{order.pk}:").values_list("meter", "units"))
        assert units == {"writing": 5, "products": 7, "searches": 9}

    def test_told_twice_brings_them_once(self, shop: Shop) -> None:
        order = shop.pay()
        for _ in range(3):
            shop.say(order, Paid.PAID)
            assert not fulfil(order, now=shop.now)
        shop.assert_units(available=110)

    def test_on_its_way_brings_nothing_yet(self, shop: Shop) -> None:
        order = shop.place()
        shop.say(order, Paid.PENDING)
        assert order.state == State.PENDING
        shop.assert_units(available=10)
        shop.say(order, Paid.PAID)
        shop.assert_units(available=110)

    @pytest.mark.parametrize("ended", [Paid.FAILED, Paid.EXPIRED])
    def test_late_money_still_becomes_units(self, shop: Shop, ended: Paid) -> None:
        order = shop.place()
        shop.say(order, ended)
        assert order.state == ended.value
        shop.say(order, Paid.PAID)
        assert (order.state, order.closed_at) == (State.FULFILLED, None)
        shop.assert_units(available=110)

    @pytest.mark.parametrize("late", [Paid.OPEN, Paid.PENDING, Paid.FAILED, Paid.EXPIRED])
    def test_older_news_takes_nothing_back(self, shop: Shop, late: Paid) -> None:
        order = shop.pay()
        shop.say(order, late)
        assert order.state == State.FULFILLED
        shop.assert_units(available=110)

    def test_a_price_change_does_not_touch_the_order(self, shop: Shop) -> None:
        order = shop.place()
        shop.bundle.contents.update(units=1)
        type(shop.bundle).objects.update(price_minor=1, currency="USD", is_active=False)
        shop.pay(order)
        shop.assert_units(available=110)

    def test_a_bundle_that_was_deleted_still_brings_its_units(self, shop: Shop) -> None:
        order = shop.place()
        shop.bundle.delete()
        order.refresh_from_db()
        shop.pay(order)
        shop.assert_units(available=110)

    def test_a_period_that_began_meanwhile_keeps_the_bought_units(self, shop: Shop) -> None:
        order = shop.place()
        shop.spend(4)
        shop.pass_time(days=40)
        shop.pay(order)
        shop.assert_units(available=110)
        shop.pass_time(days=40)
        shop.assert_units(available=110)

    def test_units_expire_from_when_they_could_be_used(self, shop: Shop) -> None:
        type(shop.bundle).objects.update(expires_days=30)
        order = shop.place()
        shop.pass_time(days=5)
        shop.pay(order)
        assert shop.bought(order).expires_at == shop.now + timedelta(days=30)

    @pytest.mark.parametrize("wrong", [{"price_minor": 999}, {"price_minor": 0}, {"currency": "USD"}])
    def test_another_sum_or_currency_brings_nothing(self, shop: Shop, wrong: dict[str, object]) -> None:
        order = shop.place()
        with pytest.raises(PaymentMismatch):
            shop.say(order, Paid.PAID, **wrong)
        order.refresh_from_db()
        assert (order.state, order.problem) == (State.CREATED, "payment_mismatch")
        shop.assert_units(available=10)
        shop.pay(order)
        assert order.problem == ""

    def test_a_wallet_that_was_closed_meanwhile_still_gets_its_units(self, shop: Shop) -> None:
        order = shop.place()
        type(shop.wallet).objects.update(status="closed")
        shop.pay(order)
        assert shop.bought(order).remaining == 100

    def test_the_units_go_to_the_wallet_that_they_were_bought_for(self, shop: Shop) -> None:
        order = shop.place()
        other = Shop()
        type(shop.account).objects.filter(pk=shop.account.pk).update(wallet=other.wallet)
        shop.pay(order)
        assert shop.bought(order).wallet_id == shop.wallet.pk


class TestARefund:
    def test_of_everything_takes_everything(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, refund(1_000))
        shop.assert_units(available=10)
        assert shop.taken_back(order) == 100

    def test_of_a_part_takes_the_part_rounded_down(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, refund(333))
        shop.assert_units(available=77)
        shop.say(order, None, refund(333, "re_2"), refund(334, "re_3"))
        shop.assert_units(available=10)

    def test_told_again_takes_nothing_more(self, shop: Shop) -> None:
        order = shop.pay()
        for _ in range(3):
            shop.say(order, None, refund(500))
        shop.assert_units(available=60)
        assert OrderAdjustment.objects.count() == 1

    def test_counts_against_what_was_charged_with_tax(self, shop: Shop) -> None:
        order = shop.place()
        shop.say(order, Paid.PAID, total_minor=1_200)
        shop.say(order, None, refund(600))
        shop.assert_units(available=60)

    def test_of_more_than_was_paid_takes_no_more_than_there_was(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, refund(5_000))
        assert shop.taken_back(order) == 100
        shop.assert_units(available=10)

    def test_leaves_what_was_spent_and_touches_no_other_grant(self, shop: Shop) -> None:
        shop.spend(10)
        order = shop.pay()
        shop.spend(30)
        shop.grant(50, ref="gift", kind="promo")
        shop.say(order, None, refund(1_000))
        shop.assert_units(available=50, spent=40)
        assert shop.taken_back(order) == 70

    def test_takes_what_is_held_when_it_comes_back(self, shop: Shop) -> None:
        shop.spend(10)
        order = shop.pay()
        hold = shop.hold(30)
        shop.say(order, None, refund(1_000))
        assert shop.taken_back(order) == 100
        shop.release(hold)
        shop.assert_units(available=0, held=0)

    def test_that_came_before_the_payment_is_applied_with_it(self, shop: Shop) -> None:
        order = shop.place()
        shop.say(order, None, refund(400))
        shop.assert_units(available=10)
        shop.pay(order)
        shop.assert_units(available=70)

    def test_that_is_not_through_takes_nothing_yet(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, refund(1_000, status=Status.OPEN))
        shop.assert_units(available=110)
        shop.say(order, None, refund(1_000, after=5))
        shop.assert_units(available=10)

    def test_that_bounced_gives_the_units_back(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, refund(1_000))
        shop.say(order, None, refund(1_000, status=Status.KEPT, after=5))
        shop.assert_units(available=110)


class TestADispute:
    def test_freezes_until_it_is_won(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, dispute(1_000))
        shop.assert_units(available=10, frozen=100)
        shop.say(order, None, dispute(1_000, Status.KEPT, after=5))
        shop.assert_units(available=110, frozen=0)

    def test_that_is_lost_takes_what_is_left(self, shop: Shop) -> None:
        shop.spend(10)
        order = shop.pay()
        shop.spend(20)
        shop.say(order, None, dispute(1_000))
        shop.say(order, None, dispute(1_000, Status.RETURNED, after=5))
        shop.assert_units(available=0, frozen=0, spent=30)

    def test_freezes_what_comes_back_from_a_hold(self, shop: Shop) -> None:
        shop.spend(10)
        order = shop.pay()
        hold = shop.hold(30)
        shop.say(order, None, dispute(1_000))
        shop.assert_units(available=0, frozen=70, held=30)
        shop.release(hold)
        shop.assert_units(available=0, frozen=100, held=0)

    def test_won_after_a_refund_leaves_only_what_the_refund_left(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, refund(400))
        shop.say(order, None, dispute(600))
        shop.say(order, None, dispute(600, Status.KEPT, after=5))
        shop.assert_units(available=70)

    def test_lost_and_refunded_does_not_take_twice(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, dispute(1_000, Status.RETURNED), refund(1_000))
        shop.assert_units(available=10)
        assert shop.taken_back(order) == 100

    def test_two_at_once_thaw_only_when_both_are_won(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, dispute(500), dispute(500, ref="dp_2"))
        shop.say(order, None, dispute(500, Status.KEPT, after=5))
        shop.assert_units(available=10, frozen=100)
        shop.say(order, None, dispute(500, Status.KEPT, "dp_2", after=5))
        shop.assert_units(available=110)

    def test_lost_and_then_won_after_all_gives_the_units_back(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, dispute(1_000, Status.RETURNED, after=1))
        shop.assert_units(available=10)
        shop.say(order, None, dispute(1_000, Status.KEPT, after=9))
        shop.assert_units(available=110)
        shop.say(order, None, dispute(1_000, Status.RETURNED, after=1))
        shop.assert_units(available=110)


Step = Callable[[Shop, Order], None]
#: What is said of one order: half of it refunded, the other half disputed and won.
SAID: dict[str, Step] = {
    "paid": lambda shop, order: shop.say(order, Paid.PAID),
    "refund": lambda shop, order: shop.say(order, None, refund(500, after=1)),
    "dispute": lambda shop, order: shop.say(order, None, dispute(500, after=2)),
    "won": lambda shop, order: shop.say(order, None, dispute(500, Status.KEPT, after=3)),
}


class TestAnyOrder:
    @pytest.mark.parametrize("order_of_events", list(itertools.permutations(SAID)), ids="-".join)
    def test_of_events_ends_the_same(self, shop: Shop, order_of_events: tuple[str, ...]) -> None:
        order = shop.place()
        for name in order_of_events:
            SAID[name](shop, order)
            shop.assert_clean()
        shop.assert_units(available=60, frozen=0)
