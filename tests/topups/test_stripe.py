"""What only Stripe has: its page, its words for refunds and disputes, and payments that name no order."""

from __future__ import annotations

from typing import Any

import pytest

from shareai_cms import topups
from shareai_cms.errors import ProviderBadReply, ProviderRefused
from shareai_cms.models import Order, OrderAdjustment, PaymentEvent
from shareai_cms.topups.providers import Kind, Paid, Status, stripe_api
from shareai_cms.topups.providers.stripe import TYPES
from tests.databases import ROOT
from tests.topups.counter import state_of
from tests.topups.sale import Sale
from tests.topups.stripe_stand_in import StandIn

State = Order.State


def asked(stand_in: StandIn, method: str = "POST") -> tuple[dict[str, Any], dict[str, str]]:
    """Parameters and headers of the only call of that kind."""
    ((_, _, params, headers),) = [call for call in stand_in.calls if call[0] == method]
    return params, headers


class TestThePage:
    def test_sells_one_thing_under_the_order_s_number(self, sale: Sale, stand_in: StandIn) -> None:
        order = sale.shop.place()
        topups.begin(order, sale.urls, email="ada@example.com")
        params, headers = asked(stand_in)
        (item,) = params["line_items"]
        assert item["quantity"] == "1"
        assert item["price_data"]["unit_amount"] == "1000"
        assert item["price_data"]["currency"] == "eur"
        assert item["price_data"]["product_data"]["description"] == "100 writing actions"
        assert (params["mode"], params["client_reference_id"]) == ("payment", order.number)
        assert params["metadata"] == params["payment_intent_data"]["metadata"] == {"order": order.number}
        assert (params["customer_email"], params["locale"]) == ("ada@example.com", "en")
        assert params["adaptive_pricing"] == {"enabled": "false"}
        assert "expires_at" not in params
        assert headers["Idempotency-Key"] == f"{order.number}-v1"
        assert headers["Stripe-Version"] == stripe_api.API_VERSION

    @pytest.mark.parametrize("email", ["", "ada", "ada@localhost@x", "ada @example.com"])
    def test_says_no_address_that_stripe_would_refuse(self, sale: Sale, stand_in: StandIn, email: str) -> None:
        topups.begin(sale.shop.place(), sale.urls, email=email)
        assert "customer_email" not in asked(stand_in)[0]

    def test_takes_options_but_not_another_price_or_name(self, sale: Sale, stand_in: StandIn, settings: Any) -> None:
        item = {"quantity": 5, "price_data": {"unit_amount": 1, "tax_behavior": "exclusive"}}
        options = {
            "automatic_tax": {"enabled": True},
            "locale": "de",
            "client_reference_id": "other",
            "metadata": {"order": "other", "shop": "press"},
            "line_items": [item, item],
            "idempotency_key": "other",
            "api_key": "other",
        }
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "STRIPE_OPTIONS": options}
        order = sale.begun()
        params, headers = asked(stand_in)
        (kept,) = params["line_items"]
        assert (kept["quantity"], kept["price_data"]["unit_amount"]) == ("1", "1000")
        assert kept["price_data"]["tax_behavior"] == "exclusive"
        assert (params["locale"], params["automatic_tax"]) == ("de", {"enabled": "true"})
        assert params["metadata"] == {"order": order.number, "shop": "press"}
        assert headers["Idempotency-Key"] == f"{order.number}-v1"

    def test_that_would_cost_something_else_is_never_shown(
        self, sale: Sale, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create = stand_in.desk._create
        monkeypatch.setattr(stand_in.desk, "_create", lambda params: {**create(params), "amount_subtotal": 999})
        with pytest.raises(ProviderBadReply):
            sale.begun()

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://pay.example/", "https://pay.example/", ""])
    def test_leads_to_where_stripe_is(
        self, sale: Sale, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        create = stand_in.desk._create
        monkeypatch.setattr(stand_in.desk, "_create", lambda params: {**create(params), "url": url})
        with pytest.raises(ProviderBadReply):
            sale.begun()

    def test_asked_for_in_other_words_is_refused_rather_than_doubled(self, sale: Sale, stand_in: StandIn) -> None:
        order = sale.shop.place()
        sale.provider.start(sale.request(order))
        # What it was asked for is kept; as if that were lost.
        Order.objects.update(asked={})
        order.refresh_from_db()
        with pytest.raises(ProviderRefused, match="IdempotencyError idempotency_error"):
            topups.begin(order, sale.urls, email="other@example.com")
        assert len([each for each in stand_in.desk.objects.values() if each["object"] == "checkout.session"]) == 1

    def test_is_opened_at_the_second_try_of_a_call_that_broke_off(self, sale: Sale, stand_in: StandIn) -> None:
        stand_in.faults[:] = ["hang-up", 503]
        sale.begun()
        keys = {headers["Idempotency-Key"] for _, _, _, headers in stand_in.calls}
        assert (len(stand_in.calls), len(keys)) == (3, 1)


class TestALook:
    def test_counts_a_refund_against_the_sum_with_tax(self, sale: Sale, stand_in: StandIn) -> None:
        stand_in.desk.tax_percent = 20
        order = sale.paid()
        said = sale.news(order)
        assert (said.price_minor, said.total_minor) == (1_000, 1_200)
        sale.till.refund(order.session_ref, 600)
        topups.look(order, now=sale.shop.now)
        sale.shop.assert_units(available=60)

    def test_takes_a_declined_card_on_an_open_page_for_no_failure(self, sale: Sale, stand_in: StandIn) -> None:
        order = sale.begun()
        stand_in.desk.try_a_bad_card(order.session_ref)
        assert sale.news(order).paid == Paid.OPEN

    def test_takes_an_order_of_no_cost_for_paid(self, sale: Sale, stand_in: StandIn) -> None:
        order = sale.begun()
        found = stand_in.desk.find(order.session_ref)
        found.update(status="open", payment_status="no_payment_required")
        assert sale.news(order).paid == Paid.OPEN
        found.update(status="complete", amount_total=0)
        topups.look(order, now=sale.shop.now)
        assert state_of(order) == State.FULFILLED

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("succeeded", Status.RETURNED),
            ("pending", Status.OPEN),
            ("requires_action", Status.OPEN),
            ("failed", Status.KEPT),
            ("canceled", Status.KEPT),
            ("new_to_us", Status.OPEN),
        ],
    )
    def test_knows_every_status_of_a_refund(self, sale: Sale, stand_in: StandIn, status: str, expected: Status) -> None:
        order = sale.paid()
        stand_in.desk.refund(order.session_ref, 100, status=status)
        (told,) = sale.news(order).adjustments
        assert (told.kind, told.status) == (Kind.REFUND, expected)

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("warning_needs_response", Status.OPEN),
            ("warning_under_review", Status.OPEN),
            ("needs_response", Status.OPEN),
            ("under_review", Status.OPEN),
            ("won", Status.KEPT),
            ("warning_closed", Status.KEPT),
            ("prevented", Status.KEPT),
            ("lost", Status.RETURNED),
        ],
    )
    def test_knows_every_status_of_a_dispute(
        self, sale: Sale, stand_in: StandIn, status: str, expected: Status
    ) -> None:
        order = sale.paid()
        stand_in.desk.dispute(order.session_ref, 100, status=status)
        (told,) = sale.news(order).adjustments
        assert (told.kind, told.status) == (Kind.DISPUTE, expected)

    def test_counts_a_dispute_in_another_currency_as_one_over_everything(self, sale: Sale, stand_in: StandIn) -> None:
        order = sale.paid()
        stand_in.desk.dispute(order.session_ref, 160_000, currency="jpy")
        (told,) = sale.news(order).adjustments
        assert told.amount_minor == 1_000

    def test_reads_a_list_of_many_pages(self, sale: Sale, stand_in: StandIn) -> None:
        order = sale.paid()
        refs = {stand_in.desk.refund(order.session_ref, 1) for _ in range(205)}
        assert {each.ref for each in sale.news(order).adjustments} == refs

    def test_is_of_this_order_or_none(self, sale: Sale) -> None:
        order, other = sale.begun(), sale.begun()
        order.session_ref = other.session_ref
        with pytest.raises(ProviderBadReply):
            sale.news(order)


class TestAMessage:
    def test_of_a_charge_that_was_refunded_counts_each_refund_once(self, sale: Sale, stand_in: StandIn) -> None:
        order = sale.paid()
        for amount in (300, 200):
            stand_in.desk.refund(order.session_ref, amount)
            stand_in.desk.tell("charge.refunded", stand_in.desk.charge_of(order.session_ref))
        assert stand_in.desk.charge_of(order.session_ref)["amount_refunded"] == 500
        sale.deliver_all(order)
        sale.shop.assert_units(available=60)
        assert sorted(OrderAdjustment.objects.values_list("amount_minor", flat=True)) == [200, 300]

    def test_of_a_refund_that_bounced_gives_the_units_back(self, sale: Sale, stand_in: StandIn) -> None:
        order = sale.paid()
        refund = stand_in.desk.refund(order.session_ref, 1_000)
        sale.deliver_all(order)
        sale.shop.assert_units(available=10)
        stand_in.desk.end_refund(refund, "failed")
        sale.deliver_all(order)
        sale.shop.assert_units(available=110)

    def test_of_money_withdrawn_in_a_dispute_takes_nothing_before_its_end(self, sale: Sale, stand_in: StandIn) -> None:
        order = sale.paid()
        fight = stand_in.desk.dispute(order.session_ref, 1_000)
        stand_in.desk.tell("charge.dispute.funds_withdrawn", stand_in.desk.find(fight))
        sale.deliver_all(order)
        sale.shop.assert_units(available=10, frozen=100)
        stand_in.desk.end_dispute(fight, "won")
        stand_in.desk.tell("charge.dispute.funds_reinstated", stand_in.desk.find(fight))
        sale.deliver_all(order)
        sale.shop.assert_units(available=110, frozen=0)

    def test_of_a_payment_outside_of_any_checkout_is_left_aside(self, sale: Sale, stand_in: StandIn) -> None:
        order = sale.paid()
        stand_in.desk.refund(order.session_ref, 100)
        event = stand_in.desk.events()[-1]
        event["data"]["object"]["payment_intent"] = "pi_of_an_invoice"
        assert sale.deliver(event).status_code == 200
        event["data"]["object"]["payment_intent"] = None
        assert sale.deliver({**event, "id": "evt_2"}).status_code == 200
        assert set(PaymentEvent.objects.values_list("state", flat=True)) == {PaymentEvent.State.IGNORED}

    @pytest.mark.parametrize(
        "changes",
        [
            {"client_reference_id": None, "metadata": {}, "currency": None, "amount_subtotal": None, "mode": "setup"},
            {"client_reference_id": "order-17", "metadata": {}, "currency": "isk", "amount_subtotal": 1},
            {"client_reference_id": "order-17", "metadata": {"order": "order-17"}},
        ],
    )
    def test_of_another_site_s_checkout_is_left_aside(
        self, sale: Sale, stand_in: StandIn, changes: dict[str, Any]
    ) -> None:
        order = sale.paid()
        (event,) = stand_in.desk.events()
        event["data"]["object"].update(id="cs_other", **changes)
        assert sale.deliver(event).status_code == 200
        assert PaymentEvent.objects.get().state == PaymentEvent.State.IGNORED
        assert state_of(order) == State.OPEN

    def test_of_play_money_is_left_aside_where_money_is_real(
        self, sale: Sale, stand_in: StandIn, settings: Any
    ) -> None:
        order = sale.paid()
        live = {"ENVIRONMENT": "production", "STRIPE_API_KEY": "sk_live_x"}
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, **live}
        sale.deliver_all(order)
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "STRIPE_API_KEY": "sk_test_x"}
        sale.deliver_all(order)
        assert state_of(order) == State.OPEN

    def test_of_real_money_is_left_aside_in_the_sandbox(self, sale: Sale, stand_in: StandIn) -> None:
        order = sale.paid()
        (event,) = stand_in.desk.events()
        assert sale.deliver({**event, "livemode": True}).status_code == 200
        assert state_of(order) == State.OPEN

    def test_does_not_wait_for_the_receipt(self, sale: Sale, stand_in: StandIn) -> None:
        order = sale.paid()
        stand_in.faults[:] = [500] * 10
        sale.deliver_all(order)
        assert (state_of(order), order.receipt_url) == (State.FULFILLED, "")

    @pytest.mark.parametrize("fault", ["hang-up", 500, b"<html>", b"[]", b"null", b'"x"', {"data": [1]}])
    def test_that_leads_to_a_question_without_an_answer_comes_again(
        self, sale: Sale, stand_in: StandIn, fault: Any
    ) -> None:
        order = sale.paid()
        stand_in.desk.refund(order.session_ref, 400)
        paid, refunded = stand_in.desk.events()
        stand_in.faults[:] = [fault] * 10
        assert sale.deliver(refunded).status_code == 500
        kept = PaymentEvent.objects.get()
        assert kept.state == PaymentEvent.State.FAILED
        assert kept.next_try_at is not None
        stand_in.faults.clear()
        assert sale.deliver(refunded).status_code == sale.deliver(paid).status_code == 200
        sale.shop.assert_units(available=70)


class TestTheList:
    def test_of_many_pages_begins_with_the_oldest(self, sale: Sale, stand_in: StandIn) -> None:
        told = [stand_in.desk.tell("checkout.session.expired", {"id": f"cs_{n}"})["id"] for n in range(250)]
        stand_in.desk.tell("customer.created", {"id": "cus_1"})
        found, after, has_more = [], "", True
        while has_more:
            page, has_more = sale.provider.events(after)
            found += [event.id for event in page]
            after = found[-1]
        assert found == told

    def test_goes_back_three_days_at_first_and_thirty_when_the_place_is_lost(
        self, sale: Sale, stand_in: StandIn
    ) -> None:
        day = 86_400
        begin = stand_in.desk.now
        refs = []
        for days in (29, 2):
            stand_in.desk.now = begin - days * day
            refs.append(stand_in.desk.tell("checkout.session.expired", {"id": "cs_1"})["id"])
        assert [event.id for event in sale.provider.events("")[0]] == refs[1:]
        assert [event.id for event in sale.provider.events("evt_forgotten")[0]] == refs

    def test_is_asked_for_what_is_read_and_nothing_else(self, sale: Sale, stand_in: StandIn) -> None:
        assert sale.provider.events("") == ([], False)
        assert asked(stand_in, "GET")[0]["types"] == list(TYPES)

    def test_of_types_is_the_one_that_the_documentation_names(self) -> None:
        page = (ROOT / "docs" / "how-to" / "stripe.md").read_text()
        assert all(f"`{name}`" in page for name in TYPES)
