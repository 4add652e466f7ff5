"""From an object that has changed to the rows that searches read.

Two steps, so that keywords never wait for the marketplace: the object is read and its passages are written; then the
vectors that the generations lack are asked for, many texts in one call.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from shareai_cms.conf import conf
from shareai_cms.errors import AccountUnclear
from shareai_cms.errors.places import place_of
from shareai_cms.metering.retry import is_contention, ledger_alias, patiently, rows
from shareai_cms.models import IndexJob, SearchDocument
from shareai_cms.search import clock, jobs
from shareai_cms.search.after_commit import Objects, together
from shareai_cms.search.sources.base import Source
from shareai_cms.search.sources.registry import source_for

log = logging.getLogger("shareai_cms.search")

#: Jobs taken at once.
TAKEN = 20


def enqueue(objects: Objects) -> int:
    """Let these objects be read again by a worker, each given by its ``app.model`` label and its reference."""
    return jobs.request(objects) if conf.search else 0


def enqueue_later(objects: Objects, *, using: str) -> None:
    """``enqueue`` once the caller's transaction is committed; its failure is logged and never the caller's."""
    together(enqueue, objects, using=using)


def forget(objects: Objects) -> int:
    """Take these objects out of the index now; returns how many were in it."""
    by_type: dict[str, list[str]] = {}
    for object_type, object_ref in objects:
        by_type.setdefault(object_type, []).append(object_ref)
    return sum(_forget(object_type, references) for object_type, references in by_type.items())


def forget_later(objects: Objects, *, using: str) -> None:
    """``forget`` as soon as the caller's transaction is committed; its failure is logged and never the caller's."""
    together(forget, objects, using=using)


def _forget(object_type: str, references: list[str]) -> int:
    forgotten = 0
    for start in range(0, len(references), jobs.CHUNK):
        chunk = references[start : start + jobs.CHUNK]
        documents = rows(SearchDocument).filter(object_type=object_type, object_ref__in=chunk)
        jobs.withdraw(object_type, chunk)
        if documents.exists():
            forgotten += _delete(documents)
    return forgotten


def _delete(documents: QuerySet[SearchDocument]) -> int:
    """In a transaction of its own, or in the caller's."""

    def body() -> int:
        with transaction.atomic(using=ledger_alias()):
            clock.tick()
            return int(documents.delete()[1].get(SearchDocument._meta.label, 0))

    return patiently(body)


def work(goes_on: Callable[[], bool]) -> tuple[int, bool]:
    """Work off what waits; returns how many jobs were ended, and whether more are due now."""
    done = 0
    if not conf.search:
        return done, False
    while goes_on():
        taken = jobs.claim(TAKEN) or jobs.claim(1, of_vectors=True)
        if not taken:
            return done, False
        done += work_off(taken, goes_on)
    return done, True


def work_off(taken: Sequence[IndexJob], goes_on: Callable[[], bool] = lambda: True) -> int:
    """Do these jobs, or give them back; how many were ended. What stops the worker leaves none of them taken."""
    done = 0
    for place, job in enumerate(taken):
        if not goes_on():
            jobs.give_back(job)
            continue
        try:
            done += _fill(job, goes_on) if job.object_type == jobs.VECTORS else index(job)
        except BaseException:
            with suppress(OperationalError, InterfaceError):
                jobs.give_all_back(taken[place:])
            raise
    return done


def _fill(job: IndexJob, goes_on: Callable[[], bool]) -> int:
    # NumPy is loaded where there is a vector to be made, and not before.
    from shareai_cms.search import building, vectors

    filler = vectors.fill(job, goes_on, then=building.complete)
    return filler.done if filler is not None else 0


def index(job: IndexJob) -> bool:
    """Bring one object's rows up to date; whether the job was ended, with or without an error."""
    try:
        is_done = _index(job)
    except Exception as error:
        if isinstance(error, OperationalError) and is_contention(error):
            raise
        # Where the tables of the jobs themselves are away, this is what raises.
        place = place_of(error)
        log.warning("object=%s ref=%s attempt=%d error=%s", job.object_type, job.object_ref, job.attempt, place)
        return jobs.fail(job, place)
    return is_done


def _index(job: IndexJob) -> bool:
    # Words and passages are for those who index: every other process of a site enqueues and is done.
    from shareai_cms.search import writing

    source, obj = _found(job)
    if source is None or obj is None:
        return writing.remove(job)
    try:
        account = source.account(obj)
    except AccountUnclear:
        return writing.remove(job)
    return writing.write(job, source, account, source.read(obj))


def _found(job: IndexJob) -> tuple[Source | None, Any]:
    """The job's object as everybody may find it, and its source; None for either."""
    try:
        model = apps.get_model(job.object_type)
    except (LookupError, ValueError):
        return None, None
    source = source_for(model)
    if source is None:
        return None, None
    try:
        return source, source.queryset(model).filter(pk=job.object_ref).first()
    except (ValueError, TypeError, OverflowError, ValidationError):
        return source, None  # no key of this model
