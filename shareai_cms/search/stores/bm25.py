"""BM25 over NumPy arrays, as Robertson and Zaragoza have it in "The Probabilistic Relevance Framework" (2009)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shareai_cms.search.stores.base import Floats

K1 = 1.2
B = 0.75
#: A word of the title counts as often as this in the text, and makes the passage longer likewise.
TITLE = 3


def idf(passages: int, frequency: int) -> float:
    """How much a term says. The 1 keeps it above 0 for a term that stands in most passages, as Lucene does."""
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))


def saturation(lengths: NDArray[np.uint32], average: float) -> Floats:
    """What is added to a term's frequency below the line, for each passage."""
    import numpy as np

    scale = np.float32(K1 * B / average) if average else np.float32(0)
    made: Floats = lengths * scale + np.float32(K1 * (1 - B))
    return made


def weights(frequencies: NDArray[np.uint16], saturations: Floats, term_idf: float) -> Floats:
    """One term's share of the score of each passage that it stands in."""
    import numpy as np

    counts = frequencies.astype(np.float32)
    made: Floats = np.float32(term_idf * (K1 + 1)) * counts / (counts + saturations)
    return made
