"""A shelf of things, a person who may run in bulk, and runs over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from shareai_cms.catalog import registry
from shareai_cms.models import AccountPermission, Run, SiteAccount
from shareai_cms.permissions import BULK, USE
from shareai_cms.runs import control
from shareai_cms.runs.selecting import prepare
from tests.runs.shelf import Shelf

TASK = "meta-descriptions"


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
    # Its number is beyond those of the things on the shelf.
    group = Group.objects.create(pk=10**6, name="foreign merchants")
    for right in (USE, BULK):
        AccountPermission.objects.create(group=group, permission=right)
    user = get_user_model().objects.create_user("merchant", password="demo")
    user.groups.add(group)
    return user


def things(number: int, *, prefix: str = "lamp", start: int = 1_000) -> list[Any]:
    made = [Group(pk=start + index, name=f"{prefix} {start + index}") for index in range(number)]
    return Group.objects.bulk_create(made)


@pytest.fixture
def run_of(account: SiteAccount, merchant: Any) -> Callable[..., Run]:
    """A run over so many new things, started."""

    def build(number: int = 3, *, units: int | None = None, **options: Any) -> Run:
        account.wallet.plan.allowances.update(units=units or 10_000)
        account.wallet.balances.all().delete()
        things(number)
        [run] = prepare(merchant, TASK, Group.objects.filter(pk__gte=1_000, pk__lt=10**6).order_by("pk"))
        control.start(run, merchant, **options)
        return run

    return build
