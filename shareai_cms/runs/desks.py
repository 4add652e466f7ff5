"""What a worker has to know of a run before it works on its objects, read again for every handful of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Exists, Model, OuterRef, Q

from shareai_cms import metering, permissions
from shareai_cms.catalog.base import Catalogue
from shareai_cms.catalog.registry import catalogue_for
from shareai_cms.errors import NotPermitted, UnknownAction
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Budget, Run, RunItem, SiteAccount
from shareai_cms.permissions import BULK, MANAGE, Actor
from shareai_cms.runs import tasks
from shareai_cms.runs.tasks import RunTask


@dataclass(frozen=True)
class Desk:
    """A run with its task, its account and its person as they are at this moment."""

    run: Run

    @cached_property
    def task(self) -> RunTask:
        """Raises ``UnknownAction`` where the site has no such task any more."""
        try:
            return tasks.get(self.run.task)
        except KeyError:
            raise UnknownAction(self.run.task) from None

    @cached_property
    def units(self) -> int:
        return self.task.units(self.run.route)

    @property
    def account(self) -> SiteAccount:
        return self.run.account

    @cached_property
    def actor(self) -> Actor:
        """The person; raises ``NotPermitted`` where they may not run in bulk any more, or are gone."""
        owner = self.run.owner
        if owner is None or not owner.is_active:
            raise NotPermitted("the person who began the run is gone or inactive")
        actor = Actor.from_user(owner)
        if not any(permissions.can(actor, right, self.run.account) for right in (BULK, MANAGE)):
            raise NotPermitted("no right to run in bulk on this account")
        return actor


@dataclass(frozen=True, kw_only=True)
class Thing:
    """An object as it stands now, with the catalogue that knows it; without either where one is gone."""

    catalogue: Catalogue | None = None
    obj: Any = None


def running(now: datetime, only: Collection[int] | None = None) -> list[Run]:
    """The runs that go on and do not rest, all or some of those named, with what their desks need; one query."""
    shares = Budget.objects.filter(wallet=OuterRef("account__wallet"))
    awake = Q(resting_until__isnull=True) | Q(resting_until__lte=now)
    # A copy of the live database on somebody's machine goes on with nothing of it.
    here = rows(SiteAccount).filter(metering.of_environment()).values("pk")
    found = rows(Run).filter(awake, account__in=here, state=Run.State.RUNNING)
    found = found if only is None else found.filter(pk__in=only)
    found = found.select_related("account__wallet", "owner").annotate(has_budgets=Exists(shares))
    runs: list[Run] = patiently(lambda: list(found.order_by("started_at", "pk")))
    for run in runs:
        # Spares each call the query for budgets where there are none.
        vars(run.account)["has_budgets"] = vars(run)["has_budgets"]
    return runs


def load(items: Iterable[RunItem]) -> dict[int, Thing]:
    """The objects of these items, by the items' keys; a query and its prefetches for each kind of object."""
    by_type: dict[str, list[RunItem]] = defaultdict(list)
    for item in items:
        by_type[item.object_type].append(item)
    found: dict[int, Thing] = {}
    for object_type, wanted in by_type.items():
        catalogue, objects = _load(object_type, {item.object_ref for item in wanted})
        for item in wanted:
            found[item.pk] = Thing(catalogue=catalogue, obj=objects.get(item.object_ref))
    return found


def written(items: Iterable[RunItem], things: Mapping[int, Thing]) -> dict[int, Any]:
    """The objects that hold what is written, by the items' keys: the translation, where there is one."""
    by_catalogue: dict[Catalogue, list[RunItem]] = defaultdict(list)
    for item in items:
        catalogue = things[item.pk].catalogue
        if catalogue is not None and things[item.pk].obj is not None:
            by_catalogue[catalogue].append(item)
    found: dict[int, Any] = {}
    for catalogue, mine in by_catalogue.items():
        objects = catalogue.written([(things[item.pk].obj, item.language) for item in mine])
        found |= {item.pk: obj for item, obj in zip(mine, objects, strict=True)}
    return found


def _load(object_type: str, references: set[str]) -> tuple[Catalogue | None, Mapping[str, Model]]:
    try:
        model = apps.get_model(object_type)
    except (LookupError, ValueError):
        return None, {}
    catalogue = catalogue_for(model)
    if catalogue is None:
        return None, {}
    to_python = model._meta.pk.to_python
    keys = []
    for reference in references:
        try:
            keys.append(to_python(reference))
        except ValidationError:  # of a model whose primary key was of another kind
            continue
    return catalogue, {str(obj.pk): obj for obj in catalogue.queryset(model).filter(pk__in=keys)}
