"""The orders of the accounts that a person buys for or manages, as a page and as files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shareai_cms import permissions
from shareai_cms.models import SiteAccount
from shareai_cms.permissions import BUY, MANAGE, Actor
from shareai_cms.reports import sheets
from shareai_cms.views.access import signed_in_only
from shareai_cms.views.assets import files
from shareai_cms.views.files import TooManyRowsError, asked_kind, file_response
from shareai_cms.views.filter_form import filters_of
from shareai_cms.views.frames import render_page
from shareai_cms.views.order_form import OrdersForm
from shareai_cms.views.order_sheet import line, sheet_of

PER_PAGE = 50


@require_safe
@never_cache
@transaction.non_atomic_requests
@signed_in_only
def orders(request: HttpRequest) -> HttpResponseBase:
    """The list with its filters; ``?export=csv`` or ``xlsx`` gives the orders as a file."""
    form = OrdersForm(request.GET, _accounts(request.user))
    if (kind := asked_kind(request)) and form.is_valid():
        try:
            return _file(request, form, kind)
        except TooManyRowsError:
            messages.error(request, _too_many())
    return render_page(request, "shareai_cms/pages/orders.html", _context(request, form))


def _accounts(user: Any) -> list[SiteAccount]:
    actor = Actor.from_user(user)
    found = list(permissions.accounts_for(actor, BUY, MANAGE))
    if not found and not any(permissions.can(actor, right, None) for right in (BUY, MANAGE)):
        raise PermissionDenied
    return found


def _file(request: HttpRequest, form: OrdersForm, kind: str) -> HttpResponseBase:
    found = form.orders()
    name = f"ai-orders-{timezone.localdate()}"
    return file_response(request, sheet_of(found), name, kind, rows=found.count())


def _too_many() -> str:
    text = _("A spreadsheet file takes at most %(rows)s orders. Choose a shorter period, or download CSV.")
    return text % {"rows": number_format(sheets.MOST_XLSX_ROWS)}


def _context(request: HttpRequest, form: OrdersForm) -> dict[str, Any]:
    page = Paginator(form.orders(), PER_PAGE).get_page(request.GET.get("p"))
    return {
        "title": _("AI: orders"),
        "form": form,
        "page": page,
        "lines": [line(order) for order in page.object_list] if form.is_valid() else [],
        "is_filtered": bool(form.is_valid() and any(form.cleaned_data.values())),
        "query": filters_of(request),
        "has_xlsx": sheets.has_xlsx(),
        "styles": files(styles=["topups", "orders", "state"], scripts=[])["css"],
    }
