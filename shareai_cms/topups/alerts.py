"""Thresholds that a meter's use has reached: told once in each period, and again after a top-up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from shareai_cms.metering.meters import limited_meters
from shareai_cms.metering.retry import ledger_alias, patiently, rows
from shareai_cms.models import Alert, Balance, Grant, Usage
from shareai_cms.signals import action_delivered, threshold_reached
from shareai_cms.topups.levels import THRESHOLDS, threshold_of

if TYPE_CHECKING:
    from shareai_cms.metering import Allowance

log = logging.getLogger("shareai_cms.topups")


def find_alerts(
    *, now: datetime | None = None, goes_on: Callable[[], bool] = lambda: True, **only: Any
) -> tuple[int, bool]:
    """Tell of every threshold that was reached and not told of: how many, and whether there are more."""
    told = 0
    for balance in patiently(lambda: list(_reached(now or timezone.now()).filter(**only))):
        if not goes_on():
            return told, True
        told += _tell(balance, now or timezone.now())
    return told, False


def hear_delivery(usage: Usage, allowance: Allowance | None = None, **_: Any) -> None:
    """An action has delivered: costs nothing while less than the first threshold is used."""
    if allowance is not None and threshold_of(allowance.spent, allowance.total):
        find_alerts(wallet_id=usage.wallet_id, meter=usage.meter)


def connect() -> None:
    """Called once, when the app is ready."""
    action_delivered.connect(hear_delivery, dispatch_uid="shareai_cms.topups.alerts")


def topups_of(wallet_id: int) -> int:
    """Purchases that a wallet has got, of whatever meter."""
    return rows(Grant).filter(wallet_id=wallet_id, kind=Grant.Kind.TOPUP).count()


def _reached(now: datetime) -> QuerySet[Balance, Any]:
    """Balances whose highest threshold has no row yet, with ``threshold`` and ``topups``; one query."""
    spent = F("spent") - F("spent_before_period")
    total = spent + F("available") + F("held")
    bought = rows(Grant).filter(wallet=OuterRef("wallet"), meter=OuterRef("meter"), kind=Grant.Kind.TOPUP)
    number = bought.order_by().values("wallet").annotate(number=Count("pk")).values("number")
    steps = [When(used__gte=F("whole") * each, then=Value(each)) for each in reversed(THRESHOLDS)]
    known = rows(Alert).filter(
        wallet=OuterRef("wallet"),
        meter=OuterRef("meter"),
        period_start=OuterRef("period_start"),
        threshold=OuterRef("threshold"),
        topups=OuterRef("topups"),
    )
    # Balances of a period that is over wait until they are rolled forward.
    present = rows(Balance).filter(period_end__gt=now, spent__gt=F("spent_before_period"))
    present = present.filter(meter__in=[meter.slug for meter in limited_meters()])
    return (
        present.annotate(used=spent * 100, whole=total)
        .annotate(
            threshold=Case(*steps, default=Value(0), output_field=IntegerField()),
            topups=Coalesce(Subquery(number, output_field=IntegerField()), 0),
        )
        .filter(threshold__gt=0)
        .exclude(Exists(known))
        .order_by("pk")
    )


def _tell(balance: Any, now: datetime) -> bool:
    """Keep the rows and the letters together; False where another process has told."""
    from shareai_cms.topups import letters

    threshold: int = balance.threshold
    new = [_alert(balance, each, now) for each in reversed(THRESHOLDS) if each <= threshold]
    written = letters.threshold_letters(new[0])
    try:
        patiently(lambda: _keep(new, written))
    except IntegrityError:
        return False
    log.info("wallet=%d meter=%s event=threshold percent=%d", balance.wallet_id, balance.meter, threshold)
    threshold_reached.send_robust(Alert, alert=new[0])
    return True


def _keep(new: list[Alert], written: list[Any]) -> None:
    from shareai_cms.topups import outbox

    with transaction.atomic(using=ledger_alias()):
        # The highest decides who tells; those below it may have been told of before.
        new[0].pk = None
        new[0].save(force_insert=True, using=ledger_alias())
        rows(Alert).bulk_create(new[1:], ignore_conflicts=True)
        outbox.put(written)


def _alert(balance: Any, threshold: int, now: datetime) -> Alert:
    return Alert(
        wallet_id=balance.wallet_id,
        meter=balance.meter,
        period_start=balance.period_start,
        threshold=threshold,
        topups=balance.topups,
        created_at=now,
    )
