"""From pieces of rows to the arrays of a part, in two goes: write each posting down, then put them in order."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from shareai_cms.search.stores import kernels
from shareai_cms.search.stores.arrays import Arrays, MemoryArrays
from shareai_cms.search.stores.bm25 import TITLE
from shareai_cms.search.stores.lexicon import lexicon, order_of, texts
from shareai_cms.search.stores.part import Facts, Part, part
from shareai_cms.search.stores.rows import Piece
from shareai_cms.search.words import fold, stems

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Postings that are put in order at a time.
_BATCH = 1_000_000
_MOST = np.iinfo(np.uint16).max
#: Letters that corrections are tried with: more than any alphabet has, fewer than there are signs.
_LETTERS = 120


class Numbers(dict[str, int]):
    """A number for each text, in the order in which they are met."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


class _Language(dict[str, int]):
    """Numbers of one language's words; each is stemmed once."""

    def __init__(self, language: str, vocabulary: Vocabulary) -> None:
        self._language = language
        self._vocabulary = vocabulary

    def __missing__(self, word: str) -> int:
        number = self[word] = self._vocabulary.learn(word, self._language)
        return number


class Vocabulary:
    """Every word with its term, and with the form in which corrections compare it."""

    def __init__(self) -> None:
        self.terms, self.keys = Numbers(), Numbers()
        self.languages: dict[str, _Language] = {}
        self.written: list[str] = []
        self.term_of, self.key_of, self.counts = array("I"), array("I"), array("Q")
        self.passages = array("I")

    def of(self, language: str) -> _Language:
        if language not in self.languages:
            self.languages[language] = _Language(language, self)
        return self.languages[language]

    def learn(self, word: str, language: str) -> int:
        self.written.append(word)
        self.term_of.append(self.terms[stems([word], language)[0]])
        self.key_of.append(self.keys[fold(word)])
        self.counts.append(0)
        if len(self.keys) > len(self.passages):
            self.passages.append(0)
        return len(self.written) - 1

    def count(self, numbers: NDArray[np.uint32], rows: NDArray[np.int64]) -> None:
        """Note in which passages the words stand."""
        counts = np.frombuffer(self.counts, dtype=np.uint64)
        np.add.at(counts, numbers, 1)
        keys = np.frombuffer(self.key_of, dtype=np.uint32)[numbers]
        met = np.unique(rows * len(self.keys) + keys) % max(len(self.keys), 1)
        passages = np.frombuffer(self.passages, dtype=np.uint32)
        np.add.at(passages, met, 1)

    def spellings(self) -> list[str]:
        """How each key is written most often."""
        best: dict[int, tuple[int, str]] = {}
        for key, count, word in zip(self.key_of, self.counts, self.written, strict=True):
            best[key] = max(best.get(key, (0, word)), (count, word))
        return [best[key][1] for key in range(len(self.keys))]

    def letters(self) -> str:
        counted: Counter[str] = Counter()
        for key, passages in zip(self.keys, self.passages, strict=True):
            if len(key) > 2:
                counted.update(dict.fromkeys(key, passages))
        return "".join(letter for letter, _count in counted.most_common(_LETTERS) if letter.isalpha())


class Building:
    """One part on its way."""

    def __init__(self, arrays: Arrays, dimensions: int) -> None:
        self._arrays = arrays
        self._dimensions = dimensions
        self._vocabulary = Vocabulary()
        self._types = Numbers()
        self._length = 0
        self._passages = 0
        self._has_codes = dimensions > 0 and kernels.are_installed()

    def add(self, piece: Piece) -> None:
        put = self._arrays.append
        for name in ("passages", "documents", "accounts", "has_vector"):
            put(name, getattr(piece, name))
        put("unsorted_refs", piece.refs)
        put("types", np.fromiter(map(self._types.__getitem__, piece.types), dtype=np.int16, count=len(piece.types)))
        if self._dimensions:
            put("vectors", piece.vectors)
        if self._has_codes:
            codes = kernels.quantise(piece.vectors)
            put("codes", codes.steps)
            put("scales", codes.scales)
        self._add_words(piece)
        self._passages += len(piece.passages)

    def _add_words(self, piece: Piece) -> None:
        text, text_lengths = self._numbers(piece.words, piece.languages)
        title, title_lengths = self._numbers(piece.titles, piece.languages)
        rows = np.arange(len(piece.passages), dtype=np.int64)
        text_rows, title_rows = np.repeat(rows, text_lengths), np.repeat(rows, title_lengths)
        lengths = (text_lengths + TITLE * title_lengths).astype(np.uint32)
        self._length += int(lengths.sum())
        self._arrays.append("lengths", lengths)
        self._vocabulary.count(np.concatenate([text, title]), np.concatenate([text_rows, title_rows]))
        size = len(self._vocabulary.terms)
        term_of = np.array(self._vocabulary.term_of, dtype=np.int64)
        stand = [text_rows * size + term_of[text], *[title_rows * size + term_of[title]] * TITLE]
        places, counts = np.unique(np.concatenate(stand), return_counts=True)
        self._arrays.append("post_terms", (places % max(size, 1)).astype(np.uint32))
        self._arrays.append("post_rows", (places // max(size, 1) + self._passages).astype(np.uint32))
        self._arrays.append("post_counts", np.minimum(counts, _MOST).astype(np.uint16))

    def _numbers(
        self, texts: tuple[str, ...], languages: tuple[str, ...]
    ) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The words of each text by number, one text after the other, and how many each has."""
        numbers, lengths = array("I"), []
        for text, language in zip(texts, languages, strict=True):
            found = text.split()
            numbers.extend(map(self._vocabulary.of(language).__getitem__, found))
            lengths.append(len(found))
        return np.array(numbers, dtype=np.uint32), np.array(lengths, dtype=np.int64)

    def finish(self) -> Facts:
        """Write what is known only now."""
        if not self._passages:
            self.add(_nothing(self._dimensions))
        order = order_of(list(self._vocabulary.terms))
        self._write_postings(order)
        self._write_words(order)
        refs = self._arrays.read("unsorted_refs")
        by_ref = np.argsort(refs, kind="stable")
        self._arrays.put("refs", refs[by_ref])
        self._arrays.put("ref_rows", by_ref.astype(np.uint32))
        self._arrays.drop("unsorted_refs")
        return Facts(
            passages=self._passages,
            dimensions=self._dimensions,
            length=self._length,
            types=tuple(self._types),
            letters=self._vocabulary.letters(),
        )

    def _write_postings(self, order: NDArray[np.intp]) -> None:
        terms, rows, counts = (self._arrays.read(f"post_{name}") for name in ("terms", "rows", "counts"))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        sizes = np.zeros(len(order), dtype=np.int64)
        for start in range(0, len(terms), _BATCH):
            sizes += np.bincount(rank[terms[start : start + _BATCH]], minlength=len(order))
        ends = np.cumsum(sizes)
        posted = self._arrays.create("posted", np.uint32, len(terms))
        frequencies = self._arrays.create("frequencies", np.uint16, len(terms))
        following = ends - sizes
        for start in range(0, len(terms), _BATCH):
            batch = rank[terms[start : start + _BATCH]]
            by_term = np.argsort(batch, kind="stable")
            places = _places(batch[by_term], following)
            posted[places] = rows[start : start + _BATCH][by_term]
            frequencies[places] = counts[start : start + _BATCH][by_term]
        self._arrays.put("ends", ends)
        for name in ("terms", "rows", "counts"):
            self._arrays.drop(f"post_{name}")

    def _write_words(self, order: NDArray[np.intp]) -> None:
        vocabulary = self._vocabulary
        self._write_lexicon("term", list(vocabulary.terms), order)
        keys = list(vocabulary.keys)
        by_hash = order_of(keys)
        self._write_lexicon("word", keys, by_hash)
        ends, text = texts(vocabulary.spellings(), by_hash)
        self._arrays.put("written_ends", ends)
        self._arrays.put("written_text", text)
        self._arrays.put("word_passages", np.array(vocabulary.passages, dtype=np.uint32)[by_hash])

    def _write_lexicon(self, name: str, words: list[str], order: NDArray[np.intp]) -> None:
        made = lexicon(words, order)
        for field in ("hashes", "ends", "text"):
            self._arrays.put(f"{name}_{field}", getattr(made, field))


def _places(terms: NDArray[np.int64], following: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where postings sorted by term go; moves ``following`` on."""
    met, first, counts = np.unique(terms, return_index=True, return_counts=True)
    places = np.repeat(following[met] - first, counts) + np.arange(len(terms))
    following[met] += counts
    return places


def _nothing(dimensions: int) -> Piece:
    numbers = np.zeros(0, dtype=np.int64)
    return Piece(
        passages=numbers,
        documents=numbers,
        accounts=numbers,
        refs=numbers,
        types=(),
        languages=(),
        titles=(),
        words=(),
        vectors=np.zeros((0, dimensions), dtype=np.float32),
        has_vector=np.zeros(0, dtype=np.bool_),
    )


def write(pieces: Iterable[Piece], arrays: Arrays, dimensions: int) -> Facts:
    """Put the whole part into ``arrays``."""
    building = Building(arrays, dimensions)
    for piece in pieces:
        building.add(piece)
    return building.finish()


def in_memory(pieces: Iterable[Piece], dimensions: int) -> Part:
    arrays = MemoryArrays()
    facts = write(pieces, arrays, dimensions)
    return part(facts, arrays.all())
