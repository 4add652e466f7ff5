"""What waits to be indexed: written when something changes, taken by one worker at a time.

A job is a lease with a number. A new request counts the number up, so that whoever is at it with an older state of
the object is not heard any more. Nothing here keeps a lock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import connections
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from shareai_cms.metering.retry import ledger_alias, patiently, rows, transact
from shareai_cms.models import IndexJob

#: Of a job that asks for the vectors that a generation lacks, with the generation's key as reference.
VECTORS = "shareai_cms.generation"
#: Longer than one step of the work. A job whose worker was killed waits no longer than this.
LEASE = timedelta(seconds=90)
#: Seconds until the first repetition after a failure, doubled each time up to the cap.
BACKOFF_BASE, BACKOFF_CAP = 30.0, 3600.0
#: References named in one statement.
CHUNK = 500


def request(objects: Iterable[tuple[str, str]], *, now: datetime | None = None) -> int:
    """Ask for these objects, each by its type and reference, to be read again; two statements for each 500."""
    by_type: dict[str, dict[str, None]] = defaultdict(dict)
    for object_type, object_ref in objects:
        by_type[object_type][object_ref] = None
    moment = now or timezone.now()
    for object_type, references in sorted(by_type.items()):
        # In one order, so that two requests do not wait for each other's rows.
        ordered = sorted(references)
        for start in range(0, len(ordered), CHUNK):
            _request(object_type, ordered[start : start + CHUNK], moment)
    return sum(map(len, by_type.values()))


def _request(object_type: str, references: list[str], moment: datetime) -> None:
    waiting = rows(IndexJob).filter(object_type=object_type, object_ref__in=references)
    renewed = {"requested_at": moment, "not_before": moment, "leased_until": None, "failures": 0, "error": ""}
    if patiently(lambda: waiting.update(attempt=F("attempt") + 1, **renewed)) == len(references):
        return
    new = [
        IndexJob(object_type=object_type, object_ref=reference, requested_at=moment, not_before=moment)
        for reference in references
    ]
    patiently(lambda: rows(IndexJob).bulk_create(new, ignore_conflicts=True))


def request_vectors(generation: int, *, now: datetime | None = None) -> None:
    """Ask for the vectors that a generation lacks, without taking them from a worker that is at it."""
    moment, reference = now or timezone.now(), str(generation)
    waiting = rows(IndexJob).filter(object_type=VECTORS, object_ref=reference)
    if not patiently(lambda: waiting.update(requested_at=moment)):
        new = IndexJob(object_type=VECTORS, object_ref=reference, requested_at=moment, not_before=moment)
        patiently(lambda: rows(IndexJob).bulk_create([new], ignore_conflicts=True))


def hurry(object_type: str) -> None:
    """Let the failed jobs of a type be tried again now."""
    waiting = rows(IndexJob).filter(object_type=object_type, not_before__gt=timezone.now())
    patiently(lambda: waiting.update(not_before=timezone.now()))


def withdraw(object_type: str, references: Sequence[str]) -> None:
    """Drop the jobs of these objects; a worker that has one of them is not heard any more."""
    for start in range(0, len(references), CHUNK):
        named = rows(IndexJob).filter(object_type=object_type, object_ref__in=references[start : start + CHUNK])
        patiently(named.delete)


def claim(limit: int, *, of_vectors: bool = False, now: datetime | None = None) -> list[IndexJob]:
    """Up to ``limit`` jobs that are due and free, leased to the caller."""
    moment = now or timezone.now()
    due = rows(IndexJob).filter(_free(moment), not_before__lte=moment)
    due = (due.filter if of_vectors else due.exclude)(object_type=VECTORS)
    due = due.order_by("not_before", "pk")
    if connections[ledger_alias()].features.has_select_for_update_skip_locked:
        return transact(lambda: _lease(list(due.select_for_update(skip_locked=True)[:limit]), moment))
    return _lease(patiently(lambda: list(due[:limit])), moment)


def _lease(found: list[IndexJob], moment: datetime) -> list[IndexJob]:
    return [job for job in found if _take(job, moment)]


def _take(job: IndexJob, moment: datetime) -> bool:
    same = rows(IndexJob).filter(_free(moment), pk=job.pk, attempt=job.attempt)
    until = moment + LEASE
    if not patiently(lambda: same.update(leased_until=until, attempt=job.attempt + 1)):
        return False
    job.leased_until, job.attempt = until, job.attempt + 1
    return True


def renew(job: IndexJob) -> bool:
    """Keep the job for another step; False where it was lost to a newer request or to another worker."""
    until = timezone.now() + LEASE
    return bool(patiently(lambda: _mine(job).update(leased_until=until)))


def finish(job: IndexJob) -> bool:
    """The job is done; False where it was lost. Inside a transaction its changes have to be taken back then."""
    return bool(patiently(lambda: _mine(job).delete()[0]))


def finish_vectors(job: IndexJob) -> bool:
    """The generation has all vectors that were asked for; False where more were asked for meanwhile."""
    asked = _mine(job).filter(requested_at=job.requested_at)
    if patiently(lambda: asked.delete()[0]):
        return True
    latest = patiently(lambda: _mine(job).values_list("requested_at", flat=True).first())
    job.requested_at = latest or job.requested_at
    return False


def give_back(job: IndexJob) -> bool:
    """Free again at once, as when a worker is asked to end."""
    return bool(patiently(lambda: _mine(job).update(leased_until=None)))


def give_all_back(taken: Iterable[IndexJob]) -> int:
    """The same for those of several jobs that are still the worker's own."""
    mine = reduce(or_, (Q(pk=job.pk, attempt=job.attempt) for job in taken))
    return patiently(lambda: rows(IndexJob).filter(mine).update(leased_until=None))


def fail(job: IndexJob, code: str, *, now: datetime | None = None) -> bool:
    """Due again after a pause that grows; False where the job was lost."""
    failures = job.failures + 1
    pause = timedelta(seconds=min(BACKOFF_BASE * 2.0 ** min(failures - 1, 20), BACKOFF_CAP))
    due = (now or timezone.now()) + pause
    values = {"leased_until": None, "failures": failures, "error": code[:255], "not_before": due}
    return bool(patiently(lambda: _mine(job).update(**values)))


def is_waiting(since: datetime) -> bool:
    """Whether a job was due before that moment and nobody has done it."""
    return rows(IndexJob).filter(_free(timezone.now()), not_before__lte=since).exists()


def _mine(job: IndexJob) -> QuerySet[IndexJob]:
    return rows(IndexJob).filter(pk=job.pk, attempt=job.attempt)


def _free(moment: datetime) -> Q:
    # A moment further ahead than any lease was written by a clock that ran ahead.
    return Q(leased_until__isnull=True) | Q(leased_until__lte=moment) | Q(leased_until__gt=moment + 2 * LEASE)
