"""A run and the person who looks at it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from shareai_cms import metering
from shareai_cms.errors import ShareAIError
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Run, SiteAccount
from shareai_cms.runs import control
from shareai_cms.views.access import signed_in_only
from shareai_cms.views.frames import render_missing
from shareai_cms.views.problems import tell

#: Where on the page of a run its state stands; who works with the keyboard goes on from there.
STATE = "shareai-run-state"
View = Callable[..., HttpResponseBase]


def of_run(view: View) -> View:
    """Give a view the run instead of its reference; whether there is one that they may not control, nobody learns."""

    return never_cache(of_kept_run(view))


def of_kept_run(view: View) -> View:
    """As ``of_run``, for what a browser may keep."""

    @wraps(view)
    def wrapped(request: HttpRequest, reference: UUID, **more: Any) -> HttpResponseBase:
        accounts = SiteAccount.objects.filter(metering.of_environment()).values("pk")
        found = rows(Run).filter(reference=reference, account__in=accounts)
        run = patiently(found.select_related("account__wallet", "owner").first)
        if run is None or not control.may_control(request.user, run):
            return render_missing(request, _("This run is not here"))
        return view(request, run, **more)

    return transaction.non_atomic_requests(signed_in_only(wrapped))


def page_url(run: Run, name: str = "run_page") -> str:
    return reverse(f"shareai_cms:{name}", args=[run.reference])


def attempt(request: HttpRequest, run: Run, action: Callable[[], object]) -> HttpResponseBase:
    """Do it and show the run's page, from its state on; what was refused is told at its top."""
    try:
        action()
    except ShareAIError as error:
        tell(request, error)
        return redirect(page_url(run))
    return redirect(f"{page_url(run)}#{STATE}")
