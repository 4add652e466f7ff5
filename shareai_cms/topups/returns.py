"""What refunds and disputes have made of an order: its money, and what is left of its units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shareai_cms.metering import taken_back, within_reach
from shareai_cms.metering.retry import rows
from shareai_cms.models import Grant, Order, OrderAdjustment, OrderUnits
from shareai_cms.topups.providers.base import Kind, Status


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What refunds and disputes have made of an order's money, in the smallest unit."""

    returned_minor: int
    is_disputed: bool

    @classmethod
    def of(cls, adjustments: Sequence[OrderAdjustment]) -> Taken:
        return cls(
            returned_minor=sum(each.amount_minor for each in adjustments if each.status == Status.RETURNED),
            is_disputed=any(each.kind == Kind.DISPUTE and each.status == Status.OPEN for each in adjustments),
        )

    def units(self, units: int, total_minor: int) -> int:
        """Units that go with the money: rounded down for a part, all of them with all of it."""
        return min(units, units * self.returned_minor // total_minor)


@dataclass(frozen=True, kw_only=True)
class Returned:
    """Units of one meter that went with the money of an order."""

    meter: str
    #: Taken back, or owed by holds that are still open.
    taken_back: int
    #: Spent before: paid for with money that is gone, and taken from nothing else.
    shortfall: int


def returned_units(order: Order) -> tuple[Returned, ...]:
    """What all refunds and lost disputes of an order have done to its units so far; empty while there are none."""
    taken = Taken.of(list(rows(OrderAdjustment).filter(order=order)))
    total = order.total_minor or order.price_minor
    grants = {grant.source_ref: grant for grant in rows(Grant).filter(source_ref__startswith=f"order:{order.pk}:")}
    found = []
    for row in rows(OrderUnits).filter(order=order):
        grant, wanted = grants.get(f"order:{order.pk}:{row.meter}"), taken.units(row.units, total)
        if grant is not None and wanted:
            # Between the news of a refund and its booking, units that are there are no shortfall. Nor are those that
            # expired unused a loss of anybody's.
            missing = max(0, wanted - within_reach(grant) - grant.expired)
            found.append(Returned(meter=row.meter, taken_back=taken_back(grant), shortfall=missing))
    return tuple(found)
