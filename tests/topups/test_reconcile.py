"""What a lost message would have said is found out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shareai_cms import topups
from shareai_cms.models import Feed, Order, PaymentEvent, SiteAccount
from shareai_cms.topups.orders import confirm_payment
from shareai_cms.topups.providers.shareai import Provider
from shareai_cms.topups.states import LONGEST
from shareai_cms.work import all_duties
from tests.topups.counter import Counter, state_of
from tests.topups.shop import Shop

State = Order.State


@pytest.fixture
def counter(counter: Counter) -> Counter:
    counter.shop.now = timezone.now()
    return counter


class TestALostMessage:
    def test_is_made_good_by_the_next_run(self, counter: Counter) -> None:
        order = counter.paid()
        counter.shop.pass_time(minutes=3)
        done = topups.reconcile(now=counter.shop.now)
        assert (done.fulfilled + done.events > 0, done.failed) == (True, 0)
        assert state_of(order) == State.FULFILLED
        counter.shop.assert_units(available=110)

    def test_is_made_good_from_the_order_alone(self, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
        """A provider that never made the message lists none either."""
        order = counter.paid()
        monkeypatch.setattr("shareai_cms.topups.providers.shareai.Provider.events", lambda *_: ((), False))
        counter.shop.pass_time(minutes=3)
        assert topups.reconcile(now=counter.shop.now).fulfilled == 1
        assert state_of(order) == State.FULFILLED

    def test_of_a_refund_is_found_in_the_list(self, counter: Counter) -> None:
        order = counter.paid()
        counter.look(order)
        counter.sandbox.refund(order.session_ref)
        topups.reconcile(now=counter.shop.now)
        counter.shop.assert_units(available=10)
        assert PaymentEvent.objects.filter(order=order, type="refund.created", state="processed").exists()

    def test_is_found_though_the_list_has_forgotten_where_we_were(self, counter: Counter) -> None:
        order = counter.paid()
        Feed.objects.create(provider="shareai", last_event="evt_of_long_ago")
        done = topups.reconcile(now=counter.shop.now)
        assert (done.failed, state_of(order)) == (0, State.FULFILLED)

    def test_is_read_once(self, counter: Counter) -> None:
        counter.paid()
        topups.reconcile(now=counter.shop.now)
        last = Feed.objects.get().last_event
        assert last
        assert topups.reconcile(now=counter.shop.now).events == 0
        assert Feed.objects.get().last_event == last


class TestAProviderThatIsAway:
    def test_for_an_hour_loses_nothing(self, counter: Counter, settings: Any) -> None:
        order = counter.paid()
        there = settings.SHAREAI_CMS
        settings.SHAREAI_CMS = {**there, "SANDBOX_URL": "http://127.0.0.1:9/api/v1"}
        for _ in range(12):
            counter.shop.pass_time(minutes=5)
            assert topups.reconcile(now=counter.shop.now).failed
        assert state_of(order) == State.OPEN
        settings.SHAREAI_CMS = there
        counter.shop.pass_time(hours=1)
        topups.reconcile(now=counter.shop.now)
        assert state_of(order) == State.FULFILLED
        counter.shop.assert_units(available=110)

    def test_answers_nonsense_and_nothing_changes(self, counter: Counter) -> None:
        order = counter.paid()
        for fault in ("html", "cut-json", "error-200", "unknown-form", "hang-up", "wrong-key", "rate-limit"):
            counter.sandbox.fault(fault)
            counter.shop.pass_time(hours=1)
            assert topups.reconcile(now=counter.shop.now).failed, fault
        counter.sandbox.fault(None)
        assert state_of(order) == State.OPEN
        counter.shop.assert_units(available=10)

    def test_does_not_keep_the_others_waiting(self, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
        """An error that nobody has thought of, with one order."""
        broken, fine = counter.paid(), counter.paid()
        monkeypatch.setattr("shareai_cms.topups.providers.shareai.Provider.events", lambda *_: ((), False))
        honest = Provider.look_up

        def look_up(self: Provider, order: Order) -> Any:
            if order.pk == broken.pk:
                raise RuntimeError("some content")
            return honest(self, order)

        monkeypatch.setattr(Provider, "look_up", look_up)
        counter.shop.pass_time(minutes=5)
        done = topups.reconcile(now=counter.shop.now)
        assert (done.failed, done.fulfilled) == (1, 1)
        assert (state_of(broken), state_of(fine)) == (State.OPEN, State.FULFILLED)

    def test_that_is_not_set_up_is_not_asked(self, db: None, settings: Any) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production", "CHECKOUT": {"client": "shareai"}}
        done = topups.reconcile()
        assert (done.failed, done.events) == (0, 0)


class TestLooks:
    def test_grow_rarer_and_end_some_time_after_the_page(self, counter: Counter) -> None:
        order = counter.begun()
        pauses = []
        while True:
            order.refresh_from_db()
            if order.next_look_at is None:
                break
            counter.shop.now = order.next_look_at
            topups.look(order, now=counter.shop.now)
            order.refresh_from_db()
            pauses.append((order.next_look_at or counter.shop.now) - counter.shop.now)
        assert pauses[0] == timedelta(minutes=2)
        assert pauses[:-1] == sorted(pauses[:-1])
        assert order.open_until is not None
        assert timedelta(0) <= counter.shop.now - order.open_until <= timedelta(hours=9)

    def test_go_on_for_weeks_while_money_is_on_its_way(self, counter: Counter) -> None:
        order = counter.begun()
        counter.sandbox.checkout(order.session_ref, "pay_later")
        counter.look(order)
        assert state_of(order) == State.PENDING
        counter.shop.pass_time(days=20)
        counter.look(order)
        order.refresh_from_db()
        assert order.next_look_at is not None
        counter.shop.now = order.created_at + LONGEST
        counter.look(order)
        order.refresh_from_db()
        assert order.next_look_at is None

    def test_bring_a_paid_order_to_its_end(self, counter: Counter) -> None:
        """The process died between the payment and the units."""
        order = counter.begun()
        Order.objects.update(state=State.PAID, paid_at=counter.shop.now, next_look_at=counter.shop.now)
        topups.reconcile(now=counter.shop.now)
        assert state_of(order) == State.FULFILLED
        counter.shop.assert_units(available=110)

    def test_let_an_order_go_that_never_got_a_page(self, counter: Counter) -> None:
        order = counter.shop.place()
        topups.reconcile(now=counter.shop.now + timedelta(days=2), every_order=True)
        assert state_of(order) == State.EXPIRED

    def test_let_a_payment_by_hand_go_that_nobody_made_and_still_book_late_money(
        self, shop: Shop, settings: Any
    ) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production"}
        order = shop.place()
        nowhere = topups.Urls(success=lambda _: "", cancel=lambda _: "", webhook=lambda _: "")
        SiteAccount.objects.update(environment="production")
        order = Order.objects.select_related("account__wallet").get(pk=order.pk)
        topups.begin(order, nowhere, now=shop.now)
        topups.reconcile(now=shop.now + timedelta(days=29))
        assert state_of(order) == State.OPEN
        topups.reconcile(now=shop.now + timedelta(days=31))
        assert state_of(order) == State.EXPIRED
        confirm_payment(order, "invoice 17", now=shop.now)
        assert state_of(order) == State.FULFILLED

    def test_are_a_duty_of_the_workers(self, counter: Counter) -> None:
        (duty,) = (each for each in all_duties() if each.name == "payments")
        assert duty.is_waiting is not None
        order = counter.begun()
        assert not duty.is_waiting(timezone.now() - timedelta(minutes=15))
        Order.objects.filter(pk=order.pk).update(next_look_at=timezone.now() - timedelta(hours=1))
        assert duty.is_waiting(timezone.now() - timedelta(minutes=15))
