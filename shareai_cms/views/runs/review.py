"""Looking through what a run proposes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from shareai_cms.models import Run, RunItem
from shareai_cms.reports import sheets
from shareai_cms.runs import desks, reviewing
from shareai_cms.runs.progress import Progress, progress_of
from shareai_cms.runs.seeing import seen_by
from shareai_cms.views.assets import asset
from shareai_cms.views.frames import render_page
from shareai_cms.views.runs import tabs, words
from shareai_cms.views.runs.access import of_run
from shareai_cms.views.runs.cards import Card, card_of
from shareai_cms.views.runs.page import common


@require_safe
@of_run
def review(request: HttpRequest, run: Run) -> HttpResponseBase:
    """The list, those that need a look first; constant queries for a page of it."""
    found = progress_of(run)
    narrowed = request.GET.get("show", "")
    narrowed = narrowed if narrowed in reviewing.FILTERS else tabs.first(found)
    page = Paginator(reviewing.listed(run, narrowed), tabs.PER_PAGE).get_page(request.GET.get("p"))
    items = list(page.object_list)
    for item in items:
        item.run = run
    cards = _cards(items, request.user)
    context = {
        **common(run),
        "tabs": list(tabs.tabs(found)),
        "narrowed": narrowed,
        "next_tab": _next_tab(found, narrowed),
        "page": page,
        "query": urlencode({"show": narrowed}),
        "cards": cards,
        "several": narrowed in (*tabs.DECIDED_IN, "all") and sum(card.is_waiting for card in cards) > 1,
        "bulk": list(tabs.bulk(run, found, narrowed)),
        "busy": words.busy(found),
        "has_xlsx": sheets.has_xlsx(),
        "script": asset("shareai_cms/js/review.js"),
    }
    return render_page(request, "shareai_cms/runs/review.html", context)


def _next_tab(found: Progress, narrowed: str) -> tabs.Tab | None:
    """Where there is something to review, for a tab that has nothing any more."""
    name = tabs.first(found)
    if tabs.numbers(found)[narrowed] or name == narrowed or name not in tabs.DECIDED_IN:
        return None
    return next(tab for tab in tabs.tabs(found) if tab.name == name)


def _cards(items: list[RunItem], user: Any) -> list[Card]:
    things = desks.load(items)
    seen = seen_by(user, items, things)
    written = desks.written(items, things)
    return [card_of(item, things[item.pk], written.get(item.pk), is_seen=item.pk in seen) for item in items]
