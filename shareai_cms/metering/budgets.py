"""Shares of a wallet: limits per period for a site, a group, a person or a business unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q, Sum

from shareai_cms.errors import BudgetExhausted
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Balance, Budget, BudgetAllocation, BudgetUse, SiteAccount, Usage
from shareai_cms.permissions import Actor


def matching(account: SiteAccount, meter: str, actor: Actor, business_unit: str) -> list[Budget]:
    """Every budget that this action counts against, in the order in which they are locked."""
    scope = (
        Q(scope=Budget.Scope.ACCOUNT, reference=str(account.pk))
        | Q(scope=Budget.Scope.ACTOR, reference=f"{actor.kind}:{actor.reference}")
        | Q(scope=Budget.Scope.GROUP)
    )
    if business_unit:
        scope |= Q(scope=Budget.Scope.BUSINESS_UNIT, reference=business_unit)
    wanted = rows(Budget).filter(scope, wallet_id=account.wallet_id, meter=meter).order_by("pk")
    found = patiently(lambda: list(wanted))
    groups = _groups_of(actor) if any(budget.scope == Budget.Scope.GROUP for budget in found) else frozenset()
    return [budget for budget in found if budget.scope != Budget.Scope.GROUP or budget.reference in groups]


def left(account: SiteAccount, meter: str, actor: Actor, business_unit: str = "") -> int | None:
    """The units that the tightest budget still gives in the period that the balance is in, ``None`` without any."""
    found = matching(account, meter, actor, business_unit)
    if not found:
        return None
    period = rows(Balance).filter(wallet_id=account.wallet_id, meter=meter).values("period_start")
    uses = rows(BudgetUse).filter(budget__in=found, period_start__in=period)
    used = patiently(lambda: dict(uses.values_list("budget", "used")))
    return min(budget.limit - used.get(budget.pk, 0) for budget in found)


def _groups_of(actor: Actor) -> frozenset[str]:
    if actor.user is None:
        return frozenset()
    return frozenset(str(pk) for pk in actor.user.groups.values_list("pk", flat=True))


def take(budgets: Sequence[Budget], usage: Usage) -> list[BudgetUse]:
    """Count the usage's units against each budget, or raise BudgetExhausted, which undoes the transaction."""
    mine = rows(Balance).filter(wallet_id=usage.wallet_id, meter=usage.meter)
    period_start = mine.values_list("period_start", flat=True).get()
    for budget in budgets:
        if not _count(budget, period_start, usage.units):
            raise BudgetExhausted(f"budget {budget.pk} ({budget.scope}) allows {budget.limit} {usage.meter} per period")
    return list(rows(BudgetUse).filter(budget__in=budgets, period_start=period_start))


def _count(budget: Budget, period_start: datetime, units: int) -> bool:
    mine = rows(BudgetUse).filter(budget=budget, period_start=period_start)
    within = mine.filter(used__lte=budget.limit - units)
    if within.update(used=F("used") + units):
        return True
    rows(BudgetUse).bulk_create([BudgetUse(budget=budget, period_start=period_start)], ignore_conflicts=True)
    return bool(within.update(used=F("used") + units))


def record_use(usage: Usage, uses: Sequence[BudgetUse]) -> None:
    rows(BudgetAllocation).bulk_create([BudgetAllocation(usage=usage, use=use, units=usage.units) for use in uses])


def give_back(**usage_filter: object) -> None:
    """Take the matching usage rows off the budgets that they were counted against."""
    taken = rows(BudgetAllocation).filter(**{f"usage__{name}": value for name, value in usage_filter.items()})
    for use_id, units in taken.order_by("use").values_list("use").annotate(total=Sum("units")):
        rows(BudgetUse).filter(pk=use_id).update(used=F("used") - units)
