"""A site with a bundle on sale and somebody who may buy it, in short words."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, User

from shareai_cms import metering, topups
from shareai_cms.models import AccountPermission, Bundle, Grant, Order, SiteAccount
from shareai_cms.permissions import Actor
from shareai_cms.topups.providers import Adjusted, Kind, News, Paid, Status
from tests.metering.world import World

_numbers = itertools.count(1)
#: The provider's clock, apart from ours.
THEN = datetime(2026, 3, 10, 12, tzinfo=UTC)


def bundle_of(price_minor: int = 1_000, currency: str = "EUR", **contents: int) -> Bundle:
    bundle = Bundle.objects.create(name=f"Bundle {next(_numbers)}", price_minor=price_minor, currency=currency)
    for meter, units in (contents or {"writing": 100}).items():
        bundle.contents.create(meter=meter, units=units)
    return bundle


def buyer_for(account: SiteAccount, *rights: str) -> Any:
    """A user with rights on the account, given through a group."""
    number = next(_numbers)
    user = User.objects.create_user(f"buyer-{number}", email=f"buyer-{number}@example.com")
    group = Group.objects.create(name=f"Buyers {number}")
    user.groups.add(group)
    for right in rights or ("buy",):
        AccountPermission.objects.create(group=group, account=account, permission=right)
    return user


class Shop(World):
    """A world in which somebody buys; the provider's word is passed on as ``say``."""

    def __init__(self, price_minor: int = 1_000, contents: dict[str, int] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.bundle = bundle_of(price_minor, **(contents or {"writing": 100}))
        self.user = buyer_for(self.account)
        self.buyer = Actor.from_user(self.user)

    def place(self, bundle: Bundle | None = None, key: str = "", **options: Any) -> Order:
        offer = topups.offer_of((bundle or self.bundle).pk)
        assert offer is not None
        given = {"key": key or f"click-{next(_numbers):016}", "version": offer.version, "now": self.now}
        return topups.place(self.account, offer.bundle.pk, self.buyer, **{**given, **options})

    def say(self, order: Order, paid: Paid | None = None, *adjustments: Adjusted, **news: Any) -> None:
        """What the provider says of the order now."""
        facts = {"price_minor": order.price_minor, "currency": order.currency, "total_minor": order.price_minor}
        said = News(**{"number": order.number, "paid": paid, **facts, "adjustments": adjustments, **news})
        topups.hear(Order.objects.get(pk=order.pk), said, now=self.now)
        order.refresh_from_db()

    def pay(self, order: Order | None = None) -> Order:
        order = order or self.place()
        self.say(order, Paid.PAID)
        return order

    def bought(self, order: Order, meter: str = "writing") -> Grant:
        return Grant.objects.get(source_ref=f"order:{order.pk}:{meter}")

    def taken_back(self, order: Order, meter: str = "writing") -> int:
        return metering.taken_back(self.bought(order, meter))


def refund(amount: int, ref: str = "re_1", status: str = Status.RETURNED, after: int = 0) -> Adjusted:
    return _adjusted(Kind.REFUND, amount, ref, status, after)


def dispute(amount: int, status: str = Status.OPEN, ref: str = "dp_1", after: int = 0) -> Adjusted:
    return _adjusted(Kind.DISPUTE, amount, ref, status, after)


def _adjusted(kind: str, amount: int, ref: str, status: str, after: int) -> Adjusted:
    """``after`` is how many seconds later the provider said so."""
    moment = THEN + timedelta(seconds=after)
    return Adjusted(ref=ref, kind=Kind(kind), status=Status(status), amount_minor=amount, as_of=moment)
