from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from shareai_cms import metering
from shareai_cms.models import Balance, Budget, BudgetUse, Grant, Usage, UsageAllocation, Wallet
from tests.metering.world import World

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]

Damage = Callable[[World], object]


@pytest.fixture
def lived(world: World) -> World:
    """A wallet in which everything has happened."""
    Budget.objects.create(
        wallet=world.wallet, meter="writing", scope="account", reference=str(world.account.pk), limit=50
    )
    world.grant(5, kind="promo", ref="gift", expires_at=world.now + timedelta(days=2))
    frozen = world.grant(4, ref="disputed")
    metering.freeze(frozen, now=world.now)
    world.spend(2)
    world.release(world.hold(2))
    world.hold(1)
    world.assert_clean()
    return world


def change(model: type, **columns: object) -> Damage:
    """Add to columns of every row of the wallet, behind the ledger's back."""
    return lambda world: model.objects.filter(wallet=world.wallet).update(**columns)


DAMAGES: dict[str, tuple[Damage, str]] = {
    "available": (change(Balance, available=F("available") + 1), "available is 13, but the rows say 12"),
    "held": (change(Balance, held=F("held") + 1), "held is 2, but the rows say 1"),
    "frozen": (change(Balance, frozen=F("frozen") + 1), "frozen is 5, but the rows say 4"),
    "spent": (change(Balance, spent=F("spent") + 1), "spent is 3, but the rows say 2"),
    "sum": (
        change(Balance, available=F("available") + 1),
        "available + frozen + held + spent is 20, but the rows say 19",
    ),
    "period": (change(Balance, spent_before_period=1), "spent in this period is 1, but the rows say 2"),
    "clock": (
        change(Balance, next_change_at=F("next_change_at") + timedelta(days=1)),
        "next_change_at is 2026-03-11 12:05:00+00:00, but the rows say 2026-03-10 12:05:00+00:00",
    ),
    "missing balance": (
        lambda world: Balance.objects.filter(wallet=world.wallet).delete(),
        "available is 0, but the rows say 12",
    ),
    "grant": (
        lambda world: Grant.objects.filter(source_ref="gift").update(remaining=F("remaining") - 1),
        "remaining + used + expired + clawed back is 4, but the rows say 5",
    ),
    "frozen grant": (
        lambda world: Grant.objects.filter(source_ref="gift").update(is_frozen=True),
        "frozen is 4, but the rows say 6",
    ),
    "owed": (
        lambda world: Grant.objects.filter(source_ref="gift").update(clawback_due=1),
        "remaining while a clawback is due is 2, but the rows say 0",
    ),
    "allocation": (
        lambda world: UsageAllocation.objects.filter(usage__state="settled").update(units=1),
        "sum of its grants' parts is 1, but the rows say 2",
    ),
    "lost hold": (
        lambda world: Usage.objects.filter(state="held").update(state="released", resolved_at=world.now),
        "held is 1, but the rows say 0",
    ),
    "resolution": (
        lambda world: Usage.objects.filter(state="settled").update(resolved_at=None),
        "time of resolution is None, but the rows say that of state settled",
    ),
    "late": (lambda world: Usage.objects.filter(state="settled").update(late=True), "late is True"),
    "stranger's grant": (
        lambda world: Usage.objects.filter(state="settled").update(wallet=World().wallet),
        "paying wallet is",
    ),
    "budget": (
        lambda world: BudgetUse.objects.filter(budget__wallet=world.wallet).update(used=9),
        "from 2026-03-01 is 9, but the rows say 3",
    ),
}


class TestAudit:
    @pytest.mark.parametrize("name", DAMAGES)
    def test_finds(self, lived: World, name: str) -> None:
        damage, expected = DAMAGES[name]
        damage(lived)
        findings = [str(finding) for finding in metering.audit()]
        assert [text for text in findings if expected in text], findings

    def test_looks_at_one_wallet_if_asked(self, lived: World) -> None:
        other = World()
        other.roll()
        change(Balance, available=F("available") + 1)(lived)
        assert metering.audit(other.wallet) == []
        assert {finding.wallet_id for finding in metering.audit()} == {lived.wallet.pk}

    def test_forgives_clocks_that_differ_by_a_few_seconds(self, world: World) -> None:
        world.now = world.now.replace(day=31, hour=23, minute=59, second=58)
        hold = world.hold()
        early = world.now
        world.pass_time(seconds=4)
        world.roll()
        world.now = early
        assert world.settle(hold)
        world.assert_clean()


class TestCommand:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command("shareai_audit", *arguments, stdout=out, no_color=True)
        return out.getvalue()

    def test_says_that_all_is_well(self, lived: World) -> None:
        assert self.run() == "The ledger agrees with its rows.\n"

    def test_prints_what_is_wrong_and_fails(self, lived: World) -> None:
        change(Balance, available=F("available") + 1)(lived)
        out = StringIO()
        with pytest.raises(CommandError, match="The ledger contradicts itself in 2 places") as failure:
            call_command("shareai_audit", stdout=out, no_color=True)
        assert failure.value.returncode == 1
        assert f"wallet {lived.wallet.pk}, writing: available is 13, but the rows say 12" in out.getvalue()

    def test_lists_what_was_delivered_late_without_failing(self, world: World) -> None:
        hold = world.hold(2)
        world.pass_time(minutes=6)
        world.settle(hold)
        text = self.run()
        assert "rewrite of 2026-03-10 12:00 UTC, 2 writing delivered free" in text
        assert text.endswith("The ledger agrees with its rows.\n")
        assert [usage.pk for usage in metering.late_deliveries(world.wallet)] == [hold.usage.pk]
        assert metering.late_deliveries(World().wallet) == []

    def test_takes_one_wallet(self, lived: World) -> None:
        change(Balance, available=F("available") + 1)(lived)
        other = Wallet.objects.create(plan=lived.wallet.plan, time_zone="UTC")
        assert "agrees" in self.run("--wallet", str(other.pk))
        with pytest.raises(CommandError, match="There is no wallet 999999"):
            self.run("--wallet", "999999")
