"""What every payment provider has to do, written once; ``test_contract`` runs it for each against its counterpart.

Messages go through the real view.
"""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from shareai_cms import topups
from shareai_cms.errors import ProviderBadReply, ProviderError, ProviderRefused, ProviderUnreachable
from shareai_cms.models import Order, OrderAdjustment, PaymentEvent
from shareai_cms.topups.providers import Kind, Paid, Status
from tests.topups.counter import state_of
from tests.topups.sale import Sale, Till
from tests.topups.shop import Shop

State = Order.State
#: Signed rightly, and still nothing to be kept.
NO_MESSAGES = (b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"id": 1, "type": "x"}', b"[" * 100_000)
NO_SIGNATURES = ("", "t=1", "v1=00", "t=,v1=", "t=\u0661,v1=\u00e9", "t=1,v1=\x00", "t=" + "9" * 5_000)
WITHOUT_MONEY = ((("pay_later",), "pending"), (("pay_later", "decline"), "failed"), (("expire",), "expired"))
#: A secret beside the one that the provider signs with, while one replaces the other.
OTHER_SECRET = "whsec_other"


class ProviderContract:
    """Inherited by the tests of each provider, which give ``till``."""

    @pytest.fixture
    def sale(self, till: Till, shop: Shop, settings: Any) -> Sale:
        settings.SHAREAI_CMS = till.settings(till.secret)
        return Sale(shop, till)

    # The payment page.

    def test_a_page_is_open_for_a_while(self, sale: Sale) -> None:
        order = sale.begun()
        assert state_of(order) == State.OPEN
        assert order.checkout_url.startswith("http")
        assert order.open_until is not None and order.open_until.timestamp() > time.time()

    def test_asked_for_twice_it_is_the_same_page(self, sale: Sale) -> None:
        order = sale.shop.place()
        first, second = (sale.provider.start(sale.request(order)) for _ in range(2))
        assert (first.ref, first.url) == (second.ref, second.url)
        other = sale.provider.start(sale.request(sale.shop.place()))
        assert other.ref != first.ref

    def test_a_page_that_nobody_wants_is_closed(self, sale: Sale) -> None:
        order = sale.begun()
        assert topups.cancel(order, now=sale.shop.now)
        assert sale.news(order).paid == Paid.EXPIRED

    def test_a_page_that_was_paid_is_not_closed(self, sale: Sale) -> None:
        order = sale.paid()
        with pytest.raises(ProviderError):
            sale.provider.close(order)
        assert not topups.cancel(order, now=sale.shop.now)
        assert state_of(order) == State.FULFILLED

    # How it stands.

    @pytest.mark.parametrize(
        ("done", "expected"),
        [
            ((), Paid.OPEN),
            (("pay",), Paid.PAID),
            (("pay_later",), Paid.PENDING),
            (("pay_later", "settle"), Paid.PAID),
            (("pay_later", "decline"), Paid.FAILED),
            (("expire",), Paid.EXPIRED),
        ],
    )
    def test_a_look_says_how_the_payment_stands(self, sale: Sale, done: tuple[str, ...], expected: Paid) -> None:
        order = sale.begun()
        for name in done:
            getattr(sale.till, name)(order.session_ref)
        said = sale.news(order)
        assert (said.paid, said.number, said.session_ref) == (expected, order.number, order.session_ref)
        assert (said.price_minor, said.currency, said.total_minor) == (1_000, "EUR", 1_000)
        assert said.adjustments == ()
        assert said.receipt_url.startswith("http") or expected != Paid.PAID

    def test_a_look_tells_each_refund_by_itself(self, sale: Sale) -> None:
        order = sale.paid()
        refs = [sale.till.refund(order.session_ref, amount) for amount in (250, 400)]
        told = {each.ref: (each.kind, each.status, each.amount_minor) for each in sale.news(order).adjustments}
        assert told == {
            refs[0]: (Kind.REFUND, Status.RETURNED, 250),
            refs[1]: (Kind.REFUND, Status.RETURNED, 400),
        }
        topups.look(order, now=sale.shop.now)
        sale.shop.assert_units(available=45)

    def test_a_look_tells_of_a_dispute_and_its_end(self, sale: Sale) -> None:
        for is_won, end in ((True, Status.KEPT), (False, Status.RETURNED)):
            order = sale.paid()
            fight = sale.till.dispute(order.session_ref, 1_000)
            (told,) = sale.news(order).adjustments
            assert (told.ref, told.kind, told.status) == (fight, Kind.DISPUTE, Status.OPEN)
            sale.till.end_dispute(fight, is_won=is_won)
            (told,) = sale.news(order).adjustments
            assert (told.status, told.amount_minor) == (end, 1_000)

    def test_a_page_that_the_provider_does_not_know_is_refused(self, sale: Sale) -> None:
        order = sale.begun()
        order.session_ref = "cs_of/another?site"
        with pytest.raises(ProviderRefused):
            sale.news(order)

    # Messages.

    @pytest.mark.parametrize("told_of", [("pay",), ("pay_later", "settle")])
    def test_a_message_of_money_brings_the_units_once(self, sale: Sale, told_of: tuple[str, ...]) -> None:
        order = sale.begun()
        for name in told_of:
            getattr(sale.till, name)(order.session_ref)
        for _ in range(3):
            sale.deliver_all(order)
        assert state_of(order) == State.FULFILLED
        assert order.payment_ref or order.session_ref
        assert order.receipt_url.startswith("http")
        sale.shop.assert_units(available=110)
        assert set(PaymentEvent.objects.values_list("attempts", flat=True)) == {1}

    @pytest.mark.parametrize(("done", "expected"), WITHOUT_MONEY)
    def test_a_message_without_money_brings_none(self, sale: Sale, done: tuple[str, ...], expected: str) -> None:
        order = sale.begun()
        for name in done:
            getattr(sale.till, name)(order.session_ref)
        sale.deliver_all(order)
        assert state_of(order) == expected
        sale.shop.assert_units(available=10)

    def test_messages_in_the_wrong_order_end_the_same(self, sale: Sale) -> None:
        order = sale.paid()
        sale.till.refund(order.session_ref, 400)
        fight = sale.till.dispute(order.session_ref, 600)
        sale.till.end_dispute(fight, is_won=True)
        for event in reversed(sale.till.events(order.session_ref)):
            assert sale.deliver(event).status_code == 200
        assert state_of(order) == State.FULFILLED
        sale.shop.assert_units(available=70, frozen=0)
        assert OrderAdjustment.objects.count() == 2

    def test_a_message_of_a_dispute_freezes(self, sale: Sale) -> None:
        order = sale.paid()
        fight = sale.till.dispute(order.session_ref, 1_000)
        sale.deliver_all(order)
        sale.shop.assert_units(available=10, frozen=100)
        sale.till.end_dispute(fight, is_won=False)
        sale.deliver_all(order)
        sale.shop.assert_units(available=10, frozen=0)

    def test_the_body_is_kept_as_it_came(self, sale: Sale) -> None:
        order = sale.paid()
        body = json.dumps(sale.till.events(order.session_ref)[0], indent=3).encode()
        assert sale.deliver(body).status_code == 200
        assert PaymentEvent.objects.get().body == body.decode()

    def test_over_http(self, till: Till, transactional_db: None, live_server: Any, settings: Any) -> None:
        settings.SHAREAI_CMS = till.settings(till.secret)
        sale = Sale(Shop(writing=10), till, site=live_server.url)
        order = sale.paid()
        (event,) = till.events(order.session_ref)
        assert till.deliver(event, sale.urls.webhook(till.slug)) == 200
        assert state_of(order) == State.FULFILLED

    # Forgeries.

    @pytest.mark.parametrize("age", [-301, -86_400])
    def test_a_stale_message_is_refused(self, sale: Sale, age: int) -> None:
        (event,) = sale.till.events(sale.paid().session_ref)
        assert sale.deliver(event, moment=int(time.time()) + age).status_code == 400
        self.assert_nothing_came(sale)

    def test_a_message_signed_by_somebody_else_is_refused(self, sale: Sale) -> None:
        (event,) = sale.till.events(sale.paid().session_ref)
        assert sale.deliver(event, secret="whsec_guessed").status_code == 400
        self.assert_nothing_came(sale)

    @pytest.mark.parametrize(
        "value", ["", "t=1", "v1=00", "t=,v1=", "t=\u0661,v1=é", "t=1,v1=\x00", "t=" + "9" * 5_000]
    )
    def test_a_message_without_a_right_signature_is_refused(self, sale: Sale, value: str) -> None:
        (event,) = sale.till.events(sale.paid().session_ref)
        (name,) = sale.till.signed(b"", "x")
        body = json.dumps(event).encode()
        assert sale.post(body, {name: value}).status_code == 400
        assert sale.post(body, {}).status_code == 400
        self.assert_nothing_came(sale)

    def test_a_changed_message_is_refused(self, sale: Sale) -> None:
        body = json.dumps(sale.till.events(sale.paid().session_ref)[0]).encode()
        headers = sale.till.signed(body, sale.till.secret)
        assert sale.post(body + b" ", headers).status_code == 400
        self.assert_nothing_came(sale)

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"id": 1, "type": "x"}', b"[" * 100_000]
    )
    def test_a_signed_body_that_is_no_message_is_refused(self, sale: Sale, body: bytes) -> None:
        headers = sale.till.signed(body, sale.till.secret) if body != b"\xff\xfe" else {}
        assert sale.post(body, headers).status_code == 400
        self.assert_nothing_came(sale)

    def test_while_secrets_are_rotated_both_are_good(self, sale: Sale, settings: Any) -> None:
        settings.SHAREAI_CMS = sale.till.settings(OTHER_SECRET, sale.till.secret)
        for secret in (sale.till.secret, OTHER_SECRET):
            (event,) = sale.till.events(sale.paid().session_ref)
            assert sale.deliver(event, secret=secret).status_code == 200
        sale.shop.assert_units(available=210)
        settings.SHAREAI_CMS = sale.till.settings(OTHER_SECRET)
        (event,) = sale.till.events(sale.paid().session_ref)
        assert sale.deliver(event).status_code == 400

    def assert_nothing_came(self, sale: Sale) -> None:
        assert not PaymentEvent.objects.exists()
        sale.shop.assert_units(available=10)

    # What does not fit.

    def test_a_message_of_an_order_that_is_not_here_is_left_aside(self, sale: Sale) -> None:
        order = sale.paid()
        sale.till.refund(order.session_ref, 100)
        events = sale.till.events(order.session_ref)
        order.contents.all().delete()
        order.delete()
        for event in events:
            assert sale.deliver(event).status_code == 200
        assert set(PaymentEvent.objects.values_list("state", flat=True)) == {PaymentEvent.State.IGNORED}

    @pytest.mark.parametrize(("amount", "currency"), [(999, "EUR"), (1, "EUR"), (1_000, "USD")])
    def test_a_payment_of_another_sum_brings_nothing(self, sale: Sale, amount: int, currency: str) -> None:
        order = sale.paid()
        (event,) = sale.till.events(order.session_ref)
        assert sale.deliver(sale.till.with_price(event, amount, currency)).status_code == 200
        assert state_of(order) == State.OPEN
        assert order.problem == "payment_mismatch"
        sale.shop.assert_units(available=10)

    def test_a_message_of_a_type_that_we_do_not_read_is_left_aside(self, sale: Sale) -> None:
        (event,) = sale.till.events(sale.paid().session_ref)
        assert sale.deliver({**event, "type": "customer.created"}).status_code == 200
        assert PaymentEvent.objects.get().state == PaymentEvent.State.IGNORED

    # Bad days.

    @pytest.mark.parametrize(
        ("fault", "expected"),
        [
            ("down", ProviderUnreachable),
            ("broken", ProviderUnreachable),
            ("garbage", ProviderBadReply),
            ("refused", ProviderRefused),
        ],
    )
    def test_a_failure_is_typed_and_leaves_the_order_to_be_begun_again(
        self, sale: Sale, fault: str, expected: type[ProviderError], caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO")
        order = sale.shop.place()
        sale.till.fail(fault)
        with pytest.raises(expected) as raised:
            topups.begin(order, sale.urls)
        assert sale.till.key not in f"{raised.value!r} {raised.value.__context__!r} {raised.value.__cause__!r}"
        assert sale.till.key not in caplog.text
        assert state_of(order) == State.CREATED
        sale.till.mend()
        topups.begin(order, sale.urls)
        sale.till.pay(order.session_ref)
        sale.till.fail(fault)
        with pytest.raises(expected):
            topups.look(order, now=sale.shop.now)
        with pytest.raises(expected):
            sale.provider.events("")
        sale.till.mend()
        assert topups.look(order, now=sale.shop.now)
        sale.shop.assert_units(available=110)

    # The list of events.

    def test_the_list_goes_on_after_the_last_one_that_was_read(self, sale: Sale) -> None:
        first, second = sale.paid(), sale.begun()
        last = self.read_to_the_end(sale, "")[-1]
        assert first.number in last.body
        sale.till.pay(second.session_ref)
        sale.till.refund(second.session_ref, 300)
        new = self.read_to_the_end(sale, last.id)
        assert [event.id for event in new] == [event["id"] for event in sale.till.events(second.session_ref)]
        assert self.read_to_the_end(sale, new[-1].id) == []

    def test_the_list_brings_what_no_message_brought(self, sale: Sale) -> None:
        order = sale.paid()
        sale.till.refund(order.session_ref, 500)
        found = topups.reconcile(now=sale.shop.now)
        assert (found.failed, state_of(order)) == (0, State.FULFILLED)
        sale.shop.assert_units(available=60)
        assert topups.reconcile(now=sale.shop.now).events == 0

    def read_to_the_end(self, sale: Sale, after: str) -> list[Any]:
        found: list[Any] = []
        has_more = True
        while has_more:
            page, has_more = sale.provider.events(found[-1].id if found else after)
            found += page
        return found
