"""Stripe's hosted checkout, for agencies that resell units: https://docs.stripe.com/payments/checkout

Stripe's library is imported in ``stripe_api`` alone, and only when it is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shareai_cms.conf import conf
from shareai_cms.errors import ForgedWebhook, ProviderBadReply, ProviderError, ProviderUnreachable
from shareai_cms.models import Order, SiteAccount
from shareai_cms.topups.providers import stripe_api
from shareai_cms.topups.providers.base import (
    TOLERANCE,
    Adjusted,
    BaseProvider,
    CheckoutRequest,
    CheckoutSession,
    Event,
    News,
    Paid,
)
from shareai_cms.topups.providers.messages import delivered, listed
from shareai_cms.topups.providers.stripe_api import ask, ask_all, part
from shareai_cms.topups.providers.stripe_news import dispute, receipt_of, refund, session_news
from shareai_cms.topups.providers.stripe_page import page_for
from shareai_cms.topups.providers.wire import Reader

SIGNATURE = "Stripe-Signature"
SESSIONS = "/v1/checkout/sessions"
#: Ends the keys of calls; another one makes them new calls where the same order has to be asked for in other words.
KEY_VERSION = "v1"

FAILED_LATER = "checkout.session.async_payment_failed"
CHARGE_REFUNDED = "charge.refunded"
#: What a webhook has to be subscribed to, and what is read of the list.
TYPES = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    FAILED_LATER,
    "checkout.session.expired",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refund.updated",
    CHARGE_REFUNDED,
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
#: How far back the list is read at first, and as far as Stripe keeps it.
FIRST_LOOK, KEPT = timedelta(days=3), timedelta(days=30)


class Provider(BaseProvider):
    """The client pays the agency on Stripe's page."""

    slug = "stripe"
    # A client that pays ShareAI itself would pay twice.
    payers = frozenset((SiteAccount.Payer.AGENCY.value,))

    def problem(self) -> str:
        if missing := stripe_api.problem():
            return missing
        return "" if conf.stripe_webhook_secrets else "STRIPE_WEBHOOK_SECRETS is empty"

    def start(self, request: CheckoutRequest) -> CheckoutSession:
        page = page_for(request, conf.stripe_options)
        # Stripe forgets a key after a day at the earliest, and by then the page that it made is closed.
        answer = ask("post", SESSIONS, page, key=f"{request.number}-{KEY_VERSION}")
        session, said = Reader(answer.data, "session"), session_news(answer.data)
        if said is None or (said.price_minor, said.currency) != (request.price_minor, request.currency):
            # Found before anybody has paid: STRIPE_OPTIONS may have changed the sum.
            raise ProviderBadReply("the session is not what was asked for")
        url = session.address("url", "http" if stripe_api.base_address() else "https")
        return CheckoutSession(ref=session.text("id"), url=url, open_until=session.moment("expires_at"))

    def look_up(self, order: Order) -> News:
        answer = ask("get", f"{SESSIONS}/{part(order.session_ref)}", {"expand": ["payment_intent.latest_charge"]})
        said = session_news(answer.data)
        if said is None or said.number != order.number:
            raise ProviderBadReply("the session is of another order")
        if not said.payment_ref:
            return said
        disputes, moment = ask_all("/v1/disputes", {"payment_intent": said.payment_ref})
        disputed = [dispute(each, said, moment) for each in disputes]
        return replace(said, adjustments=(*_refunds(said), *disputed))

    def close(self, order: Order) -> None:
        path = f"{SESSIONS}/{part(order.session_ref)}/expire"
        ask("post", path, key=f"{order.number}-close-{KEY_VERSION}")

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Event:
        header = headers.get(SIGNATURE, "")
        if not any(_is_signed(body, header, secret) for secret in conf.stripe_webhook_secrets):
            raise ForgedWebhook(f"no secret of ours made the signature within the last {TOLERANCE} s")
        return delivered(body)

    def read(self, event: Event) -> News | None:
        if event.type not in TYPES or event.data.get("livemode") is not stripe_api.is_live():
            return None
        found = Reader(event.data, "event").within("data")
        moment = Reader(event.data, "event").moment("created")
        raw = event.data["data"].get("object")
        if event.type.startswith("checkout.session."):
            return _of_session(event.type, raw)
        payment = found.within("object").text("payment_intent", is_optional=True)
        try:
            return _of_payment(event.type, raw, payment, moment) if payment else None
        except ProviderBadReply as error:
            # The message is as it should be; what Stripe was asked for because of it may be so the next time.
            raise ProviderUnreachable(error.detail) from error

    def events(self, after: str, account: SiteAccount | None = None) -> tuple[Sequence[Event], bool]:
        if not after:
            return _events_since(FIRST_LOOK)
        try:
            answer = _events(ending_before=after)
        except stripe_api.NotThere:
            # Nobody has read for so long that Stripe has forgotten where it was.
            return _events_since(KEPT)
        return _oldest_first(answer), stripe_api.has_more(answer)


def _of_session(event_type: str, raw: Any) -> News | None:
    said = session_news(raw)
    if said is None:
        return None
    if event_type == FAILED_LATER and said.paid == Paid.PENDING:
        return replace(said, paid=Paid.FAILED)
    if said.paid == Paid.PAID and said.payment_ref:
        return replace(said, receipt_url=_receipt(said.payment_ref))
    return said


def _of_payment(event_type: str, raw: Any, payment: str, moment: datetime) -> News | None:
    """What a refund or dispute says of an order, which it names by the payment alone."""
    sessions = stripe_api.entries(ask("get", SESSIONS, {"payment_intent": payment, "limit": 1}))
    said = session_news(sessions[0]) if sessions else None
    if said is None:
        return None
    if event_type == CHARGE_REFUNDED:
        # The charge tells what was refunded in all; each refund is a row of its own.
        return replace(said, adjustments=_refunds(said))
    adjust = dispute if event_type.startswith("charge.dispute.") else refund
    return replace(said, adjustments=(adjust(raw, said, moment),))


def _refunds(said: News) -> tuple[Adjusted, ...]:
    found, moment = ask_all("/v1/refunds", {"payment_intent": said.payment_ref})
    return tuple(refund(each, said, moment) for each in found)


def _receipt(payment: str) -> str:
    """The receipt's address, or an empty string: units do not wait for it."""
    try:
        answer = ask("get", f"/v1/payment_intents/{part(payment)}", {"expand": ["latest_charge"]})
        return receipt_of(answer.data)
    except ProviderError:
        return ""


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    stripe = stripe_api.library()
    try:
        return bool(stripe.WebhookSignature.verify_header(body.decode(), header, secret, TOLERANCE))
    except (stripe.SignatureVerificationError, TypeError, ValueError):
        # The last two: a body that is no text, a header with other characters than those of a signature.
        return False


def _events(**params: Any) -> stripe_api.Answer:
    return ask("get", "/v1/events", {"types": list(TYPES), "limit": stripe_api.PAGE, **params})


def _events_since(span: timedelta) -> tuple[Sequence[Event], bool]:
    """The oldest page of that time. Stripe lists the newest first, so every page is gone through to reach it."""
    since = {"gte": int((datetime.now(UTC) - span).timestamp())}
    answer = _events(created=since)
    is_last_of_many = stripe_api.has_more(answer)
    while stripe_api.has_more(answer) and (found := stripe_api.entries(answer)):
        answer = _events(created=since, starting_after=stripe_api.id_of(found[-1]))
    return _oldest_first(answer), is_last_of_many


def _oldest_first(answer: stripe_api.Answer) -> list[Event]:
    return listed(reversed(stripe_api.entries(answer)))
