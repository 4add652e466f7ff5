"""The whole index brought up to date in one go, as ``shareai_index`` does it; workers may do the same beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from shareai_cms.errors import NotConfigured, error_classes
from shareai_cms.metering.retry import refresh, rows
from shareai_cms.models import Generation, IndexJob
from shareai_cms.search import building, indexing, jobs, vectors
from shareai_cms.search.stores.current import store_for
from shareai_cms.search.survey import Named

#: Told how much of how much is done.
Tell = Callable[[int, int], None]
#: Seconds until another look at what another process has taken.
PAUSE = 0.25


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What came of asking for vectors."""

    embedded: int
    #: Passages that have none yet.
    left: int
    #: Code of what went wrong, empty otherwise.
    error: str


def index_objects(named: Iterable[Named], tell: Tell) -> int:
    """Read these objects again and write their passages; how many could not be read."""
    total = indexing.enqueue(named)
    of_objects = rows(IndexJob).exclude(object_type=jobs.VECTORS)
    while left := of_objects.filter(failures=0).count():
        tell(max(total - left, 0), total)
        taken = jobs.claim(indexing.TAKEN)
        indexing.work_off(taken)
        if not taken:
            time.sleep(PAUSE)
    tell(total, total)
    return of_objects.filter(failures__gt=0).count()


def fill(generation: Generation, tell: Tell, wait: Callable[[], None]) -> Filled:
    """Embed what a generation lacks; ``wait`` is called where another process has to be waited for."""
    jobs.request_vectors(generation.pk)
    jobs.hurry(jobs.VECTORS)
    total, embedded = vectors.without_vector(generation).values("digest").distinct().count(), 0
    error = ""
    while not error and vectors.without_vector(generation).exists():
        job = next(iter(jobs.claim(1, of_vectors=True)), None)
        if job is not None:
            before = embedded
            filler = vectors.fill(job, _always, tell=partial(_tell_sum, tell, before, total))
            embedded += filler.done if filler is not None else 0
            error = filler.error if filler is not None else ""
            continue
        error = _error_of(generation)
        if not error:
            wait()
            time.sleep(PAUSE)
    refresh(generation)
    return Filled(embedded=embedded, left=vectors.without_vector(generation).count(), error=error)


def complete(generation: Generation) -> bool:
    """Measure the floor and put the generation to use; False where passages came meanwhile.

    Raises the road's errors.
    """
    from shareai_cms.search.stores.agreement import show, unseen  # brings NumPy

    refresh(generation)
    if generation.floor is None:
        account = building.payer()
        if account is None:
            raise NotConfigured("nothing is indexed")
        building.measure(generation, account)
    if generation.state == Generation.State.BUILDING:
        return building.put_to_use(generation)
    show(unseen(generation))
    store_for(generation).refresh()
    return True


def _tell_sum(tell: Tell, before: int, total: int, done: int) -> None:
    tell(min(before + done, total), total)


def _always() -> bool:
    return True


def _error_of(generation: Generation) -> str:
    """Why a worker that has just tried has put the job off."""
    mine = rows(IndexJob).filter(object_type=jobs.VECTORS, object_ref=str(generation.pk), failures__gt=0)
    return mine.values_list("error", flat=True).first() or ""


def sentences_of(code: str) -> str:
    """What an error's code means and what to do, in words."""
    found = error_classes().get(code)
    return f"{found.sentence} {found.remedy}" if found is not None else code
