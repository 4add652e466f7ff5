from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from shareai_cms.metering import EARLY_CANCELS, cooldown_until, find_account
from tests.metering.test_budgets import BOB
from tests.metering.world import ADA, World

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]


@pytest.fixture
def world(db: None) -> World:
    return World(writing=50)


def stop_early(world: World, times: int, outcome: str = "cancelled_early", **who: object) -> None:
    for _turn in range(times):
        world.release(world.hold(**who), outcome)
        world.pass_time(minutes=1)


def rest(world: World) -> datetime | None:
    return cooldown_until(ADA, world.now)


class TestCooldown:
    def test_begins_with_the_fifth_stop_and_ends_ten_minutes_after_the_first(self, world: World) -> None:
        began = world.now
        stop_early(world, 4)
        assert rest(world) is None
        stop_early(world, 1)
        assert rest(world) == began + timedelta(minutes=10)
        world.now = began + timedelta(minutes=10)
        assert rest(world) is None

    def test_goes_on_while_the_person_goes_on(self, world: World) -> None:
        began = world.now
        stop_early(world, 7)
        assert rest(world) == began + timedelta(minutes=12)

    def test_counts_no_other_end(self, world: World) -> None:
        stop_early(world, 6, "failed")
        for _turn in range(6):
            world.settle(world.hold(), outcome="cancelled")
        assert rest(world) is None

    def test_concerns_one_person(self, world: World) -> None:
        stop_early(world, 6, actor=BOB)
        assert rest(world) is None
        assert cooldown_until(BOB, world.now) is not None

    def test_follows_the_person_across_sites(self, world: World) -> None:
        other = World(writing=50)
        stop_early(world, 3)
        other.now = world.now
        stop_early(other, 2)
        assert rest(other) is not None

    def test_is_one_query(self, world: World, django_assert_num_queries: object) -> None:
        with django_assert_num_queries(1):
            rest(world)


class TestEarlyStops:
    def test_are_counted_along_with_the_account(self, world: World, django_assert_num_queries: object) -> None:
        world.now = timezone.now()
        stop_early(world, EARLY_CANCELS - 2)
        stop_early(world, 3, "failed")
        with django_assert_num_queries(1):
            account = find_account("django", world.account.reference, actor=ADA)
            assert account is not None
            assert account.early_cancels == EARLY_CANCELS - 2
        assert find_account("django", world.account.reference, actor=BOB).early_cancels is None
