"""The report of searches as a page and as files, for people who manage AI on at least one account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shareai_cms.conf import conf
from shareai_cms.reports import UsageFilter, figures, sheets
from shareai_cms.reports.captions import Captioned
from shareai_cms.reports.searches import (
    Floor,
    SearchFilter,
    Words,
    WordTables,
    corrected_searches,
    current_floor,
    every_word,
    search_figures,
    searched_words,
)
from shareai_cms.reports.words import Total, period_text
from shareai_cms.views import search_words
from shareai_cms.views.access import signed_in_only
from shareai_cms.views.files import asked_kind, file_response
from shareai_cms.views.filter_form import filters_of
from shareai_cms.views.frames import render_page
from shareai_cms.views.search_report_form import SearchForm
from shareai_cms.views.search_words import Table
from shareai_cms.views.usage import managed_accounts

#: Different searches in a file.
MOST_EXPORTED = 10_000


@dataclass(frozen=True, kw_only=True)
class SearchReport:
    """Everything that the page shows, in words."""

    period: str
    cards: tuple[Total, ...]
    indexing: str
    reasons: tuple[tuple[str, str, str], ...]
    chart: Captioned | None
    tables: tuple[Table, ...]
    weak: str
    privacy: str
    zones: tuple[str, ...]


def report_of(wanted: SearchFilter) -> SearchReport:
    """The report of a filter; a constant number of queries, however many searches there are."""
    found = search_figures(wanted)
    usage = figures(UsageFilter(accounts=wanted.accounts, first=wanted.first, last=wanted.last))
    return SearchReport(
        period=period_text(usage.sources.wanted),
        cards=search_words.cards(found, usage),
        indexing=search_words.indexing_text(usage),
        reasons=search_words.reasons(found),
        chart=search_words.chart_of(found),
        tables=_tables(wanted, found.floor),
        weak=search_words.weak_text(found.floor),
        privacy=search_words.privacy_text(),
        zones=tuple(sorted(wanted.zones())),
    )


def _tables(wanted: SearchFilter, floor: Floor | None) -> tuple[Table, ...]:
    words, corrected = searched_words(wanted, floor), corrected_searches(wanted, floor)
    return tuple(table for table in _every_table(words, corrected) if table.rows)


def _every_table(words: WordTables, corrected: list[Words]) -> Iterable[Table]:
    yield Table(
        key="empty",
        title=_("Searches without results"),
        about=_("Visitors wanted this, and the site has nothing on it or calls it otherwise."),
        number=_("Without results"),
        rows=_numbered(words.empty, "without_results"),
    )
    yield Table(
        key="weak",
        title=_("Searches with weak results"),
        about=_("Something was found that has a word of it and is hardly about it. A page of its own may be missing."),
        number=_("Weak"),
        rows=_numbered(words.weak, "weak"),
    )
    yield Table(
        key="top",
        title=_("Most frequent searches"),
        about=_("What visitors come for."),
        number=_("Searches"),
        rows=_numbered(words.top, "searches"),
    )
    yield Table(
        key="corrected",
        title=_("Corrected searches"),
        about=_("A word was not known to the site, and a similar one was searched for instead."),
        number=_("Searches"),
        rows=_numbered(corrected, "searches"),
        has_correction=True,
    )


def _numbered(words: Iterable[Words], column: str) -> list[tuple[Words, str]]:
    return [(each, number_format(getattr(each, column))) for each in words]


@require_safe
@never_cache
@signed_in_only
def searches(request: HttpRequest) -> HttpResponseBase:
    """The report with its filters; ``?export=csv`` or ``xlsx`` gives what was searched for as a file."""
    form = SearchForm(request.GET, managed_accounts(request.user))
    wanted = form.search_filter()
    if (kind := asked_kind(request)) and form.is_valid():
        return _file(request, wanted, kind)
    context = {
        "title": _("AI search"),
        "form": form,
        "report": report_of(wanted),
        "query": filters_of(request),
        "has_xlsx": sheets.has_xlsx(),
        "is_sandbox": conf.is_sandbox,
    }
    return render_page(request, "shareai_cms/pages/searches.html", context)


def _file(request: HttpRequest, wanted: SearchFilter, kind: str) -> HttpResponseBase:
    sheet = search_words.sheet_of(every_word(wanted, current_floor(), MOST_EXPORTED))
    return file_response(request, sheet, f"ai-search-{wanted.first}-{wanted.last}", kind, rows=MOST_EXPORTED)
