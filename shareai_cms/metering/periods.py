"""Monthly periods: from local midnight of the wallet's anchor day to the next, stored in UTC."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shareai_cms.models import Wallet

#: A change of zone or anchor day makes no period shorter than this: each brings a whole allowance.
SHORTEST = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Period:
    """From ``start`` up to but not including ``end``, both UTC."""

    start: datetime
    end: datetime


def period_at(wallet: Wallet, moment: datetime) -> Period:
    """The wallet's period that contains ``moment``.

    The anchor day is clamped to each month's length on its own: 31 January, 28 February, 31 March.
    """
    zone = ZoneInfo(wallet.time_zone)
    local = moment.astimezone(zone)
    month = local.year * 12 + local.month - 1
    # A clock that is set back across midnight can show last month's date after this month has begun.
    for candidate in (month + 1, month):
        start = _anchor(candidate, wallet.anchor_day, zone)
        if start <= moment:
            return Period(start=start, end=_anchor(candidate + 1, wallet.anchor_day, zone))
    return Period(start=_anchor(month - 1, wallet.anchor_day, zone), end=_anchor(month, wallet.anchor_day, zone))


def period_after(wallet: Wallet, ended: datetime, moment: datetime) -> Period:
    """The period that contains ``moment``, for a wallet whose last one ended at ``ended``.

    Where zone or anchor day were changed meanwhile, it begins where the last one ended, and a short
    rest up to the new anchor day is joined to the period after it.
    """
    period = period_at(wallet, moment)
    if ended <= period.start:
        return period
    is_short = period.end - ended < SHORTEST
    return Period(start=ended, end=period_at(wallet, period.end).end if is_short else period.end)


def _anchor(month: int, day: int, zone: ZoneInfo) -> datetime:
    """Midnight of the anchor day as UTC; ``month`` counts from year 0.

    Where the clock skips midnight, fold 0 reads it with the offset before the change, which is the
    first moment after the gap; where midnight comes twice, fold 0 is the first.
    """
    year, index = divmod(month, 12)
    clamped = min(day, monthrange(year, index + 1)[1])
    return datetime.combine(date(year, index + 1, clamped), time.min, tzinfo=zone).astimezone(UTC)
