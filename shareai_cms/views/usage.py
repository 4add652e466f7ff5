"""The usage report as a page and as files, for people who manage AI on at least one account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shareai_cms import permissions
from shareai_cms.models import SiteAccount
from shareai_cms.permissions import Actor
from shareai_cms.reports import UsageFilter, UsageList, export, figures, sheets, words
from shareai_cms.reports.captions import Captioned, captioned
from shareai_cms.reports.chart import chart
from shareai_cms.views.access import signed_in_only
from shareai_cms.views.files import TooManyRowsError, asked_kind, file_response
from shareai_cms.views.filter_form import filters_of
from shareai_cms.views.frames import frame_for, render_page, report_url
from shareai_cms.views.usage_form import UsageForm

PER_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class UsageReport:
    """A report without a page of rows yet."""

    wanted: UsageFilter
    rows: UsageList
    period: str
    totals: tuple[words.Total, ...]
    money: str
    reasons: tuple[tuple[str, str], ...]
    chart: Captioned | None
    #: The zones in which the days and times are shown.
    zones: tuple[str, ...]


def report_of(wanted: UsageFilter) -> UsageReport:
    found = figures(wanted)
    drawn = chart(found, wanted)
    return UsageReport(
        wanted=wanted,
        rows=UsageList(found),
        period=words.period_text(wanted),
        totals=words.totals(found),
        money=words.money_text(found),
        reasons=tuple((each.sentence, number_format(each.actions)) for each in found.reasons),
        chart=captioned(drawn) if drawn else None,
        zones=tuple(sorted({account.wallet.time_zone for account in wanted.accounts})),
    )


def managed_accounts(user: Any) -> list[SiteAccount]:
    """The accounts that a person manages; raises ``PermissionDenied`` for somebody who manages none."""
    actor = Actor.from_user(user)
    found = list(permissions.accounts_for(actor, permissions.MANAGE))
    if not found and not permissions.can(actor, permissions.MANAGE, None):
        raise PermissionDenied
    return found


def too_many_rows() -> str:
    text = _("A spreadsheet file takes at most %(rows)s actions. Choose a shorter period, or download CSV.")
    return text % {"rows": number_format(sheets.MOST_XLSX_ROWS)}


def usage_file(request: HttpRequest, report: UsageReport, kind: str) -> HttpResponseBase:
    """The report's rows as ``csv`` or ``xlsx``; raises ``TooManyRowsError``."""
    name = f"ai-usage-{report.wanted.first}-{report.wanted.last}"
    return file_response(request, export.sheet_of(report.rows), name, kind, rows=len(report.rows))


@require_safe
@never_cache
@signed_in_only
def usage(request: HttpRequest) -> HttpResponseBase:
    """The report with its filters; ``?export=csv`` or ``xlsx`` gives the rows as a file."""
    accounts = managed_accounts(request.user)
    if frame_for(request).report_url_name != "shareai_cms:usage":
        return redirect(report_url(request))
    form = UsageForm(request.GET, accounts)
    report = report_of(form.usage_filter())
    if (kind := asked_kind(request)) and form.is_valid():
        try:
            return usage_file(request, report, kind)
        except TooManyRowsError:
            messages.error(request, too_many_rows())
    return render_page(request, "shareai_cms/pages/usage.html", _context(request, form, report))


def _context(request: HttpRequest, form: UsageForm, report: UsageReport) -> dict[str, Any]:
    page = Paginator(report.rows, PER_PAGE).get_page(request.GET.get("p"))
    return {
        "title": _("AI usage"),
        "form": form,
        "report": report,
        "page": page,
        "lines": _lines(page.object_list) if form.is_valid() else [],
        "query": filters_of(request),
        "has_xlsx": sheets.has_xlsx(),
    }


def _lines(rows: Iterable[Any]) -> list[words.Line]:
    return [words.line(row) for row in rows]
