"""Somebody who buys on the pages, in short words: sees a page, confirms, pays at the sandbox, comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from bs4 import BeautifulSoup, Tag
from django.test import Client

from shareai_cms import topups
from shareai_cms.models import Bundle, Order, SiteAccount
from shareai_cms.permissions import Actor
from shareai_cms.topups.providers import Adjusted, Kind, News, Paid, Status
from tests.views.test_usage import person

TOPUPS, ORDERS = "/shareai/topups/", "/shareai/orders/"


def bundle_of(price_minor: int = 1_000, *, name: str = "A hundred texts", **contents: int) -> Bundle:
    bundle = Bundle.objects.create(name=name, price_minor=price_minor, currency="EUR")
    for meter, units in (contents or {"writing": 100}).items():
        bundle.contents.create(meter=meter, units=units)
    return bundle


def soup(answer: Any) -> Tag:
    found = BeautifulSoup(answer.content, "html.parser").select_one(".shareai-page")
    assert found is not None, answer.status_code
    return found


def said(answer: Any) -> str:
    """What the page says, whatever its status."""
    return " ".join(soup(answer).get_text(" ").split())


class Buyer:
    """A browser with somebody in front of it."""

    def __init__(self, user: Any, **options: Any) -> None:
        self.client = Client(**options)
        self.client.force_login(user)

    def see(self, path: str, **query: Any) -> Any:
        return self.client.get(f"{path}?{urlencode(query)}" if query else path)

    def open(self, bundle: Bundle, account: SiteAccount, **query: Any) -> dict[str, str]:
        """The fields of the form that confirms an order."""
        answer = self.see(f"{TOPUPS}{bundle.pk}/", account=account.pk, **query)
        assert answer.status_code == 200, answer.status_code
        return {field["name"]: field.get("value", "") for field in soup(answer).select("form[method=post] input")}  # type: ignore[misc]

    def send(self, bundle: Bundle, fields: dict[str, str], **changes: str) -> Any:
        return self.client.post(f"{TOPUPS}{bundle.pk}/", {**fields, **changes})

    def order(self, bundle: Bundle, account: SiteAccount, **query: Any) -> Order:
        """An order whose buyer was sent on to pay."""
        answer = self.send(bundle, self.open(bundle, account, **query))
        assert answer.status_code == 303, answer.status_code
        return Order.objects.latest("pk")

    def page(self, order: Order, **query: Any) -> Any:
        return self.see(f"{ORDERS}{order.number}/", **query)

    def do(self, order: Order, what: str, **fields: str) -> Any:
        return self.client.post(f"{ORDERS}{order.number}/{what}/", fields)

    def status(self, order: Order) -> dict[str, Any]:
        found: dict[str, Any] = self.see(f"{ORDERS}{order.number}/status/").json()
        return found


def path_of(address: str) -> str:
    """The path and the query of an absolute address."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def hear(order: Order, paid: Paid | None = None, *adjustments: Adjusted, **facts: Any) -> None:
    """What the provider says of the order."""
    given = {"price_minor": order.price_minor, "currency": order.currency, "total_minor": order.price_minor}
    topups.hear(order, News(**{"number": order.number, "paid": paid, **given, "adjustments": adjustments, **facts}))


def adjusted(kind: Kind, status: Status, amount: int, ref: str = "re_1", second: int = 0) -> Adjusted:
    moment = datetime(2026, 3, 10, 12, 0, second, tzinfo=UTC)
    return Adjusted(ref=ref, kind=kind, status=status, amount_minor=amount, as_of=moment)


def operator() -> Actor:
    return Actor.from_user(person("operator", "manage"))
