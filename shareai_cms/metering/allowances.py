"""What is left, read from the balance row: flat, however many actions there were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from shareai_cms.metering import budgets
from shareai_cms.metering.balances import current
from shareai_cms.metering.meters import limited_meters
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Balance, SiteAccount
from shareai_cms.permissions import Actor


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """One meter of one account at one moment, in whole units."""

    meter: str
    available: int
    held: int
    frozen: int
    #: In the current period.
    spent: int
    #: When the plan's allowance is filled again, UTC.
    resets_at: datetime
    #: IANA name of the wallet's zone, in which ``resets_at`` is a midnight.
    time_zone: str

    @property
    def left(self) -> int:
        return self.available

    @property
    def total(self) -> int:
        """What there was to spend in this period, as far as it is not frozen."""
        return self.spent + self.available + self.held


def allowance(account: SiteAccount, *, now: datetime | None = None) -> tuple[Allowance, ...]:
    """What the account has left on every meter that editors see; one query while nothing is due."""
    moment = now or timezone.now()
    wallet_id = account.wallet_id
    found = {row.meter: row for row in patiently(lambda: list(rows(Balance).filter(wallet_id=wallet_id)))}
    return tuple(_read(account, meter.slug, found.get(meter.slug), moment) for meter in limited_meters())


def allowance_of(account: SiteAccount, meter: str, *, now: datetime | None = None) -> Allowance:
    """What the account has left on one meter; one query while nothing is due."""
    mine = rows(Balance).filter(wallet_id=account.wallet_id, meter=meter)
    return _read(account, meter, patiently(mine.first), now or timezone.now())


def within_budgets(account: SiteAccount, meter: str, actor: Actor, *, now: datetime | None = None) -> int:
    """The units that an action of this actor could take at this moment, of the balance and of every budget.

    No query more than ``allowance_of`` for an account that was found to have no budgets, else two.
    """
    available = allowance_of(account, meter, now=now).available
    share = budgets.left(account, meter, actor) if getattr(account, "has_budgets", True) else None
    return available if share is None else min(available, share)


def _read(account: SiteAccount, meter: str, balance: Balance | None, now: datetime) -> Allowance:
    if balance is None or balance.next_change_at <= now:
        balance = current(account.wallet_id, meter, now)
    return Allowance(
        meter=meter,
        available=balance.available,
        held=balance.held,
        frozen=balance.frozen,
        spent=balance.spent - balance.spent_before_period,
        resets_at=balance.period_end,
        time_zone=account.wallet.time_zone,
    )
