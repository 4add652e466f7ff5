"""The search page of a site."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from shareai_cms.conf import conf
from shareai_cms.errors import ShareAIError, TooManySearches
from shareai_cms.search.reasons import Reason
from shareai_cms.views.search.answer import offers_answer
from shareai_cms.views.search.answering import answered, kept_private
from shareai_cms.views.search.found import Found
from shareai_cms.views.search.wanted import LONGEST, Wanted, wanted

#: Why keywords alone were used where that is the site's or the visitor's own wish, and needs no word.
QUIET = frozenset((Reason.OFF, Reason.TOO_SHORT))


@require_safe
@transaction.non_atomic_requests
def page(request: HttpRequest) -> HttpResponse:
    """The form, and what was found for ``?q=``."""
    asked = wanted(request.GET)
    try:
        found = answered(request, asked, surface="site") if asked.text else None
    except ShareAIError as error:
        return _refused(request, asked, error)
    return _shown(request, asked, {"found": found, **(_told(found) if found else {})})


def _shown(request: HttpRequest, asked: Wanted, context: dict[str, Any], status: int = 200) -> HttpResponse:
    around = {"wanted": asked, "longest": LONGEST, "is_sandbox": conf.is_sandbox, "is_empty": not asked.text}
    response = render(request, "shareai_cms/search/search.html", {**around, **context}, status=status)
    return kept_private(request, response)


def _refused(request: HttpRequest, asked: Wanted, error: ShareAIError) -> HttpResponse:
    is_flood = isinstance(error, TooManySearches)
    told = f"{error.sentence} {error.remedy}" if is_flood else _("Search is not available right now.")
    response = _shown(request, asked, {"refused": told}, status=429 if is_flood else 503)
    if error.retry_after:
        response["Retry-After"] = str(round(error.retry_after))
    return response


def _told(found: Found) -> dict[str, Any]:
    """What is said about the results, in whole sentences."""
    told = notice(found.outcome.reason, is_empty=not found.count)
    return {"number": number_text(found), "notice": told, "can_answer": offers_answer(found)}


def number_text(found: Found) -> str:
    if not found.count:
        return _("Nothing found")
    if found.is_capped:
        return _("More than %(count)d results") % {"count": found.count - 1}
    return ngettext("%(count)d result", "%(count)d results", found.count) % {"count": found.count}


def notice(reason: Reason | None, *, is_empty: bool = False) -> str:
    """What a visitor should know of how the results came about; empty where there is nothing to know."""
    if reason is None or reason in QUIET:
        return ""
    if is_empty:
        return _("Only your words were looked for. Results that mean the same in other words may be missing right now.")
    if reason == Reason.RATE:
        return _("Those were many searches within a minute, so these results only contain your words.")
    return _("These results contain your words. Results that mean the same in other words may be missing right now.")
