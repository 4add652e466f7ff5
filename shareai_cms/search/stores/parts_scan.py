"""One query against all layers of an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from shareai_cms.search.stores import bm25
from shareai_cms.search.stores.base import Leg, Scan, Scope
from shareai_cms.search.stores.layer_scan import LayerScan
from shareai_cms.search.stores.parts import Parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shareai_cms.search.stores.base import Floats, Ids

    #: Rows of a layer, their scores, and how many rows there would be in all.
    Found = tuple[NDArray[np.intp], Floats, int]

_NO_IDS = np.empty(0, dtype=np.int64)
_NO_SCORES = np.empty(0, dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Passages of the index that another place scans; they count in what BM25 has to know of the whole."""

    passages: int = 0
    length: int = 0
    #: In how many of them each term stands.
    frequencies: Mapping[str, int] = field(default_factory=dict)


class PartsScan(Scan):
    def __init__(
        self,
        parts: Parts,
        terms: Sequence[str],
        vector: Floats | None,
        scope: Scope,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._elsewhere = elsewhere or Elsewhere()
        self._passages = parts.passages + self._elsewhere.passages
        self.average_length = (parts.length + self._elsewhere.length) / self._passages if self._passages else 0.0
        self._terms = tuple(dict.fromkeys(terms))
        given = None if vector is None else np.asarray(vector, dtype=np.float32)
        self._layers = [LayerScan(layer, scope, given) for layer in parts.layers]

    def keywords(self, depth: int) -> Leg:
        scored = zip(self._layers, self._keyword_scores, strict=True)
        return self._leg([layer.best_keywords(scores, depth) for layer, scores in scored], depth)

    def meaning(self, depth: int) -> Leg:
        return self._leg([layer.best_meaning(depth) for layer in self._layers], depth)

    def scores_of(self, passages: Ids) -> tuple[Floats, Floats]:
        keywords = np.zeros(len(passages), dtype=np.float32)
        cosines = np.zeros(len(passages), dtype=np.float32)
        # A newer layer comes later and has the last word.
        for layer, scores in zip(self._layers, self._keyword_scores, strict=True):
            rows = layer.part.rows_of(passages)
            places = np.flatnonzero(rows >= 0)
            keywords[places] = scores[rows[places]]
            cosines[places] = layer.cosines(rows[places])
        return keywords, cosines

    def sample(self) -> Floats:
        # The first layer is the large one; what changed since is too little to move a median.
        for layer in self._layers:
            if len(layer.part.sample):
                return layer.cosines(layer.part.sample)
        return np.empty(0, dtype=np.float32)

    @cached_property
    def _keyword_scores(self) -> list[Floats]:
        return [layer.keyword_scores(self.weights, self.average_length) for layer in self._layers]

    @cached_property
    def weights(self) -> list[tuple[str, float]]:
        """The terms that the index has, with their inverse document frequencies."""
        weighted = []
        for term in self._terms:
            posted = [layer.posted(term) for layer in self._layers]
            frequency = sum(len(found[0]) for found in posted if found is not None)
            if frequency := frequency + self._elsewhere.frequencies.get(term, 0):
                weighted.append((term, bm25.idf(self._passages, frequency)))
        return weighted

    def _leg(self, found: list[Found], depth: int) -> Leg:
        parts = [layer.part for layer in self._layers]
        count = sum(count for _rows, _scores, count in found)
        return joined(
            [
                Leg(passages=part.passages[rows], documents=part.documents[rows], scores=scores, has_more=count > depth)
                for part, (rows, scores, _count) in zip(parts, found, strict=True)
            ],
            depth,
        )


def joined(legs: Sequence[Leg], depth: int) -> Leg:
    """The best of all legs."""
    if not legs:
        return Leg(passages=_NO_IDS, documents=_NO_IDS, scores=_NO_SCORES, has_more=False)
    passages = np.concatenate([leg.passages for leg in legs])
    scores = np.concatenate([leg.scores for leg in legs])
    order = np.lexsort((passages, -scores))[:depth]
    return Leg(
        passages=passages[order],
        documents=np.concatenate([leg.documents for leg in legs])[order],
        scores=scores[order],
        has_more=len(passages) > depth or any(leg.has_more for leg in legs),
    )
