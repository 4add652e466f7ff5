"""Whether the store that searches are scanned in holds what the tables hold, and how it comes to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Exists, OuterRef

from shareai_cms.metering.retry import rows, transact
from shareai_cms.models import Embedding, Generation, Passage
from shareai_cms.search import clock
from shareai_cms.search.stores.current import store_for

if TYPE_CHECKING:
    from shareai_cms.search.stores.base import Ids

#: Looks until nothing has changed between the store and the tables.
LOOKS = 3
#: Rows named in one statement.
CHUNK = 500


def unseen(generation: Generation | None) -> Ids:
    """Passages that searches do not find, or not by their vector, though the tables have them.

    They were written past the index's clock, so that no process looks for them. Reads the key of every passage.
    """
    for _look in range(LOOKS):
        moment = clock.moment()
        found = _unseen(generation)
        if clock.moment() == moment:
            break
    return found


def _unseen(generation: Generation | None) -> Ids:
    held, held_vectors = store_for(generation).holds()
    passages = _ids(rows(Passage).values_list("pk", flat=True))
    unseen: Ids = np.setdiff1d(passages, held)
    if generation is not None:
        made = rows(Embedding).filter(generation=generation, digest=OuterRef("digest"))
        vectors = _ids(rows(Passage).filter(Exists(made)).values_list("pk", flat=True))
        unseen = np.union1d(unseen, np.setdiff1d(vectors, held_vectors))
    return unseen


def show(passages: Ids) -> None:
    """Let every process look at these passages again."""

    def body() -> None:
        version = clock.tick()
        for start in range(0, len(passages), CHUNK):
            rows(Passage).filter(pk__in=passages[start : start + CHUNK].tolist()).update(version=version)

    if len(passages):
        transact(body)


def _ids(found: Iterable[int]) -> Ids:
    return np.fromiter(found, dtype=np.int64)
