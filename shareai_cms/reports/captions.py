"""The chart with every word that stands at it, and as the table that says the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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


def captioned(chart: Chart) -> Captioned:
    title = chart_title(chart)
    busiest = max(chart.bars, key=lambda bar: bar.units)
    said = {
        "units": units_text(chart.meter, chart.units),
        "most": units_text(chart.meter, busiest.units),
        "when": bar_name(chart, busiest),
    }
    return Captioned(
        title=title,
        summary=gettext("%(units)s in this period; most at once: %(most)s (%(when)s).") % said,
        width=chart.width,
        height=chart.height,
        bar=chart.bar,
        columns=tuple(_columns(chart)),
        legend=tuple(_legend(each) for each in chart.series),
        rows=tuple(_rows(chart)),
        most=number_format(chart.most),
        begins=short_date(chart.bars[0].day),
        ends=short_date(chart.bars[-1].day),
    )


def _legend(each: Series) -> Legend:
    return Legend(number=each.number, name=feature_name(each.feature), units=number_format(each.units))


def _columns(chart: Chart) -> Iterator[Column]:
    for bar in chart.bars:
        text = f"{bar_name(chart, bar)}: {units_text(chart.meter, bar.units)}"
        yield Column(x=bar.x, pieces=bar.pieces, text=text)


def _rows(chart: Chart) -> Iterator[TableRow]:
    for bar in chart.bars:
        if bar.units:
            yield TableRow(name=bar_name(chart, bar), cells=_cells(chart, bar), units=number_format(bar.units))


def _cells(chart: Chart, bar: Bar) -> tuple[str, ...]:
    units = {piece.series: piece.units for piece in bar.pieces}
    return tuple(number_format(units.get(each.number, 0)) for each in chart.series)
