from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shareai_cms import metering
from shareai_cms.errors import AllowanceExhausted
from shareai_cms.metering import CallFacts
from shareai_cms.models import Suggestion, Usage
from tests.metering.test_holds import statements_of
from tests.metering.world import World, row

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]

FACTS = CallFacts(
    model_asked="alpha",
    model_answered="beta",
    request_id="r-1",
    attempts=2,
    tokens_in=10,
    tokens_out=20,
    is_estimated=True,
    cost_millionths=300,
    surcharge_millionths=40,
    duration_ms=1500,
    route="fallback",
)


def assert_facts(usage: Usage) -> None:
    assert {name: getattr(usage, name) for name in vars(FACTS)} == vars(FACTS)


class TestSettling:
    def test_counts_the_units(self, world: World) -> None:
        hold = world.hold(3)
        assert world.settle(hold)
        world.assert_units(available=7, held=0, spent=3, total=10)

    def test_records_outcome_time_and_facts_in_the_row_and_the_instance(self, world: World) -> None:
        hold = world.hold()
        world.pass_time(seconds=9)
        world.settle(hold, outcome="cancelled", facts=FACTS)
        for usage in (hold.usage, row(hold)):
            assert (usage.state, usage.outcome, usage.resolved_at) == ("settled", "cancelled", world.now)
            assert_facts(usage)

    def test_takes_two_statements(self, world: World) -> None:
        hold = world.hold()
        with CaptureQueriesContext(connection) as captured:
            world.settle(hold)
        assert statements_of(captured) == ["UPDATE", "UPDATE"]

    def test_stores_the_result_in_the_same_transaction(self, world: World) -> None:
        hold = world.hold()
        seen: list[str] = []

        def store(usage: Usage) -> None:
            seen.append(usage.state)
            Suggestion.objects.create(usage=usage, result={"text": "Hello"})

        assert world.settle(hold, store=store)
        assert seen == ["settled"]
        assert row(hold).suggestion.result == {"text": "Hello"}

    def test_counts_nothing_when_the_result_cannot_be_stored(self, world: World) -> None:
        hold = world.hold()

        def store(usage: Usage) -> None:
            Suggestion.objects.create(usage=usage, result={})
            raise OSError("disk full")

        with pytest.raises(OSError, match="disk full"):
            world.settle(hold, store=store)
        assert not Suggestion.objects.exists()
        assert (hold.usage.state, row(hold).state) == ("held", "held")
        world.assert_units(available=9, held=1, spent=0)
        assert world.release(hold)
        world.assert_units(available=10, held=0)

    def test_happens_once(self, world: World) -> None:
        hold, stored = world.hold(), []
        assert world.settle(hold, store=stored.append)
        assert not world.settle(hold, store=stored.append)
        assert (len(stored), row(hold).late) == (1, False)
        world.assert_units(spent=1)

    def test_happens_once_among_other_open_holds(self, world: World) -> None:
        hold = world.hold()
        world.hold(5)
        assert world.settle(hold)
        assert not world.settle(hold)
        world.assert_units(held=5, spent=1)

    def test_keeps_the_route_when_nothing_is_known_of_the_call(self, world: World) -> None:
        hold = world.hold(route="premium")
        world.settle(hold)
        assert row(hold).route == "premium"

    def test_cuts_what_the_marketplace_says_about_itself(self, world: World) -> None:
        hold = world.hold()
        world.settle(hold, facts=CallFacts(model_answered="m" * 300, request_id="r" * 300))
        assert (len(row(hold).model_answered), len(row(hold).request_id)) == (255, 255)

    def test_is_refused_for_a_replay(self, world: World) -> None:
        world.settle(world.hold(key="click"))
        with pytest.raises(ValueError, match="replay"):
            world.settle(world.hold(key="click"))


class TestReleasing:
    def test_gives_the_units_back(self, world: World) -> None:
        hold = world.hold(3)
        assert world.release(hold, "broken", error_code="stream_broken", error_detail="cut", facts=FACTS)
        for usage in (hold.usage, row(hold)):
            assert (usage.state, usage.outcome) == ("released", "broken")
            assert (usage.error_code, usage.error_detail) == ("stream_broken", "cut")
            assert_facts(usage)
        world.assert_units(available=10, held=0, spent=0)

    def test_gives_them_back_to_the_grants_they_came_from(self, world: World) -> None:
        bought = world.grant(5)
        hold = world.hold(12)
        assert row(bought).remaining == 3
        world.release(hold)
        assert row(bought).remaining == 5
        world.assert_units(available=15)

    def test_happens_once(self, world: World) -> None:
        hold = world.hold()
        world.hold(4)
        assert world.release(hold)
        assert not world.release(hold)
        world.assert_units(available=6, held=4)

    def test_does_nothing_after_a_settlement(self, world: World) -> None:
        hold = world.hold()
        world.settle(hold)
        assert not world.release(hold)
        assert row(hold).state == "settled"
        world.assert_units(spent=1)

    def test_into_an_expired_grant_expires_the_units(self, world: World) -> None:
        gift = world.grant(5, kind="promo", expires_at=world.now.replace(minute=2))
        hold = world.hold(3)
        world.pass_time(minutes=3)
        world.assert_units(available=10, held=3)
        assert world.release(hold)
        world.assert_units(available=10, held=0)
        assert (row(gift).remaining, row(gift).expired) == (0, 5)

    def test_into_a_grant_that_is_expiring_just_now_expires_the_units(self, world: World) -> None:
        world.grant(5, kind="promo", expires_at=world.now.replace(minute=2))
        hold = world.hold(5)
        world.pass_time(minutes=2)
        assert world.release(hold)
        world.assert_units(available=10, held=0)

    def test_into_a_frozen_grant_lands_in_frozen(self, world: World) -> None:
        disputed = world.grant(5)
        hold = world.hold(15)
        metering.freeze(disputed, now=world.now)
        world.release(hold)
        world.assert_units(available=10, frozen=5, held=0)

    def test_pays_what_is_owed_after_a_refund_first(self, world: World) -> None:
        refunded = world.grant(5)
        hold = world.hold(15)
        assert world.take_back(refunded, 3).clawback_due == 3
        world.release(hold)
        kept = row(refunded)
        assert (kept.remaining, kept.clawed_back, kept.clawback_due) == (2, 3, 0)
        world.assert_units(available=12, held=0)

    def test_cuts_a_long_reason(self, world: World) -> None:
        hold = world.hold()
        world.release(hold, error_detail="x" * 900)
        assert len(row(hold).error_detail) == 500


class TestDeadline:
    def test_gives_the_units_back_and_says_that_the_outcome_is_unknown(self, world: World) -> None:
        hold = world.hold(4)
        world.pass_time(seconds=300)
        world.assert_units(available=10, held=0)
        kept = row(hold)
        assert (kept.state, kept.outcome, kept.error_code) == ("expired", "outcome_unknown", "interrupted")
        assert kept.resolved_at == world.now

    def test_is_not_reached_one_moment_before(self, world: World) -> None:
        hold = world.hold(4)
        world.pass_time(seconds=299.999)
        assert world.settle(hold)
        world.assert_units(spent=4)

    def test_decides_also_where_nobody_has_looked_since(self, world: World) -> None:
        hold, stored = world.hold(4), []
        world.pass_time(seconds=300)
        assert not world.settle(hold, store=stored.append, facts=FACTS)
        assert stored == []
        for usage in (hold.usage, row(hold)):
            assert usage.late
            assert_facts(usage)
        assert (row(hold).state, row(hold).outcome) == ("expired", "outcome_unknown")
        world.assert_units(available=10, held=0, spent=0)

    def test_frees_the_last_unit_for_the_next_action(self, world: World) -> None:
        world.hold(10)
        world.pass_time(minutes=6)
        assert world.hold(10).is_new

    def test_of_a_hold_does_not_make_a_refusal_wrong(self, world: World) -> None:
        world.spend(5)
        world.hold(2)
        world.pass_time(minutes=6)
        with pytest.raises(AllowanceExhausted, match="6 writing needed, 5 left"):
            world.hold(6)

    def test_takes_a_late_release_for_what_it_is(self, world: World) -> None:
        hold = world.hold()
        world.pass_time(minutes=6)
        assert not world.release(hold)
        assert (row(hold).state, row(hold).late) == ("expired", False)

    def test_expires_only_what_is_overdue(self, world: World) -> None:
        world.hold(2)
        world.pass_time(minutes=4)
        world.hold(3)
        world.pass_time(minutes=2)
        world.assert_units(available=7, held=3)

    def test_marks_a_settlement_after_a_release_as_late(self, world: World) -> None:
        hold = world.hold()
        world.release(hold)
        assert not world.settle(hold)
        assert (row(hold).state, row(hold).late) == ("released", True)
        world.assert_units(available=10)
