"""What is on sale for an account, in plain words, and asking for more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shareai_cms import permissions, topups
from shareai_cms.actions.pricing import used_meters
from shareai_cms.conf import conf
from shareai_cms.errors import NotPermitted, ShareAIError
from shareai_cms.metering.meters import get_meter, units_text
from shareai_cms.metering.retry import rows
from shareai_cms.models import Order, PlanAllowance, SiteAccount
from shareai_cms.permissions import BUY, MANAGE, USE, Actor
from shareai_cms.reports import Explanation, explain
from shareai_cms.topups.providers.manual import where_to_pay
from shareai_cms.topups.sellers import Seller, seller_now
from shareai_cms.topups.states import OPEN_STATES, State
from shareai_cms.topups.words import contents, price
from shareai_cms.views import payloads
from shareai_cms.views.access import signed_in_only
from shareai_cms.views.allowance import AccountLeft, asked_account, seen_accounts
from shareai_cms.views.assets import files
from shareai_cms.views.buying import (
    SeeOther,
    order_url,
    provider_of,
    safe_path,
    suspended,
    topups_url,
)
from shareai_cms.views.filter_form import account_choices
from shareai_cms.views.frames import render_page
from shareai_cms.views.order_words import state_word
from shareai_cms.views.problems import tell
from shareai_cms.views.shelves import Shelf, known_meter, shelves

#: Orders of the account that are not through, of which the page reminds.
MOST_UNDER_WAY = 5


@dataclass(frozen=True, kw_only=True)
class Shop:
    """Everything that the page says about one account."""

    account: SiteAccount
    left: AccountLeft
    explanation: Explanation
    shelves: tuple[Shelf, ...]
    #: What the buyer needs and no bundle holds, in words.
    missing: str
    #: What the plan includes, in words.
    included: tuple[str, ...]
    under_way: tuple[tuple[str, str], ...]
    seller: Seller
    may_buy: bool
    may_ask: bool
    is_hosted: bool
    #: Why nothing can be bought, and its technical reason for people who manage AI.
    problem: ShareAIError | None
    detail: str
    #: Where units are paid for outside of this site, while nothing is on sale here.
    elsewhere: str
    #: Whether the person may put bundles on sale.
    may_fill: bool


@require_safe
@never_cache
@transaction.non_atomic_requests
@signed_in_only
def topups_page(request: HttpRequest) -> HttpResponseBase:
    """What is left, what is on sale, and what one should know before buying."""
    actor = Actor.from_user(request.user)
    accounts = seen_accounts(actor)
    account = asked_account(accounts, request.GET.get("account", ""))
    way_back, meter = safe_path(request.GET.get("next", "")), known_meter(request.GET.get("meter", ""))
    context: dict[str, Any] = {
        "title": _("AI: buy more"),
        "choices": account_choices(accounts) if len(accounts) > 1 else [],
        "chosen": str(account.pk) if account else "",
        "shop": shop_for(account, actor, way_back, meter) if account else None,
        "way_back": way_back,
        "meter": meter,
        "sees_orders": bool(account and permissions.rights(actor, account) & {BUY, MANAGE}),
        "is_sandbox": conf.is_sandbox,
        "styles": files(styles=["topups"], scripts=[])["css"],
    }
    return render_page(request, "shareai_cms/pages/topups.html", context)


@require_POST
@never_cache
@transaction.non_atomic_requests
@signed_in_only
def ask(request: HttpRequest) -> HttpResponseBase:
    """Somebody who may not buy asks those who may; a script that asks is answered in JSON."""
    actor = Actor.from_user(request.user)
    way_back, meter = safe_path(request.POST.get("next", "")), known_meter(request.POST.get("meter", ""))
    is_script = not request.accepts("text/html")
    try:
        account = _account_to_ask_for(request, actor)
    except (PermissionDenied, Http404):
        if not is_script:
            raise
        return _refusal(NotPermitted("no right on this account"))
    try:
        state = topups.wish(account, actor, way_back)
    except ShareAIError as error:
        if is_script:
            return _refusal(error)
        tell(request, error)
    else:
        if is_script:
            return JsonResponse({"state": state.value, "text": str(state.label)})
        level = messages.WARNING if state == topups.WishState.NOBODY else messages.SUCCESS
        messages.add_message(request, level, str(state.label))
    return SeeOther(topups_url(account, way_back, meter))


def _account_to_ask_for(request: HttpRequest, actor: Actor) -> SiteAccount:
    wanted = request.POST.get("account", "") or request.GET.get("account", "")
    account = asked_account(seen_accounts(actor), wanted)
    if account is None:
        raise Http404
    return account


def _refusal(error: ShareAIError) -> JsonResponse:
    return JsonResponse(payloads.error(error, held=frozenset()), status=error.http_status)


def shop_for(account: SiteAccount, actor: Actor, way_back: str, wanted: str = "") -> Shop:
    """``wanted`` is the meter of which there was too little where the buyer comes from, or empty."""
    held = permissions.rights(actor, account)
    provider, refusal = provider_of(account)
    problem = suspended(account) or refusal
    may_buy = BUY in held
    is_open = may_buy and problem is None
    offers = topups.offers()
    sold = {meter for offer in offers for meter, _units in offer.contents}
    return Shop(
        account=account,
        left=AccountLeft.of(account, held, also=sold),
        explanation=explain(account),
        shelves=shelves(offers, account, way_back if is_open else None, wanted),
        missing=_missing(wanted, sold) if offers else "",
        included=_included(account),
        under_way=_under_way(account) if held & {BUY, MANAGE} else (),
        seller=seller_now(provider.slug if provider else ""),
        may_buy=may_buy,
        may_ask=USE in held and not may_buy,
        is_hosted=provider is not None and provider.is_hosted,
        problem=problem,
        detail=problem.detail if problem is not None and MANAGE in held else "",
        elsewhere=where_to_pay(account) if is_open and not offers and provider and not provider.is_hosted else "",
        may_fill=permissions.can(actor, MANAGE, None),
    )


def _missing(wanted: str, sold: Collection[str]) -> str:
    return "" if not wanted or wanted in sold else str(get_meter(wanted).plural)


def _included(account: SiteAccount) -> tuple[str, ...]:
    known = used_meters()
    found = PlanAllowance.objects.filter(plan=account.wallet.plan_id).order_by("pk")
    return tuple(units_text(row.meter, row.units) for row in found if row.meter in known and row.units)


def _under_way(account: SiteAccount) -> tuple[tuple[str, str], ...]:
    """Orders that wait for their payment: address and words, newest first."""
    waiting = rows(Order).filter(account=account, state__in=[*OPEN_STATES, State.PENDING, State.PAID])
    found = waiting.prefetch_related("contents").order_by("-created_at", "-pk")[:MOST_UNDER_WAY]
    return tuple((order_url(each), " · ".join((*contents(each), price(each), state_word(each, ())))) for each in found)
