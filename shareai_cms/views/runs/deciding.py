"""A click in the list of a run's suggestions: on one object, on what is ticked, on all of a tab."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shareai_cms.errors import InvalidRequest, ShareAIError
from shareai_cms.metering.retry import patiently
from shareai_cms.models import Run, RunItem
from shareai_cms.runs import applying, desks, reviewing
from shareai_cms.runs.progress import progress_of
from shareai_cms.views.problems import tell
from shareai_cms.views.runs import tabs, words
from shareai_cms.views.runs.access import STATE, of_run, page_url
from shareai_cms.views.runs.cards import name_of, parse_places

Review = RunItem.Review
#: So many objects are written at once while the browser waits, and for so many seconds; more are a worker's.
AT_ONCE, SECONDS_AT_ONCE = 25, 10.0


@require_POST
@of_run
def decide(request: HttpRequest, run: Run) -> HttpResponseBase:
    """One click in the list; the list then shows what became of it."""
    name, _colon, key = request.POST.get("do", "").partition(":")
    then = ""
    try:
        if name in _ONE:
            item = _item(run, key)
            _ONE[name](request, item)
            then = _following(request, str(item.pk))
        elif name in _ALL:
            _ALL[name](request, run)
        else:
            raise InvalidRequest("no such decision")
    except ShareAIError as error:
        tell(request, error)  # at the page's top, so that is where it is read
    return redirect(_way_back(request, run, then))


def _way_back(request: HttpRequest, run: Run, then: str) -> str:
    """The same list, at the object to go on with; where nothing is left in it, the next one that has something."""
    shown, page = request.POST.get("show", ""), request.POST.get("p", "")
    found = progress_of(run)
    if shown in tabs.DECIDED_IN and not tabs.numbers(found)[shown]:
        shown, page = tabs.first(found), ""
        then = then and STATE
    elif then:
        then = f"item-{then}"
    query = {"show": shown, "p": page}
    address = urlencode({name: value for name, value in query.items() if value.isalnum() and value.isascii()})
    return f"{page_url(run, 'run_review')}?{address}" + (f"#{then}" if then else "")


def _following(request: HttpRequest, own: str) -> str:
    """The object to go on with: itself, where the list keeps it, else the next one, or the last that is left."""
    listed = request.POST.getlist("item")
    if request.POST.get("show") == "all" or own not in listed:
        return own
    index = listed.index(own)
    following = [*listed[index + 1 : index + 2], *listed[max(0, index - 1) : index]] or [own]
    return following[0] if _is_key(following[0]) else own


def _is_key(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) <= 18


def _item(run: Run, given: str) -> RunItem:
    if not _is_key(given):
        raise Http404
    found: RunItem | None = patiently(applying.items().filter(run=run.pk, pk=given).first)
    if found is None:
        raise Http404
    return found


def _ticked(request: HttpRequest, item: RunItem) -> set[applying.Place]:
    return parse_places(request.POST.getlist(f"place-{item.pk}"))


def _apply(request: HttpRequest, item: RunItem) -> None:
    applying.apply(item, request.user, _ticked(request, item))
    text = _("Saved as a draft: “%(object)s”.") if _is_draft(item) else _("Saved: “%(object)s”.")
    messages.success(request, text % {"object": _name(item)})


def _name(item: RunItem) -> str:
    """What was written is called: a translation may have a name of its own."""
    things = desks.load([item])
    return name_of(item, things[item.pk], desks.written([item], things).get(item.pk))


def _is_draft(item: RunItem) -> bool:
    """Whether what was written waits to be published."""
    try:
        model = apps.get_model(item.object_type)
    except (LookupError, ValueError):
        return False
    return hasattr(model, "latest_revision") and hasattr(model, "live")


def _decline(request: HttpRequest, item: RunItem) -> None:
    applying.decline(item, request.user)


def _undo(request: HttpRequest, item: RunItem) -> None:
    applying.undo(item, request.user)
    messages.success(request, _("Taken back: “%(object)s”.") % {"object": _name(item)})


def _apply_page(request: HttpRequest, run: Run) -> None:
    """Of every card what is ticked; those where nothing is, and those that nobody has looked at yet, stay open."""
    given = [each for each in request.POST.getlist("item") if _is_key(each)]
    found = applying.items().filter(run=run.pk, pk__in=given[: tabs.PER_PAGE], review=Review.OPEN).order_by("position")
    is_looked_at = request.POST.get("show") == "look"
    done = []
    for item in patiently(lambda: list(found)):
        places = _ticked(request, item)
        # What is doubtful is never ticked beforehand.
        if places and (is_looked_at or not item.needs_look or places & applying.doubtful(item)):
            done.append(_applied(item, request.user, places))
    if not done:
        messages.info(request, _("Nothing was ticked."))
    _tell(request, done.count(True), done.count(False))


def _applied(item: RunItem, user: Any, places: set[applying.Place]) -> bool:
    try:
        applying.apply(item, user, places)
    except ShareAIError:
        return False  # the item says why
    return True


def _apply_all(request: HttpRequest, run: Run) -> None:
    before = progress_of(run).by_review.get(Review.APPLIED, 0)
    number = reviewing.accept_all(run, request.user, tabs.asked(request.POST))
    if _carry_out(run, number):
        good = progress_of(run).by_review.get(Review.APPLIED, 0) - before
        _tell(request, good, number - good)


def _undo_all(request: HttpRequest, run: Run) -> None:
    before = progress_of(run).by_review.get(Review.UNDONE, 0)
    number = reviewing.undo_all(run, request.user, tabs.asked(request.POST))
    if _carry_out(run, number):
        good = progress_of(run).by_review.get(Review.UNDONE, 0) - before
        text = ngettext("%(number)s suggestion was taken back.", "%(number)s suggestions were taken back.", good)
        messages.success(request, text % {"number": number_format(good)})
        if number > good:
            _tell(request, 0, number - good)


def _carry_out(run: Run, number: int) -> bool:
    """Write a few at once; whether all is done. While a worker writes the rest, the page says so itself."""
    if 0 < number <= AT_ONCE:
        ends_at = time.monotonic() + SECONDS_AT_ONCE
        reviewing.work(lambda: time.monotonic() < ends_at, run)
    return bool(number) and not words.busy(progress_of(run))


def _decline_all(request: HttpRequest, run: Run) -> None:
    number = reviewing.decline_all(run, request.user, tabs.asked(request.POST))
    text = ngettext("%(number)s suggestion declined.", "%(number)s suggestions declined.", number)
    messages.success(request, text % {"number": number_format(number)})


def _reopen_all(request: HttpRequest, run: Run) -> None:
    number = reviewing.reopen_all(run, request.user, tabs.asked(request.POST))
    text = ngettext("%(number)s suggestion is open again.", "%(number)s suggestions are open again.", number)
    messages.success(request, text % {"number": number_format(number)})


def _stop(request: HttpRequest, run: Run) -> None:
    reviewing.stop(run, request.user)


def _tell(request: HttpRequest, good: int, bad: int) -> None:
    if good:
        text = ngettext("%(number)d suggestion applied.", "%(number)d suggestions applied.", good)
        messages.success(request, text % {"number": good})
    if bad:
        text = ngettext("%(number)d could not be applied: see why.", "%(number)d could not be applied: see why.", bad)
        messages.error(request, text % {"number": bad})


_ONE: dict[str, Callable[[HttpRequest, RunItem], None]] = {"apply": _apply, "decline": _decline, "undo": _undo}
_ALL: dict[str, Callable[[HttpRequest, Run], None]] = {
    "apply_page": _apply_page,
    "apply_all": _apply_all,
    "decline_all": _decline_all,
    "undo_all": _undo_all,
    "reopen_all": _reopen_all,
    "stop": _stop,
}
