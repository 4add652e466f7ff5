"""Messages of a provider over HTTP: proven, stored, acted upon once, and kept where they cannot be."""

from __future__ import annotations

import json
import logging
import time
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from shareai_cms import topups
from shareai_cms.models import Order, PaymentEvent
from shareai_cms.topups import fulfilment
from shareai_cms.topups.providers import signing
from tests.topups.counter import SECRET, WEBHOOK, Counter, state_of

State = Order.State
Kept = PaymentEvent.State


def only_event() -> PaymentEvent:
    return PaymentEvent.objects.get()


class TestAMessage:
    def test_of_a_payment_brings_the_units(self, counter: Counter) -> None:
        order = counter.paid()
        (event,) = counter.events(order)
        assert counter.deliver(event).status_code == 200
        assert state_of(order) == State.FULFILLED
        counter.shop.assert_units(available=110)
        kept = only_event()
        assert (kept.state, kept.order, kept.error, kept.next_try_at) == (Kept.PROCESSED, order, "", None)

    def test_delivered_again_with_a_new_time_is_a_success_and_does_nothing(self, counter: Counter) -> None:
        order = counter.paid()
        (event,) = counter.events(order)
        for seconds in (0, 1, 2):
            assert counter.deliver(event, moment=int(time.time()) - seconds).status_code == 200
        counter.shop.assert_units(available=110)
        assert only_event().attempts == 1

    def test_of_a_refund_before_that_of_the_payment_ends_the_same(self, counter: Counter) -> None:
        order = counter.paid()
        counter.sandbox.refund(order.session_ref, 400)
        for event in reversed(counter.events(order)):
            assert counter.deliver(event).status_code == 200
        counter.shop.assert_units(available=70)

    def test_of_a_dispute_freezes_and_thaws(self, counter: Counter) -> None:
        order = counter.paid()
        counter.look(order)
        fight = counter.sandbox.dispute(order.session_ref)
        counter.deliver(counter.events(order)[-1])
        counter.shop.assert_units(available=10, frozen=100)
        counter.sandbox.end_dispute(fight["id"], "won")
        counter.deliver(counter.events(order)[-1])
        counter.shop.assert_units(available=110, frozen=0)

    def test_of_a_payment_on_its_way_and_of_its_failure(self, counter: Counter) -> None:
        order = counter.begun()
        counter.sandbox.checkout(order.session_ref, "pay_later")
        counter.deliver(counter.events(order)[-1])
        assert state_of(order) == State.PENDING
        counter.sandbox.checkout(order.session_ref, "decline")
        counter.deliver(counter.events(order)[-1])
        assert state_of(order) == State.FAILED
        counter.shop.assert_units(available=10)

    def test_of_an_expired_page(self, counter: Counter) -> None:
        order = counter.begun()
        counter.sandbox.checkout(order.session_ref, "expire")
        counter.deliver(counter.events(order)[-1])
        assert state_of(order) == State.EXPIRED


class TestAForgery:
    @pytest.fixture
    def event(self, counter: Counter) -> dict[str, Any]:
        (event,) = counter.events(counter.paid())
        return event

    @pytest.mark.parametrize(
        "header",
        [
            " ",
            "t=1,v1=",
            "v1=abc",
            "t=abc,v1=abc",
            "t=99999999999999999999,v1=abc",
            "t=٣,v1=abc",
            "t=now,v1=0000000000000000000000000000000000000000000000000000000000000000",
            "t=now,v1=é",
        ],
    )
    def test_is_refused_and_leaves_nothing(self, counter: Counter, event: dict[str, Any], header: str) -> None:
        assert counter.deliver(event, header=header.replace("now", str(int(time.time())))).status_code == 400
        assert not PaymentEvent.objects.exists()
        counter.shop.assert_units(available=10)

    @pytest.mark.parametrize("seconds", [-301, 301, -86_400])
    def test_is_also_what_is_too_old_or_from_the_future(
        self, counter: Counter, event: dict[str, Any], seconds: int
    ) -> None:
        assert counter.deliver(event, moment=int(time.time()) + seconds).status_code == 400
        assert not PaymentEvent.objects.exists()

    def test_is_also_what_another_secret_signed(self, counter: Counter, event: dict[str, Any]) -> None:
        assert counter.deliver(event, secret="whsec_other").status_code == 400

    def test_is_also_a_body_that_was_changed(self, counter: Counter, event: dict[str, Any]) -> None:
        body = json.dumps(event, separators=(",", ":")).encode()
        changed = body.replace(b'"paid"', b'"PAID"')
        assert counter.deliver(changed, header=signing.sign(body, SECRET)).status_code == 400

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": 5}', b"\xff\xfe", b"nonsense", b"[" * 5_000])
    def test_is_also_a_signed_body_that_is_no_event(self, counter: Counter, body: bytes) -> None:
        assert counter.deliver(body).status_code == 400
        assert not PaymentEvent.objects.exists()

    def test_is_noted_in_the_log_without_its_content(
        self, counter: Counter, event: dict[str, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            counter.deliver(event, secret="whsec_other")
        assert "provider=shareai event=forged" in caplog.text
        assert event["id"] not in caplog.text
        assert SECRET not in caplog.text


class TestSecrets:
    def test_can_be_rotated(self, counter: Counter, settings: Any) -> None:
        (event,) = counter.events(counter.paid())
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "WEBHOOK_SECRETS": ["whsec_new", "whsec_old"]}
        assert counter.deliver(event, secret=SECRET).status_code == 400
        assert counter.deliver(event, secret="whsec_old").status_code == 200
        assert counter.deliver(event, secret="whsec_new").status_code == 200

    def test_without_one_nothing_is_believed(self, counter: Counter, settings: Any) -> None:
        (event,) = counter.events(counter.paid())
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production", "CHECKOUT": {"client": "shareai"}}
        assert counter.deliver(event, secret="").status_code == 400


class TestWhatIsNotOurs:
    def test_an_order_of_another_site_is_kept_and_ignored(self, counter: Counter) -> None:
        order = counter.paid()
        (event,) = counter.events(order)
        order.delete()
        assert counter.deliver(event).status_code == 200
        assert (only_event().state, only_event().order, only_event().body) == (Kept.IGNORED, None, "")
        counter.shop.assert_units(available=10)

    def test_our_number_in_a_page_that_is_not_ours_is_ignored(self, counter: Counter) -> None:
        order = counter.paid()
        (event,) = counter.events(order)
        Order.objects.update(session_ref="cs_another")
        assert counter.deliver(event).status_code == 200
        assert only_event().state == Kept.IGNORED
        counter.shop.assert_units(available=10)

    def test_a_type_that_we_do_not_know_is_kept_and_ignored(self, counter: Counter) -> None:
        (event,) = counter.events(counter.paid())
        assert counter.deliver({**event, "type": "payout.created"}).status_code == 200
        assert only_event().state == Kept.IGNORED

    @pytest.mark.parametrize("provider", ["manual", "nobody", "os"])
    def test_a_provider_without_messages_is_not_found(self, counter: Counter, provider: str) -> None:
        address = reverse("shareai_cms_webhooks:webhook", args=[provider])
        assert counter.client.post(address, b"{}", content_type="application/json").status_code == 404

    @pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
    def test_only_post_is_answered(self, counter: Counter, method: str) -> None:
        assert getattr(counter.client, method)(WEBHOOK).status_code == 405


class TestWhatDoesNotFit:
    @pytest.mark.parametrize("wrong", [{"amount_total": 1}, {"currency": "USD"}])
    def test_another_sum_or_currency_is_kept_with_its_error_and_not_tried_again(
        self, counter: Counter, wrong: dict[str, Any]
    ) -> None:
        order = counter.paid()
        (event,) = counter.events(order)
        event["data"]["object"].update(wrong)
        assert counter.deliver(event).status_code == 200
        kept = only_event()
        assert (kept.state, kept.error) == (Kept.FAILED, "PaymentMismatch payment_mismatch")
        assert kept.next_try_at is None
        assert (state_of(order), order.problem) == (State.OPEN, "payment_mismatch")
        counter.shop.assert_units(available=10)

    def test_fields_of_the_wrong_kind_are_kept_with_their_error(self, counter: Counter) -> None:
        order = counter.paid()
        (event,) = counter.events(order)
        event["data"]["object"]["amount_total"] = "1000"
        assert counter.deliver(event).status_code == 200
        assert only_event().error == "ProviderBadReply provider_bad_reply"
        counter.shop.assert_units(available=10)


class TestBodies:
    def test_are_emptied_after_some_time_and_the_message_stays_known(self, counter: Counter) -> None:
        order = counter.paid()
        (event,) = counter.events(order)
        counter.deliver(event)
        assert topups.erase_bodies() == 0
        assert topups.erase_bodies(now=timezone.now() + timedelta(days=91)) == 1
        assert only_event().body == ""
        counter.deliver(event)
        assert PaymentEvent.objects.count() == 1
        counter.shop.assert_units(available=110)


class TestOurOwnFailure:
    """A database that is away, an error of ours: the provider is asked to come again."""

    @pytest.fixture
    def event(self, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        (event,) = counter.events(counter.paid())

        def fail(*_: Any, **__: Any) -> None:
            raise RuntimeError("some content of a customer")

        monkeypatch.setattr(fulfilment, "book", fail)
        return event

    def test_is_answered_with_500_and_kept_without_its_text(self, counter: Counter, event: dict[str, Any]) -> None:
        assert counter.deliver(event).status_code == 500
        kept = only_event()
        assert (kept.state, kept.error) == (Kept.FAILED, "RuntimeError")
        assert kept.next_try_at is not None

    def test_is_made_good_by_the_next_delivery(
        self, counter: Counter, event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        counter.deliver(event)
        monkeypatch.undo()
        assert counter.deliver(event).status_code == 200
        counter.shop.assert_units(available=110)

    def test_is_made_good_by_the_next_run_of_the_worker(
        self, counter: Counter, event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        counter.deliver(event)
        monkeypatch.undo()
        kept = only_event()
        assert kept.next_try_at is not None
        assert topups.retry_events(now=kept.next_try_at) == (1, 0)
        counter.shop.assert_units(available=110)
        assert only_event().state == Kept.PROCESSED
