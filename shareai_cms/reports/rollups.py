"""Builds the roll-ups of closed days, and builds again those whose rows changed afterwards.

A report asks ``trusted`` which accounts it may read from roll-ups and up to which day. Everything else it
reads from the rows, so it is exact whether or not this module ever ran.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.conf import conf
from shareai_cms.metering.retry import patiently, rows, transact
from shareai_cms.models import RollUp, SiteAccount, Usage, UsageDay, UsagePerson
from shareai_cms.reports.days import around, day_of, local_day, midnight

#: Beyond the deadline of its holds: for clocks that differ, and writers that waited for the database.
GRACE = timedelta(minutes=10)
#: Days built in one transaction: one a day while all is well, more when there is much to make up for.
DAYS_AT_ONCE = timedelta(days=31)
#: Visitors have no name to ask for, and there may be one per action.
NAMELESS = "visitor"

DIMENSIONS = ("meter", "feature", "route", "state", "outcome", "error_code")
SUMS: dict[str, Any] = {
    "actions": Count("pk"),
    "units": Sum("units"),
    "late": Count("pk", filter=Q(late=True)),
    "tokens_in": Sum("tokens_in"),
    "tokens_out": Sum("tokens_out"),
    "cost_millionths": Coalesce(Sum("cost_millionths"), 0),
    "surcharge_millionths": Coalesce(Sum("surcharge_millionths"), 0),
    "priced": Count("cost_millionths"),
}
#: The same over rows that are sums already.
SUMS_OF_SUMS: dict[str, Any] = {name: Sum(name) for name in SUMS}


def roll_up(now: datetime | None = None, *, budget_seconds: float = 20) -> int:
    """Bring every account's roll-ups up to date, as far as the time allows; how many days were built.

    Safe to run at any time, by several workers at once, and to be killed.
    """
    moment = now or timezone.now()
    give_up_at = time.monotonic() + budget_seconds
    built = 0
    for account in _behind(moment):
        builder = _Builder(account, moment)
        while days := builder.build_next():
            built += days
            if time.monotonic() >= give_up_at:
                return built
    return built


def trusted(accounts: Iterable[SiteAccount]) -> dict[int, date]:
    """Up to which day, exclusive, each account's roll-ups say what its rows say; absent where they do not.

    Accounts come with their wallets. Two queries.
    """
    zones = {account.pk: account.wallet.time_zone for account in accounts}
    kept = {
        each.account_id: each
        for each in patiently(lambda: list(rows(RollUp).filter(account__in=zones)))
        if each.time_zone == zones[each.account_id]
    }
    late = _late_rows({pk: (zones[pk], each.until) for pk, each in kept.items()})
    return {pk: each.until for pk, each in kept.items() if each.late == late[pk]}


def _late_rows(until: Mapping[int, tuple[str, date]]) -> Counter[int]:
    """How many late deliveries each account has before a day. They are rare, so they are counted here."""
    found = rows(Usage).filter(late=True, account__in=until).values_list("account_id", "created_at")
    return Counter(
        account for account, at in patiently(lambda: list(found)) if day_of(at, until[account][0]) < until[account][1]
    )


def closed_until(zone: str, now: datetime) -> date:
    """The first day of the zone whose rows may still change by themselves."""
    return day_of(now - timedelta(seconds=conf.hold_deadline) - GRACE, zone)


def _behind(now: datetime) -> list[SiteAccount]:
    """Accounts with something to build, those that are furthest behind first."""
    used = rows(Usage).filter(account=OuterRef("pk"))
    accounts = list(rows(SiteAccount).filter(Exists(used)).select_related("wallet", "roll_up").order_by("pk"))
    right = trusted(accounts)

    def is_done(account: SiteAccount) -> bool:
        return account.pk in right and right[account.pk] >= closed_until(account.wallet.time_zone, now)

    waiting = [account for account in accounts if not is_done(account)]
    return sorted(waiting, key=lambda account: right.get(account.pk, date.min))


class _Builder:
    """One account, up to a month at a time; each step is a transaction of its own."""

    def __init__(self, account: SiteAccount, now: datetime) -> None:
        self.account = account
        self.zone = account.wallet.time_zone
        self.now = now
        self.closed = closed_until(self.zone, now)
        self.mine = rows(RollUp).filter(account=account)
        self.dirty: list[date] = []
        self._begin()

    def build_next(self) -> int:
        """Build some days; how many. None are built where nothing is left to do, or somebody else is doing it."""
        if self.dirty:
            return self._rebuild(self.dirty.pop())
        if (day := self._next_day()) is None:
            return 0
        return self._build(day, min(day + DAYS_AT_ONCE, self.closed) - timedelta(days=1))

    def _begin(self) -> None:
        kept = patiently(self.mine.first)
        if kept is not None and kept.time_zone != self.zone:
            transact(self._forget)
            kept = None
        if kept is None:
            first = self._used().order_by("created_at").values_list("created_at", flat=True).first()
            self.until = min(self.closed, day_of(first, self.zone)) if first else self.closed
            new = RollUp(account=self.account, time_zone=self.zone, until=self.until)
            rows(RollUp).bulk_create([new], ignore_conflicts=True)
            return
        self.until = kept.until
        self.dirty = self._changed_days()

    def _forget(self) -> None:
        self.mine.delete()
        rows(UsageDay).filter(account=self.account).delete()

    def _used(self) -> QuerySet[Usage]:
        return rows(Usage).filter(account=self.account)

    def _of(self, first: date, last: date) -> Any:
        """The rows of these days, annotated with their date."""
        near = self._used().filter(**around(first, last, self.zone)).order_by()
        return near.annotate(day=local_day([(self.zone, [self.account.pk])])).filter(day__gte=first, day__lte=last)

    def _changed_days(self) -> list[date]:
        """Built days with other late deliveries than were built, and the last one, if it got more rows."""
        late = self._used().filter(late=True).values_list("created_at", flat=True)
        found = Counter(day_of(at, self.zone) for at in late)
        built = rows(UsageDay).filter(account=self.account, day__lt=self.until).order_by()
        kept = dict(built.filter(late__gt=0).values_list("day").annotate(Sum("late")))
        changed = {day for day in found.keys() | kept.keys() if day < self.until and found[day] != kept.get(day, 0)}
        last = self.until - timedelta(days=1)
        actions = built.filter(day=last).aggregate(total=Coalesce(Sum("actions"), 0))["total"]
        if self._of(last, last).count() != actions:
            changed.add(last)
        return sorted(changed)

    def _next_day(self) -> date | None:
        """The next closed day with rows, all of them resolved; days without any are passed over."""
        if self.until >= self.closed:
            return None
        since = midnight(self.until, self.zone)
        later = self._used().filter(created_at__gte=since).order_by("created_at")
        first = later.values_list("created_at", flat=True).first()
        day = min(day_of(first, self.zone), self.closed) if first else self.closed
        if day < self.closed:
            self._resolve(day)
        if day >= self.closed:
            self.mine.filter(until=self.until, time_zone=self.zone).update(until=self.closed)
            return None
        return day

    def _resolve(self, day: date) -> None:
        """Give back holds past their deadline; a day with one that is still open is not closed."""
        held = self._of(day, self.closed - timedelta(days=1)).filter(state=Usage.State.HELD)
        for meter in held.values_list("meter", flat=True).distinct():
            metering.roll_forward(self.account.wallet, meter, now=self.now)
        still_held = held.values_list("day", flat=True).order_by("day").first()
        self.closed = still_held or self.closed

    def _build(self, first: date, last: date) -> int:
        def body() -> int:
            # The first statement is the lock: whoever else builds these days finds that they are built.
            mine = self.mine.filter(until=self.until, time_zone=self.zone)
            return self._write(first, last) if mine.update(until=last + timedelta(days=1)) else 0

        days = transact(body)
        self.until = last + timedelta(days=1)
        return days

    def _rebuild(self, day: date) -> int:
        def body() -> int:
            mine = self.mine.filter(until__gt=day, time_zone=self.zone)
            return self._write(day, day) if mine.update(until=F("until")) else 0

        return transact(body)

    def _write(self, first: date, last: date) -> int:
        """Replace what was built of these days; how many of them have rows."""
        old = rows(UsageDay).filter(account=self.account, day__gte=first, day__lte=last)
        late = old.aggregate(total=Coalesce(Sum("late"), 0))["total"]
        old.delete()
        found = grouped(self._of(first, last), ("day", *DIMENSIONS), SUMS)
        rows(UsageDay).bulk_create([UsageDay(account=self.account, **group) for group in found], batch_size=500)
        self._name_people(first, last)
        self.mine.update(late=F("late") + sum(group["late"] for group in found) - late)
        return len({group["day"] for group in found})

    def _name_people(self, first: date, last: date) -> None:
        named = self._of(first, last).exclude(actor_kind=NAMELESS)
        found = grouped(named, ("actor_kind", "actor_ref"), {"actor_label": Max("actor_label")})
        rows(UsagePerson).bulk_create(
            [UsagePerson(account=self.account, **person) for person in found],
            update_conflicts=True,
            unique_fields=["account", "actor_kind", "actor_ref"],
            update_fields=["actor_label"],
            batch_size=200,
        )


def grouped(found: QuerySet[Any], columns: Iterable[str], sums: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Sums by columns. In the query they have names of their own, or one would be taken for another's column."""
    named = {f"sum_{name}": expression for name, expression in sums.items()}
    groups = patiently(lambda: list(found.values(*columns).annotate(**named)))
    return [{name.removeprefix("sum_"): value for name, value in group.items()} for group in groups]
