"""Graded queries: the sets on disk, nDCG, and typing errors that are the same in every run."""

from __future__ import annotations

import gzip
import json
import math
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEPTH = 10
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Graded:
    """One set: documents with their passages and vectors, queries with theirs, and who answers what how well."""

    name: str
    documents: Sequence[Mapping[str, Any]]
    #: Document id and text, in the order of ``passage_vectors``.
    passages: Sequence[tuple[str, str]]
    #: float32, (passages, dimensions), of length 1.
    passage_vectors: Any
    queries: Mapping[str, str]
    #: float32, (queries, dimensions), of length 1, in the order of ``queries``.
    query_vectors: Any
    grades: Mapping[str, Mapping[str, float]]


def folder() -> Path:
    return Path(os.environ.get("SEARCH_DATA") or ROOT.parent / "shared" / "search-data")


def read(name: str) -> Graded:
    import numpy as np

    at = folder() / name
    queries = {row["id"]: row["text"] for row in json.loads((at / "queries.json").read_text())}
    return Graded(
        name=name,
        documents=_lines(at / "documents.jsonl.gz"),
        passages=[(row["document"], row["text"]) for row in _lines(at / "passages.jsonl.gz")],
        passage_vectors=_unit(np.load(at / "passage_vectors.npy")),
        queries=queries,
        query_vectors=_unit(np.load(at / "query_vectors.npy")),
        grades=json.loads((at / "grades.json").read_text()),
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _unit(vectors: Any) -> Any:
    import numpy as np

    vectors = vectors.astype("<f4")
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def ndcg(found: Sequence[str], grades: Mapping[str, float], depth: int = DEPTH) -> float | None:
    """nDCG with linear gain, unjudged = 0; None where no document has a grade above 0."""
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    best = sum(grade / math.log2(place + 2) for place, grade in enumerate(ideal[:depth]))
    if not best:
        return None
    gained = sum(max(grades.get(document, 0), 0) / math.log2(place + 2) for place, document in enumerate(found[:depth]))
    return gained / best


def misspelt(text: str) -> str:
    """The text with one typing error in one of its longer words; always the same one for the same text."""
    chance = random.Random(f"one typing error: {text}")
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    if not places:
        return text
    place = chance.choice(places)
    words[place] = _spoilt(words[place], chance)
    return " ".join(words)


def _spoilt(word: str, chance: random.Random) -> str:
    """A letter swapped with its neighbour, lost, added or changed, anywhere in the word."""
    while True:
        at = chance.randrange(len(word))
        letter = chance.choice(LETTERS)
        swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
        lost, added = word[:at] + word[at + 1 :], word[:at] + letter + word[at:]
        spoilt = chance.choice([swapped, lost, added, word[:at] + letter + word[at + 1 :]])
        if spoilt != word:
            return spoilt
