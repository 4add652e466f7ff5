"""Whether anybody works: for the doctor, and for a line to managers. Units are right either way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from shareai_cms.metering.retry import rows
from shareai_cms.models import Duty as DutyRow
from shareai_cms.runs.presence import MISSED_AFTER, last_seen
from shareai_cms.work.registry import all_duties


@dataclass(frozen=True, kw_only=True)
class Presence:
    """The last sign of life of any worker, None where there never was one."""

    seen_at: datetime | None
    is_missed: bool


def presence(now: datetime | None = None) -> Presence:
    """When a worker was last heard of; one query."""
    moment = now or timezone.now()
    seen_at = last_seen()
    return Presence(seen_at=seen_at, is_missed=seen_at is None or moment - seen_at > MISSED_AFTER)


def waiting_duties(now: datetime | None = None) -> list[str]:
    """Names of the duties that have something to do since ``MISSED_AFTER`` ago; a query for each."""
    since = (now or timezone.now()) - MISSED_AFTER
    return [duty.name for duty in all_duties() if duty.is_waiting is not None and duty.is_waiting(since)]


def is_left_undone(now: datetime | None = None) -> bool:
    """No worker is seen, and something waits for one; one query while a worker lives."""
    return presence(now).is_missed and bool(waiting_duties(now))


def failing_duties() -> list[DutyRow]:
    """Duties whose last turn ended with an error."""
    return list(rows(DutyRow).filter(failures__gt=0).order_by("name"))
