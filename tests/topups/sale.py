"""A shop whose payment pages are at any provider's counterpart, a ``Till``: its server, its buyers and their bank."""

from __future__ import annotations

import json
from typing import Any, Protocol

from django.http import HttpResponse
from django.test import Client

from shareai_cms import topups
from shareai_cms.models import Order, SiteAccount
from shareai_cms.topups import orders
from shareai_cms.topups.providers import BaseProvider, CheckoutRequest, News, provider_named
from tests.topups.shop import Shop


class Till(Protocol):
    slug: str
    #: Who pays ShareAI for the accounts that it sells to here.
    payer: str
    secret: str
    key: str

    def settings(self, *secrets: str) -> dict[str, Any]:
        """``SHAREAI_CMS`` of a site that knows these secrets."""

    def pay(self, session: str) -> None: ...
    def pay_later(self, session: str) -> None: ...
    def settle(self, session: str) -> None: ...
    def decline(self, session: str) -> None: ...
    def expire(self, session: str) -> None: ...
    def refund(self, session: str, amount: int) -> str: ...
    def dispute(self, session: str, amount: int) -> str: ...
    def end_dispute(self, dispute: str, *, is_won: bool) -> None: ...

    def events(self, session: str) -> list[dict[str, Any]]:
        """What happened to a session, oldest first, as it would be delivered."""

    def signed(self, body: bytes, secret: str, moment: int | None = None) -> dict[str, str]:
        """The headers of a message."""

    def deliver(self, event: dict[str, Any], url: str) -> int:
        """Deliver a message over HTTP and give the status of the answer."""

    def with_price(self, event: dict[str, Any], amount: int, currency: str) -> dict[str, Any]:
        """The message of a payment of another sum."""

    def fail(self, fault: str) -> None:
        """From now on: ``down``, ``broken`` (5xx), ``garbage``, ``refused``; until ``mend``."""

    def mend(self) -> None: ...


class Sale:
    """The shop with its payment pages at a till."""

    def __init__(self, shop: Shop, till: Till, *, site: str = "http://127.0.0.1:9") -> None:
        self.shop, self.till = shop, till
        SiteAccount.objects.filter(pk=shop.account.pk).update(payer=till.payer)
        shop.account.refresh_from_db()
        self.urls = topups.Urls(
            success=lambda order: f"{site}/orders/{order.number}/",
            cancel=lambda order: f"{site}/orders/{order.number}/?cancelled=1",
            webhook=lambda provider: f"{site}/shareai/webhooks/{provider}/",
        )
        self.client = Client(raise_request_exception=False)

    @property
    def provider(self) -> BaseProvider:
        provider = provider_named(self.till.slug)
        assert provider is not None
        return provider

    def begun(self) -> Order:
        order = self.shop.place()
        topups.begin(order, self.urls)
        return order

    def paid(self) -> Order:
        """An order that was paid, of which nobody has told us."""
        order = self.begun()
        self.till.pay(order.session_ref)
        return order

    def request(self, order: Order) -> CheckoutRequest:
        orders._keep_words(order, self.urls, "ada@example.com")
        return orders._request(order)

    def news(self, order: Order) -> News:
        return self.provider.look_up(order)

    def deliver(self, event: Any, *, secret: str = "", moment: int | None = None, **headers: str) -> HttpResponse:
        body = event if isinstance(event, bytes) else json.dumps(event, separators=(",", ":")).encode()
        return self.post(body, headers or self.till.signed(body, secret or self.till.secret, moment))

    def post(self, body: bytes, headers: dict[str, str]) -> HttpResponse:
        path = f"/shareai/webhooks/{self.till.slug}/"
        return self.client.post(path, body, content_type="application/json", headers=headers)

    def deliver_all(self, order: Order) -> None:
        for event in self.till.events(order.session_ref):
            assert self.deliver(event).status_code == 200
