"""What was searched for and how it was answered: by day, by kind and by words.

One query groups the rows by day, and one each table of words; an index by account and time serves them all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connections
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Lower

from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Generation, SearchLog, SiteAccount
from shareai_cms.reports.days import local_day, midnight

#: Lines of each table of words.
MOST_LINES = 15

#: The tables of words, and the sum that each is ordered by.
_TABLES = {"top": "searches", "empty": "without_results", "weak": "weak"}

MEANING, KNOWN, KEYWORDS = "meaning", "known", "keywords"


@dataclass(frozen=True, kw_only=True)
class SearchFilter:
    """What a report of searches is about. The accounts are the caller's to check: they are taken as given."""

    #: With their wallets.
    accounts: tuple[SiteAccount, ...]
    #: Dates in each wallet's own zone, both included.
    first: date
    last: date
    #: ``SearchLog.surface``, empty for all.
    surface: str = ""
    #: ``SearchLog.language``, empty for all.
    language: str = ""

    def zones(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for account in self.accounts:
            found[account.wallet.time_zone].append(account.pk)
        return dict(found)

    def rows(self) -> QuerySet[Any]:
        """The searches between the two midnights of each zone: no column is computed for that."""
        scope = Q(pk__in=[])
        for zone, accounts in self.zones().items():
            begin, end = midnight(self.first, zone), midnight(self.last + timedelta(days=1), zone)
            scope |= Q(account__in=accounts, created_at__gte=begin, created_at__lt=end)
        named = {name: value for name in ("surface", "language") if (value := getattr(self, name))}
        return rows(SearchLog).filter(scope, **named).order_by()


@dataclass(frozen=True, kw_only=True)
class Floor:
    """From which cosine on something is found, for searches that the present model answered."""

    cosine: float
    since: datetime

    def weak(self) -> Q:
        """Something was found by a word of the search, and nothing by its meaning."""
        return Q(results__gt=0, best_cosine__lt=self.cosine, created_at__gte=self.since)


@dataclass(frozen=True, kw_only=True)
class SearchTally:
    """Sums over some searches."""

    searches: int = 0
    units: int = 0
    without_results: int = 0
    weak: int = 0
    corrected: int = 0

    def __add__(self, other: SearchTally) -> SearchTally:
        return SearchTally(**{name: getattr(self, name) + getattr(other, name) for name in _SUMMED})


_SUMMED = tuple(each.name for each in fields(SearchTally))


@dataclass(frozen=True, kw_only=True)
class SearchFigures:
    """A report of searches without its tables of words."""

    wanted: SearchFilter
    floor: Floor | None
    #: By ``MEANING``, ``KNOWN`` (by meaning too, and asked before) and ``KEYWORDS``.
    kinds: Mapping[str, SearchTally]
    #: Searches of each day and kind.
    days: Mapping[tuple[date, str], int]
    #: Searches by keywords alone for each ``SearchLog.reason``, the most frequent first.
    reasons: tuple[tuple[str, int], ...]
    _empty: SearchTally = field(default=SearchTally(), repr=False)

    @property
    def total(self) -> SearchTally:
        return sum(self.kinds.values(), SearchTally())

    def of(self, kind: str) -> SearchTally:
        return self.kinds.get(kind, self._empty)


@dataclass(frozen=True, kw_only=True)
class Words:
    """One line of a table: the same words, however they were capitalised."""

    text: str
    searches: int
    #: Most results that they ever had.
    results: int
    without_results: int
    weak: int
    best_cosine: float | None
    corrected: str = ""


@dataclass(frozen=True, kw_only=True)
class WordTables:
    """What was typed, by what became of it; each with the most frequent first."""

    top: Sequence[Words] = ()
    #: They found nothing, though perhaps something another time.
    empty: Sequence[Words] = ()
    #: They found something by a word of theirs, and nothing by their meaning.
    weak: Sequence[Words] = ()


def search_figures(wanted: SearchFilter) -> SearchFigures:
    """The figures of a filter, in two queries."""
    floor = current_floor()
    kinds: dict[str, SearchTally] = defaultdict(SearchTally)
    days: Counter[tuple[date, str]] = Counter()
    reasons: Counter[str] = Counter()
    for group in _by_day(wanted, floor):
        tally = SearchTally(**{name: group[name] or 0 for name in _SUMMED})
        kind = _kind(group["mode"], is_cached=group["is_cached"])
        kinds[kind] += tally
        days[group["day"], kind] += tally.searches
        if kind == KEYWORDS:
            reasons[group["reason"]] += tally.searches
    return SearchFigures(
        wanted=wanted, floor=floor, kinds=dict(kinds), days=dict(days), reasons=tuple(reasons.most_common())
    )


def current_floor() -> Floor | None:
    """That of the generation in use; None where there is none. One query."""
    found = patiently(lambda: rows(Generation).filter(state=Generation.State.ACTIVE).first())
    if found is None or found.floor is None or found.activated_at is None:
        return None
    return Floor(cosine=found.floor, since=found.activated_at)


def searched_words(wanted: SearchFilter, floor: Floor | None, most: int = MOST_LINES) -> WordTables:
    """The tables of what was typed, in one query that groups the rows once."""
    grouped = wanted.rows().exclude(text="").values(words=Lower("text")).annotate(**_word_sums(floor))
    found: dict[str, list[Words]] = defaultdict(list)
    for name, group in _best(grouped, most):
        found[name].append(_line(group))
    return WordTables(**found)


def every_word(wanted: SearchFilter, floor: Floor | None, most: int) -> Iterator[Words]:
    """Everything that was typed, for a file; the most frequent first."""
    grouped = wanted.rows().exclude(text="").values(words=Lower("text")).annotate(**_word_sums(floor))
    yield from map(_line, grouped.order_by("-searches", "words")[:most].iterator(chunk_size=1_000))


def corrected_searches(wanted: SearchFilter, floor: Floor | None, most: int = MOST_LINES) -> list[Words]:
    """What was typed and searched for otherwise, the most frequent first."""
    spelt = wanted.rows().exclude(corrected="").values(words=Lower("text"), said=Lower("corrected"))
    groups = spelt.annotate(**_word_sums(floor)).order_by("-searches", "words")[:most]
    return [_line(group) for group in patiently(lambda: list(groups))]


def _by_day(wanted: SearchFilter, floor: Floor | None) -> list[dict[str, Any]]:
    sums = {
        "searches": Count("pk"),
        "units": Sum("units"),
        "without_results": Count("pk", filter=Q(results=0)),
        "corrected": Count("pk", filter=~Q(corrected="")),
        "weak": Count("pk", filter=_weak(floor)),
    }
    dated = wanted.rows().annotate(day=local_day(wanted.zones().items()))
    groups = dated.values("day", "mode", "is_cached", "reason").annotate(**sums)
    return patiently(lambda: list(groups.order_by("day")))


def _word_sums(floor: Floor | None) -> dict[str, Any]:
    return {
        "searches": Count("pk"),
        "most": Max("results"),
        "without_results": Count("pk", filter=Q(results=0)),
        "weak": Count("pk", filter=_weak(floor)),
        "nearest": Max("best_cosine"),
    }


def _best(grouped: QuerySet[Any], most: int) -> list[tuple[str, dict[str, Any]]]:
    """The first lines of three orders of the same groups, each with the name of its table."""
    connection = connections[grouped.db]
    inner, given = grouped.query.get_compiler(using=grouped.db).as_sql()
    orders = " UNION ALL ".join(
        f"SELECT * FROM (SELECT '{name}' AS kept, g.* FROM g WHERE {column} > 0 ORDER BY {column} DESC, words LIMIT %s)"  # noqa: S608
        f" AS {name}_lines"
        for name, column in _TABLES.items()
    )

    def read() -> list[tuple[str, dict[str, Any]]]:
        with connection.cursor() as cursor:
            cursor.execute(f"WITH g AS ({inner}) {orders}", [*given, *[most] * len(_TABLES)])
            names = [column[0] for column in cursor.description]
            return [(row[0], dict(zip(names, row, strict=True))) for row in cursor.fetchall()]

    return patiently(read)


def _line(group: Mapping[str, Any]) -> Words:
    return Words(
        text=group["words"],
        searches=group["searches"],
        results=group["most"],
        without_results=group["without_results"],
        weak=group["weak"],
        best_cosine=group["nearest"],
        corrected=group.get("said", ""),
    )


def _weak(floor: Floor | None) -> Q:
    return floor.weak() if floor is not None else Q(pk__in=[])


def _kind(mode: str, *, is_cached: bool) -> str:
    if mode == SearchLog.Mode.KEYWORDS:
        return KEYWORDS
    return KNOWN if is_cached else MEANING
