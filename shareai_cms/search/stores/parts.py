"""An index made of a large part and of small ones with what changed since; the newest row of a passage counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from shareai_cms.search.stores.part import Part
from shareai_cms.search.words import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shareai_cms.search.stores.base import Floats, Ids

_NO_IDS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Layer:
    """A part and which of its rows no newer part has."""

    part: Part
    #: None: all of them.
    alive: NDArray[np.bool_] | None = None

    @cached_property
    def passages(self) -> int:
        return len(self.part) if self.alive is None else int(np.count_nonzero(self.alive))

    @cached_property
    def length(self) -> int:
        if self.alive is None:
            return self.part.facts.length
        return int(self.part.lengths[self.alive].sum(dtype=np.int64))

    def without(self, newer: Part) -> Layer:
        rows = self.part.rows_of(newer.passages)
        rows = rows[rows >= 0]
        if not len(rows):
            return self
        alive = np.ones(len(self.part), dtype=np.bool_) if self.alive is None else self.alive.copy()
        alive[rows] = False
        return Layer(self.part, alive)


@dataclass(frozen=True, eq=False)
class Parts:
    """All layers, oldest first."""

    layers: tuple[Layer, ...]

    def with_newer(self, newer: Part) -> Parts:
        if not len(newer):
            return self
        return Parts((*(layer.without(newer) for layer in self.layers), Layer(newer)))

    @cached_property
    def passages(self) -> int:
        return sum(layer.passages for layer in self.layers)

    @cached_property
    def length(self) -> int:
        return sum(layer.length for layer in self.layers)

    @cached_property
    def ids(self) -> Ids:
        """Every passage that is here."""
        made: Ids = np.concatenate([_NO_IDS, *(layer.part.passages for layer in self.layers)])
        return made

    def holds(self) -> tuple[Ids, Ids]:
        found, with_vector = [_NO_IDS], [_NO_IDS]
        for layer in self.layers:
            alive = slice(None) if layer.alive is None else layer.alive
            found.append(layer.part.passages[alive])
            with_vector.append(found[-1][layer.part.has_vector[alive]])
        return np.sort(np.concatenate(found)), np.sort(np.concatenate(with_vector))

    def vectors_of(self, document: int) -> Floats:
        found = []
        for layer in self.layers:
            is_wanted = (layer.part.documents == document) & layer.part.has_vector
            found.append(layer.part.vectors[is_wanted if layer.alive is None else is_wanted & layer.alive])
        made: Floats = np.concatenate(found)
        return made

    def word_passages(self, words: Sequence[str]) -> dict[str, int]:
        """In how many passages each word stands, with or without its accents."""
        keys = [fold(word) for word in words]
        counted = dict.fromkeys(words, 0)
        for layer in self.layers:
            for word, place in zip(words, layer.part.words.find(keys), strict=True):
                if place >= 0:
                    counted[word] += int(layer.part.word_passages[place])
        return {word: count for word, count in counted.items() if count}

    def spelled(self, keys: Sequence[str]) -> dict[str, int]:
        """Those of the keys that the index knows, as they are written, with their passages."""
        counted: dict[str, tuple[str, int]] = {}
        for layer in self.layers:
            for key, place in zip(keys, layer.part.words.find(keys), strict=True):
                if place >= 0:
                    written, count = counted.get(key, (layer.part.written[place], 0))
                    counted[key] = written, count + int(layer.part.word_passages[place])
        return dict(counted.values())

    @property
    def letters(self) -> str:
        return "".join(dict.fromkeys("".join(layer.part.facts.letters for layer in self.layers)))
