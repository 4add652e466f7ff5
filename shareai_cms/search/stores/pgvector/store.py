"""Vectors and terms in PostgreSQL itself: one index for any number of machines, none of it in their memory."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from django.db import Error, connections

from shareai_cms.metering.retry import rows
from shareai_cms.models import Embedding, Generation, Passage
from shareai_cms.search import clock
from shareai_cms.search.clock import Moment
from shareai_cms.search.stores import neighbours
from shareai_cms.search.stores.base import Scan, Scope, Store
from shareai_cms.search.stores.changes import Changes
from shareai_cms.search.stores.parts import Parts
from shareai_cms.search.stores.pgvector import loading
from shareai_cms.search.stores.pgvector.extension import database
from shareai_cms.search.stores.pgvector.scan import PgVectorScan
from shareai_cms.search.stores.pgvector.state import State, Stored
from shareai_cms.search.stores.pgvector.tables import Tables
from shareai_cms.search.stores.rows import decode
from shareai_cms.search.stores.snapshot.store import AGAIN, SnapshotStore
from shareai_cms.search.words import fold

if TYPE_CHECKING:
    from shareai_cms.search.stores.base import Floats, Ids

log = logging.getLogger("shareai_cms.search")


class PgVectorStore(Store):
    def __init__(self, generation: Generation) -> None:
        self._tables = Tables(generation)
        self._vectors = generation.pk, self._tables.dimensions
        #: Answers until the tables are there.
        self._meanwhile = SnapshotStore(generation)
        self._state: State | None = None
        self._passing: State | None = None
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._tried_at = -math.inf

    def scan(self, terms: Sequence[str], vector: Floats | None, scope: Scope) -> Scan:
        state = self._current()
        return PgVectorScan(state, terms, vector, scope) if state else self._meanwhile.scan(terms, vector, scope)

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        state = self._current()
        if state is None:
            return self._meanwhile.frequencies(words)
        known = {key: count for key, (_written, count) in self._known(list({fold(word) for word in words})).items()}
        changed = state.parts.word_passages(words)
        counted = {word: known.get(fold(word), 0) + changed.get(word, 0) for word in words}
        return {word: count for word, count in counted.items() if count}

    def similar_words(self, word: str) -> tuple[str, ...]:
        state = self._current()
        if state is None:
            return self._meanwhile.similar_words(word)

        def spelled(keys: Sequence[str]) -> dict[str, int]:
            found = dict(state.parts.spelled(keys))
            for written, count in self._known(keys).values():
                found[written] = found.get(written, 0) + count
            return found

        letters = "".join(dict.fromkeys(state.stored.letters + state.parts.letters))
        return neighbours.similar(word, letters, spelled)

    def vectors_of(self, document: int) -> Floats:
        digests = list(rows(Passage).filter(document=document).order_by("pk").values_list("digest", flat=True))
        stored = rows(Embedding).filter(generation=self._vectors[0], digest__in=set(digests))
        blobs = dict(stored.values_list("digest", "vector"))
        vectors, is_good = decode((blobs.get(digest) for digest in digests), len(digests), self._vectors[1])
        found: Floats = vectors[is_good]
        return found

    def holds(self) -> tuple[Ids, Ids]:
        state = self._current()
        if state is None:
            return self._meanwhile.holds()
        condition, values = state.unchanged
        with database().cursor() as cursor:
            asked = "SELECT passage, vector IS NOT NULL FROM {vectors} WHERE " + condition  # noqa: S608  our own names
            self._tables.run(cursor, asked, values)
            stored = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 2)
        found, with_vector = state.parts.holds()
        vectors = stored[stored[:, 1] == 1, 0]
        return np.sort(np.concatenate([stored[:, 0], found])), np.sort(np.concatenate([vectors, with_vector]))

    def refresh(self) -> None:
        with self._refreshing:
            if loading.load(self._tables):
                loading.index(self._tables)
                loading.drop_others()
                self._state = self._passing = None

    def _known(self, keys: Sequence[str]) -> dict[str, tuple[str, int]]:
        asked = [key for key in keys if "\x00" not in key]
        with database().cursor() as cursor:
            self._tables.run(
                cursor, "SELECT text, written, passages FROM {words} WHERE passages > 0 AND text = ANY(%s)", [asked]
            )
            return {key: (written, count) for key, written, count in cursor.fetchall()}

    def _current(self) -> State | None:
        """What the tables and the changes since hold now; None where the tables are not there yet."""
        moment = clock.moment()
        state = self._state
        if clock.is_ticking(moment):
            return self._within_a_transaction(moment, state)
        if state is not None and state.changes.moment == moment:
            return state
        with self._lock:
            state = self._state = self._brought_to(clock.moment(), self._state)
        if state is None or state.changes.are_many(state.stored.passages):
            self._refresh_aside()
        return state

    def _within_a_transaction(self, moment: Moment, state: State | None) -> State | None:
        """Nobody else sees what it has written, and all of it may be undone."""
        passing = self._passing
        if passing is None or passing.changes.moment != moment:
            passing = self._passing = self._brought_to(moment, state)
        return passing

    def _brought_to(self, moment: Moment, state: State | None) -> State | None:
        with database().cursor() as cursor:
            found = self._tables.state(cursor)
        if found is None or found.moment.born != moment.born or found.moment.version > moment.version:
            return None
        if state is None or state.stored.moment != found.moment or state.changes.moment.version > moment.version:
            state = State(Stored.read(self._tables, found), Changes(found.moment, self._vectors), Parts(()))
        changes = state.changes.up_to(moment)
        return State(state.base, changes, changes.over(Parts(())))

    def _refresh_aside(self) -> None:
        # What an open transaction has written cannot be seen by another connection.
        if self._refreshing.locked() or clock.is_ticking() or time.monotonic() - self._tried_at < AGAIN:
            return
        self._tried_at = time.monotonic()
        threading.Thread(target=self._refresh_in_thread, name="shareai-search-pgvector", daemon=True).start()

    def _refresh_in_thread(self) -> None:
        try:
            self.refresh()
        except Error as error:
            log.warning("pgvector=unrefreshed error=%s", type(error).__name__)
        finally:
            connections.close_all()
