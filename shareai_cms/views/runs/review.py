"""Looking through what a run proposes, and deciding: one value, one object, a page, all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from shareai_cms.errors import InvalidRequest, ShareAIError
from shareai_cms.metering.retry import patiently
from shareai_cms.models import Run, RunItem
from shareai_cms.reports import sheets
from shareai_cms.runs import applying, desks, reviewing
from shareai_cms.runs.progress import Progress, progress_of
from shareai_cms.runs.seeing import seen_by
from shareai_cms.views.assets import asset
from shareai_cms.views.frames import render_page
from shareai_cms.views.problems import tell
from shareai_cms.views.runs import words
from shareai_cms.views.runs.access import of_run, page_url
from shareai_cms.views.runs.cards import Card, card_of, parse_places
from shareai_cms.views.runs.page import common

Review, State = RunItem.Review, RunItem.State
PER_PAGE = 20
#: So many objects are written at once while the browser waits, and for so many seconds; more are a worker's.
AT_ONCE, SECONDS_AT_ONCE = 25, 10.0


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One part of the list."""

    name: str
    label: str
    number: str


@require_safe
@of_run
def review(request: HttpRequest, run: Run) -> HttpResponseBase:
    """The list, those that need a look first; constant queries for a page of it."""
    found = progress_of(run)
    narrowed = _narrowed(request.GET.get("show", ""), found)
    page = Paginator(reviewing.listed(run, narrowed), PER_PAGE).get_page(request.GET.get("p"))
    items = list(page.object_list)
    for item in items:
        item.run = run
    context = {
        **common(run),
        "tabs": list(_tabs(found)),
        "narrowed": narrowed,
        "page": page,
        "query": urlencode({"show": narrowed}),
        "cards": _cards(items, request.user, narrowed),
        "open": found.by_review.get(Review.OPEN, 0),
        "look": found.needs_look,
        "applied": found.by_review.get(Review.APPLIED, 0),
        "busy": words.busy(found),
        "again": request.get_full_path(),
        "has_xlsx": sheets.has_xlsx(),
        "script": asset("shareai_cms/js/runs.js"),
    }
    return render_page(request, "shareai_cms/runs/review.html", context)


def _cards(items: list[RunItem], user: Any, narrowed: str) -> list[Card]:
    things = desks.load(items)
    seen = seen_by(user, items, things)
    return [
        card_of(item, things[item.pk], then, is_seen=item.pk in seen)
        for item, then in zip(items, _following(items, narrowed), strict=True)
    ]


@require_POST
@of_run
def decide(request: HttpRequest, run: Run) -> HttpResponseBase:
    """One click in the list; the list then shows what became of it."""
    click = _CLICKS.get(request.POST.get("do", ""))
    then = request.POST.get("then", "")
    try:
        if click is None:
            raise InvalidRequest("no such decision")
        click(request, run)
    except ShareAIError as error:
        tell(request, error)
        then = ""
    # Who works with the keyboard goes on at the next object; what was refused is told at the page's top.
    is_number = then.isascii() and then.isdigit()
    return redirect(_way_back(request, run) + (f"#item-{then}" if is_number else ""))


def _following(items: list[RunItem], narrowed: str) -> list[int]:
    """For each object the one to go on with: itself, where the list keeps it, else the next one, or the last left."""
    own = [item.pk for item in items]
    return own if narrowed == "all" else [*own[1:], *own[-2:-1]] if len(own) > 1 else own


def _narrowed(asked: str, found: Progress) -> str:
    if asked in reviewing.FILTERS:
        return asked
    return "look" if found.needs_look else "open" if found.by_review.get(Review.OPEN) else "all"


def _tabs(found: Progress) -> Iterable[Tab]:
    reviews = found.by_review
    numbers = {
        "look": found.needs_look,
        "open": reviews.get(Review.OPEN, 0) + reviews.get(Review.ACCEPTED, 0),
        "applied": reviews.get(Review.APPLIED, 0) + reviews.get(Review.RETURNING, 0),
        "refused": reviews.get(Review.REFUSED, 0),
        "declined": reviews.get(Review.DECLINED, 0),
        "undone": reviews.get(Review.UNDONE, 0),
        "nothing": found.count(State.DONE) - sum(reviews.values()),
        "failed": found.count(State.FAILED),
        "skipped": found.count(State.SKIPPED),
        "all": found.total,
    }
    for name, (label, _condition) in reviewing.FILTERS.items():
        if numbers[name] or name in ("open", "all"):
            yield Tab(name=name, label=str(label), number=number_format(numbers[name]))


def _way_back(request: HttpRequest, run: Run) -> str:
    given = request.POST
    shown = {"show": given.get("show", ""), "p": given.get("p", "")}
    query = urlencode({name: value for name, value in shown.items() if value.isalnum() and value.isascii()})
    return f"{page_url(run, 'run_review')}?{query}"


def _item(request: HttpRequest, run: Run) -> RunItem:
    given = request.POST.get("item", "")
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        raise Http404
    found: RunItem | None = patiently(applying.items().filter(run=run.pk, pk=given).first)
    if found is None:
        raise Http404
    return found


def _apply(request: HttpRequest, run: Run) -> None:
    item = _item(request, run)
    applying.apply(item, request.user, parse_places(request.POST.getlist("place")))
    text = _("Saved as a draft: “%(object)s”.") if _is_draft(item) else _("Saved: “%(object)s”.")
    messages.success(request, text % {"object": item.object_label})


def _is_draft(item: RunItem) -> bool:
    """Whether what was written waits to be published."""
    try:
        model = apps.get_model(item.object_type)
    except (LookupError, ValueError):
        return False
    return hasattr(model, "latest_revision") and hasattr(model, "live")


def _decline(request: HttpRequest, run: Run) -> None:
    applying.decline(_item(request, run), request.user)


def _undo(request: HttpRequest, run: Run) -> None:
    item = _item(request, run)
    applying.undo(item, request.user)
    messages.success(request, _("Taken back: “%(object)s”.") % {"object": item.object_label})


def _apply_page(request: HttpRequest, run: Run) -> None:
    given = [each for each in request.POST.getlist("item") if each.isascii() and each.isdigit() and len(each) < 18]
    found = applying.items().filter(run=run.pk, pk__in=given[:PER_PAGE], review=Review.OPEN).order_by("position")
    items = patiently(lambda: list(found))
    # In the list of those that need a look the reviewer has looked at them.
    if request.POST.get("show") != "look":
        items = [item for item in items if not item.needs_look]
    _tell_applied(request, [_applied(item, request.user) for item in items])


def _applied(item: RunItem, user: Any) -> bool:
    try:
        applying.apply(item, user)
    except ShareAIError:
        return False  # the item says why
    return True


def _apply_all(request: HttpRequest, run: Run) -> None:
    _carry_out(request, run, reviewing.accept_all(run, request.user))


def _undo_all(request: HttpRequest, run: Run) -> None:
    _carry_out(request, run, reviewing.undo_all(run, request.user))


def _carry_out(request: HttpRequest, run: Run, number: int) -> None:
    if 0 < number <= AT_ONCE:
        ends_at = time.monotonic() + SECONDS_AT_ONCE
        reviewing.work(lambda: time.monotonic() < ends_at, run)
    text = ngettext("%(number)s decision is carried out.", "%(number)s decisions are carried out.", number)
    messages.success(request, text % {"number": number_format(number)})


def _decline_all(request: HttpRequest, run: Run) -> None:
    number = reviewing.decline_all(run, request.user)
    text = ngettext("%(number)s suggestion declined.", "%(number)s suggestions declined.", number)
    messages.success(request, text % {"number": number_format(number)})


def _stop(request: HttpRequest, run: Run) -> None:
    reviewing.stop(run, request.user)


def _tell_applied(request: HttpRequest, done: list[bool]) -> None:
    good, bad = done.count(True), done.count(False)
    if good:
        text = ngettext("%(number)d suggestion applied.", "%(number)d suggestions applied.", good)
        messages.success(request, text % {"number": good})
    if bad:
        text = ngettext("%(number)d could not be applied: see why.", "%(number)d could not be applied: see why.", bad)
        messages.error(request, text % {"number": bad})


_CLICKS: dict[str, Callable[[HttpRequest, Run], None]] = {
    "apply": _apply,
    "decline": _decline,
    "undo": _undo,
    "apply_page": _apply_page,
    "apply_all": _apply_all,
    "decline_all": _decline_all,
    "undo_all": _undo_all,
    "stop": _stop,
}
