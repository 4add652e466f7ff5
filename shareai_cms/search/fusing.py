"""One order out of two: meaning and keywords, by score and exactly.

Convex combination as in Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (2022), with
the query's median cosine as its zero, because some models' cosines lie in a narrow high band. How deep the two legs
have to be read follows Fagin's threshold algorithm (2001): a result is final once nothing unseen can be above it,
so that every page of the results comes from the same order, however deep it was read.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from shareai_cms.search.within import Within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shareai_cms.search.stores.base import Floats, Ids, Leg, Scan

    Scores = NDArray[np.float64]

#: Passages of each leg that are read first, and by how much more each time that was not enough.
FIRST_DEPTH = 256
DEEPER, MUCH_DEEPER = 2, 8
#: How far above the floor a best cosine is sure, in parts of the floor's height above the median.
SURE = 0.25
#: Two cosines nearer than this are the same.
EPSILON = 1e-6


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How much each leg says about the order."""

    meaning: float
    keywords: float


BY_KEYWORDS = Weights(meaning=0.0, keywords=1.0)


@dataclass(frozen=True)
class Ranked:
    """A document with its best passage."""

    document: int
    passage: int
    score: float
    cosine: float


@dataclass(frozen=True, kw_only=True)
class _Order:
    """The documents known at one depth, best first, and how many of them are final."""

    documents: Ids
    passages: Ids
    scores: Scores
    cosines: Floats
    final: int
    #: Nothing is left to be read.
    is_whole: bool
    #: The best cosine and the best BM25 are known, so that scores are final too.
    is_scaled: bool
    best_cosine: float


@dataclass(frozen=True)
class _Legs:
    """Both legs at one depth."""

    keywords: Leg
    meaning: Leg

    def passages(self) -> tuple[Ids, Ids]:
        """Every passage once, with its document."""
        passages, places = np.unique(self.each("passages"), return_index=True)
        return passages, self.each("documents")[places]

    def each(self, name: str) -> Any:
        """A column of both."""
        return np.concatenate([getattr(self.keywords, name), getattr(self.meaning, name)])

    @property
    def last_keywords(self) -> float:
        """No unseen passage has a higher BM25."""
        return float(self.keywords.scores[-1]) if self.keywords.has_more else 0.0

    @property
    def last_cosine(self) -> float:
        """No unseen passage has a higher cosine."""
        return float(self.meaning.scores[-1]) if self.meaning.has_more else 0.0


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """Makes one score of a cosine and a BM25; both parts lie between 0 and 1."""

    weights: Weights
    low: float
    best_cosine: float
    best_keywords: float

    def __call__(self, cosines: Any, keywords: Any) -> Any:
        meaning = np.clip((cosines - self.low) / (self.best_cosine - self.low), 0.0, 1.0)
        exact = np.minimum(keywords / self.best_keywords, 1.0)
        return self.weights.meaning * meaning + self.weights.keywords * exact


class Ranking:
    """The order of one query's results, read only as deep as it is asked for."""

    def __init__(
        self,
        scan: Scan,
        within: Within,
        weights: Weights,
        *,
        has_vector: bool,
        floor: float | None,
        strong: Scan | None = None,
    ) -> None:
        """``strong`` scans the terms whose hit alone means something, where those are fewer."""
        self._scan, self._strong, self._within = scan, strong, within
        self._weights = weights if has_vector else BY_KEYWORDS
        self.has_vector = has_vector
        self._floor = np.inf if floor is None or not has_vector else floor
        self._median = _median(scan) if has_vector else 0.0
        self._depth = 0
        self._order: _Order | None = None
        self._counts: dict[int, int] = {}

    def first(self, number: int) -> list[Ranked]:
        """The best documents, at most this many."""
        order = self._read_until(lambda order: order.final >= number)
        number = min(number, order.final)
        columns = (order.documents, order.passages, order.scores, order.cosines)
        return [Ranked(*row) for row in zip(*(column[:number].tolist() for column in columns), strict=True)]

    def count(self, most: int) -> int:
        """How many documents there are, at most this many; no more of them are verified than that takes."""
        if most not in self._counts:
            self._counts[most] = self._count(most)
        return self._counts[most]

    @property
    def best_cosine(self) -> float | None:
        """Of the best permitted passage, whether it is found or not; None without vectors."""
        return self._read_until(lambda order: order.is_scaled).best_cosine if self.has_vector else None

    def _count(self, most: int) -> int:
        order = self._read_until(lambda _order: True)
        found, depth, is_whole = len(order.documents), self._depth, order.is_whole
        while found < most and not is_whole:
            # As deep as they lie if they go on as they began: each step costs statements.
            depth *= min(max(DEEPER, math.ceil(most / max(1, found))), MUCH_DEEPER)
            legs = self._legs(depth)
            found, is_whole = self._within.count(self._kept_documents(legs), most), self._is_whole(legs)
        return min(most, found)

    def _kept_documents(self, legs: _Legs) -> Ids:
        keywords, meaning = legs.keywords, legs.meaning
        passages, documents = legs.each("passages"), legs.each("documents")
        exact = np.concatenate([keywords.scores, np.zeros(len(meaning.scores), dtype=np.float32)])
        cosines = np.concatenate([np.zeros(len(keywords.scores), dtype=np.float32), meaning.scores])
        kept: Ids = documents[self._is_kept(passages, exact, cosines)]
        return kept

    def _read_until(self, is_enough: Callable[[_Order], bool]) -> _Order:
        order = self._order
        while order is None or not (order.is_whole or is_enough(order)):
            self._depth = self._depth * DEEPER or FIRST_DEPTH
            self._order = order = self._read(self._depth)
        return order

    def _legs(self, depth: int) -> _Legs:
        return _Legs(self._scan.keywords(depth), self._scan.meaning(depth))

    def _read(self, depth: int) -> _Order:
        legs = self._legs(depth)
        passages, documents = legs.passages()
        keywords, cosines = self._scan.scores_of(passages)
        kept = self._is_kept(passages, keywords, cosines)
        mask = self._permitted(documents, cosines, kept)
        passages, documents, kept = passages[mask], documents[mask], kept[mask]
        keywords, cosines = keywords[mask], cosines[mask]
        scale = self._scale(cosines, keywords)
        scores = scale(cosines.astype(np.float64), keywords.astype(np.float64))
        best = _best_of_each(documents, passages, scores, cosines, kept)
        is_scaled = self._is_scaled(legs, cosines, keywords)
        bound = self._bound(legs, scale)
        return _Order(
            documents=documents[best],
            passages=passages[best],
            scores=scores[best],
            cosines=cosines[best],
            final=len(best) if bound is None else int(np.sum(scores[best] > bound + EPSILON)) * is_scaled,
            is_whole=bound is None,
            is_scaled=is_scaled,
            best_cosine=float(cosines.max(initial=0.0)),
        )

    def _permitted(self, documents: Ids, cosines: Floats, kept: Any) -> Any:
        """A mask over the passages: those that may be seen, and matter."""
        mask = np.zeros(len(documents), dtype=bool)
        mask[kept] = self._within.permitted(documents[kept])
        if self.has_vector and not (cosines[mask] >= self._floor).any():
            # Nothing was found by meaning: the best cosine, which sets the scale, is among those that are not kept.
            mask[~kept] = self._within.permitted(documents[~kept])
        return mask

    def _is_kept(self, passages: Ids, keywords: Floats, cosines: Floats) -> Any:
        """Absolute measures, whatever the order: a word that means something, or a cosine that off-topic ones miss."""
        if self._strong is not None:
            keywords = self._strong.scores_of(passages)[0]
        return (keywords > 0) | (cosines >= self._floor)

    def _scale(self, cosines: Floats, keywords: Floats) -> _Scale:
        best = float(cosines.max(initial=-1.0))
        low = self._median
        if best - low <= EPSILON:
            # All that is permitted lies below the index's middle: its own order still counts.
            low = 0.0 if best > EPSILON else -1.0 - EPSILON
        best_keywords = float(keywords.max(initial=0.0))
        weights = self._trusted(best) if best_keywords > 0 else self._weights
        return _Scale(weights=weights, low=low, best_cosine=best, best_keywords=best_keywords or 1.0)

    def _trusted(self, best_cosine: float) -> Weights:
        """The weights, with the less for meaning the further its best cosine lies below one that is surely found.

        A misspelt or senseless question has a vector too, whose cosines must not order what keywords have found.
        """
        sure = self._floor + SURE * (self._floor - self._median)
        if not np.isfinite(sure) or best_cosine >= sure or sure <= self._median:
            return self._weights
        share = max(0.0, (best_cosine - self._median) / (sure - self._median)) ** 2
        meaning = self._weights.meaning * share
        return Weights(meaning=meaning, keywords=self._weights.meaning + self._weights.keywords - meaning)

    def _is_scaled(self, legs: _Legs, cosines: Floats, keywords: Floats) -> bool:
        """Whether nothing unseen can have a higher cosine or BM25 than the best of those that are permitted."""
        has_best_cosine = not legs.meaning.has_more or cosines.max(initial=-1.0) >= legs.last_cosine
        has_best_keywords = not legs.keywords.has_more or keywords.max(initial=0.0) >= legs.last_keywords
        return bool(has_best_cosine and has_best_keywords)

    def _bound(self, legs: _Legs, scale: _Scale) -> float | None:
        """The highest score that an unseen passage can have and still be kept; None where there is none."""
        return None if self._is_whole(legs) else float(scale(legs.last_cosine, legs.last_keywords))

    def _is_whole(self, legs: _Legs) -> bool:
        """Whether nothing unseen can be kept."""
        return not legs.keywords.has_more and not (legs.meaning.has_more and legs.last_cosine >= self._floor)


def _median(scan: Scan) -> float:
    sample = scan.sample()
    return float(np.median(sample)) if len(sample) else 0.0


def _best_of_each(documents: Ids, passages: Ids, scores: Scores, cosines: Floats, kept: Any) -> Any:
    """Places of each document's best kept passage, best first; equal ones by cosine, then by document."""
    places = np.flatnonzero(kept)
    keys = (passages[places], documents[places], -cosines[places], -scores[places])
    places = places[np.lexsort(keys)]
    _documents, firsts = np.unique(documents[places], return_index=True)
    return places[np.sort(firsts)]
