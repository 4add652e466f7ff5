"""Units that were bought: brought to where their payment stands, whatever came before.

A payment can be confirmed, refunded, disputed and won again, told twice and in any order. So nothing here
adds to or takes from what an earlier message did: each call says what has to be true, and changes the
rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum
from django.utils import timezone

from shareai_cms.metering.balances import RANKS, locked, move
from shareai_cms.metering.burning import Change
from shareai_cms.metering.grants import NEVER, add, set_frozen
from shareai_cms.metering.meters import check_units
from shareai_cms.metering.retry import refresh, rows, transact
from shareai_cms.models import Balance, Grant, Usage, UsageAllocation


@dataclass(frozen=True, kw_only=True)
class Bought:
    """Units of one meter as their payment has them: the grant, and how much of it was taken back."""

    meter: str
    units: int
    #: One grant each, for ever.
    source_ref: str
    #: Units to be taken back in all, because their money went back.
    taken_back: int = 0
    is_frozen: bool = False
    expires_at: datetime = NEVER
    note: str = ""


def book(
    wallet_id: int,
    meters: Iterable[str],
    decide: Callable[[], Sequence[Bought]],
    *,
    now: datetime | None = None,
) -> tuple[Grant, ...]:
    """Lock the balances, let ``decide`` say what is bought, and make it so, in one transaction; the grants.

    ``decide`` reads and writes rows of its own while nobody else books for this wallet. It may run several
    times, each time after a rollback, and changes nothing where it raises.
    """
    moment = now or timezone.now()

    def body() -> tuple[Grant, ...]:
        # Before anything is read: on SQLite the first statement has to be a write.
        balances = {meter: locked(wallet_id, meter, moment) for meter in sorted(set(meters))}
        return tuple(_book(balances[one.meter], one, moment) for one in decide())

    return transact(body)


def taken_back(grant: Grant) -> int:
    """Units of the grant that were taken back, or will be as open holds give them back."""
    return grant.clawed_back + min(grant.clawback_due, open_units(grant))


def within_reach(grant: Grant) -> int:
    """Units of the grant that were or still can be taken back: all but those that are spent or have expired."""
    return grant.clawed_back + grant.remaining + open_units(grant)


def open_units(grant: Grant) -> int:
    """Units of the grant that open holds have taken."""
    held = rows(UsageAllocation).filter(grant=grant, usage__state=Usage.State.HELD)
    return held.aggregate(total=Sum("units"))["total"] or 0


def _book(balance: Balance, bought: Bought, now: datetime) -> Grant:
    check_units(bought.units)
    check_units(bought.taken_back, least=0)
    grant, _is_new = add(_grant_for(balance, bought, now), now)
    if grant.is_frozen != bought.is_frozen:
        set_frozen(grant, bought.is_frozen, now)
    _take_back(balance, grant, bought.taken_back)
    return grant


def _grant_for(balance: Balance, bought: Bought, now: datetime) -> Grant:
    return Grant(
        wallet_id=balance.wallet_id,
        meter=balance.meter,
        kind=Grant.Kind.TOPUP,
        rank=RANKS[Grant.Kind.TOPUP],
        source_ref=bought.source_ref,
        units=bought.units,
        remaining=bought.units,
        effective_at=now,
        expires_at=bought.expires_at,
        note=bought.note[:255],
    )


def _take_back(balance: Balance, grant: Grant, wanted: int) -> None:
    """Take back so many units of a grant in all, or give back what was taken beyond that.

    What open holds have taken is owed until they give it back. What was spent stays spent: other grants
    are never touched.
    """
    refresh(grant)
    change = min(wanted - grant.clawed_back, grant.remaining)
    owed = max(0, min(wanted - grant.clawed_back - change, open_units(grant)))
    if not change and owed == grant.clawback_due:
        return
    is_over = grant.state == Grant.State.EXPIRED
    rows(Grant).filter(pk=grant.pk).update(
        clawed_back=F("clawed_back") + change,
        # Given back after its end, units expire at once.
        remaining=F("remaining") - (0 if is_over else change),
        expired=F("expired") - (change if is_over else 0),
        clawback_due=owed,
    )
    refresh(grant)
    if grant.state == Grant.State.LIVE:
        move(balance, Change(frozen=-change) if grant.is_frozen else Change(available=-change))
