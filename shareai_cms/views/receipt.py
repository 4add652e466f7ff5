"""An order as it is read and printed: who sold what to whom for how much, and what became of it since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from shareai_cms import metering, permissions, topups
from shareai_cms.metering.meters import all_meters, moment_text, units_text
from shareai_cms.metering.retry import rows
from shareai_cms.models import Grant, Order, OrderAdjustment, SiteAccount
from shareai_cms.permissions import SEES, Actor
from shareai_cms.topups.bundles import expiry_text
from shareai_cms.topups.links import web_address
from shareai_cms.topups.money import price_text
from shareai_cms.topups.sellers import Seller, seller_of
from shareai_cms.topups.states import BOUGHT
from shareai_cms.topups.words import contents, price
from shareai_cms.views import payloads
from shareai_cms.views.filter_form import account_label

Kind = OrderAdjustment.Kind
Status = OrderAdjustment.Status


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The words of one order; what there is nothing to say of is empty."""

    number: str
    bundle: str
    account: str
    contents: tuple[str, ...]
    expiry: str
    price: str
    #: What was charged with the tax that was added on top, where that is another sum.
    total: str
    seller: Seller
    buyer: str
    dates: tuple[tuple[str, str], ...]
    zone: str
    #: Refunds and disputes, and what they did to the units.
    adjustments: tuple[str, ...]
    consequences: tuple[str, ...]
    receipt_url: str


def receipt_of(order: Order, adjustments: Sequence[OrderAdjustment]) -> Receipt:
    total = order.total_minor if order.total_minor not in (None, order.price_minor) else None
    return Receipt(
        number=order.number,
        bundle=order.bundle_name,
        account=account_label(order.account),
        contents=contents(order),
        expiry=expiry_text(order.expires_days),
        price=price(order),
        total=price_text(total, order.currency) if total is not None else "",
        seller=seller_of(order),
        buyer=order.buyer_label or order.buyer_kind,
        dates=tuple((label, local_time(moment, order)) for label, moment in _moments(order) if moment is not None),
        zone=order.wallet.time_zone,
        adjustments=tuple(_adjustment(each, order) for each in adjustments),
        consequences=tuple(_consequences(order, adjustments)),
        receipt_url=web_address(order.receipt_url),
    )


def adjustments_of(order: Order) -> list[OrderAdjustment]:
    return list(rows(OrderAdjustment).filter(order=order))


def balance_of(order: Order, actor: Actor) -> list[tuple[str, str]]:
    """What the order's wallet has of what was bought, and when it resets; for people with a right there.

    The account may draw on another wallet by now, and this one belong to somebody else.
    """
    if not permissions.accounts_for(actor, *SEES).filter(wallet=order.wallet_id).exists():
        return []
    wanted = {row.meter for row in order.contents.all()}
    found = metering.allowance(SiteAccount(wallet=order.wallet))
    return [(payloads.allowance_text(item), payloads.resets_text(item)) for item in found if item.meter in wanted]


def local_time(moment: datetime, order: Order) -> str:
    """A moment by the clocks of the order's wallet."""
    return moment_text(moment, order.wallet.time_zone)


def _moments(order: Order) -> tuple[tuple[str, datetime | None], ...]:
    return (
        (_("Ordered"), order.created_at),
        (_("Paid"), order.paid_at),
        (_("Units added"), order.fulfilled_at),
        (_("Ended"), order.closed_at),
    )


def _adjustment(row: OrderAdjustment, order: Order) -> str:
    texts = {
        (Kind.REFUND, Status.OPEN): _("Refund of %(amount)s, on its way since %(date)s."),
        (Kind.REFUND, Status.RETURNED): _("Refund of %(amount)s on %(date)s."),
        (Kind.REFUND, Status.KEPT): _("A refund of %(amount)s did not go through (%(date)s)."),
        (Kind.DISPUTE, Status.OPEN): _("The payer disputes %(amount)s since %(date)s; it is not decided yet."),
        (Kind.DISPUTE, Status.RETURNED): _("The dispute over %(amount)s was decided for the payer on %(date)s."),
        (Kind.DISPUTE, Status.KEPT): _("The dispute over %(amount)s was decided for the seller on %(date)s."),
    }
    told = {"amount": price_text(row.amount_minor, order.currency), "date": local_time(row.as_of, order)}
    return texts[Kind(row.kind), Status(row.status)] % told


def _consequences(order: Order, adjustments: Sequence[OrderAdjustment]) -> Iterator[str]:
    """What refunds and disputes did to the units, meter by meter."""
    if not adjustments or order.state not in BOUGHT:
        return
    known = all_meters()
    for each in topups.returned_units(order):
        if each.meter in known and each.taken_back:
            yield _("%(units)s were taken back.") % {"units": units_text(each.meter, each.taken_back)}
        if each.meter in known and each.shortfall:
            text = _("%(units)s had been used before the money went back. No other units pay for them.")
            yield text % {"units": units_text(each.meter, each.shortfall)}
    for grant in rows(Grant).filter(source_ref__startswith=f"order:{order.pk}:", is_frozen=True, remaining__gt=0):
        if grant.meter in known:
            text = _("%(units)s cannot be used until the dispute is decided.")
            yield text % {"units": units_text(grant.meter, grant.remaining)}
