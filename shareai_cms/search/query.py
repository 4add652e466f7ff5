"""The public search: ``search(Query(…))`` gives results that are computed when they are looked at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, overload

from shareai_cms.search import logbook
from shareai_cms.search.answering import Answer, answer
from shareai_cms.search.excerpts import excerpts
from shareai_cms.search.facets import counts, types
from shareai_cms.search.fusing import Ranked
from shareai_cms.search.results import Hit, Outcome, Query
from shareai_cms.search.within import refuse_unsearchable

#: Results are counted, and shown page by page, up to here.
MOST_RESULTS = 1_000
#: Results loaded at once while somebody iterates.
AT_ONCE = 50


def search(query: Query) -> Results:
    """Find what is meant, in the order of how well it answers; nothing is asked or read before it is looked at.

    Raises ``UnsearchableQuerySet`` at once for a queryset that is sliced, or yields no objects. Never raises for
    what was typed, and answers by keywords alone where the marketplace cannot: see ``outcome.reason``.
    """
    for queryset in query.within:
        refuse_unsearchable(queryset)
    return Results(query)


class Results:
    """What was found: slice it, count it, iterate over it. The order stays the same however it is cut."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._known: Answer | None = None
        self._loaded: dict[int, Any] = {}
        self._gone: set[int] = set()

    @property
    def outcome(self) -> Outcome:
        """How the search was answered, and what was searched for."""
        return self._answer.outcome

    @property
    def objects(self) -> Objects:
        """The objects alone: cheaper than hits, because no excerpt is read."""
        return Objects(self)

    @property
    def hits(self) -> list[Hit]:
        return list(self)

    def count(self) -> int:
        """How many objects were found and may be seen, at most ``MOST_RESULTS``."""
        return max(0, self._answer.ranking.count(MOST_RESULTS) - len(self._gone))

    def facets(self, field_name: str, limit: int | None = None) -> dict[Any, int]:
        """How many of the results have each value of a field, the most frequent first."""
        return counts(self._answer.within.keys(self._documents()), field_name, limit)

    def types(self) -> dict[str, int]:
        """How many of the results are of each class, as ``app.model``, the most frequent first."""
        return types(self._documents())

    def __len__(self) -> int:
        return self.count()

    def __bool__(self) -> bool:
        return bool(self[:1])

    def __iter__(self) -> Iterator[Hit]:
        for start in range(0, MOST_RESULTS, AT_ONCE):
            hits = self[start : start + AT_ONCE]
            yield from hits
            if len(hits) < AT_ONCE:
                return

    @overload
    def __getitem__(self, key: int) -> Hit: ...
    @overload
    def __getitem__(self, key: slice) -> list[Hit]: ...
    def __getitem__(self, key: int | slice) -> Hit | list[Hit]:
        if isinstance(key, slice):
            return self._hits(self.present(key))
        return self._hits(self.present(_one(key)))[0]

    def present(self, key: slice) -> list[tuple[Ranked, Any]]:
        """These places of the order with their objects; what was deleted meanwhile is left out and others move up."""
        start, stop = _bounds(key)
        while True:
            ranked = self._ranked(start, stop)
            missing = [each.document for each in ranked if each.document not in self._loaded]
            self._loaded.update(self._answer.within.load(missing))
            lost = {document for document in missing if document not in self._loaded}
            if not lost:
                return [(each, self._loaded[each.document]) for each in ranked]
            self._gone |= lost

    def _ranked(self, start: int, stop: int) -> list[Ranked]:
        best = self._answer.ranking.first(stop + len(self._gone))
        return [each for each in best if each.document not in self._gone][start:stop]

    def _documents(self) -> list[int]:
        return [ranked.document for ranked in self._ranked(0, MOST_RESULTS)]

    def _hits(self, found: list[tuple[Ranked, Any]]) -> list[Hit]:
        known = excerpts([ranked.passage for ranked, _obj in found], self._answer.question)
        has_cosine = self._answer.ranking.has_vector
        return [
            Hit(
                obj=obj,
                score=ranked.score,
                document=ranked.document,
                passage=ranked.passage,
                heading=known[ranked.passage].heading,
                excerpt=known[ranked.passage].parts,
                cosine=ranked.cosine if has_cosine else None,
                language=known[ranked.passage].language,
            )
            for ranked, obj in found
        ]

    @property
    def _answer(self) -> Answer:
        if self._known is None:
            began = time.monotonic()
            self._known = answer(self._query)
            if self._query.asker.is_logged:
                number = self._known.ranking.count(MOST_RESULTS)
                took = int((time.monotonic() - began) * 1_000)
                logbook.record(self._query.asker, self._query, self._known.outcome, number, took)
        return self._known


class Objects:
    """The objects of results, in their order."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def __len__(self) -> int:
        return len(self._results)

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, MOST_RESULTS, AT_ONCE):
            found = self[start : start + AT_ONCE]
            yield from found
            if len(found) < AT_ONCE:
                return

    @overload
    def __getitem__(self, key: int) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> list[Any]: ...
    def __getitem__(self, key: int | slice) -> Any:
        if isinstance(key, slice):
            return [obj for _ranked, obj in self._results.present(key)]
        return self._results.present(_one(key))[0][1]


def _one(key: int) -> slice:
    if key < 0:
        raise ValueError("Results are counted from the first one.")
    return slice(key, key + 1)


def _bounds(key: slice) -> tuple[int, int]:
    start, stop = key.start or 0, MOST_RESULTS if key.stop is None else key.stop
    if start < 0 or stop < 0 or key.step not in (None, 1):
        raise ValueError("Results are cut by whole pages: from a place, to a later one.")
    return start, max(start, min(stop, MOST_RESULTS))
