"""One order: the page that buyers return to, that says how it stands, and that can be printed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shareai_cms import permissions, topups
from shareai_cms.conf import PRODUCTION, STAGING, conf
from shareai_cms.errors import InvalidRequest, PaymentMismatch, ShareAIError
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Order
from shareai_cms.permissions import BUY, MANAGE, SEES, Actor
from shareai_cms.topups.links import web_address
from shareai_cms.topups.providers import BaseProvider
from shareai_cms.topups.states import BOUGHT, ENDED, OPEN_STATES
from shareai_cms.views import order_words
from shareai_cms.views.access import signed_in_only
from shareai_cms.views.assets import asset, files
from shareai_cms.views.buying import (
    SeeOther,
    buy_url,
    is_cancel_token,
    order_url,
    provider_of_order,
    safe_path,
    topups_url,
)
from shareai_cms.views.checkout import go_on_to_pay
from shareai_cms.views.frames import render_page
from shareai_cms.views.problems import tell
from shareai_cms.views.receipt import adjustments_of, balance_of, receipt_of

log = logging.getLogger("shareai_cms.topups")

#: Seconds within which a provider is not asked twice about an order.
SOON = 3


@dataclass(frozen=True, kw_only=True)
class Visit:
    """An order and the person who looks at it."""

    request: HttpRequest
    order: Order
    actor: Actor
    provider: BaseProvider | None

    @property
    def is_hosted(self) -> bool:
        return self.provider is None or self.provider.is_hosted

    @property
    def is_here(self) -> bool:
        """Whether the order is of this environment: the pages of others' accounts are not to be had here."""
        return self.order.account.environment == conf.environment

    @property
    def sees_topups(self) -> bool:
        return self.is_here and bool(permissions.rights(self.actor, self.order.account).intersection(SEES))

    @property
    def is_buyer(self) -> bool:
        return (self.order.buyer_kind, self.order.buyer_ref) == (self.actor.kind, self.actor.reference)

    @property
    def may_buy(self) -> bool:
        return permissions.can(self.actor, BUY, self.order.account)

    @property
    def may_pay(self) -> bool:
        return self.may_buy and self.is_here and self.provider is not None and self._is_open

    @property
    def may_cancel(self) -> bool:
        return (self.is_buyer or self.may_buy) and self._is_open

    @property
    def _is_open(self) -> bool:
        # Money of another sum may have arrived: not to be paid again, and not to be called off.
        return self.order.state in OPEN_STATES and not self.order.problem

    @property
    def may_confirm(self) -> bool:
        is_ours = permissions.can(self.actor, MANAGE, None)
        return is_ours and not self.is_hosted and self.order.state not in BOUGHT


View = Callable[..., HttpResponseBase]


def of_order(view: View) -> View:
    """Give a view the visit instead of the number; an order that the person may not see does not exist."""

    @wraps(view)
    def wrapped(request: HttpRequest, number: str) -> HttpResponseBase:
        if not number.isprintable():
            raise Http404
        actor = Actor.from_user(request.user)
        found = rows(Order).filter(number=number).select_related("account__wallet", "wallet", "bundle")
        order = patiently(found.first)
        if order is None or not topups.may_see(actor, order):
            raise Http404
        return view(Visit(request=request, order=order, actor=actor, provider=provider_of_order(order)))

    return never_cache(transaction.non_atomic_requests(signed_in_only(wrapped)))


@require_safe
@of_order
def show(visit: Visit) -> HttpResponseBase:
    """How the order stands. The buyer who comes back has the provider asked; one who gave up has it cancelled."""
    if "cancelled" in visit.request.GET:
        return _gave_up(visit)
    could_ask = _ask(visit) if "back" in visit.request.GET else True
    return render_page(visit.request, "shareai_cms/pages/order.html", _context(visit, could_ask=could_ask))


@require_safe
@of_order
def status(visit: Visit) -> HttpResponseBase:
    """How the order stands now, for the page that waits for it; asks nobody."""
    stands = _standing(visit)
    return JsonResponse(
        {
            "state": visit.order.state,
            "words": stands.headline,
            "sentence": stands.sentence,
            "is_final": stands.is_final,
            "balance": [text for text, _resets in balance_of(visit.order, visit.actor)],
        }
    )


@require_POST
@of_order
def pay(visit: Visit) -> HttpResponseBase:
    """Go on to the payment page."""
    if not visit.may_buy:
        raise PermissionDenied
    return go_on_to_pay(visit.request, visit.order) if visit.may_pay else SeeOther(order_url(visit.order))


@require_POST
@of_order
def cancel(visit: Visit) -> HttpResponseBase:
    """The order is not wanted any more."""
    if not (visit.is_buyer or visit.may_buy):
        raise PermissionDenied
    _cancel(visit)
    return SeeOther(order_url(visit.order))


@require_POST
@of_order
def confirm(visit: Visit) -> HttpResponseBase:
    """Somebody who manages AI on all sites has seen the money."""
    if not permissions.can(visit.actor, MANAGE, None):
        raise PermissionDenied
    given = visit.request.POST
    try:
        reference = topups.clean_reference(given.get("reference", ""))
    except InvalidRequest:
        messages.error(visit.request, _("Enter the payment's reference, at most 255 characters."))
        return SeeOther(order_url(visit.order))
    other = topups.paid_with(reference, visit.order)
    if other is not None and visit.may_confirm and "is_sure" not in given:
        doubt = {"reference": reference, "number": other.number}
        context = {**_context(visit, could_ask=True), "doubt": doubt}
        return render_page(visit.request, "shareai_cms/pages/order.html", context)
    try:
        topups.confirm(visit.order, visit.actor, reference)
    except ShareAIError as error:
        tell(visit.request, error)
    else:
        messages.success(visit.request, _("The payment is noted, and the units are added."))
    return SeeOther(order_url(visit.order))


def _gave_up(visit: Visit) -> HttpResponseBase:
    """Back from the payment page without paying; a link that somebody made up changes nothing."""
    if is_cancel_token(visit.request.GET["cancelled"], visit.order):
        _cancel(visit)
    return SeeOther(order_url(visit.order))


def _cancel(visit: Visit) -> None:
    # Its page says what has become of it: a payment that was faster counts.
    if visit.may_cancel and visit.provider is not None:
        topups.cancel(visit.order)


def _ask(visit: Visit) -> bool:
    """Ask the provider, unless somebody has just done so; False where it could not be asked."""
    if visit.order.state in order_words.FINAL or visit.provider is None or not visit.is_hosted:
        return True
    key = f"shareai_cms.asked.{visit.order.pk}"
    if not cache.add(key, True, SOON):
        return bool(cache.get(key, True))
    try:
        topups.look(visit.order, is_scheduled=False)
    except PaymentMismatch:
        visit.order.refresh_from_db()
    except (OperationalError, InterfaceError):
        raise  # the database itself
    except Exception as error:  # noqa: BLE001  a provider of the site's own may raise anything
        code = error.code if isinstance(error, ShareAIError) else type(error).__name__
        log.warning("order=%s event=look error=%s", visit.order.number, code)
        cache.set(key, False, SOON)
        visit.order.refresh_from_db()
        return False
    return True


def _standing(visit: Visit) -> order_words.Standing:
    return order_words.standing(visit.order, adjustments_of(visit.order), is_hosted=visit.is_hosted)


def _context(visit: Visit, *, could_ask: bool) -> dict[str, Any]:
    order, adjustments = visit.order, adjustments_of(visit.order)
    stands = order_words.standing(order, adjustments, is_hosted=visit.is_hosted)
    is_on_sale = order.bundle is not None and order.bundle.is_active
    return {
        "title": _("AI: order %(number)s") % {"number": order.number},
        "visit": visit,
        "order": order,
        "stands": stands,
        "receipt": receipt_of(order, adjustments),
        "balance": balance_of(order, visit.actor) if order.state in BOUGHT else [],
        "could_ask": could_ask,
        "is_waiting": not stands.is_final,
        "pay_elsewhere": _elsewhere(visit),
        "again_url": _again(visit) if is_on_sale else "",
        "way_back": safe_path(order.way_back) if visit.is_buyer else "",
        "topups_url": topups_url(order.account) if visit.sees_topups else "",
        "sees_orders": bool(permissions.rights(visit.actor, order.account) & {BUY, MANAGE}),
        "is_sandbox": order.account.environment not in (PRODUCTION, STAGING),
        "styles": files(styles=["topups", "orders"], scripts=[])["css"],
        "script": asset("shareai_cms/js/order.js"),
    }


def _elsewhere(visit: Visit) -> str:
    """Where an order without a payment page is paid."""
    if visit.is_hosted or not visit.may_pay:
        return ""
    url = visit.order.checkout_url
    return web_address(url) or safe_path(url)


def _again(visit: Visit) -> str:
    order = visit.order
    if order.state not in ENDED or order.problem or order.bundle_id is None or not visit.may_buy or not visit.is_here:
        return ""
    return buy_url(order.bundle_id, order.account, safe_path(order.way_back))
