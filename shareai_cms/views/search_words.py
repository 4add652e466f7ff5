"""The report of searches in words: cards, the chart, tables and a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from shareai_cms.conf import conf
from shareai_cms.metering.meters import units_text
from shareai_cms.reports.captions import Captioned, Wording, captioned
from shareai_cms.reports.chart import drawn
from shareai_cms.reports.figures import Cell, Figures, Tally
from shareai_cms.reports.searches import KEYWORDS, KNOWN, MEANING, Floor, SearchFigures, Words
from shareai_cms.reports.sheets import Sheet
from shareai_cms.reports.words import Total, money
from shareai_cms.search.reasons import Reason

_METER = "searches"
_INDEXING = "indexing"
KINDS = {
    MEANING: gettext_lazy("By meaning, counted"),
    KNOWN: gettext_lazy("By meaning, asked before"),
    KEYWORDS: gettext_lazy("By keywords alone"),
}


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of words."""

    key: str
    title: Any
    #: What the table is good for, in a sentence.
    about: Any
    #: The heading of the number by which it is ordered.
    number: Any
    rows: Sequence[tuple[Words, str]]
    has_correction: bool = False


def number_text(searches: int) -> str:
    """For example "12 searches"."""
    return ngettext("%(searches)s search", "%(searches)s searches", searches) % {"searches": number_format(searches)}


def share_text(part: int, whole: int) -> str:
    """For example "82 %"; never 0 or 100 for what is not quite nothing or everything."""
    if not whole:
        return "0 %"
    percent = round(100 * part / whole)
    if 0 < part < whole:
        percent = min(99, max(1, percent))
    return gettext("%(percent)s %%") % {"percent": number_format(percent)}


def cards(found: SearchFigures, usage: Figures) -> tuple[Total, ...]:
    """What a manager wants to know first, most important first."""
    total = found.total
    if not total.searches:
        return ()
    return (
        Total(headline=number_text(total.searches), details=tuple(_corrected(total.corrected))),
        _by_meaning(found),
        Total(
            headline=gettext("%(share)s found nothing") % {"share": share_text(total.without_results, total.searches)},
            details=(number_text(total.without_results),),
        ),
        _weak(found),
        _units(usage),
    )


def indexing_text(usage: Figures) -> str:
    """What it took to keep the index; empty where nothing was indexed."""
    done = _tally(usage, _INDEXING)
    if not done.units:
        return ""
    text = gettext("Indexing: %(units)s. It is not counted against any allowance.")
    said = text % {"units": units_text(_INDEXING, done.units)}
    return f"{said} {_cost(done)}".strip()


def reasons(found: SearchFigures) -> tuple[tuple[str, str, str], ...]:
    """Why keywords had to do: a sentence, how often, and the share of all searches."""
    known = dict(Reason.choices)
    whole = found.total.searches
    return tuple(
        (
            str(known.get(code, gettext("Keywords alone were asked for."))),
            number_format(number),
            share_text(number, whole),
        )
        for code, number in found.reasons
    )


def chart_of(found: SearchFigures) -> Captioned | None:
    if not found.days:
        return None
    cells = [
        Cell(day=day, meter=_METER, feature=kind, counted=Tally(units=number))
        for (day, kind), number in sorted(found.days.items())
    ]
    drawing = drawn(cells, _METER, found.wanted.first, found.wanted.last)
    titles = {
        "day": gettext("Searches per day"),
        "week": gettext("Searches per week"),
        "month": gettext("Searches per month"),
    }
    wording = Wording(title=titles[drawing.step], number=number_text, series=lambda kind: str(KINDS.get(kind, kind)))
    return captioned(drawing, wording)


def weak_text(floor: Floor | None) -> str:
    """What weak means here, in figures."""
    if floor is None:
        return gettext("Weak searches are told once the index has vectors.")
    text = gettext(
        "A search by meaning has weak results where something was found by a word of the search and nothing by its "
        "meaning: no passage reaches the cosine of %(floor)s from which on it counts as found. Searches by keywords "
        "alone have no such measure."
    )
    return text % {"floor": number_format(floor.cosine, 2)}


def privacy_text() -> str:
    """What is kept of visitors, and for how long."""
    days = conf.search_query_days
    if days <= 0:
        return gettext("The words of searches are not kept on this site, and neither an address nor a person ever is.")
    text = ngettext(
        "The words of searches are erased after %(days)s day. Neither an address nor a person is ever stored.",
        "The words of searches are erased after %(days)s days. Neither an address nor a person is ever stored.",
        days,
    )
    return text % {"days": number_format(days)}


HEADINGS = (
    gettext_lazy("Search"),
    gettext_lazy("Searches"),
    gettext_lazy("Without results"),
    gettext_lazy("Weak"),
    gettext_lazy("Most results"),
    gettext_lazy("Best cosine"),
)


def sheet_of(lines: Iterator[Words]) -> Sheet:
    """What was searched for as a table: sums alone, and no moment of any search."""
    rows = (
        [
            line.text,
            line.searches,
            line.without_results,
            line.weak,
            line.results,
            None if line.best_cosine is None else round(line.best_cosine, 4),
        ]
        for line in lines
    )
    return Sheet(title=gettext_lazy("AI search"), headings=HEADINGS, rows=rows)


def _corrected(number: int) -> Iterator[str]:
    if number:
        text = ngettext("%(number)s with a corrected word", "%(number)s with a corrected word", number)
        yield text % {"number": number_format(number)}


def _by_meaning(found: SearchFigures) -> Total:
    new, known = found.of(MEANING).searches, found.of(KNOWN).searches
    whole = found.total.searches
    details = [gettext("%(share)s by keywords alone") % {"share": share_text(whole - new - known, whole)}]
    if known:
        text = gettext("%(share)s had been asked before and took no unit")
        details.insert(0, text % {"share": share_text(known, whole)})
    return Total(
        headline=gettext("%(share)s answered by meaning") % {"share": share_text(new + known, whole)},
        details=tuple(details),
    )


def _weak(found: SearchFigures) -> Total:
    total = found.total
    if found.floor is None:
        return Total(headline=gettext("Weak results unknown"), details=(weak_text(None),))
    return Total(
        headline=gettext("%(share)s had weak results") % {"share": share_text(total.weak, total.searches)},
        details=(number_text(total.weak),),
    )


def _units(usage: Figures) -> Total:
    done = _tally(usage, _METER)
    text = ngettext("%(units)s unit counted", "%(units)s units counted", done.units)
    headline = text % {"units": number_format(done.units)}
    cost = _cost(done)
    about = gettext("1 for a search that was new, 5 for an answer; of all places and languages")
    return Total(headline=headline, details=(about, cost) if cost else (about,))


def _cost(done: Tally) -> str:
    """What the marketplace said that it cost; empty where it said nothing."""
    if not done.priced:
        return ""
    text = gettext("Estimated cost %(cost)s; a price is known for %(priced)s of %(actions)s requests.")
    numbers = {"priced": number_format(done.priced), "actions": number_format(done.actions)}
    return text % {"cost": money(done.cost_millionths), **numbers}


def _tally(usage: Figures, meter: str) -> Tally:
    return next((each.counted for each in usage.meters if each.meter == meter), Tally())
