"""The page of one run: what it will cost before it starts, then how far it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from shareai_cms import permissions
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Run
from shareai_cms.permissions import BUY, MANAGE, Actor
from shareai_cms.runs import choosing, cutting, presence, tasks
from shareai_cms.runs.control import HALTED, OPEN
from shareai_cms.runs.estimating import estimate, to_review
from shareai_cms.runs.progress import progress_of
from shareai_cms.views.assets import asset, files
from shareai_cms.views.buying import topups_url
from shareai_cms.views.frames import render_page
from shareai_cms.views.runs import words
from shareai_cms.views.runs.access import of_run, page_url

State = Run.State


@require_safe
@of_run
def show(request: HttpRequest, run: Run) -> HttpResponseBase:
    """A draft with its estimate, or the run with its progress."""
    if run.state == State.DRAFT and tasks.known(run.task) is not None:
        return render_page(request, "shareai_cms/runs/draft.html", _draft(request, run))
    if run.state == State.CANCELLED and run.started_at is None:
        return render_page(request, "shareai_cms/runs/never_begun.html", common(run))
    return render_page(request, "shareai_cms/runs/progress.html", _progress(request, run))


@require_safe
@of_run
def status(_request: HttpRequest, run: Run) -> HttpResponseBase:
    """How far it is now, for the page that shows it live."""
    return JsonResponse(words.told(progress_of(run)))


def common(run: Run) -> dict[str, Any]:
    """What every page of a run has."""
    return {
        "title": words.task_label(run),
        "run": run,
        "task": words.task_label(run),
        "state": words.headline(run),
        "tone": words.TONES[State(run.state)],
        "run_url": page_url(run),
        "styles": files(styles=["topups", "orders", "state", "runs", "review"], scripts=[])["css"],
        "siblings": _siblings(run),
    }


def _siblings(run: Run) -> list[tuple[str, str]]:
    """The runs of the same selection on other sites."""
    others = rows(Run).filter(batch=run.batch).exclude(account=run.account_id).select_related("account").order_by("pk")
    return [(other.account.label, page_url(other)) for other in patiently(lambda: list(others[:20]))]


def _draft(request: HttpRequest, run: Run) -> dict[str, Any]:
    found = estimate(run)
    earlier, latest = to_review(run)
    return {
        **common(run),
        "estimate": found,
        "estimate_text": words.estimate_text(found),
        "not_enough": "" if found.is_enough else words.not_enough(found),
        "first": found.whole * found.languages,
        "first_text": words.first_text(found),
        "earlier": words.earlier_text(earlier) if earlier else "",
        "earlier_url": page_url(latest, "run_review") if latest is not None else "",
        "parts": choosing.parts_of(run),
        "languages": choosing.languages_of(run),
        "kept": choosing.kept_of(run),
        "offers": tasks.get(run.task).action.offers(),
        "topup_url": topup_url(request, run),
        "nobody_works": words.nobody_works(presence.signs()),
        "script": asset("shareai_cms/js/run_choices.js"),
    }


def _progress(request: HttpRequest, run: Run) -> dict[str, Any]:
    found, rest = progress_of(run), cutting.rest_of(run)
    return {
        **common(run),
        "progress": found,
        "told": words.told(found),
        "counts": list(words.counts(found)),
        "may_pause": run.state == State.RUNNING,
        "may_resume": run.state in HALTED,
        "goes_on_as": words.goes_on_as(run) if run.state in HALTED else "",
        "may_cancel": run.state in OPEN,
        "failed": found.count("failed"),
        "rest_url": page_url(rest) if rest is not None else "",
        "rest_text": words.rest_text(rest) if rest is not None else "",
        "topup_url": topup_url(request, run) if run.state == State.OUT else "",
        "script": asset("shareai_cms/js/runs.js"),
    }


def topup_url(request: HttpRequest, run: Run) -> str:
    """Where this person buys more units, with the way back; empty where they may not."""
    actor = Actor.from_user(request.user)
    if not any(permissions.can(actor, right, run.account) for right in (BUY, MANAGE)):
        return ""
    task = tasks.known(run.task)
    return topups_url(run.account, page_url(run), task.action.meter if task is not None else "")
