"""What a second pair of eyes found: answers that break off, endless lists, words that change, looks that stop."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils import timezone

from shareai_cms import topups
from shareai_cms.errors import ProviderBadReply, ProviderError, ProviderUnreachable
from shareai_cms.models import Order, OrderAdjustment, PaymentEvent
from shareai_cms.topups.providers import Paid, Status
from shareai_cms.topups.providers.shareai import Provider
from shareai_cms.topups.providers.wire import Reader, call
from tests.topups.counter import Counter, state_of
from tests.topups.shop import Shop, dispute

State = Order.State
#: The ends of an answer to be sent as they are.
BROKEN = {
    "a chunk that is none": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a body that is cut": b"Content-Length: 500\r\n\r\n{",
    "no gzip": b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
}


@contextmanager
def answering(rest: bytes, drip: float = 0) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + rest)
            while drip:
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(drip)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


class TestAnAnswer:
    @pytest.mark.parametrize("rest", BROKEN.values(), ids=BROKEN)
    def test_that_breaks_off_is_a_provider_that_cannot_be_reached(self, rest: bytes) -> None:
        with answering(rest) as url, pytest.raises(ProviderError):
            call("GET", url, key="k")

    def test_that_drips_has_an_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shareai_cms.topups.providers.wire.READ_TIMEOUT", 0.5)
        began = time.monotonic()
        with answering(b"Content-Length: 99999\r\n\r\n", drip=0.05) as url, pytest.raises(ProviderUnreachable):
            call("GET", url, key="k")
        assert time.monotonic() - began < 5

    @pytest.mark.parametrize("text", ["a\x00b", "a\nb", "\ud83d", "x" * 256])
    def test_holds_no_text_that_a_column_would_not_take(self, text: str) -> None:
        with pytest.raises(ProviderBadReply):
            Reader({"id": text}, "thing").text("id")

    @pytest.mark.parametrize("number", [-1, 2**31, 10**30, True, 1.0, "1", None])
    def test_holds_no_number_that_a_column_would_not_take(self, number: object) -> None:
        with pytest.raises(ProviderBadReply):
            Reader({"amount": number}, "thing").whole("amount")

    @pytest.mark.parametrize("url", ["https://[x/", "javascript:alert(1)", "//x.example", "https:", "http://x\x00", 5])
    def test_sends_nobody_to_what_is_no_address(self, url: object) -> None:
        with pytest.raises(ProviderBadReply):
            Reader({"url": url}, "thing").address("url", "https", "http")
        assert Reader({"url": url}, "thing").address_or_none("url") == ""


class TestBeginningAgain:
    def test_asks_in_the_words_of_the_first_time(self, counter: Counter) -> None:
        """Another host, language, name and mail address, and a token with a time in it."""
        order = counter.shop.place()
        url = topups.begin(order, counter.urls, email="ada@example.com")
        Order.objects.update(state=State.CREATED, session_ref="", checkout_url="")
        type(counter.shop.account).objects.update(label="Another name")
        again = Order.objects.select_related("account__wallet").get(pk=order.pk)
        elsewhere = Counter(counter.shop, counter.sandbox, site="http://127.0.0.1:8").urls
        assert topups.begin(again, elsewhere, email="other@example.com") == url

    def test_a_page_that_asks_for_another_sum_is_shown_to_nobody(
        self, counter: Counter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        honest = Provider._call

        def dearer(self: Provider, *arguments: Any) -> Any:
            answer = honest(self, *arguments)
            answer.data["amount_total"] += 1
            return answer

        monkeypatch.setattr(Provider, "_call", dearer)
        with pytest.raises(ProviderBadReply):
            counter.begun()


@pytest.fixture
def counter(counter: Counter) -> Counter:
    counter.shop.now = timezone.now()
    return counter


class TestLooks:
    def test_do_not_end_with_one_that_was_not_answered(self, counter: Counter, settings: Any) -> None:
        order = counter.paid()
        there = settings.SHAREAI_CMS
        counter.shop.pass_time(hours=30)
        settings.SHAREAI_CMS = {**there, "SANDBOX_URL": "http://127.0.0.1:9/api/v1"}
        with pytest.raises(ProviderUnreachable):
            counter.look(order)
        settings.SHAREAI_CMS = there
        order.refresh_from_db()
        assert order.next_look_at is not None
        counter.shop.now = order.next_look_at
        assert counter.look(order)
        counter.shop.assert_units(available=110)

    def test_never_end_while_units_are_owed(self, counter: Counter) -> None:
        order = counter.begun()
        Order.objects.update(state=State.PAID, paid_at=counter.shop.now)
        order.refresh_from_db()
        counter.shop.pass_time(days=400)
        assert counter.look(order)
        counter.shop.assert_units(available=110)

    def test_end_an_order_that_nobody_answers_for(self, counter: Counter, settings: Any) -> None:
        order = counter.begun()
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SANDBOX_URL": "http://127.0.0.1:9/api/v1"}
        counter.shop.pass_time(days=31)
        with pytest.raises(ProviderUnreachable):
            counter.look(order)
        order.refresh_from_db()
        assert (order.state, order.next_look_at) == (State.EXPIRED, None)

    def test_let_an_order_go_without_a_page_by_themselves(self, counter: Counter) -> None:
        order = counter.shop.place()
        topups.reconcile(now=counter.shop.now + timedelta(hours=25))
        order.refresh_from_db()
        assert (order.state, order.next_look_at) == (State.EXPIRED, None)

    def test_of_a_person_leave_the_plan_as_it_is(self, counter: Counter) -> None:
        order = counter.begun()
        planned = order.next_look_at
        for _ in range(8):
            topups.look(order, now=counter.shop.now, is_scheduled=False)
        order.refresh_from_db()
        assert (order.looks, order.next_look_at) == (0, planned)

    def test_follow_a_payment_that_was_on_its_way_when_the_order_was_cancelled(self, counter: Counter) -> None:
        order = counter.begun()
        counter.sandbox.checkout(order.session_ref, "pay_later")
        Order.objects.update(state=State.CANCELLED, closed_at=counter.shop.now)
        order.refresh_from_db()
        counter.look(order)
        assert (state_of(order), order.closed_at) == (State.PENDING, None)
        counter.sandbox.checkout(order.session_ref, "settle")
        counter.shop.pass_time(days=5)
        assert counter.look(order)


class TestAList:
    def test_that_repeats_itself_is_left(self, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
        order = counter.paid()
        page, has_more = Provider().events("")
        while has_more:  # the sandbox has sold to other tests as well
            page, has_more = Provider().events(page[-1].id)
        monkeypatch.setattr(Provider, "events", lambda *_: (page, True))
        assert topups.reconcile(now=counter.shop.now).events <= 2 * len(page)
        assert state_of(order) == State.FULFILLED

    def test_with_an_entry_that_is_none_gives_the_others(
        self, counter: Counter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        order = counter.paid()
        honest = Provider._call

        def spoilt(self: Provider, *arguments: Any) -> Any:
            answer = honest(self, *arguments)
            if "data" in answer.data:
                answer.data["data"] = [{"id": None}, 5, {"id": "a\x00", "type": "x"}, *answer.data["data"]]
            return answer

        monkeypatch.setattr(Provider, "_call", spoilt)
        topups.reconcile(now=counter.shop.now)
        assert state_of(order) == State.FULFILLED

    def test_that_cannot_be_read_keeps_no_order_back(self, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
        order = counter.paid()

        def fail(*_: Any) -> None:
            raise RuntimeError("some content")

        monkeypatch.setattr(Provider, "events", fail)
        counter.shop.pass_time(minutes=5)
        done = topups.reconcile(now=counter.shop.now)
        assert (done.failed, done.fulfilled, state_of(order)) == (1, 1, State.FULFILLED)

    def test_of_an_account_with_its_own_key_is_read_with_that_key(self, counter: Counter, settings: Any) -> None:
        from shareai_cms.marketplace.keys import encrypt

        account = counter.shop.account
        type(account).objects.filter(pk=account.pk).update(encrypted_key=encrypt("its-own-key"))
        counter.paid()
        lists = dict(Provider().lists())
        assert list(lists) == ["", f"account {account.pk}"]
        topups.reconcile(now=counter.shop.now)
        counter.shop.assert_units(available=110)


class TestMessagesThatCannotBeTried:
    def test_wait_behind_the_others(self, counter: Counter) -> None:
        order = counter.paid()
        (event,) = counter.events(order)
        long_ago = timezone.now() - timedelta(days=1)
        due = {"provider": "gone", "type": "x", "body": "{}", "received_at": long_ago, "next_try_at": long_ago}
        PaymentEvent.objects.bulk_create(PaymentEvent(event_id=str(number), **due) for number in range(100))
        PaymentEvent.objects.create(
            provider="shareai", event_id=event["id"], type=event["type"], body=json.dumps(event),
            received_at=long_ago, next_try_at=timezone.now() - timedelta(hours=1),
        )  # fmt: skip
        topups.retry_events()
        topups.retry_events()
        assert state_of(order) == State.FULFILLED

    def test_are_tried_once_they_come_with_a_body_again(self, counter: Counter) -> None:
        order = counter.paid()
        (event,) = counter.events(order)
        PaymentEvent.objects.create(
            provider="shareai", event_id=event["id"], type=event["type"], body="", state="failed",
            received_at=timezone.now(), next_try_at=timezone.now(),
        )  # fmt: skip
        assert topups.retry_events() == (1, 1)
        assert topups.retry_events() == (0, 0)
        assert counter.deliver(event).status_code == 200
        assert state_of(order) == State.FULFILLED


class TestTheOrderOfDecisions:
    @pytest.mark.parametrize("arrival", [(1, 5, 9), (1, 9, 5), (5, 1, 9), (5, 9, 1), (9, 1, 5), (9, 5, 1)])
    def test_does_not_matter(self, shop: Shop, arrival: tuple[int, ...]) -> None:
        """Won, lost after all, and won for good."""
        decisions = {1: Status.KEPT, 5: Status.RETURNED, 9: Status.KEPT}
        order = shop.pay()
        for after in arrival:
            shop.say(order, None, dispute(1_000, decisions[after], after=after))
        shop.assert_units(available=110, frozen=0)

    def test_an_inquiry_that_became_a_dispute_freezes(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, dispute(1_000, Status.KEPT, after=1))
        shop.say(order, None, dispute(1_000, Status.OPEN, after=2))
        shop.assert_units(available=10, frozen=100)
        assert OrderAdjustment.objects.count() == 1


class TestNewsThatWasNotTold:
    @pytest.mark.django_db(transaction=True)
    def test_is_told_by_the_next_message(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The process died between the units and the mail."""
        from shareai_cms.models import Letter
        from shareai_cms.topups import news

        shop = Shop(writing=10, now=timezone.now())
        order = shop.place()
        with monkeypatch.context() as patch:
            patch.setattr(news, "paid", lambda *_, **__: None)
            shop.say(order, Paid.PAID)
        assert not Letter.objects.exists()
        for _ in range(2):
            shop.say(order, Paid.PAID)
        assert [letter.kind for letter in Letter.objects.all()] == ["paid"]
