"""Searches of nothing but stop words, as "About us": the titles and headings that say exactly this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Q

from shareai_cms.models import Passage
from shareai_cms.search.stores.base import Leg, Scan

if TYPE_CHECKING:
    from shareai_cms.search.stores.base import Ids

#: Passages that are looked at, and the score of a title that is no more than what was typed.
MOST = 200
WHOLE, PART = 1.0, 0.5


class TitleScan(Scan):
    """A scan whose keyword leg is the titles and headings that hold the text; meaning is the other scan's."""

    def __init__(self, scan: Scan, text: str) -> None:
        self._scan = scan
        rows = Passage.objects.filter(_holding("document__title", text) | _holding("heading", text))
        found = rows.order_by("pk").values_list("pk", "document_id", "document__title", "heading")[:MOST]
        scored = sorted(((_score(text, row), row[0], row[1]) for row in found), key=lambda row: (-row[0], row[1]))
        self._passages = np.array([passage for _score, passage, _document in scored], dtype=np.int64)
        self._documents = np.array([document for _score, _passage, document in scored], dtype=np.int64)
        self._scores = np.array([score for score, _passage, _document in scored], dtype=np.float32)

    def keywords(self, depth: int) -> Leg:
        return Leg(
            passages=self._passages[:depth],
            documents=self._documents[:depth],
            scores=self._scores[:depth],
            has_more=len(self._passages) > depth,
        )

    def meaning(self, depth: int) -> Leg:
        return self._scan.meaning(depth)

    def scores_of(self, passages: Ids) -> Any:
        known = dict(zip(self._passages.tolist(), self._scores.tolist(), strict=True))
        exact = np.array([known.get(passage, 0.0) for passage in passages.tolist()], dtype=np.float32)
        return exact, self._scan.scores_of(passages)[1]

    def sample(self) -> Any:
        return self._scan.sample()


def _holding(field: str, text: str) -> Q:
    # SQLite ignores case in ASCII letters only.
    forms = {text, text.lower(), text.upper(), text.title(), text.capitalize()}
    found = Q()
    for form in sorted(forms):
        found |= Q(**{f"{field}__icontains": form})
    return found


def _score(text: str, row: tuple[int, int, str, str]) -> float:
    return WHOLE if text.casefold() in (row[2].casefold(), row[3].casefold()) else PART
