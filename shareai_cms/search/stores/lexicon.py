"""Words by number, kept in arrays that a file can hold: sorted by hash, found by it, then compared."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Lexicon:
    """``len(hashes)`` words in UTF-8, one after the other."""

    hashes: NDArray[np.uint32]
    #: Where each word ends.
    ends: NDArray[np.uint32]
    text: NDArray[np.uint8]

    def __getitem__(self, number: int) -> str:
        start = int(self.ends[number - 1]) if number else 0
        return bytes(self.text[start : int(self.ends[number])]).decode()

    def find(self, words: Sequence[str]) -> list[int]:
        """The number of each word, -1 where it is not here."""
        wanted = np.fromiter(map(hashed, words), dtype=np.uint32, count=len(words))
        first = np.searchsorted(self.hashes, wanted)
        size = len(self.hashes)
        found = []
        for word, code, place in zip(words, wanted.tolist(), first.tolist(), strict=True):
            while place < size and self.hashes[place] == code and self[place] != word:
                place += 1
            found.append(place if place < size and self.hashes[place] == code else -1)
        return found


def hashed(word: str) -> int:
    """The same on every machine and in every process, as Python's own is not."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def order_of(words: Sequence[str]) -> NDArray[np.intp]:
    """The order in which a lexicon holds these words."""
    hashes = np.fromiter(map(hashed, words), dtype=np.uint32, count=len(words))
    return np.argsort(hashes, kind="stable")


def lexicon(words: Sequence[str], order: Iterable[int]) -> Lexicon:
    """The words in the order of ``order_of``."""
    coded = [words[place].encode("utf-8", "surrogatepass") for place in order]
    ends = np.cumsum(np.fromiter(map(len, coded), dtype=np.uint32, count=len(coded)), dtype=np.uint32)
    hashes = np.fromiter(map(zlib.crc32, coded), dtype=np.uint32, count=len(coded))
    return Lexicon(hashes, ends, np.frombuffer(b"".join(coded), dtype=np.uint8))


def texts(words: Sequence[str], order: Iterable[int]) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Ends and text of words that are found by a lexicon in the same order."""
    made = lexicon(words, order)
    return made.ends, made.text
