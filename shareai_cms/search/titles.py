"""Searches of nothing but stop words, as "About us": the titles and headings that say exactly this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Q, QuerySet

from shareai_cms.metering.retry import rows
from shareai_cms.models import Passage
from shareai_cms.search.stores.base import Leg, Scan

if TYPE_CHECKING:
    from shareai_cms.search.stores.base import Ids
    from shareai_cms.search.within import Within

#: Permitted passages that are kept, those looked at for them, at once and in all, and the score of a title that is no
#: more than what was typed. Every site has an "About us".
MOST, AT_ONCE, LOOKED_AT = 200, 1_000, 10_000
WHOLE, PART = 1.0, 0.5


class TitleScan(Scan):
    """A scan whose keyword leg is the titles and headings that hold the text; meaning is the other scan's."""

    def __init__(self, scan: Scan, text: str, within: Within) -> None:
        self._scan = scan
        titled = rows(Passage).filter(_holding("document__title", text) | _holding("heading", text))
        found = _permitted(titled.order_by("pk"), within)
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


def _permitted(titled: QuerySet[Passage], within: Within) -> list[tuple[int, int, str, str]]:
    kept: list[tuple[int, int, str, str]] = []
    columns = titled.values_list("pk", "document_id", "document__title", "heading")
    for start in range(0, LOOKED_AT, AT_ONCE):
        found = list(columns[start : start + AT_ONCE])
        mask = within.permitted(np.array([row[1] for row in found], dtype=np.int64))
        kept += [row for row, is_permitted in zip(found, mask.tolist(), strict=True) if is_permitted]
        if len(found) < AT_ONCE or len(kept) >= MOST:
            break
    return kept[:MOST]


def _holding(field: str, text: str) -> Q:
    # SQLite ignores case in ASCII letters only.
    forms = {text, text.lower(), text.upper(), text.title(), text.capitalize()}
    found = Q()
    for form in sorted(forms):
        found |= Q(**{f"{field}__icontains": form})
    return found


def _score(text: str, row: tuple[int, int, str, str]) -> float:
    return WHOLE if text.casefold() in (row[2].casefold(), row[3].casefold()) else PART
