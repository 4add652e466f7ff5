"""What the filtered usage came to: in total, by day and feature, and what was not counted and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from shareai_cms.metering.meters import all_meters
from shareai_cms.models import Usage
from shareai_cms.reports.filters import Sources, UsageFilter
from shareai_cms.reports.reasons import why_not_counted
from shareai_cms.reports.rollups import SUMS, SUMS_OF_SUMS, grouped

Group = Mapping[str, Any]
_BY_DAY = ("day", "meter", "feature", "state")
_REASONS = ("outcome", "error_code")
_NAMES = tuple(SUMS)
#: Every other state is one of not having been counted.
_KINDS = {Usage.State.SETTLED: "counted", Usage.State.HELD: "running"}


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Sums over some actions. Money is in millionths of the marketplace's currency, and an estimate."""

    actions: int = 0
    units: int = 0
    late: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_millionths: int = 0
    surcharge_millionths: int = 0
    #: Actions for which the marketplace said what they cost.
    priced: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})


@dataclass(frozen=True, kw_only=True)
class MeterTotal:
    """One meter: what was counted, what was not, and what is still running."""

    meter: str
    counted: Tally = Tally()
    free: Tally = Tally()
    running: Tally = Tally()


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One day, meter and feature."""

    day: date
    meter: str
    feature: str
    counted: Tally = Tally()


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why so many actions were not counted."""

    sentence: str
    actions: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A report without its rows."""

    meters: tuple[MeterTotal, ...]
    cells: tuple[Cell, ...]
    reasons: tuple[Reason, ...]
    #: Actions of each day, counted or not, newest first: what paging through the rows goes by.
    days: tuple[tuple[date, int], ...]
    _sources: Sources = field(repr=False)

    @property
    def actions(self) -> int:
        return sum(actions for _day, actions in self.days)

    @property
    def total(self) -> Tally:
        """Everything together; units of different meters do not add up to anything, money and tokens do."""
        tallies = (tally for each in self.meters for tally in (each.counted, each.free, each.running))
        return sum(tallies, Tally())

    @property
    def sources(self) -> Sources:
        return self._sources


def figures(wanted: UsageFilter) -> Figures:
    """The figures of a filter; five queries at most, however many rows there are."""
    sources = Sources.of(wanted)
    sums = sources.sums()
    # Rows are read once; of sums, PostgreSQL is quicker with two groupings than with all columns in one.
    rest = grouped(sources.rest(), (*_BY_DAY, *_REASONS), SUMS)
    # A day may be in both: of one site it is rolled up, of another it is not.
    groups = [*grouped(sums, _BY_DAY, SUMS_OF_SUMS), *rest]
    free = sums.exclude(state__in=_KINDS)
    return Figures(
        meters=tuple(_meters(groups)),
        cells=tuple(_cells(groups)),
        reasons=tuple(_reasons([*grouped(free, ("state", *_REASONS), SUMS_OF_SUMS), *rest])),
        days=tuple(_days(groups)),
        _sources=sources,
    )


def _added(groups: Iterable[Group], key: Callable[[Group], Any]) -> dict[Any, Tally]:
    """The sums of all groups with the same key."""
    sums: dict[Any, list[int]] = {}
    for group in groups:
        into = sums.setdefault(key(group), [0] * len(_NAMES))
        for place, name in enumerate(_NAMES):
            into[place] += group[name]
    return {each: Tally(**dict(zip(_NAMES, numbers, strict=True))) for each, numbers in sums.items()}


def _meters(groups: Iterable[Group]) -> Iterator[MeterTotal]:
    totals = _added(groups, lambda group: (group["meter"], _KINDS.get(group["state"], "free")))
    used = {meter for meter, _kind in totals}
    # In the order in which they are declared; what is declared no longer comes last.
    for meter in [*(slug for slug in all_meters() if slug in used), *sorted(used - all_meters().keys())]:
        yield MeterTotal(meter=meter, **{kind: tally for (each, kind), tally in totals.items() if each == meter})


def _cells(groups: Iterable[Group]) -> Iterator[Cell]:
    counted = (group for group in groups if group["state"] == Usage.State.SETTLED)
    cells = _added(counted, lambda group: (group["day"], group["meter"], group["feature"]))
    for (day, meter, feature), tally in sorted(cells.items(), key=lambda cell: cell[0]):
        yield Cell(day=day, meter=meter, feature=feature, counted=tally)


def _reasons(groups: Iterable[Group]) -> Iterator[Reason]:
    free = (group for group in groups if group["state"] not in _KINDS)
    requests: Counter[str] = Counter()
    for how, tally in _added(free, lambda group: (group["state"], group["outcome"], group["error_code"])).items():
        requests[why_not_counted(*how)] += tally.actions - tally.late
        requests[why_not_counted(*how, late=True)] += tally.late
    return (Reason(sentence=sentence, actions=number) for sentence, number in requests.most_common() if number)


def _days(groups: Iterable[Group]) -> Iterator[tuple[date, int]]:
    days: Counter[date] = Counter()
    for group in groups:
        days[group["day"]] += group["actions"]
    yield from sorted(days.items(), reverse=True)
