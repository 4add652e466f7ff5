"""What Stripe's objects say of an order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shareai_cms.topups.providers.base import Adjusted, Kind, News, Paid, Status
from shareai_cms.topups.providers.stripe_money import charged_from_stripe, price_from_stripe, returned_from_stripe
from shareai_cms.topups.providers.wire import Reader

#: https://docs.stripe.com/api/refunds/object#refund_object-status
_REFUNDS = {
    "succeeded": Status.RETURNED,
    "failed": Status.KEPT,
    "canceled": Status.KEPT,
}
#: https://docs.stripe.com/api/disputes/object#dispute_object-status
_DISPUTES = {
    "lost": Status.RETURNED,
    "won": Status.KEPT,
    "warning_closed": Status.KEPT,
    "prevented": Status.KEPT,
    # What earlier versions of the API say where a refund ended it: the refund counts by itself.
    "charge_refunded": Status.KEPT,
}
#: What the intent of a payment that takes days says when it has failed.
_GIVEN_UP = ("requires_payment_method", "canceled")


def session_news(data: Any) -> News | None:
    """What a checkout session says; None for one that no site with this app has made."""
    session = Reader(data, "session")
    number = session.text("client_reference_id", is_optional=True)
    metadata = data.get("metadata")
    if not number or not isinstance(metadata, Mapping) or metadata.get("order") != number:
        return None
    intent = data.get("payment_intent")
    currency = session.text("currency").upper()
    return News(
        number=number,
        session_ref=session.text("id"),
        payment_ref=_ref(intent),
        paid=_paid(session, intent),
        price_minor=price_from_stripe(session.whole("amount_subtotal"), currency),
        currency=currency,
        total_minor=charged_from_stripe(session.whole("amount_total"), currency),
        receipt_url=receipt_of(intent),
    )


def receipt_of(intent: Any) -> str:
    """The receipt's address, where the intent was fetched along with its charge."""
    charge = intent.get("latest_charge") if isinstance(intent, Mapping) else None
    return Reader(charge, "charge").address_or_none("receipt_url") if isinstance(charge, Mapping) else ""


def refund(data: Any, about: News, as_of: datetime) -> Adjusted:
    """How a refund of the order that ``about`` is of stands."""
    return _adjusted(data, Kind.REFUND, _REFUNDS, about, as_of)


def dispute(data: Any, about: News, as_of: datetime) -> Adjusted:
    """How a dispute over the order that ``about`` is of stands."""
    return _adjusted(data, Kind.DISPUTE, _DISPUTES, about, as_of)


def _paid(session: Reader, intent: Any) -> Paid:
    status, payment = session.text("status"), session.text("payment_status")
    if status == "expired":
        return Paid.EXPIRED
    if status != "complete":
        return Paid.OPEN
    if payment in ("paid", "no_payment_required"):
        return Paid.PAID
    # One that was declined while the page is open may be tried again there; after that nobody can.
    is_over = isinstance(intent, Mapping) and intent.get("status") in _GIVEN_UP
    return Paid.FAILED if is_over else Paid.PENDING


def _adjusted(data: Any, kind: Kind, statuses: Mapping[str, Status], about: News, as_of: datetime) -> Adjusted:
    found = Reader(data, kind)
    currency = found.text("currency").upper()
    amount = returned_from_stripe(found.whole("amount"), currency)
    if currency != about.currency:
        # Some banks dispute in the card's own currency, which cannot be compared: it counts as all of it.
        amount = about.total_minor or about.price_minor or 0
    return Adjusted(
        ref=found.text("id"),
        kind=kind,
        # What is not decided is open, a status that is new to us among it: nothing is taken for it.
        status=statuses.get(found.text("status", is_optional=True), Status.OPEN),
        amount_minor=amount,
        as_of=as_of,
    )


def _ref(intent: Any) -> str:
    if isinstance(intent, Mapping):
        return Reader(intent, "payment_intent").text("id")
    return intent if isinstance(intent, str) else ""
