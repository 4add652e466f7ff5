"""ShareAI's checkout as this app defines it, spoken by the sandbox; see ``docs/reference/checkout.md``.

ShareAI has published no such interface. It is used in the sandbox, and elsewhere only where ``CHECKOUT_URL``
is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import quote

from shareai_cms import marketplace
from shareai_cms.conf import conf
from shareai_cms.errors import NotConfigured, ProviderBadReply, ProviderRefused, ShareAIError
from shareai_cms.models import Order, SiteAccount
from shareai_cms.topups.providers import signing
from shareai_cms.topups.providers.base import (
    Adjusted,
    BaseProvider,
    CheckoutRequest,
    CheckoutSession,
    Event,
    Kind,
    News,
    Paid,
    Status,
)
from shareai_cms.topups.providers.messages import delivered, listed
from shareai_cms.topups.providers.wire import Reader, Reply, call

SIGNATURE = "ShareAI-Signature"
#: Events read in one request.
PAGE = 100

_DISPUTES = {"open": Status.OPEN, "won": Status.KEPT, "lost": Status.RETURNED}
_REFUNDS = {"pending": Status.OPEN, "succeeded": Status.RETURNED, "failed": Status.KEPT}


class Provider(BaseProvider):
    """The client pays ShareAI on ShareAI's page."""

    slug = "shareai"

    def problem(self) -> str:
        if not conf.checkout_url:
            return "CHECKOUT_URL is not set"
        return "" if conf.webhook_secrets else "WEBHOOK_SECRETS is empty"

    def start(self, request: CheckoutRequest) -> CheckoutSession:
        body = {
            "client_reference_id": request.number,
            "line_items": [
                {
                    "name": request.name,
                    "quantity": 1,
                    "amount": request.price_minor,
                    "currency": request.currency,
                }
            ],
            "success_url": request.success_url,
            "cancel_url": request.cancel_url,
            "metadata": {"order": request.number, "contents": request.description},
            "locale": request.language or None,
        }
        if conf.is_sandbox:
            # A live checkout delivers to the address that is entered in its console.
            body["webhook_url"] = request.webhook_url
        key = {"Idempotency-Key": request.number}
        answer = self._call(request.account, "POST", "/checkout/sessions", body, key)
        session, said = Reader(answer.data, "session"), _session(answer.data, answer.answered_at)
        asked_for = request.number, request.price_minor, request.currency
        if (said.number, said.price_minor, said.currency) != asked_for:
            # Found before anybody has paid.
            raise ProviderBadReply("the session is not what was asked for")
        url = session.address("url", "https", *(("http",) if conf.is_sandbox else ()))
        return CheckoutSession(ref=said.session_ref, url=url, open_until=session.moment("expires_at"))

    def look_up(self, order: Order) -> News:
        answer = self._call(order.account, "GET", f"/checkout/sessions/{_part(order.session_ref)}")
        said = _session(answer.data, answer.answered_at)
        if said.number != order.number:
            raise ProviderBadReply("the session is of another order")
        return said

    def close(self, order: Order) -> None:
        # One that is paid or over meanwhile is told of as such.
        self._call(order.account, "POST", f"/checkout/sessions/{_part(order.session_ref)}/expire")

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Event:
        signing.check(body, headers.get(SIGNATURE, ""), conf.webhook_secrets)
        return delivered(body)

    def read(self, event: Event) -> News | None:
        found = Reader(event.data, "event").within("data").within("object")
        as_of = Reader(event.data, "event").moment("created")
        raw = event.data["data"]["object"]
        if event.type.startswith("checkout.session."):
            return _session(raw, as_of)
        if event.type.startswith("refund."):
            return _about(found, _refund(raw, as_of))
        if event.type.startswith("dispute."):
            return _about(found, _dispute(raw, as_of))
        return None

    def lists(self) -> Iterable[tuple[str, SiteAccount | None]]:
        """One for each key: the installation's, and those of the accounts that have bought with their own."""
        own = SiteAccount.objects.exclude(encrypted_key="").filter(orders__provider=self.slug).distinct()
        found: dict[str, tuple[str, SiteAccount | None]] = {}
        for account in (None, *own.order_by("pk")):
            with suppress(ShareAIError):  # no key of the installation, or one that cannot be read any more
                key = marketplace.connection_for(account).api_key
                found.setdefault(key, (f"account {account.pk}" if account else "", account))
        return found.values()

    def events(self, after: str, account: SiteAccount | None = None) -> tuple[Sequence[Event], bool]:
        query = f"?limit={PAGE}"
        try:
            answer = self._call(account, "GET", f"/events{query}{f'&after={_part(after)}' if after else ''}")
        except ProviderRefused as error:
            if not after or "404" not in error.detail:
                raise
            # It does not know that event any more: all that it has is read again, which changes nothing twice.
            answer = self._call(account, "GET", f"/events{query}")
        return listed(Reader(answer.data, "events").each("data")), answer.data.get("has_more") is True

    def _call(
        self,
        account: SiteAccount | None,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        try:
            key = marketplace.connection_for(account).api_key
        except NotConfigured as error:
            raise ProviderRefused(error.detail) from error
        return call(method, f"{conf.checkout_url}{path}", key=key, body=body, headers=headers)


def _session(data: Any, as_of: datetime) -> News:
    session = Reader(data, "session")
    refunds = [_refund(each, as_of) for each in session.each("refunds")]
    disputes = [_dispute(each, as_of) for each in session.each("disputes")]
    return News(
        number=session.text("client_reference_id"),
        session_ref=session.text("id"),
        paid=_paid(session.text("status"), session.text("payment_status")),
        price_minor=session.whole("amount_total"),
        currency=session.text("currency").upper(),
        total_minor=session.whole("amount_total"),
        receipt_url=session.address_or_none("receipt_url"),
        adjustments=(*refunds, *disputes),
    )


def _paid(status: str, payment: str) -> Paid:
    if payment in ("paid", "failed", "pending"):
        return Paid(payment)
    return Paid.EXPIRED if status == "expired" else Paid.OPEN


def _refund(data: Any, as_of: datetime) -> Adjusted:
    return _adjusted(data, Kind.REFUND, _REFUNDS, as_of)


def _dispute(data: Any, as_of: datetime) -> Adjusted:
    return _adjusted(data, Kind.DISPUTE, _DISPUTES, as_of)


def _adjusted(data: Any, kind: Kind, statuses: Mapping[str, Status], as_of: datetime) -> Adjusted:
    found = Reader(data, kind)
    status = found.text("status")
    if status not in statuses:
        raise ProviderBadReply(f"{kind}.status is none that we know")
    if statuses[status] == Status.OPEN:
        # How it began is as old as itself, however late we hear of it.
        as_of = min(as_of, found.moment("created"))
    return Adjusted(
        ref=found.text("id"), kind=kind, status=statuses[status], amount_minor=found.whole("amount"), as_of=as_of
    )


def _about(found: Reader, adjusted: Adjusted) -> News:
    return News(number=found.text("client_reference_id"), session_ref=found.text("session"), adjustments=(adjusted,))


def _part(ref: str) -> str:
    return quote(ref, safe="")
