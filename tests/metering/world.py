"""A wallet with a clock of its own, and short words for what is done to it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from shareai_cms import metering
from shareai_cms.conf import conf
from shareai_cms.models import Balance, Grant, Plan, PlanAllowance, SiteAccount, Usage, Wallet
from shareai_cms.permissions import Actor

#: A Tuesday in the middle of a period.
START = datetime(2026, 3, 10, 12, tzinfo=UTC)
ADA = Actor(kind="user", reference="1", label="Ada")

_numbers = itertools.count(1)


def plan_of(**units: int) -> Plan:
    number = next(_numbers)
    plan = Plan.objects.create(slug=f"plan-{number}", name=f"Plan {number}")
    PlanAllowance.objects.bulk_create(PlanAllowance(plan=plan, meter=meter, units=n) for meter, n in units.items())
    return plan


class World:
    """One account with its wallet; every call happens at ``now``."""

    def __init__(self, *, time_zone: str = "UTC", anchor_day: int = 1, now: datetime = START, **plan: int) -> None:
        self.now = now
        self.wallet = Wallet.objects.create(
            plan=plan_of(**plan or {"writing": 10}), time_zone=time_zone, anchor_day=anchor_day
        )
        self.account = self.another_account()

    def another_account(self) -> SiteAccount:
        return SiteAccount.objects.create(
            platform="django", reference=str(next(_numbers)), environment=conf.environment, wallet=self.wallet
        )

    def pass_time(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def request(self, key: str | None = None, units: int = 1, **changes: Any) -> metering.HoldRequest:
        given = {
            "account": self.account,
            "meter": "writing",
            "units": units,
            "key": key or f"key-{next(_numbers)}",
            "fingerprint": "f" * 64,
            "actor": ADA,
            "feature": "rewrite",
        }
        return metering.HoldRequest(**{**given, **changes})

    def hold(self, units: int = 1, key: str | None = None, **changes: Any) -> metering.Hold:
        return metering.reserve(self.request(key, units, **changes), now=self.now)

    def settle(self, hold: metering.Hold, **options: Any) -> bool:
        return metering.settle(hold, now=self.now, **options)

    def release(self, hold: metering.Hold, outcome: str = "failed", **options: Any) -> bool:
        return metering.release(hold, outcome=outcome, now=self.now, **options)

    def spend(self, units: int = 1) -> None:
        assert self.settle(self.hold(units))

    def grant(self, units: int, kind: str = "topup", ref: str = "", meter: str = "writing", **options: Any) -> Grant:
        ref = ref or f"{kind}:{next(_numbers)}"
        return metering.grant(self.wallet, meter, units, kind=kind, source_ref=ref, now=self.now, **options)[0]

    def take_back(self, grant: Grant, units: int) -> Grant:
        """So many of the grant's units in all, as their payment went back; the grant as it is then."""
        kept = row(grant)
        bought = metering.Bought(
            meter=kept.meter,
            units=kept.units,
            source_ref=kept.source_ref,
            taken_back=units,
            is_frozen=kept.is_frozen,
        )
        [booked] = metering.book(self.wallet.pk, [kept.meter], lambda: [bought], now=self.now)
        return booked

    def roll(self) -> None:
        metering.roll_forward(self.wallet, "writing", now=self.now)

    @property
    def left(self) -> metering.Allowance:
        return metering.allowance_of(self.account, "writing", now=self.now)

    @property
    def balance(self) -> Balance:
        return Balance.objects.get(wallet=self.wallet, meter="writing")

    def assert_units(self, **expected: int) -> None:
        """The wallet's units as a reader sees them now, and a ledger without contradiction."""
        seen = self.left
        assert {name: getattr(seen, name) for name in expected} == expected
        self.assert_clean()

    def assert_clean(self) -> None:
        assert [str(finding) for finding in metering.audit(self.wallet)] == []


def paid_by(hold: metering.Hold) -> dict[str, int]:
    """Units by the source of the grant that paid them."""
    return dict(hold.usage.allocations.order_by("grant_id").values_list("grant__source_ref", "units"))


def row(thing: Usage | metering.Hold | Grant) -> Any:
    """The row as the database has it now."""
    thing = thing.usage if isinstance(thing, metering.Hold) else thing
    return type(thing)._default_manager.get(pk=thing.pk)


def user(name: str, **fields: Any) -> Any:
    return User.objects.create_user(f"{name}-{next(_numbers)}", **fields)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)
