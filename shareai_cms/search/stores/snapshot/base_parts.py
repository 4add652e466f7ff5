"""Where the large part comes from: the newest file, a new one, or memory where no file can be."""

from __future__ import annotations

import logging
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shareai_cms.metering.retry import rows
from shareai_cms.models import Generation, Passage
from shareai_cms.search import clock
from shareai_cms.search.clock import Moment
from shareai_cms.search.stores.building import in_memory
from shareai_cms.search.stores.part import Part
from shareai_cms.search.stores.rows import all_pieces
from shareai_cms.search.stores.snapshot import files
from shareai_cms.search.stores.snapshot.files import DamagedError, Label
from shareai_cms.search.stores.snapshot.folder import new_folder, put_in_place, shared_folder, sole_builder, tidy

log = logging.getLogger("shareai_cms.search")

#: Seconds for which a process without any snapshot waits for the one that builds it.
PATIENCE = 30.0
_PAUSE = 0.05
#: Fewer passages than these are built while the visitor waits.
SOON = 5_000


@dataclass(frozen=True, eq=False)
class Made:
    """A large part, and what it was made of."""

    moment: Moment
    part: Part
    #: False for one without this generation's vectors, in use until the right one is there.
    is_current: bool = True
    #: None in memory.
    folder: Path | None = None
    #: Made of what a transaction had not committed: of no use once the clock shows another version.
    is_passing: bool = False


class BaseParts:
    def __init__(self, generation: Generation | None) -> None:
        has_vectors = generation is not None and bool(generation.dimensions)
        self._generation = generation
        #: Generation and dimensions to read vectors of.
        self.vectors: tuple[int | None, int] = (None, 0)
        if generation is not None and has_vectors:
            self.vectors = (generation.pk, int(generation.dimensions or 0))

    def newest(self, moment: Moment, held: Made | None) -> Made:
        """The best part for this moment: a newer file than the one held, the one held, or one that is built now."""
        if held is not None and not _fits(held, moment):
            held = None
        folder = _folder(is_told=False)
        if folder is not None and (found := self._newest_file(folder, moment, held)):
            return found
        if held is None and folder is not None:
            held = self._stand_in(folder, moment)
        return held or self._first(moment)

    def build(self) -> Made | None:
        """A new part; None where another process builds it."""
        folder = None if clock.is_ticking() else _folder(is_told=True)
        if folder is None:
            return self._in_memory()
        try:
            with sole_builder(folder) as is_alone:
                return self._in_folder(folder) if is_alone else None
        except OSError as error:
            log.warning("snapshot=unwritten error=%s", type(error).__name__)
            return self._in_memory()

    def _first(self, moment: Moment) -> Made:
        """There is nothing yet: build, or wait for whoever builds."""
        waiting_until = time.monotonic() + PATIENCE
        while (made := self.build()) is None:
            folder = _folder(is_told=False)
            if folder is not None and (found := self._newest_file(folder, moment, None)):
                return found
            if time.monotonic() > waiting_until:
                return self._in_memory()
            time.sleep(_PAUSE)
        return made

    def _stand_in(self, above: Path, moment: Moment) -> Made | None:
        """Keywords of another generation's snapshot, where it would take long until there is one of this."""
        if clock.is_ticking() or rows(Passage).count() < SOON:
            return None
        for label in sorted(_labels(above, moment), key=lambda label: -label.version):
            with suppress(DamagedError):
                found, part = files.load(above / label.name)
                return Made(found.moment, part.without_vectors(), is_current=False)
        return None

    def _label(self, moment: Moment) -> Label:
        generation, dimensions = self.vectors
        model = self._generation.model if self._generation is not None and generation else ""
        return Label(
            born=moment.born, version=moment.version, generation=generation or 0, model=model, dimensions=dimensions
        )

    def _in_memory(self) -> Made:
        moment = clock.moment()
        is_passing = clock.is_ticking()
        return Made(moment, in_memory(all_pieces(*self.vectors), self.vectors[1]), is_passing=is_passing)

    def _in_folder(self, above: Path) -> Made:
        label = self._label(clock.moment())
        began = time.monotonic()
        unfinished = new_folder(above)
        try:
            files.save(all_pieces(*self.vectors), label, unfinished)
            target = above / label.name
            put_in_place(unfinished, target)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        try:
            _label, part = files.load(target)
        except DamagedError as error:
            raise OSError(str(error)) from error
        tidy(above)
        took = round((time.monotonic() - began) * 1_000)
        log.info("snapshot=written passages=%d ms=%d", len(part), took)
        return Made(label.moment, part, folder=target)

    def _newest_file(self, above: Path, moment: Moment, held: Made | None) -> Made | None:
        """The newest usable snapshot of this generation that is newer than the one held."""
        wanted = self._label(moment)
        least = held.moment.version if held is not None and held.is_current else -1
        ours = [label for label in _labels(above, moment) if label.generation == wanted.generation]
        for known in sorted(ours, key=lambda label: -label.version):
            if known.version <= least:
                break
            try:
                label, part = files.load(above / known.name)
            except DamagedError as error:
                log.warning("snapshot=damaged error=%s", error)
                _remove(above, known)
                continue
            if label == self._label(known.moment):
                return Made(label.moment, part, folder=above / label.name)
        return None


def _fits(held: Made, moment: Moment) -> bool:
    if held.is_passing:
        return held.moment == moment
    return held.moment.born == moment.born and held.moment.version <= moment.version


def _labels(above: Path, moment: Moment) -> list[Label]:
    """What the folder has of this index up to this moment, by the names."""
    found = []
    for path in above.iterdir():
        parts = path.name.split("-")
        if len(parts) == 3 and all(part.isdigit() for part in parts):
            generation, born, version = map(int, parts)
            if born == moment.born and version <= moment.version:
                found.append(Label(born=born, version=version, generation=generation, model="", dimensions=0))
    return found


def _remove(above: Path, label: Label) -> None:
    """Unless somebody builds, who may be about to replace it."""
    with sole_builder(above) as is_alone:
        if is_alone:
            shutil.rmtree(above / label.name, ignore_errors=True)


def _folder(*, is_told: bool) -> Path | None:
    try:
        return shared_folder()
    except OSError as error:
        if is_told:
            log.warning("snapshot=no_folder error=%s", type(error).__name__)
        return None
