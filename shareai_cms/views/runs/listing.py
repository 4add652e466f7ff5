"""The runs of the accounts that a person may run in bulk on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shareai_cms import metering, permissions
from shareai_cms.metering.meters import moment_text
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Run, RunItem
from shareai_cms.permissions import BULK, MANAGE, Actor
from shareai_cms.views.access import signed_in_only
from shareai_cms.views.assets import files
from shareai_cms.views.frames import render_page
from shareai_cms.views.runs import words
from shareai_cms.views.runs.access import page_url

PER_PAGE = 25
CLOSED = (RunItem.State.DONE, RunItem.State.FAILED, RunItem.State.SKIPPED)
#: Estimates that somebody has looked at, and those that were cancelled as such.
NOT_BEGUN = Q(state=Run.State.DRAFT) | Q(state=Run.State.CANCELLED, started_at__isnull=True)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A run in the list."""

    run: Run
    url: str
    task: str
    state: str
    tone: str
    begun: str
    progress: str
    to_review: str


@require_safe
@never_cache
@transaction.non_atomic_requests
@signed_in_only
def runs(request: HttpRequest) -> HttpResponseBase:
    """The latest first; the same queries for small runs and large ones."""
    actor = Actor.from_user(request.user)
    accounts = permissions.accounts_for(actor, BULK, MANAGE).filter(metering.of_environment())
    if not any(permissions.can_somewhere(actor, right) for right in (BULK, MANAGE)):
        raise PermissionDenied
    found = rows(Run).filter(account__in=accounts).select_related("account__wallet").order_by("-created_at", "-pk")
    page = Paginator(found.exclude(NOT_BEGUN), PER_PAGE).get_page(request.GET.get("p"))
    drafts = found.filter(NOT_BEGUN)[:PER_PAGE] if page.number == 1 else found.none()
    context = {
        "title": _("AI runs"),
        "page": page,
        "lines": _lines(list(page.object_list)),
        "drafts": _lines(patiently(lambda: list(drafts))),
        "query": "",
        "styles": files(styles=["topups", "orders", "state", "runs", "run_list"], scripts=[])["css"],
    }
    return render_page(request, "shareai_cms/runs/list.html", context)


def _lines(found: Sequence[Run]) -> list[Line]:
    closed, to_review = _tallies(found)
    return [
        Line(
            run=run,
            url=page_url(run),
            task=words.task_label(run),
            state=words.headline(run),
            tone=words.TONES[Run.State(run.state)],
            begun=moment_text(run.started_at or run.created_at, run.account.wallet.time_zone),
            progress=_("%(closed)s of %(total)s")
            % {"closed": number_format(closed.get(run.pk, 0)), "total": number_format(run.total)},
            to_review=number_format(to_review[run.pk]) if to_review.get(run.pk) else "",
        )
        for run in found
    ]


def _tallies(found: Sequence[Run]) -> tuple[dict[int, int], dict[int, int]]:
    items = rows(RunItem).filter(run__in=[run.pk for run in found]).order_by()
    grouped: Any = items.values_list("run", "state", "review").annotate(number=Count("pk"))
    closed: dict[int, int] = {}
    to_review: dict[int, int] = {}
    for run, state, review, number in patiently(lambda: list(grouped)):
        if state in CLOSED:
            closed[run] = closed.get(run, 0) + number
        if review == RunItem.Review.OPEN:
            to_review[run] = to_review.get(run, 0) + number
    return closed, to_review
