"""What the doctor says of orders, payment messages, providers and mails."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shareai_cms.doctor import Finding, Scope, payments
from shareai_cms.models import Letter, Order, PaymentEvent, SiteAccount
from tests.topups.shop import Shop

pytestmark = pytest.mark.django_db

SCOPE = Scope(is_online=False)


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop(writing=10)


def levels(findings: Any) -> list[str]:
    return [finding.level for finding in findings]


def only(findings: Any, level: str) -> Finding:
    [finding] = [each for each in findings if each.level == level]
    return finding


def event(state: str, **fields: Any) -> PaymentEvent:
    given = {"provider": "shareai", "event_id": f"evt_{PaymentEvent.objects.count()}", "type": "t", "body": "{}"}
    return PaymentEvent.objects.create(**{**given, "state": state, "received_at": timezone.now(), **fields})


def letter(**fields: Any) -> Letter:
    given = {"reference": f"paid:{Letter.objects.count()}", "kind": "paid", "to": "ada@example.com"}
    return Letter.objects.create(**{**given, "created_at": timezone.now(), **fields})


class TestOrders:
    def test_without_a_problem_are_well(self, shop: Shop) -> None:
        shop.pay()
        [finding] = payments.examine_orders(SCOPE)
        assert (finding.level, finding.text) == ("ok", "No order has a problem; 1 bundles are on sale.")

    def test_whose_payment_does_not_fit_are_named(self, shop: Shop) -> None:
        numbers = [shop.place().number for _ in range(7)]
        Order.objects.update(problem="payment_mismatch")
        finding = only(payments.examine_orders(SCOPE), "error")
        assert finding.text.startswith(f"The payment of 7 orders does not fit: {numbers[0]} (payment_mismatch), ")
        assert finding.text.endswith(" and 2 more.")
        assert "shareai_grant" in finding.hint

    def test_that_are_paid_and_not_booked_are_named(self, shop: Shop) -> None:
        order = shop.place()
        Order.objects.update(state="paid", paid_at=timezone.now() - timedelta(hours=1))
        finding = only(payments.examine_orders(SCOPE), "error")
        assert finding.text == f"The money of 1 order is there, and the units are not: {order.number}."
        assert "shareai_reconcile" in finding.hint

    def test_that_wait_for_an_operator_are_said_to(self, shop: Shop) -> None:
        order = shop.place()
        Order.objects.update(state="open", provider="manual")
        texts = [finding.text for finding in payments.examine_orders(SCOPE)]
        assert any(f"is for an operator to confirm: {order.number}." in text for text in texts)


class TestPaymentMessages:
    def test_that_were_processed_say_nothing(self) -> None:
        event("processed")
        event("ignored")
        assert not list(payments.examine_payment_events(SCOPE))

    def test_that_failed_for_good_are_an_error(self) -> None:
        event("failed", error="PaymentMismatch payment_mismatch")
        finding = only(payments.examine_payment_events(SCOPE), "error")
        expected = "No use could be made of 1 payment message: shareai evt_0 (PaymentMismatch payment_mismatch)."
        assert finding.text == expected

    def test_that_are_tried_again_are_a_warning(self) -> None:
        event("failed", error="ProviderUnreachable", next_try_at=timezone.now())
        finding = only(payments.examine_payment_events(SCOPE), "warning")
        assert finding.text == "The failure of 1 payment message may pass: shareai evt_0 (ProviderUnreachable)."
        assert "--all" in finding.hint


class TestProviders:
    def test_that_can_sell_say_nothing(self, shop: Shop) -> None:
        assert not list(payments.examine_providers(SCOPE))

    def test_that_would_let_a_client_pay_twice_are_an_error(self, shop: Shop, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "CHECKOUT": {"client": f"{__name__}.ForAgencies"}}
        finding = only(payments.examine_providers(SCOPE), "error")
        assert f"1 account with the payer 'client': {shop.account} ({shop.account.pk})" in finding.text
        assert 'CHECKOUT["client"]' in finding.hint

    def test_that_are_not_set_up_are_a_warning(self, shop: Shop, settings: Any) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production", "CHECKOUT": {"client": "shareai"}}
        SiteAccount.objects.update(environment="production")
        finding = only(payments.examine_providers(SCOPE), "warning")
        assert "The provider is not set up" in finding.text

    def test_whose_messages_never_arrive_are_a_warning(self, shop: Shop) -> None:
        shop.pay()
        finding = only(payments.examine_providers(SCOPE), "warning")
        expected = "No message of shareai has ever arrived, although there was money for 1 order."
        assert finding.text == expected
        assert 'include("shareai_cms.webhooks")' in finding.hint
        event("processed")
        assert not list(payments.examine_providers(SCOPE))


class ForAgencies:
    """A provider that sells to no client."""

    slug = "agencies"
    payers = frozenset({"agency"})
    is_hosted = True

    def problem(self) -> str:
        return ""


class TestMails:
    def test_that_were_sent_are_well(self) -> None:
        letter(sent_at=timezone.now(), to="")
        letter(next_try_at=timezone.now())
        letter(error="out_of_date", attempts=1)
        assert levels(payments.examine_mails(SCOPE)) == ["ok"]

    def test_that_are_tried_again_are_a_warning(self) -> None:
        letter(next_try_at=timezone.now(), attempts=3, error="ConnectionRefusedError")
        finding = only(payments.examine_mails(SCOPE), "warning")
        assert finding.text == "1 mails could not be sent and are tried again (ConnectionRefusedError)."
        assert "sendtestemail" in finding.hint

    def test_that_were_given_up_are_an_error(self) -> None:
        letter(attempts=20, error="SMTPAuthenticationError", kind="wish")
        letter(attempts=20, error="SMTPAuthenticationError", created_at=timezone.now() - timedelta(days=40))
        finding = only(payments.examine_mails(SCOPE), "error")
        assert finding.text == "1 mails of the last 30 days were given up (wish; SMTPAuthenticationError)."

    def test_never_name_an_address(self) -> None:
        letter(next_try_at=timezone.now(), attempts=1, error="X")
        found = list(payments.examine_mails(SCOPE))
        assert "ada@example.com" not in json.dumps([vars(finding) for finding in found])

    def test_without_a_sender_are_a_warning_on_a_live_site(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production"}
        finding = only(payments.examine_mails(SCOPE), "warning")
        assert finding.hint == "Set DEFAULT_FROM_EMAIL."
