"""A shelf of things, a person who may run in bulk, and runs over them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from shareai_cms import metering, topups
from shareai_cms.catalog import registry
from shareai_cms.marketplace import call
from shareai_cms.models import AccountPermission, Run, SiteAccount
from shareai_cms.permissions import BULK, USE, Actor
from shareai_cms.runs import control, desks, engine, leases, outcomes
from shareai_cms.runs.engine import Engine
from shareai_cms.runs.selecting import prepare
from shareai_cms.runs.working import Job
from shareai_cms.topups.providers import News, Paid
from tests.runs.shelf import Shelf
from tests.services import SandboxProcess
from tests.topups.shop import bundle_of, buyer_for

TASK = "meta-descriptions"
#: Keys of the things on the shelf; other groups have others.
FIRST, BEYOND = 1_000, 10**6


@pytest.fixture
def shelf() -> Iterator[None]:
    kept = dict(registry._registered)
    registry._registered.clear()
    registry.register(Shelf)
    yield
    registry._registered.clear()
    registry._registered.update(kept)


@pytest.fixture
def merchant(db: None, shelf: None) -> Any:
    """Someone who may use AI, also in bulk, everywhere, by their group."""
    group = Group.objects.create(pk=BEYOND, name="merchants")
    for right in (USE, BULK):
        AccountPermission.objects.create(group=group, permission=right)
    user = get_user_model().objects.create_user("merchant", password="demo")
    user.groups.add(group)
    return user


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess, settings: Any) -> None:
    """Minutes become fractions of a second."""
    monkeypatch.setattr(outcomes, "AWAY_BASE", 0.02)
    monkeypatch.setattr(outcomes, "AWAY_CAP", 0.2)
    monkeypatch.setattr(outcomes, "REFUSED_PAUSE", 0.0)
    monkeypatch.setattr(engine, "POLL", 0.05)
    monkeypatch.setattr(engine, "LOOK_FOR_DEAD", 0.1)
    monkeypatch.setattr(call, "BACKOFF_BASE", 0.001)
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "MAX_ATTEMPTS": 1}


def things(*names: str, start: int = FIRST) -> list[Any]:
    return Group.objects.bulk_create([Group(pk=start + index, name=name) for index, name in enumerate(names)])


def on_the_shelf() -> Any:
    return Group.objects.filter(pk__gte=FIRST, pk__lt=BEYOND).order_by("pk")


def give_units(account: SiteAccount, units: int) -> None:
    """So many and no more."""
    account.wallet.plan.allowances.update(units=units)
    account.wallet.balances.all().delete()
    account.wallet.grants.all().delete()
    metering.allowance_of(account, "writing")


@pytest.fixture
def run_of(account: SiteAccount, merchant: Any) -> Callable[..., Run]:
    """A run over new things, named or so many, started."""

    def build(*names: str | int, units: int = 10_000, **options: Any) -> Run:
        give_units(account, units)
        number = names[0] if names and isinstance(names[0], int) else 0
        things(*([f"lamp {index + 1}" for index in range(number)] if number else map(str, names)))
        [run] = prepare(merchant, TASK, on_the_shelf())
        control.start(run, merchant, **options)
        return run

    return build


@contextmanager
def working(concurrency: int = 4) -> Iterator[Engine]:
    """A worker beside the test, asked to end after it."""
    stop = threading.Event()
    worker = Engine(stop=stop, concurrency=concurrency)
    worker.start()
    try:
        yield worker
    finally:
        stop.set()
        worker.join()


def eventually(is_so: Callable[[], Any], *, seconds: float = 20.0) -> None:
    ends_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends_at, "it never came to that"
        threading.Event().wait(0.02)


def state_of(run: Run) -> tuple[str, str]:
    run.refresh_from_db()
    return run.state, run.error_code


def items_of(run: Run) -> list[tuple[str, str]]:
    return list(run.items.order_by("position").values_list("state", "error_code"))


def units_of(account: SiteAccount) -> tuple[int, int]:
    """Spent and held."""
    balance = account.wallet.balances.get(meter="writing")
    return balance.spent, balance.held


def buy(account: SiteAccount, units: int) -> None:
    """An order over so many units, paid."""
    offer = topups.offer_of(bundle_of(writing=units).pk)
    assert offer is not None
    buyer = Actor.from_user(buyer_for(account))
    order = topups.place(account, offer.bundle.pk, buyer, key=f"click-{units:016}", version=offer.version)
    facts = {"price_minor": order.price_minor, "currency": order.currency, "total_minor": order.price_minor}
    topups.hear(order, News(number=order.number, paid=Paid.PAID, adjustments=(), **facts))


def jobs_of(run: Run, number: int = 1) -> list[Job]:
    """What a worker takes in hand."""
    [fresh] = desks.running(timezone.now())
    desk = desks.Desk(fresh)
    items = leases.claim(fresh, number, units=1)
    things = desks.load(items)
    return [Job(desk, item, things[item.pk]) for item in items]
