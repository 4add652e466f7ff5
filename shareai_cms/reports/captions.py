"""The chart with every word that stands at it, and as the table that says the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.utils.formats import number_format
from django.utils.translation import gettext

from shareai_cms.metering.meters import units_text
from shareai_cms.reports.chart import Bar, Chart, Piece, Series
from shareai_cms.reports.words import bar_name, chart_title, feature_name, short_date


@dataclass(frozen=True, kw_only=True)
class Legend:
    """One colour: its number, what it stands for, and its units over the whole period."""

    number: int
    name: str
    units: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """One bar: its pieces, and what it says when it is pointed at."""

    x: int
    pieces: tuple[Piece, ...]
    text: str


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One bar as a row of the table: its name, units by feature in the legend's order, and together."""

    name: str
    cells: tuple[str, ...]
    units: str


@dataclass(frozen=True, kw_only=True)
class Captioned:
    """Everything that the chart's template shows."""

    title: str
    summary: str
    width: int
    height: int
    bar: int
    columns: tuple[Column, ...]
    legend: tuple[Legend, ...]
    rows: tuple[TableRow, ...]
    most: str
    begins: str
    ends: str


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a chart counts, in words; left out it is units of a meter by feature."""

    title: str
    #: "12 searches"
    number: Callable[[int], str]
    series: Callable[[str], str] = feature_name


def captioned(chart: Chart, wording: Wording | None = None) -> Captioned:
    said_as = wording or Wording(title=chart_title(chart), number=partial(units_text, chart.meter))
    busiest = max(chart.bars, key=lambda bar: bar.units)
    said = {
        "units": said_as.number(chart.units),
        "most": said_as.number(busiest.units),
        "when": bar_name(chart, busiest),
    }
    return Captioned(
        title=said_as.title,
        summary=gettext("%(units)s in this period; most at once: %(most)s (%(when)s).") % said,
        width=chart.width,
        height=chart.height,
        bar=chart.bar,
        columns=tuple(_columns(chart, said_as)),
        legend=tuple(_legend(each, said_as) for each in chart.series),
        rows=tuple(_rows(chart)),
        most=number_format(chart.most),
        begins=short_date(chart.bars[0].day),
        ends=short_date(chart.bars[-1].day),
    )


def _legend(each: Series, said_as: Wording) -> Legend:
    return Legend(number=each.number, name=said_as.series(each.feature), units=number_format(each.units))


def _columns(chart: Chart, said_as: Wording) -> Iterator[Column]:
    for bar in chart.bars:
        text = f"{bar_name(chart, bar)}: {said_as.number(bar.units)}"
        yield Column(x=bar.x, pieces=bar.pieces, text=text)


def _rows(chart: Chart) -> Iterator[TableRow]:
    for bar in chart.bars:
        if bar.units:
            yield TableRow(name=bar_name(chart, bar), cells=_cells(chart, bar), units=number_format(bar.units))


def _cells(chart: Chart, bar: Bar) -> tuple[str, ...]:
    units = {piece.series: piece.units for piece in bar.pieces}
    return tuple(number_format(units.get(each.number, 0)) for each in chart.series)
