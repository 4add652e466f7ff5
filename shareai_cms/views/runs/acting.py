"""What is clicked at a run: options, start, pause, go on, cancel, try again; every click ends at its page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shareai_cms.errors import InvalidRequest, ShareAIError
from shareai_cms.models import Run
from shareai_cms.runs import choosing, control
from shareai_cms.views.problems import tell
from shareai_cms.views.runs.access import attempt, of_run, page_url

#: More digits than any number of units has.
_MOST_DIGITS = 9


@require_POST
@of_run
def choose(request: HttpRequest, run: Run) -> HttpResponseBase:
    """Other parts or languages; the page then shows the new estimate, which its script asks for itself."""
    if "application/json" not in request.headers.get("Accept", ""):
        return attempt(request, run, lambda: _choose(request, run))
    try:
        _choose(request, run)
    except ShareAIError as error:
        return JsonResponse({"message": f"{error.sentence} {error.remedy}"}, status=error.http_status)
    return JsonResponse({})


@require_POST
@of_run
def start(request: HttpRequest, run: Run) -> HttpResponseBase:
    """Begin it with the options as they stand in the form: all of it, or the first so many."""

    def body() -> None:
        if "choices" in request.POST:
            _choose(request, run)
        control.start(run, request.user, first=_number(request, "first"), cap=_number(request, "cap"))

    return attempt(request, run, body)


@require_POST
@of_run
def pause(request: HttpRequest, run: Run) -> HttpResponseBase:
    return attempt(request, run, lambda: control.pause(run, request.user))


@require_POST
@of_run
def resume(request: HttpRequest, run: Run) -> HttpResponseBase:
    def body() -> None:
        cap = _number(request, "cap")
        control.resume(run, request.user, cap=cap, is_uncapped="cap" in request.POST and cap is None)

    return attempt(request, run, body)


@require_POST
@of_run
def cancel(request: HttpRequest, run: Run) -> HttpResponseBase:
    return attempt(request, run, lambda: control.cancel(run, request.user))


@require_POST
@of_run
def retry(request: HttpRequest, run: Run) -> HttpResponseBase:
    """Try what failed again, and nothing else."""
    try:
        number = control.retry_failed(run, request.user)
    except ShareAIError as error:
        tell(request, error)
    else:
        text = ngettext("%(number)d object is tried again.", "%(number)d objects are tried again.", number)
        messages.success(request, text % {"number": number})
    return redirect(page_url(run))


def _choose(request: HttpRequest, run: Run) -> None:
    given = request.POST
    choosing.choose(
        run,
        request.user,
        parts=given.getlist("part"),
        languages=given.getlist("language"),
        route=given.get("route", run.route),
        kept=given.getlist("kept") if "choices" in given else None,
    )


def _number(request: HttpRequest, name: str) -> int | None:
    given = request.POST.get(name, "").strip()
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > _MOST_DIGITS or int(given) < 1:
        raise InvalidRequest(
            f"{name} is no number",
            sentence=_("Enter a whole number of at least 1."),
            remedy=_("Leave the field empty for no limit."),
        )
    return int(given)
