"""Balances and time: whatever became due is booked before anyone reads or moves a balance.

Every writer locks the balance first, so a balance with its grants, holds and budgets is only ever
changed by one transaction at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Min
from django.utils import timezone

from shareai_cms.metering import budgets, burning
from shareai_cms.metering.burning import Change
from shareai_cms.metering.meters import all_meters
from shareai_cms.metering.periods import Period, period_after
from shareai_cms.metering.retry import (
    is_contention,
    is_inside_transaction,
    ledger_alias,
    patiently,
    refresh,
    rows,
    transact,
)
from shareai_cms.models import Balance, Grant, PlanAllowance, Usage, Wallet
from shareai_cms.signals import period_began

#: Units per period of a meter that is recorded but never refused.
UNLIMITED = 10**12

#: When the period before the first one ended.
_NO_PERIOD = datetime(1970, 1, 1, tzinfo=UTC)

#: Burn order among grants that expire together.
RANKS = {Grant.Kind.ALLOWANCE: 0, Grant.Kind.PROMO: 1, Grant.Kind.ADJUSTMENT: 2, Grant.Kind.TOPUP: 3}


def roll_forward(wallet: Wallet, meter: str, *, now: datetime | None = None) -> None:
    """Book what time has changed since the last look: new period, grants, expiries, overdue holds."""
    current(wallet.pk, meter, now or timezone.now())


def roll_due(*, now: datetime | None = None, goes_on: Callable[[], bool] = lambda: True) -> tuple[int, bool]:
    """Roll every balance forward that time has changed: how many, and whether there are more.

    One that cannot be rolled does not stop the others; the first such error is raised after them.
    """
    moment = now or timezone.now()
    due = rows(Balance).filter(next_change_at__lte=moment).order_by("next_change_at")
    rolled, errors = 0, list[Exception]()
    for wallet_id, meter in patiently(lambda: list(due.values_list("wallet_id", "meter"))):
        if not goes_on():
            return rolled, True
        try:
            current(wallet_id, meter, moment)
            rolled += 1
        except (OperationalError, InterfaceError):
            raise  # the database itself, which the others would meet too
        except Exception as error:  # noqa: BLE001  a wallet whose time zone this machine does not know, for one
            errors.append(error)
    if errors:
        raise errors[0]
    return rolled, False


def current(wallet_id: int, meter: str, now: datetime) -> Balance:
    """The balance as of ``now``; one query while nothing is due."""
    found = patiently(lambda: rows(Balance).filter(wallet_id=wallet_id, meter=meter).first())
    if found is not None and now < found.next_change_at:
        return found
    if is_inside_transaction():
        return _foreseen(wallet_id, meter, now, found)
    return transact(lambda: locked(wallet_id, meter, now))


def locked(wallet_id: int, meter: str, now: datetime) -> Balance:
    """Lock the balance for the rest of the transaction that the caller has begun, and bring it up to date."""
    mine = rows(Balance).filter(wallet_id=wallet_id, meter=meter)
    # A write is the only lock that SQLite knows, and must be the transaction's first statement there.
    if not mine.update(held=F("held")):
        new = Balance(
            wallet_id=wallet_id, meter=meter, period_start=_NO_PERIOD, period_end=_NO_PERIOD, next_change_at=_NO_PERIOD
        )
        rows(Balance).bulk_create([new], ignore_conflicts=True)
        mine.update(held=F("held"))
    balance = mine.get()
    if balance.next_change_at <= now:
        _advance(balance, now)
        refresh(balance)
    return balance


def _foreseen(wallet_id: int, meter: str, now: datetime, booked: Balance | None) -> Balance:
    """What ``current`` would give, for a page that is built inside the site's own transaction.

    Nothing is kept, so that the page's transaction does not lock the balance until its end.
    """
    try:
        with transaction.atomic(using=ledger_alias()):
            balance = locked(wallet_id, meter, now)
            transaction.set_rollback(True, using=ledger_alias())
    except OperationalError as error:
        # Only the site could try its transaction again: rather a page that is a moment behind than none.
        if booked is None or not is_contention(error):
            raise
        return booked
    return balance


def move(balance: Balance, change: Change) -> None:
    """Add to a locked balance; the change may bring the next one nearer."""
    rows(Balance).filter(pk=balance.pk).update(
        available=F("available") + change.available,
        held=F("held") + change.held,
        frozen=F("frozen") + change.frozen,
        next_change_at=next_change(balance),
    )


def next_change(balance: Balance) -> datetime:
    """The earliest moment at which time alone changes this balance."""
    mine = {"wallet_id": balance.wallet_id, "meter": balance.meter}
    grants = rows(Grant).filter(**mine)
    moments = (
        balance.period_end,
        grants.filter(state=Grant.State.PENDING).aggregate(at=Min("effective_at"))["at"],
        # Also of grants that are used up: a hold may still give units back to them.
        grants.filter(state=Grant.State.LIVE).aggregate(at=Min("expires_at"))["at"],
        rows(Usage).filter(**mine, state=Usage.State.HELD).aggregate(at=Min("deadline"))["at"],
    )
    return min(moment for moment in moments if moment is not None)


def _advance(balance: Balance, now: datetime) -> None:
    _begin_period(balance, now)
    move(balance, _activate(balance, now) + _expire_holds(balance, now) + _expire_grants(balance, now))


def _begin_period(balance: Balance, now: datetime) -> None:
    if now < balance.period_end:
        return
    # Read again: the caller's wallet may be older than a change of plan, zone or anchor day.
    wallet = rows(Wallet).get(pk=balance.wallet_id)
    period = period_after(wallet, balance.period_end, now)
    balance.period_start, balance.period_end = period.start, period.end
    rows(Balance).filter(pk=balance.pk).update(
        spent_before_period=F("spent"), period_start=period.start, period_end=period.end
    )
    _announce(wallet.pk, balance.meter, period)
    units = _allowance_of(wallet, balance.meter)
    source_ref = f"allowance:{wallet.pk}:{balance.meter}:{period.start.isoformat()}"
    if units and not rows(Grant).filter(source_ref=source_ref).exists():
        rows(Grant).create(
            wallet=wallet,
            meter=balance.meter,
            kind=Grant.Kind.ALLOWANCE,
            rank=RANKS[Grant.Kind.ALLOWANCE],
            source_ref=source_ref,
            units=units,
            remaining=units,
            effective_at=period.start,
            expires_at=period.end,
        )


def _announce(wallet_id: int, meter: str, period: Period) -> None:
    def send() -> None:
        period_began.send_robust(Balance, wallet_id=wallet_id, meter=meter, period=period)

    # Not for a page that only looks ahead: what it books is rolled back, and this with it.
    transaction.on_commit(send, using=ledger_alias(), robust=True)


def _allowance_of(wallet: Wallet, meter: str) -> int:
    declared = all_meters().get(meter)
    if declared is not None and not declared.is_limited:
        return UNLIMITED
    included = rows(PlanAllowance).filter(plan_id=wallet.plan_id, meter=meter)
    return included.values_list("units", flat=True).first() or 0


def _activate(balance: Balance, now: datetime) -> Change:
    pending = rows(Grant).filter(
        wallet_id=balance.wallet_id, meter=balance.meter, state=Grant.State.PENDING, effective_at__lte=now
    )
    change = Change()
    for grant in pending:
        change += Change(frozen=grant.remaining) if grant.is_frozen else Change(available=grant.remaining)
    pending.update(state=Grant.State.LIVE)
    return change


def _expire_holds(balance: Balance, now: datetime) -> Change:
    """The outcome of an overdue call is unknown: it costs nothing."""
    overdue = {
        "wallet_id": balance.wallet_id,
        "meter": balance.meter,
        "state": Usage.State.HELD,
        "deadline__lte": now,
    }
    parts = burning.parts_of(**overdue)
    if not parts:
        return Change()
    budgets.give_back(**overdue)
    rows(Usage).filter(**overdue).update(
        state=Usage.State.EXPIRED, outcome=Usage.Outcome.UNKNOWN, resolved_at=now, error_code="interrupted"
    )
    return burning.give_back(parts) + Change(held=-sum(parts.values()))


def _expire_grants(balance: Balance, now: datetime) -> Change:
    ended = rows(Grant).filter(
        wallet_id=balance.wallet_id, meter=balance.meter, state=Grant.State.LIVE, expires_at__lte=now
    )
    change = Change()
    for grant in ended:
        change += Change(frozen=-grant.remaining) if grant.is_frozen else Change(available=-grant.remaining)
    ended.update(expired=F("expired") + F("remaining"), remaining=0, state=Grant.State.EXPIRED)
    return change
