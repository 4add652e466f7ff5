"""Buying one bundle: a page to confirm what it holds and costs, and the order that follows from it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shareai_cms import permissions, topups
from shareai_cms.conf import conf
from shareai_cms.errors import BundleUnavailable, InvalidRequest, OrderClosed, ShareAIError
from shareai_cms.models import Order, SiteAccount
from shareai_cms.permissions import BUY, Actor
from shareai_cms.topups.sellers import seller_now
from shareai_cms.views.access import signed_in_only
from shareai_cms.views.allowance import seen_accounts
from shareai_cms.views.assets import files
from shareai_cms.views.buying import SeeOther, order_url, provider_of, safe_path, suspended, topups_url, urls_for
from shareai_cms.views.frames import render_page
from shareai_cms.views.problems import tell
from shareai_cms.views.requests import check_key


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """What one request is about: who wants what for which account."""

    request: HttpRequest
    actor: Actor
    account: SiteAccount
    bundle: int
    #: The key of the click to come.
    key: str
    way_back: str


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@transaction.non_atomic_requests
@signed_in_only
def buy(request: HttpRequest, bundle: int) -> HttpResponseBase:
    """GET shows what would be ordered; POST orders it, once per page that was shown, and leads on to pay."""
    given = request.POST if request.method == "POST" else request.GET
    actor = Actor.from_user(request.user)
    account = _account(actor, given.get("account", ""))
    way_back = safe_path(given.get("next", ""))
    if account is None:
        # Several, and none was named: nobody guesses for whom money is spent.
        return SeeOther(topups_url(None, way_back))
    key = given.get("key", "") if request.method == "POST" else uuid.uuid4().hex
    wanted = Purchase(request=request, actor=actor, account=account, bundle=bundle, key=key, way_back=way_back)
    return _order(wanted) if request.method == "POST" else _confirm(wanted)


def _account(actor: Actor, wanted: str) -> SiteAccount | None:
    """The account to buy for; ``Http404`` for one of others, ``PermissionDenied`` without the right to buy for it."""
    accounts = seen_accounts(actor)
    if wanted:
        found = next((account for account in accounts if str(account.pk) == wanted), None)
        if found is None:
            raise Http404
        if not permissions.can(actor, BUY, found):
            raise PermissionDenied
        return found
    mine = [account for account in accounts if permissions.can(actor, BUY, account)]
    if not mine:
        raise PermissionDenied
    return mine[0] if len(mine) == 1 else None


def _order(wanted: Purchase) -> HttpResponseBase:
    request = wanted.request
    try:
        order = topups.place(
            wanted.account,
            wanted.bundle,
            wanted.actor,
            key=check_key(wanted.key),
            version=request.POST.get("version", ""),
            way_back=wanted.way_back,
        )
    except ShareAIError as error:
        return _confirm(wanted, error)
    return go_on_to_pay(request, order)


def go_on_to_pay(request: HttpRequest, order: Order) -> HttpResponse:
    """To the payment page of an order, or to its own page: without a payment page, and where there is trouble."""
    try:
        address = topups.begin(order, urls_for(request), email=_email(request.user))
    except OrderClosed:
        # Its page says how it stands, which is all that is left to do.
        address = ""
    except ShareAIError as error:
        tell(request, error)
        address = ""
    return SeeOther(address or order_url(order))


def _confirm(wanted: Purchase, error: ShareAIError | None = None) -> HttpResponse:
    offer = topups.offer_of(wanted.bundle)
    provider, unsold = provider_of(wanted.account)
    refusal: ShareAIError | None = suspended(wanted.account) or unsold
    if error is None:
        error = refusal or (None if offer else BundleUnavailable())
    # Somebody else's key, or none, is of no use again; every other click stays the same click.
    key = uuid.uuid4().hex if isinstance(error, InvalidRequest) else wanted.key
    waiting = topups.unpaid(wanted.account, wanted.bundle, wanted.actor, offer.version) if offer else None
    context: dict[str, Any] = {
        "title": _("AI: confirm your order"),
        "waiting_url": order_url(waiting) if waiting is not None else "",
        "offer": offer if refusal is None else None,
        "account": wanted.account,
        "seller": seller_now(provider.slug if provider else ""),
        "is_hosted": provider is not None and provider.is_hosted,
        "error": error,
        "key": key,
        "way_back": wanted.way_back,
        "topups_url": topups_url(wanted.account, wanted.way_back, _meter(offer)),
        "is_sandbox": conf.is_sandbox,
        "styles": files(styles=["topups"], scripts=[])["css"],
    }
    response = render_page(wanted.request, "shareai_cms/pages/buy.html", context)
    response.status_code = error.http_status if error is not None else 200
    return response


def _meter(offer: topups.Offer | None) -> str:
    """What a bundle is bought for; empty where it holds several kinds of units."""
    return offer.contents[0][0] if offer is not None and len(offer.contents) == 1 else ""


def _email(user: Any) -> str:
    return str(getattr(user, user.get_email_field_name(), "") or "")
