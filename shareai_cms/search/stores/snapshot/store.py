"""The store of every database: a memory-mapped snapshot, and what changed since in memory."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connections

from shareai_cms.metering.retry import rows
from shareai_cms.models import Generation, Passage
from shareai_cms.search import clock
from shareai_cms.search.clock import Moment
from shareai_cms.search.stores import neighbours
from shareai_cms.search.stores.base import Scan, Scope, Store
from shareai_cms.search.stores.changes import MOST_SHARE, Changes
from shareai_cms.search.stores.parts import Layer, Parts
from shareai_cms.search.stores.parts_scan import PartsScan
from shareai_cms.search.stores.snapshot.base_parts import BaseParts, Made

if TYPE_CHECKING:
    from shareai_cms.search.stores.base import Floats, Ids

log = logging.getLogger("shareai_cms.search")

#: Deleted passages that may still be here; each is found in vain, and its words count.
MOST_GHOSTS = 100
#: Seconds after which a process tries again to make a new snapshot aside; another one may be about it.
AGAIN = 10.0


@dataclass(frozen=True, eq=False)
class State:
    """What the index was at one moment. It is replaced, never changed: a scan keeps the one that it began with."""

    base: Made
    changes: Changes
    parts: Parts

    @property
    def moment(self) -> Moment:
        return self.changes.moment

    @property
    def is_worn(self) -> bool:
        return not self.base.is_current or self.changes.are_many(len(self.base.part))

    @property
    def ghosts(self) -> int:
        return self.parts.passages - rows(Passage).count()

    def up_to(self, moment: Moment) -> State:
        return state_of(self.base, self.changes.up_to(moment))


def state_of(base: Made, changes: Changes) -> State:
    return State(base, changes, changes.over(Parts((Layer(base.part),))))


class SnapshotStore(Store):
    def __init__(self, generation: Generation | None) -> None:
        self._bases = BaseParts(generation)
        self._lock = threading.Lock()
        self._state: State | None = None
        self._passing: State | None = None
        self._refreshing = threading.Lock()
        self._tried_at = -math.inf

    def scan(self, terms: Sequence[str], vector: Floats | None, scope: Scope) -> Scan:
        return PartsScan(self.state().parts, terms, vector, scope)

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        return self.state().parts.word_passages(words)

    def similar_words(self, word: str) -> tuple[str, ...]:
        parts = self.state().parts
        return neighbours.similar(word, parts.letters, parts.spelled)

    def vectors_of(self, document: int) -> Floats:
        return self.state().parts.vectors_of(document)

    def holds(self) -> tuple[Ids, Ids]:
        return self.state().parts.holds()

    def refresh(self) -> None:
        state = self.state()
        if state.is_worn or state.ghosts > max(MOST_GHOSTS, MOST_SHARE * len(state.base.part)):
            self._rebuild()

    def state(self) -> State:
        """The index as it is now; as it was a moment ago while another thread brings it up to date."""
        moment = clock.moment()
        state = self._state
        if clock.is_ticking(moment):
            return self._within_a_transaction(moment, state)
        if state is not None and state.moment == moment:
            return state
        is_older = state is not None and state.moment.born == moment.born and state.moment.version < moment.version
        if not self._lock.acquire(blocking=state is None or not is_older) and state is not None:
            return state
        try:
            state = self._state = self._brought_to(clock.moment(), self._state)
        finally:
            self._lock.release()
        if state.is_worn:
            self._rebuild_aside()
        return state

    def _within_a_transaction(self, moment: Moment, state: State | None) -> State:
        """Nobody else sees what it has written, and all of it may be undone."""
        passing = self._passing
        if passing is None or passing.moment != moment:
            passing = self._passing = self._brought_to(moment, state)
        return passing

    def _brought_to(self, moment: Moment, state: State | None) -> State:
        if state is not None and state.moment == moment:
            return state
        base = self._bases.newest(moment, state.base if state else None)
        if state is None or base is not state.base or state.moment.version > moment.version:
            state = state_of(base, Changes(base.moment, self._bases.vectors))
        return state.up_to(moment)

    def _rebuild(self) -> None:
        """Make a new snapshot, unless another thread or process does; searches go on with the old one."""
        if not self._refreshing.acquire(blocking=False):
            return
        try:
            made = self._bases.build()
            with self._lock:
                if made is not None:
                    state = state_of(made, Changes(made.moment, self._bases.vectors))
                    self._state = state.up_to(clock.moment())
        finally:
            self._refreshing.release()

    def _rebuild_aside(self) -> None:
        # What an open transaction has written cannot be seen by another connection.
        if self._refreshing.locked() or clock.is_ticking() or time.monotonic() - self._tried_at < AGAIN:
            return
        self._tried_at = time.monotonic()
        threading.Thread(target=self._rebuild_in_thread, name="shareai-search-snapshot", daemon=True).start()

    def _rebuild_in_thread(self) -> None:
        try:
            self._rebuild()
        except Exception as error:  # noqa: BLE001 - a thread of its own: nobody else would hear of it
            log.warning("snapshot=unrefreshed error=%s", type(error).__name__)
        finally:
            connections.close_all()
