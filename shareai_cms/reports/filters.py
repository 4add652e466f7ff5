"""Which usage is asked for, and from which of roll-ups and rows each part of the answer is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from shareai_cms.metering.retry import rows
from shareai_cms.models import SiteAccount, Usage, UsageDay
from shareai_cms.reports.days import around, local_day
from shareai_cms.reports.rollups import trusted

COUNTED = "yes"
FREE = "no"
RUNNING = "running"
_STATES = {
    COUNTED: (Usage.State.SETTLED,),
    FREE: (Usage.State.RELEASED, Usage.State.EXPIRED),
    RUNNING: (Usage.State.HELD,),
}


NOTHING = Q(pk__in=[])


@dataclass(frozen=True, kw_only=True)
class UsageFilter:
    """What a report is about. The accounts are the caller's to check: they are taken as given."""

    #: With their wallets.
    accounts: tuple[SiteAccount, ...]
    #: Dates in each wallet's own zone, both included.
    first: date
    last: date
    meter: str = ""
    feature: str = ""
    #: ``kind:reference`` of an actor.
    person: str = ""
    route: str = ""
    #: ``yes``, ``no`` or ``running``; empty for all.
    counted: str = ""

    def conditions(self) -> dict[str, Any]:
        """The columns that usage rows and their sums have in common."""
        given: dict[str, Any] = {"meter": self.meter, "feature": self.feature, "route": self.route}
        found = {name: value for name, value in given.items() if value}
        if self.person:
            kind, _, reference = self.person.partition(":")
            found |= {"actor_kind": kind, "actor_ref": reference}
        if self.counted:
            found["state__in"] = _STATES[self.counted]
        return found


@dataclass(frozen=True, kw_only=True)
class Part:
    """Accounts whose days begin together and are rolled up equally far."""

    zone: str
    accounts: tuple[int, ...]
    #: The first day that is read from rows.
    until: date


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The two places where the filtered usage lies; together they hold every action once."""

    wanted: UsageFilter
    parts: tuple[Part, ...]
    _zones: dict[str, list[int]] = field(repr=False)

    @classmethod
    def of(cls, wanted: UsageFilter) -> Sources:
        """Two queries, none for what one person did: sums are of everybody, and an index finds the rows."""
        until = {} if wanted.person else trusted(wanted.accounts)
        return cls(wanted=wanted, parts=tuple(_parts(wanted, until)), _zones=_zones(wanted.accounts))

    def sums(self) -> QuerySet[Any]:
        """Sums of closed days."""
        scope = NOTHING
        for part in self.parts:
            last = min(self.wanted.last, part.until - timedelta(days=1))
            if last >= self.wanted.first:
                scope |= Q(account__in=part.accounts, day__gte=self.wanted.first, day__lte=last)
        if scope == NOTHING:
            return rows(UsageDay).none()
        return rows(UsageDay).filter(scope, **self.wanted.conditions()).order_by()

    def rest(self) -> QuerySet[Any]:
        """Rows of the days that are not rolled up, each with its ``day``."""
        scope = NOTHING
        for part in self.parts:
            first = max(self.wanted.first, part.until)
            if first <= self.wanted.last:
                scope |= self._days(part, first, self.wanted.last)
        return self._dated(scope)

    def between(self, first: date, last: date) -> QuerySet[Any]:
        """All rows of these days, each with its ``day``."""
        scope = NOTHING
        for part in self.parts:
            scope |= self._days(part, max(first, self.wanted.first), min(last, self.wanted.last))
        return self._dated(scope)

    def _days(self, part: Part, first: date, last: date) -> Q:
        near = around(first, last, part.zone)
        return Q(account__in=part.accounts, day__gte=first, day__lte=last, **near)

    def _dated(self, scope: Q) -> QuerySet[Any]:
        found = rows(Usage).filter(**self.wanted.conditions()).order_by()
        return found.annotate(day=local_day(self._zones.items())).filter(scope)


def _zones(accounts: Iterable[SiteAccount]) -> dict[str, list[int]]:
    zones: dict[str, list[int]] = defaultdict(list)
    for account in accounts:
        zones[account.wallet.time_zone].append(account.pk)
    return dict(zones)


def _parts(wanted: UsageFilter, until: Mapping[int, date]) -> Iterable[Part]:
    groups: dict[tuple[str, date], list[int]] = defaultdict(list)
    for account in wanted.accounts:
        begin = until.get(account.pk, date.min)
        # Beyond the period it makes no difference how far: fewer parts.
        clamped = min(max(begin, wanted.first), wanted.last + timedelta(days=1))
        groups[account.wallet.time_zone, clamped].append(account.pk)
    return (Part(zone=zone, accounts=tuple(pks), until=begin) for (zone, begin), pks in groups.items())
