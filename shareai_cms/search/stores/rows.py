"""Passages as the tables have them, read in pieces, so that an index of any size needs little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from shareai_cms.metering.retry import rows
from shareai_cms.models import Embedding, Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shareai_cms.search.stores.base import Floats, Ids

#: Rows of a piece. SQLite takes 999 values in one statement at least, and a piece's digests are values.
PIECE = 900
_FIELDS = (
    "pk",
    "document_id",
    "document__account_id",
    "document__ref_number",
    "document__object_type",
    "document__language",
    "document__title_words",
    "words",
    "digest",
)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some passages, by rising id."""

    passages: Ids
    documents: Ids
    accounts: Ids
    refs: Ids
    types: tuple[str, ...]
    languages: tuple[str, ...]
    titles: tuple[str, ...]
    words: tuple[str, ...]
    #: (passages, dimensions), 0 where there is no vector.
    vectors: Floats
    has_vector: NDArray[np.bool_]


def all_pieces(generation: int | None, dimensions: int) -> Iterator[Piece]:
    """Every passage. What changes while they are read has a newer version and is read again by the caller."""
    last = 0
    while found := list(rows(Passage).filter(pk__gt=last).order_by("pk").values_list(*_FIELDS)[:PIECE]):
        yield _piece(found, generation, dimensions)
        last = found[-1][0]


def changed_pieces(since: int, generation: int | None, dimensions: int) -> Iterator[Piece]:
    """Passages that changed after this version; they are found by its index, and are few."""
    found = sorted(rows(Passage).filter(version__gt=since).values_list(*_FIELDS))
    for start in range(0, len(found), PIECE):
        yield _piece(found[start : start + PIECE], generation, dimensions)


def _piece(found: list[tuple[Any, ...]], generation: int | None, dimensions: int) -> Piece:
    passages, documents, accounts, refs, types, languages, titles, words, digests = zip(*found, strict=True)
    vectors, has_vector = _vectors(digests, generation, dimensions)
    return Piece(
        passages=np.array(passages, dtype=np.int64),
        documents=np.array(documents, dtype=np.int64),
        accounts=np.array(accounts, dtype=np.int64),
        refs=np.array(refs, dtype=np.int64),
        types=types,
        languages=languages,
        titles=titles,
        words=words,
        vectors=vectors,
        has_vector=has_vector,
    )


def _vectors(digests: tuple[str, ...], generation: int | None, dimensions: int) -> tuple[Floats, NDArray[np.bool_]]:
    blobs: dict[str, Any] = {}
    if generation is not None and dimensions:
        stored = rows(Embedding).filter(generation=generation, digest__in=set(digests))
        blobs = dict(stored.values_list("digest", "vector"))
    return decode((blobs.get(digest) for digest in digests), len(digests), dimensions)


def decode(blobs: Iterable[Any], count: int, dimensions: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Vectors of length 1; one that is cut, not finite or without direction counts as missing."""
    size = dimensions * 4
    whole = [bytes(blob) if blob is not None and len(blob) == size else bytes(size) for blob in blobs]
    # A copy, for what is read from bytes cannot be written to.
    vectors = np.frombuffer(b"".join(whole), dtype="<f4").reshape(count, dimensions).astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    is_good = np.isfinite(norms) & (norms > 1e-12)
    vectors[~is_good] = 0
    vectors[is_good] /= norms[is_good, None].astype(np.float32)
    return vectors, is_good
