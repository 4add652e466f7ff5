"""Vectors for the passages that have none: many texts in one call, each text once for each generation."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet

from shareai_cms.conf import conf
from shareai_cms.errors import (
    AccountSuspended,
    AddressChanged,
    BadReply,
    EmbeddingInvalid,
    EmbeddingMismatch,
    InputEmpty,
    InsufficientCredits,
    KeyRejected,
    NotConfigured,
    NotPermitted,
    ReplyTooLarge,
    RequestRejected,
    ShareAIError,
)
from shareai_cms.metering.retry import rows
from shareai_cms.models import Embedding, Generation, IndexJob, Passage, SearchDocument, SiteAccount
from shareai_cms.permissions import Actor
from shareai_cms.search import clock, jobs
from shareai_cms.search.passages import embedded_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger("shareai_cms.search")

FEATURE = "indexing"
#: For one call, retries included: less than a job's lease.
CALL_SECONDS = 60.0
#: Passages read from the tables at once.
READ = 500
#: Texts refused by themselves, one after another, until the marketplace is taken for broken.
REFUSED_ALONE = 3
#: What only one account has; the texts of the others are sent.
_OF_ACCOUNT = (AccountSuspended, AddressChanged, InsufficientCredits, KeyRejected, NotConfigured, NotPermitted)
#: What may be due to a single text; the others of its batch are sent without it.
_OF_TEXT = (BadReply, EmbeddingInvalid, InputEmpty, ReplyTooLarge, RequestRejected)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Texts of one account that go in one call."""

    account: int
    digests: tuple[str, ...]
    texts: tuple[str, ...] = field(repr=False)

    def halves(self) -> tuple[Batch, Batch]:
        middle = len(self.texts) // 2
        return (
            Batch(account=self.account, digests=self.digests[:middle], texts=self.texts[:middle]),
            Batch(account=self.account, digests=self.digests[middle:], texts=self.texts[middle:]),
        )


def fill(
    job: IndexJob,
    goes_on: Callable[[], bool],
    *,
    tell: Callable[[int], None] = lambda _done: None,
    then: Callable[[Generation], object] = lambda _generation: None,
) -> Filler | None:
    """Bring a generation's vectors up to its passages; None where the generation is gone.

    The job ends when none is missing and ``then`` is done, and is tried again later where a vector could not be had.
    """
    generation = rows(Generation).filter(pk=job.object_ref).exclude(state=Generation.State.RETIRED).first()
    if generation is None:
        jobs.finish(job)
        return None
    filler = Filler(generation)
    try:
        while filler.runs(job, goes_on, tell):
            if not filler.error:
                filler.ends_with(then)
            if filler.error:
                log.warning("generation=%s event=incomplete done=%d code=%s", generation.pk, filler.done, filler.error)
                jobs.fail(job, filler.error)
                break
            if jobs.finish_vectors(job):
                break
    except (KeyboardInterrupt, SystemExit):
        # Whoever comes next need not wait for the lease.
        jobs.give_back(job)
        raise
    return filler


class Filler:
    """Embeds batch after batch and remembers what went wrong."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.done = 0
        #: Code of the first error.
        self.error = ""
        #: Texts that could not be had.
        self.failed = 0
        #: The marketplace does not answer, or answers with another model: nothing else is tried.
        self.is_stopped = False
        self._refused: set[int] = set()
        self._refused_alone = 0

    def runs(self, job: IndexJob, goes_on: Callable[[], bool], tell: Callable[[int], None]) -> bool:
        """Go through everything that is missing once; False where the job was given back or lost before the end."""
        if not jobs.renew(job):
            return False
        for batch in missing(self.generation):
            if not goes_on():
                jobs.give_back(job)
                return False
            if not jobs.renew(job):
                return False
            self.embed(batch)
            tell(self.done)
            if self.is_stopped:
                break
        return True

    def ends_with(self, then: Callable[[Generation], object]) -> None:
        try:
            then(self.generation)
        except ShareAIError as error:
            self._note(error, 0)

    def embed(self, batch: Batch) -> None:
        """Send a batch and keep its vectors; notes an error of the road instead of raising it."""
        if batch.account in self._refused:
            self.failed += len(batch.texts)
            return
        try:
            self._embed(batch)
        except _OF_TEXT as error:
            if len(batch.texts) > 1:
                for half in batch.halves():
                    if not self.is_stopped:
                        self.embed(half)
                return
            self._note(error, 1)
            self._refused_alone += 1
            # It is not the text, then.
            self.is_stopped = self._refused_alone >= REFUSED_ALONE
        except _OF_ACCOUNT as error:
            self._refused.add(batch.account)
            self._note(error, len(batch.texts))
        except ShareAIError as error:
            self.is_stopped = True
            self._note(error, len(batch.texts))

    def _embed(self, batch: Batch) -> None:
        account = rows(SiteAccount).select_related("wallet").get(pk=batch.account)
        obtain(self.generation, account, batch.digests, batch.texts)
        self.done += len(batch.texts)
        self._refused_alone = 0

    def _note(self, error: ShareAIError, texts: int) -> None:
        self.error = self.error or error.code
        self.failed += texts


def obtain(generation: Generation, account: SiteAccount, digests: Sequence[str], texts: Sequence[str]) -> None:
    """Ask for the texts' vectors, and keep them in the transaction that counts them; raises the road's errors.

    The first reply fixes the model and the size; any other one is refused from then on.
    """
    from shareai_cms.actions.embedding import INDEXING, EmbeddingCall, embed

    call = EmbeddingCall(
        account=account,
        actor=Actor(kind=INDEXING, reference=""),
        texts=tuple(texts),
        meter=INDEXING,
        units=len(texts),
        feature=FEATURE,
        key=f"index-{uuid.uuid4().hex}",
        model=generation.model_asked,
        dimensions=conf.embedding_dimensions,
        expected_model=generation.model,
        expected_dimensions=generation.dimensions,
        budget_seconds=min(conf.call_budget, CALL_SECONDS),
        store=lambda matrix, model: keep(generation, digests, matrix, model),
    )
    found = embed(call)
    if generation.dimensions is None:
        generation.model, generation.dimensions = found.model[:255], found.dimensions


def keep(generation: Generation, digests: Sequence[str], matrix: NDArray[np.float32], model: str) -> None:
    """Write vectors down in the caller's transaction; passages that a store has already count as changed."""
    packed = matrix.astype("<f4")
    new = [
        Embedding(generation_id=generation.pk, digest=digest, vector=packed[at].tobytes())
        for at, digest in enumerate(digests)
    ]
    # Before the generation is read: its model is fixed, and it is put to use, under the same lock.
    version = clock.tick()
    current = rows(Generation).filter(pk=generation.pk).first()
    if current is None:
        return
    _fix(current, model[:255], packed.shape[1])
    rows(Embedding).bulk_create(new, ignore_conflicts=True)
    if current.state == Generation.State.ACTIVE or current.activated_at is not None:
        rows(Passage).filter(digest__in=digests).update(version=version)


def _fix(current: Generation, model: str, dimensions: int) -> None:
    if current.dimensions is None:
        rows(Generation).filter(pk=current.pk).update(model=model, dimensions=dimensions)
    elif (current.model, current.dimensions) != (model, dimensions):
        raise EmbeddingMismatch(f"model {model or '-'} in the place of {current.model}")


def without_vector(generation: Generation) -> QuerySet[Passage]:
    """The passages that the generation has no vector for."""
    made = rows(Embedding).filter(generation=generation.pk, digest=OuterRef("digest"))
    return rows(Passage).filter(~Exists(made))


def missing(generation: Generation) -> Iterator[Batch]:
    """The texts that the generation lacks, in batches within the marketplace's limits, account by account."""
    accounts = rows(SearchDocument).order_by("account").values_list("account", flat=True).distinct()
    seen: set[str] = set()
    for account in list(accounts):
        yield from _batches(account, _texts(generation, account, seen))


def _batches(account: int, texts: Iterator[tuple[str, str]]) -> Iterator[Batch]:
    taken: list[tuple[str, str]] = []
    size = 0
    for digest, text in texts:
        is_full = len(taken) >= conf.embedding_batch or size + len(text) > conf.embedding_batch_characters
        if taken and is_full:
            yield _batch(account, taken)
            taken, size = [], 0
        taken.append((digest, text))
        size += len(text)
    if taken:
        yield _batch(account, taken)


def _batch(account: int, taken: list[tuple[str, str]]) -> Batch:
    return Batch(
        account=account,
        digests=tuple(digest for digest, _text in taken),
        texts=tuple(text for _digest, text in taken),
    )


def _texts(generation: Generation, account: int, seen: set[str]) -> Iterator[tuple[str, str]]:
    last: Any = 0
    lacking = without_vector(generation).filter(document__account=account).order_by("pk")
    columns = ("pk", "digest", "document__title", "heading", "text")
    while chunk := list(lacking.filter(pk__gt=last).values_list(*columns)[:READ]):
        for pk, digest, title, heading, text in chunk:
            last = pk
            if digest not in seen:
                seen.add(digest)
                yield digest, embedded_text(title, heading, text)
