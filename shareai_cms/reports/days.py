"""Days as a wallet's zone has them: 23, 24 or 25 hours, and never the server's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, DateField, F, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate

#: How far the moments that bear one date may lie outside its two midnights, where a clock is set back across one.
SLACK = timedelta(hours=3)


def day_of(moment: datetime, zone: str) -> date:
    """The date that the zone's clocks show."""
    return moment.astimezone(ZoneInfo(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """The first moment of the day, UTC. Where clocks skip midnight it is the first one after the gap."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def around(first: date, last: date, zone: str) -> dict[str, datetime]:
    """Conditions that an index can serve and that no row of these days misses; ``local_day`` decides."""
    return {
        "created_at__gte": midnight(first, zone) - SLACK,
        "created_at__lt": midnight(last + timedelta(days=1), zone) + SLACK,
    }


def local_day(zones: Iterable[tuple[str, Iterable[int]]]) -> Combinable:
    """The date of a usage row in its wallet's zone, as SQL, for accounts grouped by zone."""
    groups = [(zone, list(accounts)) for zone, accounts in zones]
    if not groups:
        return Value(None, output_field=DateField())
    if len(groups) == 1:
        return TruncDate(F("created_at"), tzinfo=ZoneInfo(groups[0][0]))
    cases = [
        When(account__in=accounts, then=TruncDate(F("created_at"), tzinfo=ZoneInfo(zone))) for zone, accounts in groups
    ]
    return Case(*cases, output_field=DateField())
