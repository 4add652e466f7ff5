"""Who does a duty: one worker at a time, decided by guarded UPDATEs and never by a lock that is kept.

A lease ends by itself, so the duty of a killed worker is taken over. Every taking has a number; a
worker that wakes up after its lease and reports with an older one is not heard.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Duty as DutyRow
from shareai_cms.work.registry import Duty, all_duties

#: Far longer than a turn. A duty whose worker was killed waits no longer than this.
LEASE = timedelta(seconds=120)
#: Between the clocks of two servers.
SKEW = timedelta(seconds=60)
#: Seconds until the first repetition after a failure, doubled each time up to the cap.
BACKOFF_BASE, BACKOFF_CAP = 30.0, 3600.0


def make_rows(now: datetime | None = None) -> None:
    """A row for each duty that has none, due at once."""
    known = set(rows(DutyRow).values_list("name", flat=True))
    missing = [duty.name for duty in all_duties() if duty.name not in known]
    moment = now or timezone.now()
    # Another worker may make the same rows at this moment.
    rows(DutyRow).bulk_create([DutyRow(name=name, due_at=moment) for name in missing], ignore_conflicts=True)


def take(duty: Duty, worker: str, *, now: datetime | None = None) -> DutyRow | None:
    """Lease the duty if it is due and free; the row as taken, else None."""
    moment = now or timezone.now()
    row = patiently(lambda: rows(DutyRow).filter(_free(duty, worker, moment), name=duty.name).first())
    if row is None:
        return None
    until, attempt = moment + LEASE, row.attempt + 1
    same = rows(DutyRow).filter(_free(duty, worker, moment), pk=row.pk, attempt=row.attempt)
    taken = {"leased_until": until, "attempt": attempt, "worker": worker, "started_at": moment}
    if not patiently(lambda: same.update(**taken)):
        return None
    for name, value in taken.items():
        setattr(row, name, value)
    return row


def finish(row: DutyRow, *, due_at: datetime, now: datetime | None = None) -> bool:
    """Give the duty back, done; False where another worker has taken it meanwhile."""
    return _give_back(row, due_at=due_at, finished_at=now or timezone.now(), failures=0, error="")


def fail(row: DutyRow, error: str, *, now: datetime | None = None) -> bool:
    """Give the duty back after an error, due again after a pause that grows; False where it was lost."""
    failures = row.failures + 1
    pause = timedelta(seconds=min(BACKOFF_BASE * 2.0 ** min(failures - 1, 20), BACKOFF_CAP))
    return _give_back(row, due_at=(now or timezone.now()) + pause, failures=failures, error=error[:255])


def _give_back(row: DutyRow, **values: object) -> bool:
    mine = rows(DutyRow).filter(pk=row.pk, attempt=row.attempt)
    return bool(patiently(lambda: mine.update(leased_until=None, worker="", **values)))


def _free(duty: Duty, worker: str, now: datetime) -> Q:
    """Due, and nobody's. A moment further ahead than any worker would write was written by a clock that ran ahead."""
    too_far = now + timedelta(seconds=max(duty.every, BACKOFF_CAP)) + SKEW
    is_due = Q(due_at__lte=now) | Q(due_at__gt=too_far)
    # A worker does one thing at a time: a lease of its own is left from before the database went away.
    is_over = Q(leased_until__lte=now) | Q(leased_until__gt=now + LEASE + SKEW) | Q(worker=worker)
    return is_due & (Q(leased_until__isnull=True) | is_over)
