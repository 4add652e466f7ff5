from __future__ import annotations

from typing import Any

import pytest

from shareai_cms import metering
from shareai_cms.metering import NEVER, freeze, thaw
from tests.metering.world import World, row

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]


class TestGranting:
    def test_adds_units(self, world: World) -> None:
        grant = world.grant(5, note="thank you")
        assert (grant.state, grant.remaining, grant.expires_at, grant.note) == ("live", 5, NEVER, "thank you")
        world.assert_units(available=15)

    def test_happens_once_per_source(self, world: World) -> None:
        first, is_new = metering.grant(world.wallet, "writing", 5, kind="topup", source_ref="order:1", now=world.now)
        again, is_new_again = metering.grant(
            world.wallet, "writing", 5, kind="topup", source_ref="order:1", now=world.now
        )
        assert (is_new, is_new_again, again.pk) == (True, False, first.pk)
        world.assert_units(available=15)

    def test_once_per_source_also_after_it_was_spent_or_taken_back(self, world: World) -> None:
        world.take_back(world.grant(5, ref="order:1"), 5)
        world.grant(5, ref="order:1")
        world.assert_units(available=10)

    def test_refuses_a_source_that_granted_something_else(self, world: World) -> None:
        world.grant(5, ref="order:1")
        with pytest.raises(ValueError, match=f"'order:1' has granted writing units to wallet {world.wallet.pk} before"):
            world.grant(5, ref="order:1", meter="products")
        with pytest.raises(ValueError, match="has granted writing units"):
            World().grant(5, ref="order:1")
        world.assert_units(available=15)

    def test_opens_a_balance_where_there_is_none(self, world: World) -> None:
        world.grant(5, meter="products")
        assert metering.allowance_of(world.account, "products", now=world.now).available == 5
        world.assert_clean()

    @pytest.mark.parametrize("units", [0, -5, 0.5])
    def test_refuses_what_is_no_number_of_units(self, world: World, units: Any) -> None:
        with pytest.raises(ValueError, match=f"Units are whole numbers from 1, not {units}"):
            world.grant(units)

    def test_refuses_to_end_before_it_begins(self, world: World) -> None:
        with pytest.raises(ValueError, match="expires after it takes effect"):
            world.grant(1, effective_at=world.now, expires_at=world.now)

    def test_refuses_an_unknown_kind_or_meter(self, world: World) -> None:
        with pytest.raises(ValueError, match="'coffee' is not a valid"):
            world.grant(1, kind="coffee")
        with pytest.raises(ValueError, match="No meter 'coffee'"):
            world.grant(1, meter="coffee")

    def test_that_is_over_already_gives_nothing(self, world: World) -> None:
        past = world.now.replace(month=1)
        grant = world.grant(5, effective_at=past, expires_at=past.replace(day=12))
        assert (grant.state, grant.expired, grant.remaining) == ("expired", 5, 0)
        world.assert_units(available=10)


class TestTime:
    def test_brings_a_grant_into_effect(self, world: World) -> None:
        grant = world.grant(5, effective_at=world.now.replace(hour=13))
        assert grant.state == "pending"
        world.assert_units(available=10)
        world.pass_time(hours=1)
        world.assert_units(available=15)

    def test_ends_a_grant(self, world: World) -> None:
        grant = world.grant(5, expires_at=world.now.replace(hour=13))
        world.spend(2)
        world.pass_time(hours=1)
        world.assert_units(available=10, spent=2)
        assert (row(grant).state, row(grant).remaining, row(grant).expired) == ("expired", 0, 3)

    def test_brings_and_ends_a_grant_while_nobody_looks(self, world: World) -> None:
        grant = world.grant(5, effective_at=world.now.replace(hour=13), expires_at=world.now.replace(hour=14))
        world.pass_time(hours=3)
        world.assert_units(available=10)
        assert (row(grant).state, row(grant).expired) == ("expired", 5)

    def test_ends_a_frozen_grant(self, world: World) -> None:
        grant = world.grant(5, expires_at=world.now.replace(hour=13))
        freeze(grant, now=world.now)
        world.pass_time(hours=1)
        world.assert_units(available=10, frozen=0)

    def test_ends_a_grant_whose_units_came_back_late(self, world: World) -> None:
        """Its units are all held when the next change is worked out, and return before its end."""
        world.grant(5, expires_at=world.now.replace(minute=4))
        hold = world.hold(5)
        world.pass_time(seconds=1)
        world.grant(1)
        world.release(hold)
        world.assert_units(available=16)
        world.pass_time(minutes=5)
        world.assert_units(available=11)


class TestDispute:
    def test_freezes_what_is_left(self, world: World) -> None:
        grant = world.grant(5)
        assert freeze(grant, now=world.now)
        world.assert_units(available=10, frozen=5)

    def test_freezes_once(self, world: World) -> None:
        grant = world.grant(5)
        assert [freeze(grant, now=world.now) for _turn in range(2)] == [True, False]
        world.assert_units(available=10, frozen=5)

    def test_won_thaws_once(self, world: World) -> None:
        grant = world.grant(5)
        freeze(grant, now=world.now)
        assert [thaw(grant, now=world.now) for _turn in range(2)] == [True, False]
        world.assert_units(available=15, frozen=0)

    def test_of_a_grant_to_come_keeps_it_frozen(self, world: World) -> None:
        grant = world.grant(5, effective_at=world.now.replace(hour=13))
        freeze(grant, now=world.now)
        world.assert_units(available=10, frozen=0)
        world.pass_time(hours=1)
        world.assert_units(available=10, frozen=5)

    def test_reads_the_grant_again(self, world: World) -> None:
        """The caller's instance may be older than what was spent since."""
        grant = world.grant(5)
        world.spend(12)
        freeze(grant, now=world.now)
        assert grant.is_frozen
        world.assert_units(available=0, frozen=3)


class TestTakingBack:
    def test_takes_what_remains(self, world: World) -> None:
        grant = world.take_back(world.grant(5), 3)
        assert (grant.remaining, grant.clawed_back, grant.clawback_due) == (2, 3, 0)
        world.assert_units(available=12)

    def test_never_takes_what_was_spent(self, world: World) -> None:
        grant = world.grant(5)
        world.spend(12)
        grant = world.take_back(grant, 5)
        assert (grant.clawed_back, grant.clawback_due) == (3, 0)
        world.assert_units(available=0, spent=12)

    def test_never_takes_from_another_grant(self, world: World) -> None:
        refunded, kept = world.grant(5), world.grant(7)
        assert (world.take_back(refunded, 50).remaining, row(kept).remaining) == (0, 7)
        world.assert_units(available=17)

    def test_of_frozen_units_takes_them_from_frozen(self, world: World) -> None:
        grant = world.grant(5)
        freeze(grant, now=world.now)
        assert world.take_back(grant, 5).clawed_back == 5
        world.assert_units(available=10, frozen=0)

    def test_waits_for_open_holds(self, world: World) -> None:
        grant = world.grant(5)
        settled, released = world.hold(12), world.hold(3)
        grant = world.take_back(grant, 5)
        assert (grant.clawed_back, grant.clawback_due) == (0, 5)
        world.settle(settled)
        world.release(released)
        assert (row(grant).clawed_back, row(grant).clawback_due, row(grant).remaining) == (3, 2, 0)
        world.assert_units(available=0, spent=12)

    def test_waits_for_an_overdue_hold(self, world: World) -> None:
        grant = world.grant(5)
        world.hold(15)
        world.take_back(grant, 5)
        world.pass_time(minutes=6)
        world.assert_units(available=10, held=0)
        assert (row(grant).clawed_back, row(grant).clawback_due) == (5, 0)

    def test_told_again_takes_nothing_more(self, world: World) -> None:
        grant = world.grant(5)
        hold = world.hold(15)
        assert [world.take_back(grant, units).clawback_due for units in (3, 3, 5, 50)] == [3, 3, 5, 5]
        world.release(hold)
        assert (row(grant).clawed_back, row(grant).remaining) == (5, 0)
        world.assert_units(available=10)

    def test_of_an_expired_grant_takes_nothing(self, world: World) -> None:
        grant = world.grant(5, expires_at=world.now.replace(hour=13))
        world.pass_time(hours=2)
        grant = world.take_back(grant, 5)
        assert (grant.expired, grant.clawed_back) == (5, 0)
        world.assert_units(available=10)

    def test_takes_no_negative_number(self, world: World) -> None:
        with pytest.raises(ValueError, match="Units are whole numbers from 0, not -1"):
            world.take_back(world.grant(5), -1)
