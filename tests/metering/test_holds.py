from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shareai_cms import metering
from shareai_cms.errors import AccountSuspended, ActionInProgress, AllowanceExhausted, BudgetExhausted, KeyReused
from shareai_cms.models import Budget, Usage
from shareai_cms.permissions import Actor
from tests.metering.world import World, paid_by, row

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]


def statements_of(captured: CaptureQueriesContext) -> list[str]:
    """The first word of each statement, without the transaction's own."""
    words = [query["sql"].split()[0] for query in captured.captured_queries]
    return [word for word in words if word not in ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")]


class TestReserving:
    def test_sets_units_aside(self, world: World) -> None:
        world.hold(3)
        world.assert_units(available=7, held=3, spent=0, total=10)

    def test_records_who_does_what_with_what(self, world: World) -> None:
        hold = world.hold(
            2,
            actor=Actor(kind="visitor", reference="v9", label="A visitor"),
            feature="image-alt-text",
            object_type="demo.page",
            object_ref="12",
            object_label="Harbour",
            field="body",
            workspace="press",
            business_unit="news",
            route="premium",
        )
        kept = row(hold)
        assert (kept.actor_kind, kept.actor_ref, kept.actor_label) == ("visitor", "v9", "A visitor")
        assert (kept.feature, kept.object_type, kept.object_ref) == ("image-alt-text", "demo.page", "12")
        assert (kept.object_label, kept.field, kept.workspace) == ("Harbour", "body", "press")
        assert (kept.business_unit, kept.route, kept.units, kept.state) == ("news", "premium", 2, "held")
        assert (kept.created_at, kept.resolved_at) == (world.now, None)

    def test_says_until_when(self, world: World, settings: Any) -> None:
        settings.SHAREAI_CMS = {"HOLD_DEADLINE": 600}
        assert (row(world.hold()).deadline - world.now).total_seconds() == 600

    def test_cuts_names_that_are_too_long_for_a_report(self, world: World) -> None:
        hold = world.hold(object_label="x" * 300, actor=Actor(kind="user", reference="1", label="y" * 300))
        assert (len(row(hold).object_label), len(row(hold).actor_label)) == (255, 255)

    def test_gives_a_row_that_can_be_used_like_any_other(self, world: World) -> None:
        usage = world.hold().usage
        usage.workspace = "press"
        usage.save(update_fields=["workspace"])
        assert usage.allocations.get().units == 1
        assert row(usage).workspace == "press"

    def test_takes_five_statements_the_balance_first(self, world: World) -> None:
        world.spend()
        with CaptureQueriesContext(connection) as captured:
            world.hold(has_budgets=False)
        assert statements_of(captured) == ["UPDATE", "SELECT", "UPDATE", "INSERT", "INSERT"]
        assert "shareai_cms_balance" in next(
            query["sql"] for query in captured.captured_queries if query["sql"].split()[0] == "UPDATE"
        )


class TestRefusal:
    def test_comes_when_too_little_is_left(self, world: World) -> None:
        world.hold(8)
        with pytest.raises(AllowanceExhausted, match="3 writing needed, 2 left"):
            world.hold(3)
        world.assert_units(available=2, held=8)
        assert Usage.objects.count() == 1

    def test_never_shrinks_the_hold(self, world: World) -> None:
        with pytest.raises(AllowanceExhausted):
            world.hold(11)
        world.assert_units(available=10, held=0)

    def test_comes_at_zero(self, world: World) -> None:
        world.spend(10)
        with pytest.raises(AllowanceExhausted):
            world.hold()

    def test_comes_for_a_meter_that_the_plan_does_not_include(self, world: World) -> None:
        with pytest.raises(AllowanceExhausted):
            world.hold(meter="products")

    def test_does_not_come_for_a_meter_without_a_limit(self, world: World) -> None:
        assert world.settle(world.hold(5_000, meter="indexing"))
        world.assert_clean()

    @pytest.mark.parametrize("status", ["suspended", "closed"])
    def test_comes_for_a_closed_account_or_wallet(self, world: World, status: str) -> None:
        world.account.status = status
        with pytest.raises(AccountSuspended, match=f"account {status}"):
            world.hold()
        world.account.status, world.wallet.status = "active", status
        with pytest.raises(AccountSuspended, match=f"wallet {status}"):
            world.hold()

    def test_comes_for_an_unknown_meter(self, world: World) -> None:
        with pytest.raises(ValueError, match="No meter 'coffee' is declared; there are writing, products"):
            world.hold(meter="coffee")

    @pytest.mark.parametrize("units", [0, -1, 1.5, 1.0, True, "1"])
    def test_comes_for_what_is_no_number_of_units(self, world: World, units: Any) -> None:
        with pytest.raises(ValueError, match=f"Units are whole numbers from 1, not {units!r}"):
            world.hold(units)


class TestReplay:
    def test_of_an_open_hold_says_that_it_is_in_progress(self, world: World) -> None:
        world.hold(key="click")
        with pytest.raises(ActionInProgress):
            world.hold(key="click")
        world.assert_units(available=9, held=1)

    @pytest.mark.parametrize(("end", "state"), [("settle", "settled"), ("release", "released")])
    def test_of_a_resolved_hold_gives_it_again_for_nothing(self, world: World, end: str, state: str) -> None:
        first = world.hold(key="click")
        getattr(world, end)(first)
        again = world.hold(key="click")
        assert (again.is_new, again.usage.pk, again.usage.state) == (False, first.usage.pk, state)
        assert Usage.objects.count() == 1
        world.assert_units(held=0)

    def test_of_an_overdue_hold_finds_it_expired(self, world: World) -> None:
        world.hold(key="click")
        world.pass_time(minutes=6)
        again = world.hold(key="click")
        assert (again.is_new, again.usage.state, again.usage.outcome) == (False, "expired", "outcome_unknown")
        world.assert_units(available=10, held=0)

    def test_with_another_request_is_refused(self, world: World) -> None:
        world.hold(key="click")
        with pytest.raises(KeyReused):
            world.hold(key="click", fingerprint="e" * 64)

    def test_is_recognised_at_zero(self, world: World) -> None:
        world.settle(world.hold(10, key="click"))
        assert not world.hold(10, key="click").is_new
        with pytest.raises(KeyReused):
            world.hold(10, key="click", fingerprint="e" * 64)

    def test_is_recognised_when_the_budget_is_used_up(self, world: World) -> None:
        Budget.objects.create(
            wallet=world.wallet, meter="writing", scope="account", reference=str(world.account.pk), limit=1
        )
        world.settle(world.hold(key="click"))
        assert not world.hold(key="click").is_new
        with pytest.raises(BudgetExhausted):
            world.hold(key="another")

    def test_is_recognised_in_the_next_period(self, world: World) -> None:
        world.settle(world.hold(key="click"))
        world.pass_time(days=60)
        assert not world.hold(key="click").is_new
        world.assert_units(available=10, spent=0)

    def test_concerns_one_account_only(self, world: World) -> None:
        world.settle(world.hold(key="click"))
        assert world.hold(key="click", account=world.another_account()).is_new
        world.assert_units(spent=1, held=1)


class TestBurnOrder:
    def test_is_soonest_expiry_first(self, world: World) -> None:
        world.grant(5, ref="never")
        world.grant(5, ref="soon", expires_at=world.now.replace(day=20))
        assert list(paid_by(world.hold(4))) == ["soon"]

    def test_is_kind_then_age_among_those_that_expire_together(self, world: World) -> None:
        world.spend(10)
        for kind in ("topup", "adjustment", "promo"):
            world.grant(2, kind=kind, ref=f"{kind}-a")
            world.grant(2, kind=kind, ref=f"{kind}-b")
        spent = [next(iter(paid_by(world.hold(2)))) for _turn in range(6)]
        assert spent == ["promo-a", "promo-b", "adjustment-a", "adjustment-b", "topup-a", "topup-b"]

    def test_takes_the_allowance_before_bought_units(self, world: World) -> None:
        world.grant(5, ref="bought")
        sources = paid_by(world.hold(12))
        assert (len(sources), sources["bought"]) == (2, 2)

    def test_passes_over_frozen_and_future_grants(self, world: World) -> None:
        metering.freeze(world.grant(5, ref="disputed", expires_at=world.now.replace(day=12)), now=world.now)
        world.grant(5, ref="later", effective_at=world.now.replace(day=11), expires_at=world.now.replace(day=12))
        assert not {"disputed", "later"} & set(paid_by(world.hold(10)))
