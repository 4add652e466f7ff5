"""What an answer may draw on: the best passages of a search, each of an object that the visitor may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q

from shareai_cms.actions.answers import MOST_PASSAGES, PASSAGES_CHARACTERS
from shareai_cms.actions.citations import CitedPassage, Source
from shareai_cms.metering.retry import rows
from shareai_cms.models import Passage
from shareai_cms.search.results import Hit

#: Of one passage; a longer one is of a block that could not be divided.
PASSAGE_CHARACTERS = 1_500


def grounds(hits: Iterable[Hit], address: Callable[[Any], str]) -> tuple[CitedPassage, ...]:
    """The passages of the best hits, then what follows them on the same pages, within an answer's budget.

    The hits are verified against what the visitor may see, and a passage is of one of their objects. One query.
    """
    best = list(hits)[:MOST_PASSAGES]
    near = _rows(best)
    chosen: list[Passage] = []
    for passage in _in_order(best, near):
        if len(chosen) < MOST_PASSAGES and sum(map(_size, chosen)) + _size(passage) <= PASSAGES_CHARACTERS:
            chosen.append(passage)
    objects = {hit.document: hit.obj for hit in best}
    # One source for all passages of a page, so that the page has one number.
    sources = {document: _source(obj, address) for document, obj in objects.items()}
    return tuple(_cited(passage, sources[passage.document_id]) for passage in chosen)


def _rows(hits: list[Hit]) -> dict[tuple[int, int], Passage]:
    """Every passage of the hits' objects by object and place."""
    scope = Q(document__in=[hit.document for hit in hits])
    found = rows(Passage).filter(scope).defer("words").order_by("document", "position")
    return {(row.document_id, row.position): row for row in found}


def _in_order(hits: list[Hit], all_of_them: dict[tuple[int, int], Passage]) -> Iterable[Passage]:
    by_pk = {row.pk: row for row in all_of_them.values()}
    first = [by_pk[hit.passage] for hit in hits if hit.passage in by_pk]
    yield from first
    known = {row.pk for row in first}
    for step in (1, -1, 2):
        for row in first:
            near = all_of_them.get((row.document_id, row.position + step))
            if near is not None and near.pk not in known:
                known.add(near.pk)
                yield near


def _size(passage: Passage) -> int:
    return min(len(passage.text), PASSAGE_CHARACTERS)


def _source(obj: Any, address: Callable[[Any], str]) -> Source:
    return Source(title=str(obj), url=address(obj))


def _cited(passage: Passage, source: Source) -> CitedPassage:
    return CitedPassage(source=source, heading=passage.heading, text=passage.text[:PASSAGE_CHARACTERS])
