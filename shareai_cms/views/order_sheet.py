"""Orders as lines of a table, on a page and in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from shareai_cms.metering.meters import moment_text
from shareai_cms.models import Order, OrderAdjustment
from shareai_cms.reports.sheets import Cell, Sheet
from shareai_cms.topups.links import web_address
from shareai_cms.topups.money import from_minor
from shareai_cms.topups.sellers import seller_of
from shareai_cms.topups.words import contents, price
from shareai_cms.views.buying import order_url, provider_name
from shareai_cms.views.filter_form import account_label
from shareai_cms.views.order_words import state_tone, state_word

_HEADINGS = (
    gettext_lazy("Order number"),
    gettext_lazy("Ordered"),
    gettext_lazy("Paid"),
    gettext_lazy("Time zone"),
    gettext_lazy("Site"),
    gettext_lazy("Environment"),
    gettext_lazy("Client"),
    gettext_lazy("Bundle"),
    gettext_lazy("Contents"),
    gettext_lazy("Price"),
    gettext_lazy("Charged"),
    gettext_lazy("Refunded"),
    gettext_lazy("Currency"),
    gettext_lazy("Status"),
    gettext_lazy("Buyer"),
    gettext_lazy("Seller"),
    gettext_lazy("Payment provider"),
    gettext_lazy("Payment"),
    gettext_lazy("Receipt"),
)
#: Orders read at a time for a file.
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Line:
    """An order as a row of the list."""

    number: str
    url: str
    date: str
    site: str
    bundle: str
    contents: tuple[str, ...]
    price: str
    state: str
    #: good, waiting, bad or over, as on the order's own page.
    tone: str
    buyer: str
    provider: str
    receipt_url: str


def line(order: Order) -> Line:
    adjustments = _adjustments(order)
    return Line(
        number=order.number,
        url=order_url(order),
        date=moment_text(order.created_at, order.wallet.time_zone),
        site=account_label(order.account),
        bundle=order.bundle_name,
        contents=contents(order),
        price=price(order),
        state=state_word(order, adjustments),
        tone=state_tone(order, adjustments),
        buyer=order.buyer_label or order.buyer_kind,
        provider=provider_name(order.provider),
        receipt_url=web_address(order.receipt_url),
    )


def sheet_of(orders: QuerySet[Order]) -> Sheet:
    """Every column that an accountant asks for; amounts are numbers, with the currency beside them."""
    return Sheet(title=gettext_lazy("Orders"), headings=_HEADINGS, rows=_rows(orders))


def _rows(orders: QuerySet[Order]) -> Iterator[Sequence[Cell]]:
    for order in orders.iterator(chunk_size=CHUNK):
        yield _cells(order)


def _cells(order: Order) -> Sequence[Cell]:
    adjustments = _adjustments(order)
    returned = sum(each.amount_minor for each in adjustments if each.status == OrderAdjustment.Status.RETURNED)
    return (
        order.number,
        _local(order.created_at, order),
        _local(order.paid_at, order),
        order.wallet.time_zone,
        str(order.account),
        order.account.environment,
        order.account.client,
        order.bundle_name,
        ", ".join(contents(order)),
        _amount(order.price_minor, order),
        _amount(order.total_minor, order),
        _amount(returned, order),
        order.currency,
        state_word(order, adjustments),
        order.buyer_label or order.buyer_kind,
        seller_of(order).name,
        order.provider,
        order.payment_ref,
        web_address(order.receipt_url),
    )


def _adjustments(order: Order) -> list[OrderAdjustment]:
    return list(order.adjustments.all())


def _amount(minor: int | None, order: Order) -> Decimal | None:
    return None if minor is None else from_minor(minor, order.currency)


def _local(moment: datetime | None, order: Order) -> datetime | None:
    # Spreadsheets know no zones: the local time, and the zone's name in a column of its own.
    return moment and moment.astimezone(_zone(order)).replace(tzinfo=None, microsecond=0)


def _zone(order: Order) -> ZoneInfo:
    return ZoneInfo(order.wallet.time_zone)
