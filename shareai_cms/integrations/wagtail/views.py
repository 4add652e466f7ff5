"""The integration's own addresses inside the Wagtail admin."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shareai_cms import metering
from shareai_cms.errors import NotMigrated, NotPermitted, ShareAIError
from shareai_cms.integrations.wagtail import accounts, addresses
from shareai_cms.integrations.wagtail.config import configuration
from shareai_cms.integrations.wagtail.past import past_of
from shareai_cms.views.buying import safe_path
from shareai_cms.views.payloads import COMPACT

_LONGEST_PATH = 2_000
_LONGEST_NUMBER = 6


@require_GET
@never_cache
@transaction.non_atomic_requests
def config(request: HttpRequest) -> HttpResponse:
    """What the editor's scripts need for the form at ``?path=``; the same for a form that has none."""
    path = request.GET.get("path", "")[:_LONGEST_PATH]
    return JsonResponse(configuration(request, path), json_dumps_params=COMPACT)


@require_GET
@never_cache
@transaction.non_atomic_requests
def past(request: HttpRequest) -> HttpResponse:
    """What AI has done for the object whose form is at ``?path=``, newest first, a ``?page=`` at a time."""
    given = request.GET.get("page", "")
    number = int(given) if given.isdecimal() and len(given) < _LONGEST_NUMBER else 1
    try:
        with metering.tables_ready():
            page = past_of(request, request.GET.get("path", "")[:_LONGEST_PATH], number)
    except NotMigrated:
        page = None
    if page is None:
        raise PermissionDenied
    return render(request, "shareai_cms/wagtail/side_panel/past.html", {"page": page})


@require_POST
@transaction.non_atomic_requests
def pick_site(request: HttpRequest) -> HttpResponse:
    """Remember which site the person is working for, for objects that belong to none."""
    try:
        site = accounts.pick_site(request, request.POST.get("site", ""))
    except NotPermitted as error:
        return _refused(request, error)
    label = accounts.reference_of(site).label
    if not request.accepts("text/html"):
        return JsonResponse({"site": {"id": str(site.pk), "label": label}})
    messages.success(request, _("AI for shared content is now counted for %(site)s.") % {"site": label})
    return redirect(safe_path(request.POST.get("next", "")) or "wagtailadmin_home")


@require_POST
@transaction.non_atomic_requests
def answer_address(request: HttpRequest) -> HttpResponse:
    """A manager says of a live site that is elsewhere now: it has moved, or this is a copy."""
    try:
        account = accounts.managed_account(request, request.POST.get("site", ""))
        addresses.take_answer(account, request.POST.get("answer", ""))
    except ShareAIError as error:
        return _refused(request, error)
    if not request.accepts("text/html"):
        return JsonResponse({"is_copy": account.is_copy, "environment": account.environment})
    messages.success(request, addresses.what_holds(account))
    return redirect("wagtailadmin_home")


def _refused(request: HttpRequest, error: ShareAIError) -> HttpResponse:
    if not request.accepts("text/html"):
        told = {"code": error.code, "sentence": str(error.sentence), "remedy": str(error.remedy)}
        return JsonResponse({"error": told, "usage": None}, status=error.http_status)
    messages.error(request, str(error.sentence))
    return redirect(safe_path(request.POST.get("next", "")) or "wagtailadmin_home")
