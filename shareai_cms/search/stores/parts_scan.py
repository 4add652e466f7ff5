"""One query against all layers of an index."""

from __future__ import annotations

from collections.abc import Sequence
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


class PartsScan(Scan):
    def __init__(self, parts: Parts, terms: Sequence[str], vector: Floats | None, scope: Scope) -> None:
        self._parts = parts
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
        passages, average = self._parts.passages, self._parts.average_length
        weighted = []
        for term in self._terms:
            posted = [layer.posted(term) for layer in self._layers]
            if frequency := sum(len(found[0]) for found in posted if found is not None):
                weighted.append((term, bm25.idf(passages, frequency)))
        return [layer.keyword_scores(weighted, average) for layer in self._layers]

    def _leg(self, found: list[Found], depth: int) -> Leg:
        parts = [layer.part for layer in self._layers]
        passages = np.concatenate([part.passages[rows] for part, (rows, _, _) in zip(parts, found, strict=True)])
        documents = np.concatenate([part.documents[rows] for part, (rows, _, _) in zip(parts, found, strict=True)])
        scores = np.concatenate([scores for _, scores, _ in found])
        order = np.lexsort((passages, -scores))[:depth]
        return Leg(
            passages=passages[order],
            documents=documents[order],
            scores=scores[order],
            has_more=sum(count for _, _, count in found) > depth,
        )
