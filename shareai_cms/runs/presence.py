"""Signs of life of those who do background work: one row for each."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from shareai_cms.metering.retry import rows
from shareai_cms.models import Worker

#: Workers not heard of for so long are forgotten.
FORGET_AFTER = timedelta(days=7)
#: A worker that was not heard of for so long is taken for gone.
MISSED_AFTER = timedelta(minutes=15)


def note(reference: str, started_at: datetime) -> None:
    """Say that this worker lives."""
    now = timezone.now()
    if not rows(Worker).filter(reference=reference).update(seen_at=now, started_at=started_at):
        new = Worker(reference=reference, started_at=started_at, seen_at=now)
        rows(Worker).bulk_create([new], ignore_conflicts=True)
    rows(Worker).filter(seen_at__lt=now - FORGET_AFTER).delete()


def last_seen() -> datetime | None:
    """When any worker was last heard of; one query."""
    seen_at: datetime | None = rows(Worker).aggregate(at=Max("seen_at"))["at"]
    return seen_at
