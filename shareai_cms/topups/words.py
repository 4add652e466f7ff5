"""Orders in the words of people."""

from __future__ import annotations

from shareai_cms.metering.meters import all_meters, units_text
from shareai_cms.models import Order
from shareai_cms.topups.money import price_text


def contents(order: Order) -> tuple[str, ...]:
    """What it promises: "500 writing actions"."""
    known = all_meters()
    return tuple(
        units_text(row.meter, row.units) if row.meter in known else f"{row.units} {row.meter}"
        for row in order.contents.all()
    )


def price(order: Order) -> str:
    return price_text(order.price_minor, order.currency)
