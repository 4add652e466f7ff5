"""One query against one layer: which rows it permits, and their scores."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from shareai_cms.search.stores import bm25, kernels
from shareai_cms.search.stores.base import Scope
from shareai_cms.search.stores.parts import Layer
from shareai_cms.search.stores.top import best, reaching

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shareai_cms.search.stores.base import Floats

    Rows = NDArray[np.intp]

#: Rows fetched one by one cost about as much as this many in a row, and as this many in 8 bits.
_FETCH = 8
_FETCH_FROM_CODES = 14


class LayerScan:
    """Scores are made when they are first asked for, and kept while the caller goes deeper."""

    def __init__(self, layer: Layer, scope: Scope, vector: Floats | None) -> None:
        self._layer = layer
        self.part = layer.part
        self._scope = scope
        self._has_vector = (
            vector is not None and len(vector) == self.part.facts.dimensions and self.part.vector_rows > 0
        )
        self._vector = vector if vector is not None and self._has_vector else np.empty(0, dtype=np.float32)
        self._codes = self.part.codes if kernels.are_installed() else None

    @cached_property
    def permitted(self) -> Rows | None:
        """Rows of the scope, rising; None for all."""
        part, scope, mask = self.part, self._scope, self._layer.alive
        if scope.accounts is not None:
            mask = _both(mask, np.isin(part.accounts, np.array(scope.accounts, dtype=np.int64)))
        if scope.object_types is not None:
            codes = part.type_codes(scope.object_types)
            if len(codes) < len(part.facts.types):
                mask = _both(mask, np.isin(part.types, np.array(codes, dtype=np.int16)))
        if scope.ref_numbers is not None:
            rows = part.rows_of_refs(scope.ref_numbers)
            return rows if mask is None else rows[mask[rows]]
        return None if mask is None else np.flatnonzero(mask)

    # Keywords

    def posted(self, term: str) -> tuple[NDArray[np.uint32], NDArray[np.uint16]] | None:
        """Rows in which a term stands, and how often; those that a newer layer has are left out."""
        [number] = self.part.terms.find([term])
        if number < 0:
            return None
        rows, frequencies = self.part.postings(number)
        if self._layer.alive is not None:
            is_alive = self._layer.alive[rows]
            rows, frequencies = rows[is_alive], frequencies[is_alive]
        return rows, frequencies

    def keyword_scores(self, terms: list[tuple[str, float]], average: float) -> Floats:
        """BM25 of every row of the layer, for terms with their inverse document frequencies."""
        scores = np.zeros(len(self.part), dtype=np.float32)
        saturations = self._saturations(average)
        for term, idf in terms:
            if (found := self.posted(term)) is not None:
                rows, frequencies = found
                scores[rows] += bm25.weights(frequencies, saturations[rows], idf)
        return scores

    def _saturations(self, average: float) -> Floats:
        """Kept for as long as the average stays: it moves with every change of the index."""
        kept = self.part.saturations
        made = kept.get(average)
        if made is None:
            kept.clear()
            made = kept[average] = bm25.saturation(self.part.lengths, average)
        return made

    def best_keywords(self, scores: Floats, depth: int) -> tuple[Rows, Floats, int]:
        """The best rows of the scope with a term, their scores, and how many there are in all."""
        rows = np.flatnonzero(scores) if self.permitted is None else self.permitted[scores[self.permitted] > 0]
        return self._best(rows, scores[rows], depth)

    # Meaning

    def best_meaning(self, depth: int) -> tuple[Rows, Floats, int]:
        """The best rows of the scope with a vector, their cosines, and how many there are in all."""
        if not self._has_vector:
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32), 0
        nearly, margin = self._nearly
        last = nearly[reaching(nearly, depth)].min(initial=np.inf)
        # As good as the one at this depth, give or take what rounding may have moved.
        places = np.flatnonzero(nearly >= last - 2 * margin)
        rows = places if self._rows is None else self._rows[places]
        rows, scores, _count = self._best(rows, self.cosines(rows), depth)
        return rows, scores, len(nearly)

    def cosines(self, rows: Rows) -> Floats:
        """Of these very rows, 0 for those without a vector; each the same to the last bit whatever the others are."""
        if not self._has_vector:
            return np.zeros(len(rows), dtype=np.float32)
        missing = rows[np.isnan(self._known[rows])]
        self._known[missing] = _products(self.part.vectors[missing], self._vector)
        return self._known[rows]

    @cached_property
    def _known(self) -> Floats:
        """The cosines made so far: going deeper asks for the same ones again, and fetching a vector costs most."""
        return np.full(len(self.part), np.nan, dtype=np.float32)

    @cached_property
    def _rows(self) -> Rows | None:
        """Permitted rows with a vector; None for all."""
        if self.part.vector_rows == len(self.part):
            return self.permitted
        if self.permitted is None:
            return np.flatnonzero(self.part.has_vector)
        return self.permitted[self.part.has_vector[self.permitted]]

    @cached_property
    def _nearly(self) -> tuple[Floats, float]:
        """Cosines of ``_rows`` as fast as they can be had, and how far they may be off."""
        rows = self._rows
        dearness = _FETCH if self._codes is None else _FETCH_FROM_CODES
        if rows is not None and len(rows) * dearness < len(self.part):
            return self.cosines(rows), 0.0
        if self._codes is None:
            scores, margin = _products(self.part.vectors, self._vector), 0.0
        else:
            scores, scale = kernels.scan(self._codes, self._vector)
            margin = kernels.margin(self.part.coarseness, scale)
        return (scores if rows is None else scores[rows]), margin

    def _best(self, rows: Rows, scores: Floats, depth: int) -> tuple[Rows, Floats, int]:
        places = best(scores, self.part.passages[rows], depth)
        return rows[places], scores[places], len(rows)


def _products(vectors: Floats, vector: Floats) -> Floats:
    """Row by row, in this thread.

    BLAS would round a row by its place in the matrix, so that equal passages did not tie; and it would wake a thread
    for every core, which the other workers of a busy site are using.
    """
    made: Floats = np.einsum("ij,j->i", vectors, vector)
    return made


def _both(mask: NDArray[np.bool_] | None, other: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return other if mask is None else mask & other
