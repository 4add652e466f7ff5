"""Asks before everything that a tab shows is decided with one click."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from shareai_cms.models import Run
from shareai_cms.runs import reviewing
from shareai_cms.runs.progress import progress_of
from shareai_cms.views.frames import render_page
from shareai_cms.views.runs import tabs
from shareai_cms.views.runs.access import of_run, page_url
from shareai_cms.views.runs.page import common

_WHAT_THEN: Mapping[str, Any] = {
    "apply_all": _(
        "They are written as drafts where there are drafts, and nothing is published. You can take them back."
    ),
    "decline_all": _("The objects stay as they are. The units stay counted. You can open them again."),
    "undo_all": _("What stood there before is written back, but for what somebody has changed since."),
    "reopen_all": _("They are to be reviewed again."),
}


@require_safe
@of_run
def sure(request: HttpRequest, run: Run) -> HttpResponseBase:
    """What would be decided, of how many, and what becomes of them; the list, where nothing is left to decide."""
    shown = tabs.asked(request.GET)
    back = f"{page_url(run, 'run_review')}?{urlencode({'show': shown})}"
    offered = {each.do: each for each in tabs.bulk(run, progress_of(run), shown)}
    chosen = offered.get(request.GET.get("do", ""))
    if chosen is None:
        return redirect(back)
    context = {
        **common(run),
        "chosen": chosen,
        "shown": shown,
        "tab": reviewing.FILTERS[shown][0],
        "what_then": _WHAT_THEN[chosen.do],
        "back": back,
    }
    return render_page(request, "shareai_cms/runs/sure.html", context)
