"""A graded set in the tables of the index, and the public search over it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from bench._relevance import Graded, misspelt
from shareai_cms import metering
from shareai_cms.models import Embedding, Generation, Passage, SearchDocument, SiteAccount
from shareai_cms.search.clock import tick
from shareai_cms.search.query import search
from shareai_cms.search.question import read
from shareai_cms.search.reasons import Reason
from shareai_cms.search.results import Asker, Query
from shareai_cms.search.spelling import correct
from shareai_cms.search.stores.current import store_for
from shareai_cms.search.words import words

LIST = 200
BATCH = 2_000
LANGUAGE = "en"


@dataclass
class Corpus:
    """What ``fill`` made of a set; groups stand for its documents."""

    account: SiteAccount
    generation: Generation
    names: dict[int, str]
    floor: float
    asked: dict[str, str] = field(default_factory=dict)

    def search(
        self,
        text: str,
        *,
        by_meaning: bool = True,
        weights: tuple[float, float] | None = None,
    ) -> list[str]:
        """The documents found, best first."""
        given = settings.SHAREAI_CMS
        if weights:
            settings.SHAREAI_CMS = {**given, "SEARCH_WEIGHTS": {"meaning": weights[0], "keywords": weights[1]}}
        try:
            asker = Asker(account=self.account, is_logged=False)
            query = Query(
                text=text,
                within=(Group.objects.all(),),
                asker=asker,
                language=LANGUAGE,
                by_meaning=by_meaning,
            )
            results = search(query)
            assert not by_meaning or results.outcome.reason in (None, Reason.TOO_SHORT), results.outcome
            self.asked[text] = results.outcome.text
            return [self.names[obj.pk] for obj in results.objects[:LIST]]
        finally:
            settings.SHAREAI_CMS = given

    def corrected(self, text: str) -> str:
        """The query as the site would correct it, without asking anybody."""
        return correct(read(text, (LANGUAGE,)), store_for(self.generation)).text

    def corrected_share(self, texts: Iterable[str]) -> float:
        """Of the misspelt queries, those that were searched for as they were meant."""
        changed = [(text, spoilt) for text in texts if (spoilt := misspelt(text)) != text]
        right = [text for text, spoilt in changed if words(self.asked[spoilt]) == words(self.asked[text])]
        return len(right) / len(changed)


def fill(graded: Graded, off_topic: Any) -> Corpus:
    """Empty the index and fill it with a set, as the indexer would."""
    for model in (SearchDocument, Generation, Group):
        model._default_manager.all().delete()
    account = metering.open_account(platform="bench", reference="ranking", label="Bench")
    with transaction.atomic():
        version = tick()
        generation = Generation.objects.create(
            model_asked="sandbox-embedding",
            model="sandbox-embedding",
            dimensions=graded.passage_vectors.shape[1],
            state=Generation.State.ACTIVE,
            floor=floor_of(graded.passage_vectors, off_topic),
        )
        documents = _documents(graded, account)
        _passages(graded, documents, generation, version)
    names = {number: row["id"] for number, row in enumerate(graded.documents, 1)}
    return Corpus(account, generation, names, float(generation.floor or 0))


def floor_of(passages: Any, off_topic: Any) -> float:
    """As the indexer measures it with sentences of its own."""
    best = np.array([(passages @ vector).max() for vector in off_topic])
    return float(np.percentile(best, 95))


def _documents(graded: Graded, account: SiteAccount) -> dict[str, SearchDocument]:
    Group.objects.bulk_create(
        [Group(pk=number, name=f"{graded.name} {row['id']}") for number, row in enumerate(graded.documents, 1)],
        batch_size=BATCH,
    )
    made = SearchDocument.objects.bulk_create(
        [
            SearchDocument(
                account=account,
                source="bench",
                object_type="auth.group",
                object_ref=str(number),
                ref_number=number,
                language=LANGUAGE,
                title=row["title"][:255],
                title_words=" ".join(words(row["title"], LANGUAGE)),
                digest="0" * 64,
                indexed_at=timezone.now(),
            )
            for number, row in enumerate(graded.documents, 1)
        ],
        batch_size=BATCH,
    )
    return {row["id"]: document for row, document in zip(graded.documents, made, strict=True)}


def _passages(graded: Graded, documents: dict[str, SearchDocument], generation: Generation, version: int) -> None:
    titles = {row["id"]: row["title"] for row in graded.documents}
    passages, embeddings, positions = [], {}, dict.fromkeys(documents, 0)
    for (key, text), vector in zip(graded.passages, graded.passage_vectors, strict=True):
        digest = hashlib.sha256(f"{key}\n{positions[key]}\n{text}".encode()).hexdigest()
        body = text.removeprefix(f"{titles[key]}. ") if titles[key] else text
        passages.append(
            Passage(
                document=documents[key],
                position=positions[key],
                text=body,
                words=" ".join(words(body, LANGUAGE)),
                digest=digest,
                version=version,
            )
        )
        positions[key] += 1
        embeddings[digest] = Embedding(generation=generation, digest=digest, vector=vector.astype("<f4").tobytes())
    Passage.objects.bulk_create(passages, batch_size=BATCH)
    Embedding.objects.bulk_create(embeddings.values(), batch_size=BATCH)
