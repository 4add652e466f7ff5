"""What a store has to do. The ranking is made of its scores elsewhere, so that it is the same on every store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ids = NDArray[np.int64]
    Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which passages may be scored; an empty scope is the whole index."""

    #: ``app.model`` labels in lower case of the objects' own classes; None for all.
    object_types: tuple[str, ...] | None = None
    #: ``SearchDocument.ref_number`` of the permitted objects, sorted; None where they are too many to be named.
    ref_numbers: Ids | None = None
    #: Primary keys of site accounts; None for all.
    accounts: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Leg:
    """Passages by falling score, and whether there are more.

    The three arrays have the same length; equal scores come in the order of passage ids.
    """

    passages: Ids
    documents: Ids
    scores: Floats
    #: False: every passage of the scope with a score is here.
    has_more: bool


class Scan(ABC):
    """One query against one state of the index, which stays the same until it is let go."""

    @abstractmethod
    def keywords(self, depth: int) -> Leg:
        """The best passages by BM25 over the query's terms (OR), only those with a term; the title counts three times.

        BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), with k1 = 1.2 and
        b = 0.75; term frequency = in the text + 3 × in the title, length counted likewise, statistics over the
        whole index whatever the scope. The inverse document frequency is log(1 + (N - n + 0.5) / (n + 0.5)), which
        is never negative. A passage that was deleted may be here until the next refresh: who loads it sees that.
        """

    @abstractmethod
    def meaning(self, depth: int) -> Leg:
        """The best passages by cosine; an empty leg without a query vector."""

    @abstractmethod
    def scores_of(self, passages: Ids) -> tuple[Floats, Floats]:
        """BM25 and cosine of these passages, in their order; 0 where there is none."""

    @abstractmethod
    def sample(self) -> Floats:
        """Cosines of up to 1,000 passages of the whole index, the same ones for every query: for the median."""


class Store(ABC):
    """Keywords and vectors of the active generation, ready to be scanned."""

    @abstractmethod
    def scan(self, terms: Sequence[str], vector: Floats | None, scope: Scope) -> Scan:
        """Begin a query: stemmed terms of the index's own form, and a vector of length 1 or None."""

    @abstractmethod
    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many passages each unstemmed word stands, with or without its accents; none leaves it out.

        A passage that has changed may count twice until the next refresh.
        """

    @abstractmethod
    def similar_words(self, word: str) -> tuple[str, ...]:
        """Words of the index at Damerau-Levenshtein distance 1, the most frequent first."""

    @abstractmethod
    def vectors_of(self, document: int) -> Floats:
        """The vectors of one document's passages, (passages, dimensions)."""

    @abstractmethod
    def holds(self) -> tuple[Ids, Ids]:
        """Every passage that is here, and those with a vector, both sorted: to be compared with the tables."""

    @abstractmethod
    def refresh(self) -> None:
        """Bring the store up to the tables: called by workers after changes and before a generation is put to use."""
