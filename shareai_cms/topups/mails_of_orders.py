"""Mails to the buyer of an order: paid, failed, money that went back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from shareai_cms.metering import NEVER
from shareai_cms.metering.meters import all_meters, day_text, units_text
from shareai_cms.metering.retry import rows
from shareai_cms.models import Grant, Order, OrderAdjustment
from shareai_cms.topups import links, words
from shareai_cms.topups.bundles import expiry_text
from shareai_cms.topups.mails import Mail, OutOfDate, buyer_reason, one_line
from shareai_cms.topups.mails_of_units import left_lines
from shareai_cms.topups.money import price_text
from shareai_cms.topups.returns import Returned, Taken, returned_units
from shareai_cms.topups.sellers import seller_of

#: One label and the lines beside it.
Row = tuple[str, tuple[str, ...]]


def paid(facts: Mapping[str, Any]) -> Mail:
    order = _order(facts)
    taken = Taken.of(list(rows(OrderAdjustment).filter(order=order)))
    if taken.returned_minor >= (order.total_minor or order.price_minor):
        # The mail about the money that went back says so.
        raise OutOfDate
    seller = seller_of(order)
    return Mail(
        subject=_("Order %(number)s is paid: %(bundle)s") % {"number": order.number, "bundle": order.bundle_name},
        paragraphs=(
            _arrived(taken) % {"site": _site(order)},
            _expiry(order),
        ),
        rows=(
            *_what(order),
            (
                _("Seller"),
                (
                    one_line(seller.name),
                    *map(one_line, seller.address),
                    one_line(seller.email),
                    one_line(seller.tax_id),
                ),
            ),
            (_("Balance now"), _left(order, [row.meter for row in order.contents.all()])),
        ),
        links=(
            (_("Show the order"), links.admin_url(links.ORDER, order.number)),
            (_("Receipt of the payment provider"), links.web_address(order.receipt_url)),
        ),
        notes=(one_line(seller.tax_note),),
        reason=buyer_reason(),
    )


def _arrived(taken: Taken) -> str:
    if taken.is_disputed:
        return _(
            "The payment for %(site)s has arrived, but the payer disputes it. "
            "The units cannot be used until that is decided."
        )
    if taken.returned_minor:
        return _(
            "The payment for %(site)s has arrived, and a part of it went back again. "
            "The units of the rest can be used now."
        )
    return _("The payment for %(site)s has arrived, and the units can be used now.")


def failed(facts: Mapping[str, Any]) -> Mail:
    order = _order(facts)
    told = {"price": words.price(order), "site": _site(order)}
    return Mail(
        subject=_("The payment of order %(number)s has failed") % {"number": order.number},
        paragraphs=(
            _("The payment of %(price)s for %(site)s did not go through, so no units were booked.") % told,
            _("You can order again at any time. Should the money arrive after all, the units are booked then."),
        ),
        rows=_what(order),
        links=(
            (_("Buy more"), links.topups_url(order.account_id)),
            (_("Show the order"), links.admin_url(links.ORDER, order.number)),
        ),
        reason=buyer_reason(),
    )


def returned(facts: Mapping[str, Any]) -> Mail:
    order = _order(facts)
    gone = returned_units(order)
    is_dispute = facts["kind"] == OrderAdjustment.Kind.DISPUTE
    told = {"number": order.number, "sum": price_text(facts["amount"], order.currency)}
    if is_dispute:
        lead = _("The dispute about order %(number)s was decided for the payer, and %(sum)s went back.")
    else:
        lead = _("A refund of %(sum)s for order %(number)s went back to the payer.")
    return Mail(
        subject=_("Order %(number)s: %(sum)s went back") % told,
        paragraphs=(lead % told, *_shortfall(gone)),
        rows=(
            *_what(order),
            (_("Units taken back in all"), tuple(_units(each.meter, each.taken_back) for each in gone)),
            (_("Used before, and not taken back"), tuple(_units(row.meter, row.shortfall) for row in gone)),
            (_("Balance now"), _left(order, [each.meter for each in gone])),
        ),
        links=((_("Show the order"), links.admin_url(links.ORDER, order.number)),),
        reason=buyer_reason(),
    )


def _order(facts: Mapping[str, Any]) -> Order:
    return rows(Order).select_related("account", "wallet").get(number=facts["order"])


def _site(order: Order) -> str:
    return one_line(order.account)


def _what(order: Order) -> tuple[Row, ...]:
    charged = order.total_minor
    is_more = charged is not None and charged != order.price_minor
    return (
        (_("Order number"), (order.number,)),
        (_("Site"), (_site(order),)),
        (_("Bundle"), (one_line(order.bundle_name), *words.contents(order))),
        (_("Price"), (words.price(order),)),
        (_("Charged in all, with tax"), (price_text(charged, order.currency),) if is_more and charged else ()),
    )


def _left(order: Order, meters: list[str]) -> tuple[str, ...]:
    """What the order's wallet has left, unless its account has moved to another: then it is somebody else's."""
    return left_lines(order.wallet, meters) if order.account.wallet_id == order.wallet_id else ()


def _expiry(order: Order) -> str:
    ends_at = (
        rows(Grant).filter(source_ref__startswith=f"order:{order.pk}:").values_list("expires_at", flat=True).first()
    )
    if ends_at is None or ends_at == NEVER:
        return expiry_text(order.expires_days)
    day = ends_at.astimezone(ZoneInfo(order.wallet.time_zone)).date()
    return _("These units expire on %(date)s.") % {"date": day_text(day)}


def _shortfall(gone: tuple[Returned, ...]) -> tuple[str, ...]:
    """In plain words, what becomes of units that were used before their money went back."""
    if not gone:
        return (_("No units were taken back."),)
    if not any(each.shortfall for each in gone):
        return ()
    return (_("Some of these units had been used already. They stay used, and nothing else is taken for them."),)


def _units(meter: str, units: int) -> str:
    if not units:
        return ""
    return units_text(meter, units) if meter in all_meters() else f"{units} {meter}"
