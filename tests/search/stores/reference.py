"""What a store must answer, in plain Python, and an index to ask it about."""

from __future__ import annotations

import math
import random
import struct
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from shareai_cms.metering import open_account
from shareai_cms.models import Embedding, Generation, Passage, SearchDocument, SiteAccount
from shareai_cms.search import clock
from shareai_cms.search.words import stems, words

DIMENSIONS = 16


def packed(vector: list[float]) -> bytes:
    return struct.pack(f"<{len(vector)}f", *vector)


def unit(numbers: random.Random, dimensions: int = DIMENSIONS) -> list[float]:
    made = [numbers.gauss(0, 1) for _ in range(dimensions)]
    length = math.sqrt(sum(value * value for value in made))
    return [value / length for value in made]


@dataclass
class Index:
    """Writes documents as the indexer does: the clock first, then passages stamped with it."""

    generation: Generation | None = None
    numbers: random.Random = field(default_factory=lambda: random.Random(5))
    accounts: list[SiteAccount] = field(default_factory=list)

    def account(self, number: int) -> SiteAccount:
        while len(self.accounts) <= number:
            self.accounts.append(open_account(platform="test", reference=str(len(self.accounts))))
        return self.accounts[number]

    def add(
        self,
        *texts: str,
        title: str = "",
        language: str = "en",
        account: int = 0,
        kind: str = "demo.page",
        vectors: list[Any] | None = None,
    ) -> SearchDocument:
        ref = SearchDocument.objects.count() + 1
        with transaction.atomic():
            version = clock.tick()
            document = SearchDocument.objects.create(
                account=self.account(account),
                source="test",
                object_type=kind,
                object_ref=str(ref),
                ref_number=ref,
                language=language,
                title=title,
                title_words=" ".join(words(title, language)),
                digest="d",
                indexed_at=timezone.now(),
            )
            for position, text in enumerate(texts):
                passage = Passage.objects.create(
                    document=document,
                    position=position,
                    text=text,
                    words=" ".join(words(text, language)),
                    digest=f"{document.pk}-{position}",
                    version=version,
                )
                if self.generation is not None:
                    self.embed(passage, unit(self.numbers) if vectors is None else vectors[position])
        return document

    def embed(self, passage: Passage, vector: list[float] | bytes | None) -> None:
        if vector is not None:
            blob = vector if isinstance(vector, bytes) else packed(vector)
            Embedding.objects.create(generation=self.generation, digest=passage.digest, vector=blob)

    def change(self, passage: Passage, text: str, vector: list[float] | None = None) -> None:
        with transaction.atomic():
            passage.version = clock.tick()
            passage.text, passage.digest = text, f"{passage.pk}-{passage.version}"
            passage.words = " ".join(words(text, passage.document.language))
            passage.save()
            if self.generation is not None:
                self.embed(passage, vector or unit(self.numbers))

    def change_title(self, document: SearchDocument, title: str) -> None:
        with transaction.atomic():
            version = clock.tick()
            document.title, document.title_words = title, " ".join(words(title, document.language))
            document.save()
            document.passages.update(version=version)

    def remove(self, document: SearchDocument) -> None:
        with transaction.atomic():
            clock.tick()
            document.delete()


class Reference:
    """Robertson and Zaragoza's BM25 and the cosine, one passage after the other."""

    def __init__(self, generation: Generation | None) -> None:
        self.rows: list[Passage] = list(Passage.objects.select_related("document").order_by("pk"))
        vectors = dict(Embedding.objects.filter(generation=generation).values_list("digest", "vector"))
        self.vectors = {
            row.pk: struct.unpack(f"<{DIMENSIONS}f", bytes(vectors[row.digest]))
            for row in self.rows
            if row.digest in vectors
        }
        self.terms = {row.pk: self._terms(row) for row in self.rows}
        self.average = sum(map(len, self.terms.values())) / len(self.rows) if self.rows else 0

    @staticmethod
    def _terms(row: Passage) -> list[str]:
        document = row.document
        return stems(row.words.split() + document.title_words.split() * 3, document.language)

    def bm25(self, terms: list[str], row: Passage) -> float:
        found, score = self.terms[row.pk], 0.0
        for term in dict.fromkeys(terms):
            frequency = sum(term in other for other in self.terms.values())
            idf = math.log(1 + (len(self.rows) - frequency + 0.5) / (frequency + 0.5))
            count = found.count(term)
            score += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(found) / self.average))
        return score

    def keywords(self, terms: list[str], keep: Any = lambda row: True) -> list[tuple[int, float]]:
        scored = [(row.pk, self.bm25(terms, row)) for row in self.rows if keep(row)]
        return self._sorted([(pk, score) for pk, score in scored if score > 0])

    def cosine(self, vector: list[float], pk: int) -> float:
        return sum(a * b for a, b in zip(vector, self.vectors[pk], strict=True))

    def meaning(self, vector: list[float], keep: Any = lambda row: True) -> list[tuple[int, float]]:
        rows = [row.pk for row in self.rows if row.pk in self.vectors and keep(row)]
        return self._sorted([(pk, self.cosine(vector, pk)) for pk in rows])

    @staticmethod
    def _sorted(scored: list[tuple[int, float]]) -> list[tuple[int, float]]:
        return sorted(scored, key=lambda each: (-each[1], each[0]))
