from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shareai_cms.errors import AllowanceExhausted, BudgetExhausted
from shareai_cms.metering import allowances
from shareai_cms.models import Budget, BudgetUse
from shareai_cms.permissions import Actor
from tests.metering.world import ADA, World, user, utc

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]

BOB = Actor(kind="user", reference="2", label="Bob")


def budget(world: World, scope: str, reference: object, limit: int) -> Budget:
    return Budget.objects.create(
        wallet=world.wallet, meter="writing", scope=scope, reference=str(reference), limit=limit
    )


def used(one: Budget) -> list[int]:
    return list(BudgetUse.objects.filter(budget=one).order_by("period_start").values_list("used", flat=True))


def assert_room(world: World, units: int, **who: Any) -> None:
    """Exactly that many units can be had; they are given back."""
    with pytest.raises(BudgetExhausted):
        world.hold(units + 1, **who)
    if units:
        world.release(world.hold(units, **who))


class TestScope:
    def test_a_site(self, world: World) -> None:
        budget(world, "account", world.account.pk, 3)
        assert_room(world, 3)
        assert world.hold(4, account=world.another_account()).is_new

    def test_a_person(self, world: World) -> None:
        budget(world, "actor", "user:1", 3)
        assert_room(world, 3, actor=ADA)
        assert world.hold(4, actor=BOB).is_new

    def test_a_business_unit(self, world: World) -> None:
        budget(world, "business_unit", "news", 3)
        assert_room(world, 3, business_unit="news")
        assert world.hold(4, business_unit="shop").is_new
        assert world.hold(4).is_new

    def test_a_group(self, world: World) -> None:
        editors = Group.objects.create(name="Proofreaders")
        budget(world, "group", editors.pk, 3)
        member, other = user("ada"), user("bob")
        member.groups.add(editors)
        assert_room(world, 3, actor=Actor.from_user(member))
        assert world.hold(4, actor=Actor.from_user(other)).is_new
        assert world.hold(4, actor=BOB).is_new

    def test_another_meter_or_wallet(self, world: World) -> None:
        Budget.objects.create(
            wallet=world.wallet, meter="products", scope="account", reference=str(world.account.pk), limit=0
        )
        other = World()
        budget(other, "account", world.account.pk, 0)
        assert world.hold(4).is_new


class TestTaking:
    def test_is_for_the_period(self, world: World) -> None:
        one = budget(world, "account", world.account.pk, 3)
        world.spend(3)
        assert_room(world, 0)
        world.now = utc(2026, 4, 1)
        assert_room(world, 3)
        world.spend(2)
        assert used(one) == [3, 2]
        world.assert_clean()

    def test_is_given_back_by_a_release(self, world: World) -> None:
        one = budget(world, "account", world.account.pk, 3)
        world.release(world.hold(3))
        assert used(one) == [0]
        assert_room(world, 3)

    def test_is_given_back_by_a_deadline(self, world: World) -> None:
        one = budget(world, "account", world.account.pk, 3)
        world.hold(3)
        world.pass_time(minutes=6)
        assert_room(world, 3)
        assert used(one) == [0]
        world.assert_clean()

    def test_is_given_back_to_the_period_it_was_taken_from(self, world: World) -> None:
        one = budget(world, "account", world.account.pk, 3)
        world.now = utc(2026, 3, 31, 23, 59)
        hold = world.hold(3)
        world.now = utc(2026, 4, 1, 0, 1)
        world.spend(2)
        world.release(hold)
        assert used(one) == [0, 2]
        world.assert_clean()

    def test_needs_room_in_every_budget_that_matches(self, world: World) -> None:
        site = budget(world, "account", world.account.pk, 8)
        person = budget(world, "actor", "user:1", 3)
        with pytest.raises(BudgetExhausted, match=rf"budget {person.pk} \(actor\) allows 3 writing per period"):
            world.hold(4)
        assert used(site) == []
        world.hold(3)
        assert (used(site), used(person)) == ([3], [3])
        world.assert_units(available=7, held=3)

    def test_stops_at_a_limit_that_was_lowered(self, world: World) -> None:
        one = budget(world, "account", world.account.pk, 5)
        world.spend(4)
        one.limit = 2
        one.save()
        assert_room(world, 0)

    def test_is_a_share_not_a_promise(self, world: World) -> None:
        budget(world, "account", world.account.pk, 500)
        with pytest.raises(AllowanceExhausted) as refusal:
            world.hold(11)
        assert not isinstance(refusal.value, BudgetExhausted)

    def test_survives_a_budget_that_was_deleted_meanwhile(self, world: World) -> None:
        one = budget(world, "account", world.account.pk, 5)
        hold = world.hold(3)
        one.delete()
        assert world.release(hold)
        world.assert_units(available=10)

    def test_costs_no_query_where_the_caller_saw_none(self, world: World) -> None:
        world.roll()
        with CaptureQueriesContext(connection) as captured:
            world.hold(has_budgets=False)
        assert not [query for query in captured.captured_queries if "budget" in query["sql"]]


class TestWhatIsLeft:
    def left(self, world: World, actor: Actor = ADA) -> int:
        return allowances.within_budgets(world.account, "writing", actor, now=world.now)

    def test_is_the_tightest_of_the_balance_and_every_budget_that_matches(self, world: World) -> None:
        world.roll()
        assert self.left(world) == 10
        budget(world, "account", world.account.pk, 500)
        assert self.left(world) == 10
        budget(world, "account", world.another_account().pk, 0)
        budget(world, "actor", "user:1", 3)
        assert (self.left(world), self.left(world, BOB)) == (3, 10)
        world.hold(2)
        assert (self.left(world), self.left(world, BOB)) == (1, 8)

    def test_takes_as_many_queries_for_many_budgets_as_for_one(self, world: World) -> None:
        world.roll()
        taken = []
        for scope, reference in (("account", world.account.pk), ("actor", "user:1"), ("business_unit", "news")):
            budget(world, scope, reference, 0)
            with CaptureQueriesContext(connection) as captured:
                assert self.left(world) == 0
            taken.append(len(captured))
        assert taken == [3, 3, 3]
