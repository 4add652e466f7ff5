from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shareai_cms import metering
from shareai_cms.errors import ShareAIError
from shareai_cms.models import Balance, Budget, BudgetUse, Grant, Order, Usage
from shareai_cms.permissions import Actor
from shareai_cms.topups.providers import Paid, Status
from tests.metering.reference import NEVER, Reference
from tests.metering.test_budgets import BOB
from tests.metering.world import ADA, plan_of, row, utc
from tests.topups.shop import Shop, dispute, refund

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]

UNITS = st.integers(1, 8)
PICK = st.integers(0, 10_000)
#: Of orders that cost 1,000: a refund or dispute over a part, the rest, or more than there was.
AMOUNT = st.sampled_from([1, 250, 333, 500, 1_000, 1_500])
NEWS_AT = st.integers(0, 5)
#: What the reference calls them, and what the table does.
AMOUNTS = {
    "units": "units",
    "remaining": "remaining",
    "expired": "expired",
    "clawed": "clawed_back",
    "due": "clawback_due",
}


class LedgerMachine(RuleBasedStateMachine):
    """Everything that can happen to a wallet, in any order, next to plain dictionaries."""

    steps = 0

    @initialize(anchor_day=st.sampled_from([1, 15, 31]), plan=st.integers(0, 20), begins=st.integers(0, 400))
    def open(self, anchor_day: int, plan: int, begins: int) -> None:
        now = utc(2027, 12, 20, 23, 50) + timedelta(days=begins)
        self.world = Shop(anchor_day=anchor_day, now=now, writing=plan or 1)
        if not plan:
            self.world.wallet.plan.allowances.all().delete()
        self.latest = now
        self.reference = Reference(plan=plan, anchor_day=anchor_day)
        self.holds: dict[str, metering.Hold] = {}
        self.grants: dict[str, Grant] = {}
        self.orders: dict[str, Order] = {}

    @property
    def now(self) -> datetime:
        return self.world.now

    # Time.

    @rule(seconds=st.sampled_from([1, 60, 150, 299, 301, 3_600]))
    def pass_time(self, seconds: int) -> None:
        self.world.pass_time(seconds=seconds)

    @rule(days=st.integers(1, 70))
    def let_periods_pass(self, days: int) -> None:
        self.world.pass_time(days=days)

    @rule()
    def come_to_the_periods_end(self) -> None:
        self.look()
        self.world.now = self.world.left.resets_at

    @rule(seconds=st.integers(1, 30))
    def set_the_clock_back(self, seconds: int) -> None:
        """By as much as the clocks of servers may differ, all in all."""
        self.look()
        self.latest = max(self.latest, self.now)
        self.world.now = max(self.now - timedelta(seconds=seconds), self.latest - timedelta(seconds=30))

    @rule()
    def look(self) -> None:
        self.reference.roll(self.now)
        seen = self.world.left
        assert self.reference.period is not None
        assert (seen.resets_at, seen.spent) == (
            self.reference.period[1],
            self.reference.spent() - self.reference.spent_before,
        )
        self._compare()

    # Grants.

    @rule(
        units=UNITS,
        kind=st.sampled_from(["promo", "adjustment", "topup"]),
        starts=st.sampled_from([-3_600, 0, 0, 120, 86_400]),
        lasts=st.sampled_from([60, 400, 90_000, 5_000_000, None, None]),
    )
    def grant(self, units: int, kind: str, starts: int, lasts: int | None) -> None:
        begins = self.now + timedelta(seconds=starts)
        ends = begins + timedelta(seconds=lasts) if lasts else NEVER
        self._grant(f"{self.world.wallet.pk}:{kind}:{len(self.grants)}", kind, units, begins, ends)

    @precondition(lambda self: self.grants)
    @rule(pick=PICK)
    def deliver_a_payment_again(self, pick: int) -> None:
        known = row(self._grant_at(pick))
        self._grant(known.source_ref, known.kind, known.units, known.effective_at, known.expires_at)

    def _grant(self, ref: str, kind: str, units: int, begins: datetime, ends: datetime) -> None:
        expected = self.reference.grant(ref, kind, units, begins, ends, self.now)
        wallet = self.world.wallet
        grant, is_new = metering.grant(
            wallet, "writing", units, kind=kind, source_ref=ref, effective_at=begins, expires_at=ends, now=self.now
        )
        assert is_new == expected
        self.grants[ref] = grant

    @precondition(lambda self: self.grants)
    @rule(pick=PICK, frozen=st.booleans())
    def freeze_or_thaw(self, pick: int, frozen: bool) -> None:
        grant = self._grant_at(pick)
        change = metering.freeze if frozen else metering.thaw
        assert change(grant, now=self.now) == self.reference.freeze(self._ref(grant), frozen, self.now)

    # Purchases: what a provider says of them, again and in any order.

    @precondition(lambda self: len(self.orders) < 3)
    @rule(units=st.integers(1, 12))
    def place_an_order(self, units: int) -> None:
        self.world.bundle.contents.update(units=units)
        order = self.world.place()
        ref = f"order:{order.pk}:writing"
        self.orders[ref] = order
        self.reference.order(ref, units, order.price_minor)

    @precondition(lambda self: self.orders)
    @rule(pick=PICK, paid=st.sampled_from(Paid))
    def hear_of_a_payment(self, pick: int, paid: Paid) -> None:
        ref, order = self._order_at(pick)
        self.world.say(order, paid)
        self.reference.say(ref, self.now, paid=paid == Paid.PAID)

    @precondition(lambda self: self.orders)
    @rule(pick=PICK, which=st.integers(1, 2), amount=AMOUNT, status=st.sampled_from(Status), at=NEWS_AT)
    def hear_of_a_refund(self, pick: int, which: int, amount: int, status: Status, at: int) -> None:
        ref, order = self._order_at(pick)
        name = f"re_{order.pk}_{which}"
        self.world.say(order, None, refund(amount, name, status, at))
        self.reference.say(ref, self.now, refund=(name, amount, status.value, at))

    @precondition(lambda self: self.orders)
    @rule(pick=PICK, which=st.integers(1, 2), amount=AMOUNT, status=st.sampled_from(Status), at=NEWS_AT)
    def hear_of_a_dispute(self, pick: int, which: int, amount: int, status: Status, at: int) -> None:
        ref, order = self._order_at(pick)
        name = f"dp_{order.pk}_{which}"
        self.world.say(order, None, dispute(amount, status, name, at))
        self.reference.say(ref, self.now, dispute=(name, amount, status.value, at))

    def _order_at(self, pick: int) -> tuple[str, Order]:
        return list(self.orders.items())[pick % len(self.orders)]

    # Holds.

    @rule(units=UNITS, actor=st.sampled_from([ADA, BOB]), unit=st.sampled_from(["", "news"]))
    def reserve(self, units: int, actor: Actor, unit: str) -> None:
        key = f"key-{len(self.holds)}"
        owners = [f"actor user:{actor.reference}", f"business_unit {unit}"]
        expected = self.reference.reserve(key, units, owners, self.now)
        outcome, hold = self._reserve(units, key, actor=actor, business_unit=unit)
        assert outcome == expected
        if hold is not None:
            self.holds[key] = hold

    @precondition(lambda self: self.holds)
    @rule(pick=PICK, is_same=st.booleans())
    def click_again(self, pick: int, is_same: bool) -> None:
        key = self._key_at(pick)
        # A refusal books no time.
        state = self.reference.state(key, self.now) if is_same else ""
        outcome, again = self._reserve(1, key, fingerprint=("f" if is_same else "e") * 64)
        if not is_same:
            assert outcome == "key_reused"
        elif state == "held":
            assert outcome == "in_progress"
        else:
            assert again is not None
            assert (outcome, again.is_new) == (state, False)

    def _reserve(self, units: int, key: str, **changes: object) -> tuple[str, metering.Hold | None]:
        """How it ended: the code of the refusal, or the state of the row."""
        try:
            hold = self.world.hold(units, key, **changes)
        except ShareAIError as refusal:
            return refusal.code, None
        return hold.usage.state, hold

    @precondition(lambda self: self.holds)
    @rule(pick=PICK)
    def settle(self, pick: int) -> None:
        key, stored = self._key_at(pick), []
        counted = self.world.settle(self.holds[key], store=stored.append)
        assert counted == self.reference.settle(key, self.now)
        assert len(stored) == counted

    @precondition(lambda self: self.holds)
    @rule(pick=PICK)
    def release(self, pick: int) -> None:
        key = self._key_at(pick)
        assert self.world.release(self.holds[key]) == self.reference.release(key, self.now)

    # The site's people.

    @rule(owner=st.sampled_from(["actor user:1", "actor user:2", "business_unit news"]), limit=st.integers(0, 15))
    def set_a_budget(self, owner: str, limit: int) -> None:
        scope, reference = owner.split()
        Budget.objects.update_or_create(
            wallet=self.world.wallet, meter="writing", scope=scope, reference=reference, defaults={"limit": limit}
        )
        self.reference.budgets.setdefault(owner, {"used": {}})["limit"] = limit

    @rule(units=st.integers(1, 20))
    def change_the_plan(self, units: int) -> None:
        self.reference.roll(self.now)
        metering.change_plan(self.world.wallet, plan_of(writing=units), now=self.now)
        self.reference.plan = units

    # What must always be true.

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "world"):
            return
        LedgerMachine.steps += 1
        self.world.assert_clean()
        # A balance that is due is compared after somebody has looked: time is booked lazily.
        balance = Balance.objects.filter(wallet=self.world.wallet).first()
        if balance is not None and balance.next_change_at > self.now:
            self.reference.roll(self.now)
            self._compare()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.look()
            self.world.pass_time(minutes=6)
            self.look()
            assert self.world.left.held == 0

    def _compare(self) -> None:
        balance = self.world.balance
        assert {name: getattr(balance, name) for name in self.reference.totals()} == self.reference.totals()
        grants = Grant.objects.filter(wallet=self.world.wallet).order_by("pk")
        assert [[getattr(grant, name) for name in ("state", "is_frozen", *AMOUNTS.values())] for grant in grants] == [
            [one[name] for name in ("state", "frozen", *AMOUNTS)] for one in self.reference.grants.values()
        ]
        usage = Usage.objects.filter(wallet=self.world.wallet).order_by("pk")
        assert list(usage.values_list("key", "state", "late")) == [
            (key, hold["state"], hold["late"]) for key, hold in self.reference.holds.items()
        ]
        uses = BudgetUse.objects.filter(budget__wallet=self.world.wallet, used__gt=0)
        assert {(f"{use.budget.scope} {use.budget.reference}", use.period_start): use.used for use in uses} == {
            (owner, start): used
            for owner, share in self.reference.budgets.items()
            for start, used in share["used"].items()
            if used
        }

    def _key_at(self, pick: int) -> str:
        return list(self.holds)[pick % len(self.holds)]

    def _grant_at(self, pick: int) -> Grant:
        return list(self.grants.values())[pick % len(self.grants)]

    def _ref(self, grant: Grant) -> str:
        return next(ref for ref, known in self.grants.items() if known.pk == grant.pk)


def run(*, examples: int, steps: int) -> int:
    """The number of steps that were really taken."""
    LedgerMachine.steps = 0
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(LedgerMachine, settings=chosen)
    return LedgerMachine.steps


class TestLedger:
    def test_agrees_with_the_reference(self) -> None:
        assert run(examples=8, steps=30) >= 100

    @pytest.mark.soak
    def test_agrees_with_the_reference_for_ten_thousand_steps(self) -> None:
        taken = 0
        while taken < 10_000:
            taken += run(examples=40, steps=50)
        print(f"\nledger state machine: {taken} steps, no broken invariant")
