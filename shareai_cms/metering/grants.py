"""Units given or bought: added once per source, frozen and thawed."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import IntegrityError
from django.utils import timezone

from shareai_cms.metering.balances import RANKS, locked, move
from shareai_cms.metering.burning import Change
from shareai_cms.metering.meters import check_units, get_meter
from shareai_cms.metering.retry import refresh, rows, transact
from shareai_cms.models import Grant, Wallet

#: Expiry of grants that never expire.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def grant(
    wallet: Wallet,
    meter: str,
    units: int,
    *,
    kind: str,
    source_ref: str,
    effective_at: datetime | None = None,
    expires_at: datetime | None = None,
    note: str = "",
    now: datetime | None = None,
) -> tuple[Grant, bool]:
    """Give a wallet units, once per ``source_ref``: the grant, and whether it is new.

    A source that granted before gives back its grant unchanged; ValueError where that one belongs to
    another wallet or meter.
    """
    moment = now or timezone.now()
    get_meter(meter)
    check_units(units)
    starts, ends = effective_at or moment, expires_at or NEVER
    if ends <= starts:
        raise ValueError("A grant expires after it takes effect.")
    new = Grant(
        wallet=wallet,
        meter=meter,
        kind=kind,
        rank=RANKS[Grant.Kind(kind)],
        source_ref=source_ref,
        units=units,
        remaining=units,
        effective_at=starts,
        expires_at=ends,
        note=note[:255],
    )
    try:
        found, is_new = transact(lambda: add(new, moment))
    except IntegrityError:
        # The same source at the same moment, for another balance: the lock did not order the two.
        found, is_new = rows(Grant).get(source_ref=source_ref), False
    if (found.wallet_id, found.meter) != (wallet.pk, meter):
        raise ValueError(f"'{source_ref}' has granted {found.meter} units to wallet {found.wallet_id} before.")
    return found, is_new


def freeze(grant: Grant, *, now: datetime | None = None) -> bool:
    """Keep a grant's units from being spent while its payment is disputed; False where it was frozen."""
    return transact(lambda: set_frozen(grant, True, now or timezone.now()))


def thaw(grant: Grant, *, now: datetime | None = None) -> bool:
    """Let a frozen grant's units be spent again; False where it was not frozen."""
    return transact(lambda: set_frozen(grant, False, now or timezone.now()))


def add(new: Grant, now: datetime) -> tuple[Grant, bool]:
    """Add a grant inside a ledger transaction, unless its source has granted before."""
    balance = locked(new.wallet_id, new.meter, now)
    if found := rows(Grant).filter(source_ref=new.source_ref).first():
        return found, False
    new.pk = None
    is_live = new.effective_at <= now
    new.state = Grant.State.LIVE if is_live else Grant.State.PENDING
    if new.expires_at <= now:
        new.state, new.expired, new.remaining = Grant.State.EXPIRED, new.units, 0
    new.save(force_insert=True)
    move(balance, Change(available=new.remaining if is_live else 0))
    return new, True


def set_frozen(grant: Grant, is_frozen: bool, now: datetime) -> bool:
    """Freeze or thaw inside a ledger transaction; False where it was so before."""
    balance = locked(grant.wallet_id, grant.meter, now)
    if not rows(Grant).filter(pk=grant.pk, is_frozen=not is_frozen).update(is_frozen=is_frozen):
        return False
    refresh(grant)
    if grant.state == Grant.State.LIVE:
        units = grant.remaining if is_frozen else -grant.remaining
        move(balance, Change(available=-units, frozen=units))
    return True
