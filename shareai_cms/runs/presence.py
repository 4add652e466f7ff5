"""Signs of life of those who do background work: one row for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Worker

#: Workers not heard of for so long are forgotten.
FORGET_AFTER = timedelta(days=7)
#: A worker that was not heard of for so long is taken for gone: those of cron come every few minutes.
MISSED_AFTER = timedelta(minutes=15)
#: A worker that stays notes itself four times within this.
SILENT_AFTER = timedelta(minutes=1)
#: How the references of those end that come, work and go: cron's, and those of the site's own task queue.
CRON, QUEUE = ":cron", ":tasks"


@dataclass(frozen=True, kw_only=True)
class Signs:
    """When a worker that stays, and one that comes and goes, were last heard of."""

    staying_at: datetime | None
    passing_at: datetime | None

    @property
    def seen_at(self) -> datetime | None:
        return max((at for at in (self.staying_at, self.passing_at) if at is not None), default=None)

    def is_alive(self, now: datetime) -> bool:
        """Whether somebody was heard of a moment ago."""
        return self.seen_at is not None and now - self.seen_at <= SILENT_AFTER

    def comes_again(self, now: datetime) -> bool:
        """Whether one that comes and goes was here lately."""
        return self.passing_at is not None and now - self.passing_at <= MISSED_AFTER


def note(reference: str, started_at: datetime) -> None:
    """Say that this worker lives."""
    now = timezone.now()
    if not rows(Worker).filter(reference=reference).update(seen_at=now, started_at=started_at):
        new = Worker(reference=reference, started_at=started_at, seen_at=now)
        rows(Worker).bulk_create([new], ignore_conflicts=True)
    rows(Worker).filter(seen_at__lt=now - FORGET_AFTER).delete()


def signs() -> Signs:
    """Who was last heard of when; one query."""
    passing = Q(reference__endswith=CRON) | Q(reference__endswith=QUEUE)
    ask = rows(Worker).aggregate
    found = patiently(lambda: ask(staying=Max("seen_at", filter=~passing), passing=Max("seen_at", filter=passing)))
    return Signs(staying_at=found["staying"], passing_at=found["passing"])


def last_seen() -> datetime | None:
    """When any worker was last heard of; one query."""
    return signs().seen_at
