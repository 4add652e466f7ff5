"""An index filled by hand: objects, passages, and vectors as the sandbox makes them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from shareai_cms.models import Embedding, Generation, Passage, SearchDocument, SiteAccount
from shareai_cms.sandbox.embeddings import embed
from shareai_cms.search.clock import tick
from shareai_cms.search.query import Results, search
from shareai_cms.search.references import number_of, reference_of
from shareai_cms.search.results import Asker, Query
from shareai_cms.search.words import words


@dataclass
class Library:
    """Groups stand for objects of any kind: the smallest model there is."""

    account: SiteAccount
    generation: Generation | None

    def put(self, title: str, *texts: str, obj: Any = None, language: str = "en", heading: str = "") -> Any:
        """Index an object, a new group unless one is given, and give it back."""
        obj = obj or Group.objects.create(name=title)
        with transaction.atomic():
            version = tick()
            document = SearchDocument.objects.create(
                account=self.account,
                source="groups",
                object_type=obj._meta.label_lower,
                object_ref=reference_of(obj.pk),
                ref_number=number_of(reference_of(obj.pk)),
                language=language,
                title=title,
                title_words=" ".join(words(title, language)),
                digest="0" * 64,
                indexed_at=timezone.now(),
            )
            for position, text in enumerate(texts):
                sent = f"{title}\n\n{text}"
                digest = hashlib.sha256(sent.encode()).hexdigest()
                Passage.objects.create(
                    document=document,
                    position=position,
                    heading=heading,
                    text=text,
                    words=" ".join(words(text, language)),
                    digest=digest,
                    version=version,
                )
                self._embed(digest, sent)
        return obj

    def _embed(self, digest: str, sent: str) -> None:
        if self.generation is not None:
            vector = np.array(embed(sent), dtype="<f4")
            vector /= np.linalg.norm(vector)
            Embedding.objects.get_or_create(
                generation=self.generation, digest=digest, defaults={"vector": vector.tobytes()}
            )

    def search(self, text: str, *within: Any, **options: Any) -> Results:
        asker = Asker(account=self.account, is_logged=options.pop("is_logged", False))
        query = Query(text=text, within=within or (Group.objects.all(),), asker=asker, language="en")
        return search(replace(query, **options))

    def names(self, text: str, *within: Any, **options: Any) -> list[str]:
        """Of what was found, in order."""
        return [hit.obj.name for hit in self.search(text, *within, **options)]
