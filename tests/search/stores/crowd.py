"""Many passages at once, for what shows only with many."""

from __future__ import annotations

import random
from typing import Any

from django.utils import timezone

from shareai_cms.models import Embedding, Generation, Passage, SearchDocument
from shareai_cms.search import clock
from tests.search.stores.reference import Index, packed, unit


def crowd(generation: Generation, count: int, *, one_in: int = 100) -> Any:
    """One document for each passage; one in so many belongs to the second account. Gives that account's number."""
    index, numbers = Index(generation), random.Random(count)
    most, few = index.account(0), index.account(1)
    version, now = clock.tick(), timezone.now()
    documents = SearchDocument.objects.bulk_create(
        SearchDocument(
            account=few if number % one_in == 0 else most,
            source="test",
            object_type="demo.page",
            object_ref=str(number),
            ref_number=number,
            language="en",
            digest="d",
            indexed_at=now,
        )
        for number in range(count)
    )
    Passage.objects.bulk_create(
        Passage(
            document=document,
            position=0,
            text="",
            words=f"harbour number{number % 50}",
            digest=str(number),
            version=version,
        )
        for number, document in enumerate(documents)
    )
    Embedding.objects.bulk_create(
        Embedding(generation=generation, digest=str(number), vector=packed(unit(numbers))) for number in range(count)
    )
    return few.pk
