"""The best of many scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shareai_cms.search.stores.base import Floats

#: Scores whose greatest is looked at first: most blocks have none of the best.
_BLOCK = 64


def best(scores: Floats, ids: NDArray[np.int64], depth: int) -> NDArray[np.intp]:
    """Places of the ``depth`` greatest scores, falling; equal ones by rising id."""
    places = reaching(scores, depth)
    order = np.lexsort((ids[places], -scores[places]))
    return places[order[:depth]]


def reaching(scores: Floats, depth: int) -> NDArray[np.intp]:
    """Places of all scores that are no less than the one at ``depth``, in their order."""
    if depth <= 0:
        return np.empty(0, dtype=np.intp)
    if depth >= len(scores):
        return np.arange(len(scores))
    return np.flatnonzero(scores >= _bound(scores, depth))


def _bound(scores: Floats, depth: int) -> np.float32:
    """A score that at least ``depth`` reach and few more: exact where there are not many blocks."""
    blocks = len(scores) // _BLOCK
    if depth * 4 < blocks:
        whole = scores[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
        return np.float32(np.partition(whole, blocks - depth)[blocks - depth])
    return np.float32(np.partition(scores, len(scores) - depth)[len(scores) - depth])
