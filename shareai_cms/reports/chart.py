"""The bars of the chart, as numbers: units per day or week, one piece for each feature."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shareai_cms.metering.meters import is_limited
from shareai_cms.reports.figures import Cell, Figures
from shareai_cms.reports.filters import UsageFilter

#: Features with a colour of their own; the rest share the last one.
SERIES = 5
#: More days than these are drawn as weeks, more weeks than these as months.
MOST_DAYS = 62
MOST_WEEKS = 62
#: Of the drawing, in its own units.
HEIGHT = 100
STEP = 10
BAR = 8


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One feature's part of a bar; ``series`` is its place in the legend, from 1."""

    series: int
    units: int
    y: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A day, week or month, by its first day."""

    day: date
    units: int
    x: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True)
class Series:
    """A line of the legend; an empty feature stands for all that have no colour of their own."""

    number: int
    feature: str
    units: int


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Counted units of one meter over the period."""

    meter: str
    #: ``day``, ``week`` or ``month``.
    step: str
    bars: tuple[Bar, ...]
    series: tuple[Series, ...]
    most: int

    @property
    def width(self) -> int:
        return len(self.bars) * STEP

    @property
    def height(self) -> int:
        return HEIGHT

    @property
    def bar(self) -> int:
        return BAR

    @property
    def units(self) -> int:
        return sum(bar.units for bar in self.bars)


def chart(figures: Figures, wanted: UsageFilter) -> Chart | None:
    """The chart of the meter asked for, else of the one most used; None where nothing was counted.

    What is never refused, as indexing, is drawn only where it is asked for or nothing else was counted.
    """
    units: Counter[str] = Counter()
    for total in figures.meters:
        units[total.meter] += total.counted.units
    if not units or not units.most_common(1)[0][1]:
        return None
    limited = {slug: units[slug] for slug in units if units[slug] and is_limited(slug)} or units
    meter = wanted.meter or max(limited, key=lambda slug: limited[slug])
    return drawn([cell for cell in figures.cells if cell.meter == meter], meter, wanted.first, wanted.last)


def drawn(cells: list[Cell], meter: str, first_day: date, last_day: date) -> Chart:
    """The chart of these cells, whatever they count."""
    series = _series(cells)
    numbers = {each.feature: each.number for each in series}
    first = max(first_day, min([cell.day for cell in cells] or [first_day]))
    step = _step(first, last_day)
    heights: dict[date, Counter[int]] = defaultdict(Counter)
    for cell in cells:
        heights[_begin(cell.day, step)][numbers.get(cell.feature, numbers.get("", 0))] += cell.counted.units
    most = max((sum(parts.values()) for parts in heights.values()), default=0)
    days = _steps(first if step != "day" else first_day, last_day, step)
    bars = tuple(_bar(place, day, heights.get(day, Counter()), most) for place, day in enumerate(days))
    return Chart(meter=meter, step=step, bars=bars, series=series, most=most)


def _series(cells: Iterable[Cell]) -> tuple[Series, ...]:
    units: Counter[str] = Counter()
    for cell in cells:
        units[cell.feature] += cell.counted.units
    ranked = units.most_common()
    named, rest = (ranked, []) if len(ranked) <= SERIES + 1 else (ranked[:SERIES], ranked[SERIES:])
    found = [Series(number=number, feature=name, units=each) for number, (name, each) in enumerate(named, start=1)]
    if rest:
        found.append(Series(number=SERIES + 1, feature="", units=sum(each for _name, each in rest)))
    return tuple(found)


def _step(first: date, last: date) -> str:
    days = (last - first).days + 1
    if days <= MOST_DAYS:
        return "day"
    return "week" if days <= MOST_WEEKS * 7 else "month"


def _begin(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _steps(first: date, last: date, step: str) -> list[date]:
    found, day = [], _begin(first, step)
    while day <= last:
        found.append(day)
        days = {"day": 1, "week": 7, "month": 32}[step]
        day = _begin(day + timedelta(days=days), step)
    return found


def _bar(place: int, day: date, parts: Counter[int], most: int) -> Bar:
    pieces, top = [], float(HEIGHT)
    for number in sorted(parts):
        height = round(parts[number] * HEIGHT / most, 2)
        top = round(top - height, 2)
        pieces.append(Piece(series=number, units=parts[number], y=max(top, 0.0), height=height))
    return Bar(day=day, units=sum(parts.values()), x=place * STEP + (STEP - BAR) // 2, pieces=tuple(pieces))
