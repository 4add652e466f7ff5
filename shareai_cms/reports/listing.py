"""The rows of a report, newest first, a page at a time.

How many rows each day has is known from the figures, so a page reads only the days that it lies in: the
thousandth page is as quick as the first, and nothing is counted again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, overload

from django.db.models import QuerySet

from shareai_cms.metering.retry import patiently
from shareai_cms.models import Usage
from shareai_cms.reports.figures import Figures

ORDER = ("-day", "-created_at", "-pk")


class UsageList:
    """A sequence for a paginator: its length is known, and a slice is one query."""

    model = Usage

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def __len__(self) -> int:
        return self._figures.actions

    def count(self) -> int:
        return len(self)

    @overload
    def __getitem__(self, wanted: int) -> Usage: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Usage]: ...
    def __getitem__(self, wanted: int | slice) -> Usage | list[Usage]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        start, stop, _step = wanted.indices(len(self))
        return self._read(start, stop)

    def __iter__(self) -> Iterator[Usage]:
        """Every row, a day at a time: an export holds no million rows in memory and no cursor open."""
        for day, _actions in self._figures.days:
            yield from self._rows(day, day).iterator(chunk_size=1_000)

    def _read(self, start: int, stop: int) -> list[Usage]:
        before, days = 0, []
        for day, actions in self._figures.days:
            if before + actions > start and before < stop:
                days.append((day, before))
            before += actions
        if not days:
            return []
        (newest, skipped), (oldest, _) = days[0], days[-1]
        found = self._rows(oldest, newest)[start - skipped : stop - skipped]
        return patiently(lambda: list(found))

    def _rows(self, first: date, last: date) -> QuerySet[Any]:
        found = self._figures.sources.between(first, last)
        return found.select_related("account__wallet").order_by(*ORDER)
