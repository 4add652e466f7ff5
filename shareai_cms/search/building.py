"""Generations: one is built beside the one in use, takes its place in a moment, and the old one goes later.

All of its state is in the tables, so that a build that was killed goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from shareai_cms.conf import conf
from shareai_cms.metering.retry import ledger_alias, refresh, rows, transact
from shareai_cms.models import Embedding, Generation, Passage, SearchDocument, SiteAccount
from shareai_cms.search import clock, jobs, vectors
from shareai_cms.search.passages import digest_of
from shareai_cms.search.probes import PROBES
from shareai_cms.search.stores.current import store_for

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: For how long the vectors of a generation that was replaced are kept: searches that have begun still read them.
KEPT = timedelta(hours=1)
#: Of the best cosines of sentences that are about nothing on the site, this share is below the floor.
PERCENTILE = 95
#: Vectors compared at once.
COMPARED = 4_096
#: Rows that one statement deletes.
DELETED = 500

ACTIVE, BUILDING, RETIRED = Generation.State.ACTIVE, Generation.State.BUILDING, Generation.State.RETIRED


def active() -> Generation | None:
    """The generation that answers searches."""
    return rows(Generation).filter(state=ACTIVE).first()


def building() -> Generation | None:
    return rows(Generation).filter(state=BUILDING).first()


def is_current(generation: Generation) -> bool:
    """Whether its vectors are of the model and the size that the settings ask for."""
    wanted = conf.embedding_dimensions
    asked = generation.dimensions_asked
    # Where none is asked for any more, nobody knows whether the model gives the same by itself.
    is_size = wanted in (asked, generation.dimensions) if wanted is not None else asked is None
    return generation.model_asked == conf.embedding_model and is_size


def has_model_changed() -> bool:
    """Whether searches have to do with keywords until the index is built again."""
    found = active()
    return found is not None and not is_current(found)


def target(*, is_rebuild: bool = False) -> Generation | None:
    """The generation that is to be filled; None where one has to be begun."""
    found, begun = active(), building()
    if begun is not None and is_current(begun):
        return begun
    return found if found is not None and is_current(found) and not is_rebuild else None


def begin() -> Generation:
    """A new generation, in the place of one that was begun and is no longer wanted."""
    begun = building()
    if begun is not None:
        _erase(begun)
    try:
        with transaction.atomic(using=ledger_alias()):
            return rows(Generation).create(
                model_asked=conf.embedding_model, dimensions_asked=conf.embedding_dimensions, state=BUILDING
            )
    except IntegrityError:
        # Another process was faster.
        return rows(Generation).get(state=BUILDING)


def complete(generation: Generation) -> bool:
    """Put a generation to use that has all its vectors and is still being built; raises the road's errors."""
    if rows(Generation).filter(pk=generation.pk, state=BUILDING).exists() and is_current(generation):
        account = payer()
        if generation.floor is None and account is not None:
            measure(generation, account)
        return put_to_use(generation)
    return False


def measure(generation: Generation, account: SiteAccount) -> float:
    """Find the generation's floor, once; the probes' vectors are kept, so that they are embedded once."""
    import numpy as np

    probes = _probe_vectors(generation, account)
    best = np.full(len(probes), -1.0, dtype=np.float32)
    for chunk in _matrices(generation):
        best = np.maximum(best, (chunk @ probes.T).max(axis=0))
    floor = float(np.clip(np.percentile(best, PERCENTILE), 0.0, 1.0))
    rows(Generation).filter(pk=generation.pk).update(floor=floor)
    generation.floor = floor
    return floor


def probe_digests() -> dict[str, str]:
    """The probes by what their vectors are kept under; no passage is embedded with this prefix."""
    return {digest_of(f"probe:{text}"): text for text in PROBES}


def missing_probes(generation: Generation | None) -> dict[str, str]:
    """The probes that have to be embedded yet."""
    wanted = probe_digests()
    if generation is not None:
        for digest in rows(Embedding).filter(generation=generation, digest__in=wanted).values_list("digest", flat=True):
            wanted.pop(digest, None)
    return wanted


def payer() -> SiteAccount | None:
    """Who pays for what belongs to no object: the account with the most in the index."""
    documents = rows(SearchDocument).values("account").annotate(documents=Count("pk"))
    found = documents.order_by("-documents", "account").first()
    return rows(SiteAccount).select_related("wallet").get(pk=found["account"]) if found else None


def put_to_use(generation: Generation) -> bool:
    """Let a complete generation answer searches from now on; False where passages came meanwhile that it lacks.

    The store is ready before: there is no moment without search.
    """
    transact(lambda: _announce(generation))
    if vectors.without_vector(generation).exists():
        jobs.request_vectors(generation.pk)
        return False
    refresh(generation)
    store_for(generation).refresh()
    transact(lambda: _flip(generation))
    refresh(generation)
    return True


def _announce(generation: Generation) -> None:
    """Its store is about to be made: vectors that come from now on count as changes of it."""
    clock.tick()
    rows(Generation).filter(pk=generation.pk, activated_at=None).update(activated_at=timezone.now())


def _flip(generation: Generation) -> None:
    clock.tick()
    if not rows(Generation).filter(pk=generation.pk, state=BUILDING).exists():
        return  # another process was faster
    moment = timezone.now()
    rows(Generation).filter(state=ACTIVE).update(state=RETIRED, retired_at=moment)
    rows(Generation).filter(pk=generation.pk).update(state=ACTIVE, activated_at=moment)
    jobs.request_vectors(generation.pk)


def resume() -> None:
    """Let a worker finish what a command has begun and cannot end any more."""
    begun = building()
    if begun is not None and is_current(begun):
        jobs.request_vectors(begun.pk)


def purge() -> int:
    """Delete retired generations after a while, and vectors whose text stands nowhere any more; how many."""
    old = rows(Generation).filter(state=RETIRED, retired_at__lt=timezone.now() - KEPT)
    erased = sum(_erase(generation) for generation in old)
    return erased + _erase_orphans()


def _erase(generation: Generation) -> int:
    vectors_of_it = rows(Embedding).filter(generation=generation)
    erased = 0
    while chunk := list(vectors_of_it.values_list("pk", flat=True)[:DELETED]):
        erased += rows(Embedding).filter(pk__in=chunk).delete()[0]
    jobs.withdraw(jobs.VECTORS, [str(generation.pk)])
    rows(Generation).filter(pk=generation.pk).delete()
    return erased


def _erase_orphans() -> int:
    said = rows(Passage).filter(digest=OuterRef("digest"))
    orphans = rows(Embedding).filter(~Exists(said)).exclude(digest__in=list(probe_digests()))
    # Those just made may wait for their passages' transaction.
    orphans = orphans.filter(created_at__lt=timezone.now() - KEPT)
    erased = 0
    while chunk := list(orphans.values_list("pk", flat=True)[:DELETED]):
        erased += transact(lambda: _erase_checked(chunk))
    return erased


def _erase_checked(chunk: list[int]) -> int:
    # Under the lock that passages are written under: one that is written now finds its vector, or asks for it.
    clock.tick()
    said = rows(Passage).filter(digest=OuterRef("digest"))
    return rows(Embedding).filter(~Exists(said), pk__in=chunk).delete()[0]


def _probe_vectors(generation: Generation, account: SiteAccount) -> NDArray[np.float32]:
    import numpy as np

    wanted = list(missing_probes(generation).items())
    for start in range(0, len(wanted), conf.embedding_batch):
        part = wanted[start : start + conf.embedding_batch]
        vectors.obtain(generation, account, *zip(*part, strict=True))
    made = rows(Embedding).filter(generation=generation, digest__in=list(probe_digests())).order_by("pk")
    return np.stack([np.frombuffer(vector, dtype="<f4") for vector in made.values_list("vector", flat=True)])


def _matrices(generation: Generation) -> Iterator[NDArray[np.float32]]:
    """The vectors of the generation's passages, some thousand rows at a time."""
    import numpy as np

    last = 0
    made = rows(Embedding).filter(generation=generation).exclude(digest__in=list(probe_digests())).order_by("pk")
    while chunk := list(made.filter(pk__gt=last).values_list("pk", "vector")[:COMPARED]):
        last = chunk[-1][0]
        yield np.stack([np.frombuffer(vector, dtype="<f4") for _pk, vector in chunk])
