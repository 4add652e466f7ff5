"""Drafts that nobody starts, and runs that wait for a worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.metering.retry import ledger_alias, patiently, rows
from shareai_cms.models import Run, RunItem, SiteAccount

#: A draft that nobody has started for so long is forgotten.
DRAFT_DAYS = 7
#: Rows that one statement deletes.
BATCH = 500
#: Cancelled by nobody: a draft whose objects are being deleted.
_FORGOTTEN = Q(state=Run.State.CANCELLED, started_at__isnull=True, ended_at__isnull=True)


def forget(goes_on: Callable[[], bool] = lambda: True, *, now: datetime | None = None) -> tuple[int, bool]:
    """Delete drafts that were never started, object by object; how many rows, and whether there are more."""
    before = (now or timezone.now()) - timedelta(days=DRAFT_DAYS)
    old = rows(Run).filter(_FORGOTTEN | Q(state=Run.State.DRAFT), created_at__lt=before)
    forgotten = 0
    for run in patiently(lambda: list(old.values_list("pk", flat=True))):
        # First the run: of one that is begun at this moment every object stays, or it is not begun any more.
        if not patiently(lambda run=run: old.filter(pk=run).update(state=Run.State.CANCELLED)):  # type: ignore[misc]
            continue
        items = rows(RunItem).filter(run=run)
        while keys := patiently(lambda items=items: list(items.values_list("pk", flat=True)[:BATCH])):  # type: ignore[misc]
            if not goes_on():
                return forgotten, True
            forgotten += _delete(rows(RunItem).filter(pk__in=keys))
        forgotten += _delete(old.filter(pk=run))
    return forgotten, False


def _delete(found: Any) -> int:
    def body() -> int:
        with transaction.atomic(using=ledger_alias()):
            return int(found.delete()[0])

    return patiently(body)


def is_waiting(since: datetime) -> bool:
    """Whether a run goes on, has had an object to do since before that moment, and nobody has it."""
    due = Q(not_before__isnull=True) | Q(not_before__lte=since)
    here = rows(SiteAccount).filter(metering.of_environment()).values("pk")
    left = rows(RunItem).filter(due, state=RunItem.State.WAITING, run__state=Run.State.RUNNING)
    return left.filter(run__started_at__lte=since, run__account__in=here).exists()
