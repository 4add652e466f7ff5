"""Rebuilds every balance from its rows and names whatever does not agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.db import connections, models, transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from shareai_cms.metering.balances import next_change
from shareai_cms.metering.retry import ledger_alias, patiently, rows
from shareai_cms.models import Balance, BudgetUse, Grant, Usage, UsageAllocation, Wallet

#: How far the clocks of servers, and the wait for a lock, may move a settlement across a period's start.
CLOCK_TOLERANCE = timedelta(seconds=60)

M = TypeVar("M", bound=models.Model)

_COUNTED = (Usage.State.HELD, Usage.State.SETTLED)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One place where the ledger contradicts itself."""

    wallet_id: int
    meter: str
    #: What was compared.
    rule: str
    expected: object
    found: object

    def __str__(self) -> str:
        return f"wallet {self.wallet_id}, {self.meter}: {self.rule} is {self.found}, but the rows say {self.expected}"


@dataclass
class Totals:
    """A balance as its rows have it."""

    available: int = 0
    frozen: int = 0
    held: int = 0
    spent: int = 0
    #: Units of grants that have taken effect, less what expired and what was clawed back.
    effective: int = 0


def audit(wallet: Wallet | None = None) -> list[Finding]:
    """Every contradiction in the ledger, of one wallet or of all; empty where all is well."""
    scope: dict[str, Any] = {} if wallet is None else {"wallet_id": wallet.pk}
    return patiently(lambda: _audit(scope))


def late_deliveries(wallet: Wallet | None = None) -> list[Usage]:
    """Actions that delivered after their hold's deadline and were therefore free, newest first."""
    late = rows(Usage).filter(late=True).select_related("account").order_by("-created_at")
    return list(late if wallet is None else late.filter(wallet=wallet))


def _audit(scope: dict[str, Any]) -> list[Finding]:
    with _snapshot():
        balances = {(row.wallet_id, row.meter): row for row in rows(Balance).filter(**scope)}
        totals = _rebuild(scope)
        found: list[Finding] = []
        for place in sorted(balances.keys() | totals.keys()):
            balance = balances.get(place) or Balance(wallet_id=place[0], meter=place[1])
            found += _compare(balance, totals[place])
        for balance in balances.values():
            found += _check_period(balance)
            found += _check_clock(balance)
        return [*found, *_check_grants(scope), *_check_usage(scope), *_check_allocations(scope), *_check_budgets(scope)]


@contextmanager
def _snapshot() -> Iterator[None]:
    """One moment for all queries. SQLite gives it to any transaction, PostgreSQL has to be asked."""
    connection = connections[ledger_alias()]
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(using=ledger_alias()):
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _rebuild(scope: dict[str, Any]) -> defaultdict[tuple[int, str], Totals]:
    totals: defaultdict[tuple[int, str], Totals] = defaultdict(Totals)
    _add_grants(totals, scope)
    _add_usage(totals, scope)
    return totals


def _add_grants(totals: defaultdict[tuple[int, str], Totals], scope: dict[str, Any]) -> None:
    in_effect = rows(Grant).filter(**scope).exclude(state=Grant.State.PENDING)
    places = in_effect.order_by().values_list("wallet_id", "meter", "is_frozen")
    effective = Sum(F("units") - F("expired") - F("clawed_back"))
    for wallet_id, meter, is_frozen, left, units in places.annotate(left=Sum("remaining"), effective=effective):
        into = totals[wallet_id, meter]
        into.effective += units
        if is_frozen:
            into.frozen += left
        else:
            into.available += left


def _add_usage(totals: defaultdict[tuple[int, str], Totals], scope: dict[str, Any]) -> None:
    counted = _of_usage(UsageAllocation, scope).filter(usage__state__in=_COUNTED)
    places = counted.order_by().values_list("usage__wallet_id", "usage__meter", "usage__state")
    for wallet_id, meter, state, units in places.annotate(total=Sum("units")):
        into = totals[wallet_id, meter]
        if state == Usage.State.HELD:
            into.held += units
        else:
            into.spent += units


def _compare(balance: Balance, totals: Totals) -> Iterator[Finding]:
    for name in ("available", "frozen", "held", "spent"):
        kept, expected = getattr(balance, name), getattr(totals, name)
        if kept != expected:
            yield _finding(balance, name, expected, kept)
        if kept < 0:
            yield _finding(balance, f"{name}, never negative,", "0 or more", kept)
    whole = balance.available + balance.frozen + balance.held + balance.spent
    if whole != totals.effective:
        yield _finding(balance, "available + frozen + held + spent", totals.effective, whole)


def _check_period(balance: Balance) -> Iterator[Finding]:
    """What was spent in this period; the minutes around its start may belong to either side."""
    settled = rows(Usage).filter(wallet_id=balance.wallet_id, meter=balance.meter, state=Usage.State.SETTLED)
    least, most = (
        settled.filter(resolved_at__gte=balance.period_start + shift).aggregate(total=Sum("units"))["total"] or 0
        for shift in (CLOCK_TOLERANCE, -CLOCK_TOLERANCE)
    )
    spent = balance.spent - balance.spent_before_period
    if not least <= spent <= most:
        yield _finding(balance, "spent in this period", most, spent)


def _check_clock(balance: Balance) -> Iterator[Finding]:
    """Units that time is to give back or take away must be waited for."""
    due = next_change(balance)
    if balance.next_change_at > due:
        yield _finding(balance, "next_change_at", due, balance.next_change_at)


def _check_grants(scope: dict[str, Any]) -> Iterator[Finding]:
    used = Coalesce(Sum("allocations__units", filter=Q(allocations__usage__state__in=_COUNTED)), 0)
    whole = F("remaining") + F("expired") + F("clawed_back") + used
    for grant in rows(Grant).filter(**scope).annotate(whole=whole).exclude(whole=F("units")):
        yield _finding(grant, f"grant {grant.pk}: remaining + used + expired + clawed back", grant.units, grant.whole)
    for owing in rows(Grant).filter(**scope, remaining__gt=0, clawback_due__gt=0):
        yield _finding(owing, f"grant {owing.pk}: remaining while a clawback is due", 0, owing.remaining)


def _check_usage(scope: dict[str, Any]) -> Iterator[Finding]:
    usage = rows(Usage).filter(**scope)
    parts = Coalesce(Sum("allocations__units"), 0)
    for paid in usage.annotate(parts=parts).exclude(parts=F("units")):
        yield _finding(paid, f"usage {paid.pk}: sum of its grants' parts", paid.units, paid.parts)
    is_open = Q(state=Usage.State.HELD)
    for row in usage.filter((is_open & Q(resolved_at__isnull=False)) | (~is_open & Q(resolved_at__isnull=True))):
        yield _finding(row, f"usage {row.pk}: time of resolution", f"that of state {row.state}", row.resolved_at)
    for row in usage.filter(late=True, state__in=_COUNTED):
        yield _finding(row, f"usage {row.pk}: late", False, True)


def _check_allocations(scope: dict[str, Any]) -> Iterator[Finding]:
    parts = _of_usage(UsageAllocation, scope)
    strays = parts.exclude(grant__wallet=F("usage__wallet"), grant__meter=F("usage__meter"))
    for part in strays.select_related("usage", "grant"):
        expected = f"{part.usage.wallet_id} {part.usage.meter}"
        yield _finding(part.usage, f"usage {part.usage_id}: paying wallet", expected, part.grant.wallet_id)


def _check_budgets(scope: dict[str, Any]) -> Iterator[Finding]:
    counted = Coalesce(Sum("allocations__units", filter=Q(allocations__usage__state__in=_COUNTED)), 0)
    uses = rows(BudgetUse).filter(**{f"budget__{name}": value for name, value in scope.items()})
    for use in uses.annotate(counted=counted).exclude(counted=F("used")).select_related("budget"):
        yield _finding(use.budget, f"budget {use.budget_id} from {use.period_start:%Y-%m-%d}", use.counted, use.used)


def _of_usage(model: type[M], scope: dict[str, Any]) -> models.QuerySet[M]:
    return rows(model).filter(**{f"usage__{name}": value for name, value in scope.items()})


def _finding(row: models.Model, rule: str, expected: object, found: object) -> Finding:
    place: Any = row
    return Finding(wallet_id=place.wallet_id, meter=place.meter, rule=rule, expected=expected, found=found)
