from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import override_settings

from shareai_cms import metering
from shareai_cms.errors import AllowanceExhausted
from shareai_cms.models import Balance, Grant, PlanAllowance, Usage, Wallet
from tests.metering.world import World, plan_of, utc

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]


def allowances(world: World) -> list[str]:
    """The days on which the wallet was given its allowance."""
    granted = Grant.objects.filter(wallet=world.wallet, kind="allowance", meter="writing").order_by("effective_at")
    return [f"{moment:%Y-%m-%d}" for moment in granted.values_list("effective_at", flat=True)]


class TestPeriod:
    def test_begins_with_a_grant_of_the_plans_units(self, world: World) -> None:
        world.roll()
        grant = Grant.objects.get(wallet=world.wallet)
        assert grant.source_ref == f"allowance:{world.wallet.pk}:writing:2026-03-01T00:00:00+00:00"
        assert (grant.effective_at, grant.expires_at) == (utc(2026, 3, 1), utc(2026, 4, 1))
        world.assert_units(available=10, resets_at=utc(2026, 4, 1))

    def test_is_granted_once_however_often_one_looks(self, world: World) -> None:
        for _look in range(5):
            world.roll()
            world.pass_time(days=2)
        assert allowances(world) == ["2026-03-01"]

    def test_ends_what_was_not_used_and_begins_anew(self, world: World) -> None:
        world.spend(4)
        world.now = utc(2026, 4, 1)
        world.assert_units(available=10, spent=0, total=10)
        assert allowances(world) == ["2026-03-01", "2026-04-01"]

    def test_does_not_change_one_moment_early(self, world: World) -> None:
        world.spend(4)
        world.now = utc(2026, 3, 31, 23, 59, 59)
        world.assert_units(available=6, spent=4)

    def test_that_nobody_used_is_not_granted_later(self, world: World) -> None:
        world.roll()
        world.now = utc(2026, 8, 5)
        world.assert_units(available=10)
        assert allowances(world) == ["2026-03-01", "2026-08-01"]

    def test_leaves_bought_units_alone(self, world: World) -> None:
        """Resets of other systems destroyed what customers had paid for."""
        world.grant(30, ref="order:1")
        world.spend(15)
        world.now = utc(2026, 4, 1)
        world.assert_units(available=35, spent=0)
        world.now = utc(2027, 4, 1)
        world.assert_units(available=35)

    def test_is_the_wallets_own(self) -> None:
        world = World(time_zone="America/New_York", anchor_day=31, now=utc(2026, 2, 10), writing=10)
        world.spend(4)
        world.now = utc(2026, 2, 28, 4, 59)
        world.assert_units(available=6)
        world.now = utc(2026, 2, 28, 5)
        world.assert_units(available=10, resets_at=utc(2026, 3, 31, 4))

    def test_of_a_purchase_at_its_very_first_moment_counts_once(self, world: World) -> None:
        world.now = utc(2026, 4, 1)
        world.grant(5)
        world.assert_units(available=15)
        assert allowances(world) == ["2026-04-01"]

    def test_gets_the_actions_settled_in_it(self, world: World) -> None:
        """Whether or not somebody looked between the period's start and the settlement."""
        world.now = utc(2026, 3, 31, 23, 59)
        hold = world.hold(3)
        world.now = utc(2026, 4, 1, 0, 1)
        assert world.settle(hold)
        world.assert_units(available=10, spent=3, total=13)

    def test_expires_units_that_a_hold_gives_back_after_it(self, world: World) -> None:
        world.now = utc(2026, 3, 31, 23, 59)
        hold = world.hold(3)
        world.now = utc(2026, 4, 1, 0, 1)
        assert world.release(hold)
        world.assert_units(available=10, spent=0)


class TestClock:
    def test_that_goes_back_gives_no_second_allowance(self, world: World) -> None:
        world.now = utc(2026, 4, 1, 0, 0, 1)
        world.spend(10)
        world.now = utc(2026, 3, 31, 23, 59, 59)
        with pytest.raises(AllowanceExhausted):
            world.hold()
        world.now = utc(2026, 4, 1, 0, 0, 2)
        with pytest.raises(AllowanceExhausted):
            world.hold()
        world.assert_units(available=0, spent=10)
        assert allowances(world) == ["2026-04-01"]

    def test_next_change_is_never_later_than_the_first_event(self, world: World) -> None:
        world.roll()
        assert world.balance.next_change_at == utc(2026, 4, 1)
        world.hold()
        assert world.balance.next_change_at == utc(2026, 3, 10, 12, 5)
        world.grant(5, effective_at=utc(2026, 3, 10, 12, 3))
        assert world.balance.next_change_at == utc(2026, 3, 10, 12, 3)
        world.grant(5, expires_at=utc(2026, 3, 10, 12, 1))
        assert world.balance.next_change_at == utc(2026, 3, 10, 12, 1)

    def test_books_everything_that_became_due_at_once(self, world: World) -> None:
        world.grant(5, expires_at=utc(2026, 3, 20))
        world.grant(7, effective_at=utc(2026, 3, 15))
        world.hold(6)
        world.now = utc(2026, 4, 2)
        world.assert_units(available=17, held=0, spent=0)
        assert Usage.objects.get().state == "expired"


class TestChangeOfPlan:
    def test_applies_from_the_next_period(self, world: World) -> None:
        world.spend(4)
        metering.change_plan(world.wallet, plan_of(writing=100, products=7), now=world.now)
        world.assert_units(available=6, spent=4)
        assert metering.allowance_of(world.account, "products", now=world.now).available == 0
        world.now = utc(2026, 4, 1)
        world.assert_units(available=100)
        assert metering.allowance_of(world.account, "products", now=world.now).available == 7

    def test_applies_to_a_meter_that_was_never_used(self, world: World) -> None:
        metering.change_plan(world.wallet, plan_of(writing=100), now=world.now)
        world.assert_units(available=10)

    def test_takes_nothing_away_and_leaves_purchases(self, world: World) -> None:
        world.grant(20)
        metering.change_plan(world.wallet, plan_of(writing=1), now=world.now)
        world.assert_units(available=30)
        world.now = utc(2026, 4, 1)
        world.assert_units(available=21)

    def test_holds_for_a_wallet_that_was_read_before(self, world: World) -> None:
        world.roll()
        stale = Wallet.objects.get(pk=world.wallet.pk)
        metering.change_plan(world.wallet, plan_of(writing=100), now=world.now)
        metering.roll_forward(stale, "writing", now=utc(2026, 4, 1))
        world.now = utc(2026, 4, 1)
        world.assert_units(available=100)

    def test_in_the_plans_own_rows_touches_no_balance(self, world: World) -> None:
        world.spend(4)
        PlanAllowance.objects.filter(plan=world.wallet.plan).update(units=3)
        world.assert_units(available=6, spent=4)
        world.now = utc(2026, 4, 1)
        world.assert_units(available=3)

    def test_of_zone_or_anchor_day_waits_for_the_periods_end(self, world: World) -> None:
        """Otherwise each change would be worth another allowance."""
        world.spend(10)
        for zone, day in (("America/New_York", 1), ("Asia/Tokyo", 9), ("UTC", 20)):
            Wallet.objects.filter(pk=world.wallet.pk).update(time_zone=zone, anchor_day=day)
            world.pass_time(days=1)
            world.assert_units(available=0, resets_at=utc(2026, 4, 1))
        world.now = utc(2026, 4, 1)
        world.assert_units(available=10, resets_at=utc(2026, 4, 20))
        world.now = utc(2026, 4, 20)
        world.assert_units(available=10, resets_at=utc(2026, 5, 20))

    @pytest.mark.parametrize(
        ("zone", "day", "ends"),
        [
            ("America/New_York", 1, utc(2026, 5, 1, 4)),
            ("UTC", 10, utc(2026, 5, 10)),
            ("Asia/Tokyo", 1, utc(2026, 4, 30, 15)),
        ],
    )
    def test_of_zone_or_anchor_day_makes_no_short_period(self, world: World, zone: str, day: int, ends: object) -> None:
        """The rest up to the new anchor day would bring a whole allowance for hours or days."""
        world.spend(10)
        Wallet.objects.filter(pk=world.wallet.pk).update(time_zone=zone, anchor_day=day)
        world.now = utc(2026, 4, 1)
        world.assert_units(available=10, resets_at=ends)


class TestInsideTheSitesOwnTransaction:
    """A page of a site with ATOMIC_REQUESTS shows what is left."""

    def test_shows_what_is_due_and_keeps_nothing(self, world: World) -> None:
        world.spend(4)
        world.now = utc(2026, 4, 1)
        with transaction.atomic():
            world_left = world.left
            assert world.balance.next_change_at < world.now
        assert (world_left.available, world_left.spent) == (10, 0)
        world.assert_units(available=10, spent=0)

    def test_shows_a_wallet_that_was_never_used(self, world: World) -> None:
        with transaction.atomic():
            assert world.left.available == 10
        assert not Balance.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_shows_what_was_booked_last_while_others_write(self, world: World) -> None:
        if connection.settings_dict["OPTIONS"].get("transaction_mode") or connection.vendor != "sqlite":
            pytest.skip("only with SQLite's default options can a transaction begin without the lock it needs")
        world.spend(4)
        world.now = utc(2026, 4, 1)
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")
            with transaction.atomic():
                connection.cursor().execute("PRAGMA busy_timeout = 0")
                assert world.left.available == 6
        connection.close()
        assert world.left.available == 10


class TestMeter:
    def test_that_is_no_longer_declared_lets_open_holds_end(self, world: World) -> None:
        with override_settings(SHAREAI_CMS={"METERS": {"letters": {"singular": "letter"}}}):
            metering.grant(world.wallet, "letters", 5, kind="topup", source_ref="order:1", now=world.now)
            hold = world.hold(2, meter="letters")
        world.now += timedelta(days=40)
        assert not world.settle(hold)
        world.assert_clean()
