"""What a lost message would have said is found out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shareai_cms import topups
from shareai_cms.models import Feed, Order, PaymentEvent
from shareai_cms.topups.reconcile import LONGEST
from shareai_cms.work import all_duties
from tests.topups.counter import Counter, state_of

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

    def test_are_a_duty_of_the_workers(self, counter: Counter) -> None:
        (duty,) = (each for each in all_duties() if each.name == "payments")
        assert duty.is_waiting is not None
        order = counter.begun()
        assert not duty.is_waiting(timezone.now() - timedelta(minutes=15))
        Order.objects.filter(pk=order.pk).update(next_look_at=timezone.now() - timedelta(hours=1))
        assert duty.is_waiting(timezone.now() - timedelta(minutes=15))
