"""A shop whose payment pages are at the sandbox: what buyers, their banks and the sandbox's messages do there."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from shareai_cms import topups
from shareai_cms.models import Order
from shareai_cms.topups.providers import signing
from tests.services import SandboxProcess
from tests.topups.shop import Shop

SECRET = "whsec_sandbox"
WEBHOOK = "/shareai/webhooks/shareai/"


class Counter:
    def __init__(self, shop: Shop, sandbox: SandboxProcess, *, site: str = "http://127.0.0.1:9") -> None:
        self.shop = shop
        self.sandbox = sandbox
        self.urls = topups.Urls(
            success=lambda order: f"{site}/orders/{order.number}/?back=1",
            cancel=lambda order: f"{site}/orders/{order.number}/?cancelled=1",
            webhook=lambda provider: f"{site}/shareai/webhooks/{provider}/",
        )
        self.client = Client(raise_request_exception=False)

    def begun(self, **options: Any) -> Order:
        """An order whose payment page is open."""
        order = self.shop.place(**options)
        topups.begin(order, self.urls)
        return order

    def paid(self) -> Order:
        """An order that was paid, of which nobody has told us."""
        order = self.begun()
        self.sandbox.checkout(order.session_ref, "pay")
        return order

    def look(self, order: Order) -> bool:
        return topups.look(order, now=self.shop.now)

    def events(self, order: Order) -> list[dict[str, Any]]:
        """What has happened to the order, oldest first."""
        every, page = [], self.sandbox.events()
        while page:
            every += page
            page = self.sandbox.events(page[-1]["id"])
        return [event for event in every if order.session_ref in json.dumps(event)]

    def deliver(self, event: Any, *, secret: str = SECRET, moment: int | None = None, header: str = "") -> HttpResponse:
        """Deliver a message as the provider would, signed now."""
        body = event if isinstance(event, bytes) else json.dumps(event, separators=(",", ":")).encode()
        signed = header or signing.sign(body, secret, moment=moment)
        return self.client.post(WEBHOOK, body, content_type="application/json", headers={"ShareAI-Signature": signed})


def state_of(order: Order) -> str:
    order.refresh_from_db()
    return str(order.state)
