"""An index over some passages: their vectors, and which term stands where; made once, then only read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from shareai_cms.search.stores.kernels import Codes
from shareai_cms.search.stores.lexicon import Lexicon

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shareai_cms.search.stores.base import Floats, Ids

#: Passages whose cosines stand for those of the whole index.
SAMPLE = 1_000


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a part beside its arrays."""

    passages: int
    dimensions: int
    #: Sum of all lengths.
    length: int
    types: tuple[str, ...]
    #: Letters of the words that may be corrected, most frequent first.
    letters: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """Row ``n`` of every array is the same passage; rows stand by rising passage id."""

    facts: Facts
    passages: Ids
    documents: Ids
    accounts: Ids
    types: NDArray[np.int16]
    #: Words, those of the title counted three times.
    lengths: NDArray[np.uint32]
    has_vector: NDArray[np.bool_]
    #: (passages, dimensions).
    vectors: Floats
    #: The vectors in 8 bits; None where nothing could scan them.
    codes: Codes | None
    #: ``SearchDocument.ref_number``, sorted, and the row of each.
    refs: Ids
    ref_rows: NDArray[np.uint32]
    terms: Lexicon
    #: Where each term's postings end in the two arrays below; rows rise within a term.
    ends: NDArray[np.int64]
    posted: NDArray[np.uint32]
    frequencies: NDArray[np.uint16]
    #: Words without accents, how they are written most often, and in how many passages they stand.
    words: Lexicon
    written: Lexicon
    word_passages: NDArray[np.uint32]
    #: What ``bm25.saturation`` made for the average length of the moment.
    saturations: dict[float, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.facts.passages

    def without_vectors(self) -> Part:
        return replace(
            self,
            facts=replace(self.facts, dimensions=0),
            vectors=np.zeros((len(self), 0), dtype=np.float32),
            has_vector=np.zeros(len(self), dtype=np.bool_),
            codes=None,
        )

    @cached_property
    def vector_rows(self) -> int:
        return int(np.count_nonzero(self.has_vector))

    @cached_property
    def coarseness(self) -> float:
        """The coarsest step of ``codes``."""
        return float(self.codes.scales.max(initial=0)) if self.codes is not None else 0.0

    @cached_property
    def sample(self) -> NDArray[np.intp]:
        """Rows with a vector, evenly spread."""
        rows = np.flatnonzero(self.has_vector)
        if len(rows) <= SAMPLE:
            return rows
        return rows[np.linspace(0, len(rows) - 1, SAMPLE).astype(np.intp)]

    def postings(self, term: int) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
        """Rows in which the term stands, and how often."""
        start = int(self.ends[term - 1]) if term else 0
        end = int(self.ends[term])
        return self.posted[start:end], self.frequencies[start:end]

    def rows_of(self, passages: Ids) -> NDArray[np.intp]:
        """The row of each passage, -1 where it is not here."""
        if not len(self):
            return np.full(len(passages), -1, dtype=np.intp)
        places = np.minimum(np.searchsorted(self.passages, passages), len(self) - 1)
        return np.where(self.passages[places] == passages, places, -1)

    def rows_of_refs(self, ref_numbers: Ids) -> NDArray[np.intp]:
        """Rows of these objects, rising."""
        first = np.searchsorted(self.refs, ref_numbers, side="left")
        counts = np.searchsorted(self.refs, ref_numbers, side="right") - first
        starts = np.repeat(first - (np.cumsum(counts) - counts), counts)
        rows = self.ref_rows[starts + np.arange(len(starts))].astype(np.intp)
        rows.sort()
        return rows

    def type_codes(self, names: Iterable[str]) -> list[int]:
        return [code for code, name in enumerate(self.facts.types) if name in set(names)]


def part(facts: Facts, arrays: Mapping[str, NDArray[Any]]) -> Part:
    """The part whose arrays are these, in memory or in files."""
    names = ("passages", "documents", "accounts", "types", "lengths", "has_vector", "refs", "ref_rows", "ends")
    flat: dict[str, Any] = {name: arrays[name] for name in (*names, "posted", "frequencies", "word_passages")}
    hashes = arrays["word_hashes"]
    return Part(
        facts=facts,
        vectors=arrays["vectors"] if facts.dimensions else np.zeros((facts.passages, 0), dtype=np.float32),
        codes=Codes(arrays["codes"], arrays["scales"]) if "codes" in arrays else None,
        terms=Lexicon(arrays["term_hashes"], arrays["term_ends"], arrays["term_text"]),
        words=Lexicon(hashes, arrays["word_ends"], arrays["word_text"]),
        written=Lexicon(hashes, arrays["written_ends"], arrays["written_text"]),
        **flat,
    )
