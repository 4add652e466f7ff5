"""Crowds and kills on one purchase; run by ``tests.metering.crowd``, each in a database of its own."""

from __future__ import annotations

from typing import Any

from shareai_cms import metering, topups
from shareai_cms.models import Bundle, Grant, Order, OrderAdjustment, PaymentEvent, SiteAccount
from shareai_cms.permissions import Actor
from shareai_cms.topups import events
from shareai_cms.topups.providers import BaseProvider, Event, News, Paid, Status
from tests.metering.crowd import crowd
from tests.metering.kills import in_a_process_of_its_own
from tests.metering.scenarios import judged, open_with
from tests.topups.shop import dispute, refund

UNITS = 100
THINGS = ("paid", "paid", "refund", "dispute", "won", "spend", "look")


class Told(BaseProvider):
    """A provider whose messages say what a test puts into them."""

    slug = "told"

    def read(self, event: Event) -> News:
        order = Order.objects.get()
        adjustments = {
            "refund": (refund(300),),
            "dispute": (dispute(700),),
            "won": (dispute(700, Status.KEPT, after=9),),
        }
        return News(
            number=order.number,
            paid=Paid.PAID if event.type == "paid" else None,
            price_minor=order.price_minor,
            currency=order.currency,
            adjustments=adjustments.get(event.type, ()),
        )


def message(kind: str, number: int = 1) -> Event:
    return Event(id=f"evt_{kind}_{number}", type=kind, body="{}", data={})


def ordered(account: SiteAccount, units: int = UNITS) -> Order:
    bundle = Bundle.objects.create(name="Hundred", price_minor=1_000, currency="EUR")
    for meter in ("writing", "products"):
        bundle.contents.create(meter=meter, units=units)
    offer = topups.offer_of(bundle.pk)
    assert offer is not None
    someone = Actor(kind="user", reference="1", user=Superuser())
    order = topups.place(account, bundle.pk, someone, key=f"click-{account.pk}-{bundle.pk}", version=offer.version)
    Order.objects.filter(pk=order.pk).update(provider=Told.slug, state=Order.State.OPEN, session_ref=f"cs_{order.pk}")
    order.refresh_from_db()
    return order


class Superuser:
    is_active = is_superuser = True


def same_payment(*, workers: int, is_one_event: bool = True) -> dict[str, Any]:
    """One payment, told by many messages at once: the same one again, or each another."""
    account = open_with(0)
    order = ordered(account)

    def work(number: int) -> dict[str, int]:
        events.take_in(Told(), message("paid", 1 if is_one_event else number))
        return {"answered": 1}

    result = judged(account, crowd(workers, work))
    order.refresh_from_db()
    grants = Grant.objects.filter(kind="topup")
    return {
        **result,
        "state": order.state,
        "grants": dict(grants.values_list("meter", "units")),
        "grant_rows": grants.count(),
        "events": dict(PaymentEvent.objects.values_list("event_id", "state")) if is_one_event else {},
    }


def same_click(*, workers: int) -> dict[str, Any]:
    """One click, sent many times at once."""
    account = open_with(0)
    bundle = ordered(account).bundle
    assert bundle is not None
    offer = topups.offer_of(bundle.pk)
    assert offer is not None
    Order.objects.all().delete()
    someone = Actor(kind="user", reference="1", user=Superuser())

    def work(number: int) -> dict[str, int]:
        order = topups.place(account, bundle.pk, someone, key="the-one-click-000", version=offer.version)
        return {f"order-{order.pk}": 1}

    answers = crowd(workers, work)
    return {**judged(account, answers), "orders": Order.objects.count()}


def everything_at_once(*, workers: int, turns: int) -> dict[str, Any]:
    """Payment, refund, dispute and spending in every order, by everybody."""
    import random

    from shareai_cms.errors import AllowanceExhausted
    from tests.metering.scenarios import request

    account = open_with(0)
    order = ordered(account)

    def work(number: int) -> dict[str, int]:
        choice = random.Random(number)
        for turn in range(turns):
            thing = choice.choice(THINGS)
            if thing == "look":
                assert metering.audit(account.wallet) == []
            elif thing == "spend":
                try:
                    hold = metering.reserve(request(account, f"{number}-{turn}"))
                except AllowanceExhausted:
                    continue
                (metering.settle if choice.random() < 0.3 else _release)(hold)
            else:
                events.take_in(Told(), message(thing, choice.randint(1, 3)))
        return {"done": 1}

    answers = crowd(workers, work)
    for thing in ("won", "dispute", "refund", "paid"):
        events.take_in(Told(), message(thing, 99))
    result = judged(account, answers)
    grant = Grant.objects.get(source_ref=f"order:{order.pk}:writing")
    spent = result["settled"]
    return {**result, "taken_back": metering.taken_back(grant), "expected": min(30, UNITS - spent)}


def _release(hold: metering.Hold) -> bool:
    return metering.release(hold, outcome="failed")


def kill_everywhere(*, kinds: list[str], stride: int) -> dict[str, Any]:
    """Kill the taking-in of the last message after every so many statements; what the retry makes of it."""
    ends: list[dict[str, Any]] = []
    while not ends or ends[-1]["killed"]:
        ends.append(_kill_after(len(ends) * stride, kinds))
    return {"ends": ends}


def _kill_after(statements: int, kinds: list[str]) -> dict[str, Any]:
    OrderAdjustment.objects.all().delete()
    PaymentEvent.objects.all().delete()
    Order.objects.all().delete()
    account = metering.open_account(platform="django", reference=f"{'-'.join(kinds)}-{statements}")
    account.wallet.plan.allowances.all().delete()
    ordered(account)
    *before, last = kinds
    for kind in before:
        events.take_in(Told(), message(kind))
    was_killed = in_a_process_of_its_own(lambda: events.take_in(Told(), message(last)), statements)
    at_once = _seen(account)
    _come_again(message(last))
    return {"killed": was_killed, "at_once": at_once, "healed": _seen(account)}


def _come_again(event: Event) -> None:
    """The provider delivers again what was not answered, and the worker tries what was stored."""
    events.take_in(Told(), event)


def _seen(account: SiteAccount) -> dict[str, Any]:
    metering.roll_forward(account.wallet, "writing")
    left = metering.allowance_of(account, "writing")
    return {
        "available": left.available,
        "frozen": left.frozen,
        "topups": Grant.objects.filter(wallet=account.wallet, kind="topup").count(),
        "state": Order.objects.get().state,
        "findings": [str(finding) for finding in metering.audit(account.wallet)],
    }
