from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta

import pytest

from shareai_cms import metering
from shareai_cms.models import RollUp, SiteAccount, Usage, UsageDay, UsagePerson
from shareai_cms.reports import figures, roll_up
from shareai_cms.reports.rollups import GRACE
from tests.metering.world import World, utc
from tests.reports.world import (
    ENDS,
    NEW_YORK,
    SAO_PAULO,
    VIENNA,
    asked,
    from_rows_alone,
    local,
    random_usage,
    site,
    told,
    use,
)

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]

NOW = utc(2026, 3, 20, 12)


def until(account: SiteAccount) -> date:
    return RollUp.objects.get(account=account).until


def assert_equal_to_rows(*accounts: SiteAccount, **more: str) -> None:
    wanted = asked(*accounts, **more)
    assert told(figures(wanted)) == from_rows_alone(wanted)


class TestWhatIsBuilt:
    def test_a_closed_day_is_summed_once_and_today_is_left_alone(self) -> None:
        account = site()
        for day in (18, 18, 19, 20):
            use(account, utc(2026, 3, day, 9), units=3, tokens_in=10, cost_millionths=500)
        assert roll_up(NOW) == 2
        assert list(UsageDay.objects.order_by("day").values_list("day", "actions", "units", "tokens_in", "priced")) == [
            (date(2026, 3, 18), 2, 6, 20, 2),
            (date(2026, 3, 19), 1, 3, 10, 1),
        ]
        assert until(account) == date(2026, 3, 20)
        assert roll_up(NOW) == 0

    def test_days_without_use_cost_nothing(self) -> None:
        account = site()
        use(account, utc(2025, 1, 1, 9))
        use(account, utc(2026, 3, 19, 9))
        assert roll_up(NOW) == 2
        assert UsageDay.objects.count() == 2

    def test_an_account_that_was_never_used_has_no_row(self) -> None:
        site()
        assert roll_up(NOW) == 0
        assert not RollUp.objects.exists()

    def test_persons_are_remembered_by_their_last_name_and_visitors_are_not(self) -> None:
        account = site()
        for kind, reference in (("user", "1"), ("user", "2"), ("visitor", "abc")):
            use(account, utc(2026, 3, 18, 9), actor_kind=kind, actor_ref=reference, actor_label="Miss Ada")
        roll_up(utc(2026, 3, 19, 12))
        use(account, utc(2026, 3, 19, 9), actor_ref="1", actor_label="Mrs Ada")
        roll_up(NOW)
        people = UsagePerson.objects.order_by("actor_ref").values_list("actor_kind", "actor_ref", "actor_label")
        assert list(people) == [("user", "1", "Mrs Ada"), ("user", "2", "Miss Ada")]

    def test_a_day_waits_until_its_last_hold_must_have_ended(self) -> None:
        account = site()
        use(account, utc(2026, 3, 19, 23, 59))
        assert roll_up(utc(2026, 3, 20, 0, 5)) == 0
        assert roll_up(utc(2026, 3, 20, 0, 5) + GRACE) == 1

    def test_the_budget_ends_it_early_and_the_next_call_goes_on(self) -> None:
        account = site()
        for month in (1, 2, 3):
            for day in range(1, 11):
                use(account, utc(2026, month, day, 9))
        assert roll_up(NOW, budget_seconds=0) == 10
        assert until(account) == date(2026, 2, 1)
        assert_equal_to_rows(account)
        assert roll_up(NOW) == 20
        assert_equal_to_rows(account)

    def test_who_is_furthest_behind_goes_first(self) -> None:
        ahead, behind = site(), site()
        for day in (17, 18):
            use(ahead, utc(2026, 3, day, 9))
        roll_up(utc(2026, 3, 18, 12))
        use(behind, utc(2026, 3, 18, 9))
        roll_up(NOW, budget_seconds=0)
        assert until(behind) == date(2026, 3, 20)
        assert until(ahead) == date(2026, 3, 18)


class TestHoldsOfTheDay:
    def test_one_that_nobody_ended_is_given_back_before_its_day_is_built(self) -> None:
        world = World(now=utc(2026, 3, 18, 9))
        world.hold()
        assert roll_up(NOW) == 1
        built = UsageDay.objects.get()
        assert (built.state, built.outcome, built.error_code) == ("expired", "outcome_unknown", "interrupted")
        world.now = NOW
        world.assert_units(available=10, held=0)

    def test_a_day_with_an_open_hold_is_not_closed(self, settings: object) -> None:
        world = World(now=utc(2026, 3, 19, 9))
        hold = world.hold()
        Usage.objects.filter(pk=hold.usage.pk).update(deadline=utc(2026, 3, 25))
        assert roll_up(NOW) == 0
        assert_equal_to_rows(world.account)


class TestWhatChangesAfterwards:
    def test_a_late_delivery_makes_the_report_read_rows_until_its_day_is_built_again(self) -> None:
        world = World(now=utc(2026, 3, 18, 9))
        hold = world.hold()
        world.spend()
        roll_up(NOW)
        world.now = NOW
        assert not world.settle(hold, facts=metering.CallFacts(tokens_out=77, cost_millionths=5, route="fallback"))
        assert figures(asked(world.account)).total.tokens_out == 77
        assert_equal_to_rows(world.account)
        assert roll_up(NOW) == 1
        assert UsageDay.objects.get(state="expired").late == 1
        assert_equal_to_rows(world.account)
        assert roll_up(NOW) == 0

    def test_another_zone_is_another_set_of_days(self) -> None:
        account = site(zone="UTC")
        use(account, local(NEW_YORK, 2026, 3, 17, 22))
        roll_up(NOW)
        assert UsageDay.objects.get().day == date(2026, 3, 18)
        account.wallet.time_zone = NEW_YORK
        account.wallet.save()
        assert figures(asked(account)).days == ((date(2026, 3, 17), 1),)
        assert roll_up(NOW) == 1
        assert UsageDay.objects.get().day == date(2026, 3, 17)
        assert_equal_to_rows(account)

    def test_another_wallet_is_another_zone(self) -> None:
        account, other = site(zone="UTC"), site(zone=NEW_YORK)
        use(account, utc(2026, 3, 18, 1))
        roll_up(NOW)
        account.wallet = other.wallet
        account.save()
        assert figures(asked(account)).days == ((date(2026, 3, 17), 1),)

    def test_a_row_of_a_writer_whose_clock_is_slow_is_found_with_the_next_day(self) -> None:
        account = site()
        use(account, utc(2026, 3, 18, 9))
        roll_up(utc(2026, 3, 19, 12))
        use(account, utc(2026, 3, 18, 23, 59))
        roll_up(NOW)
        assert UsageDay.objects.get(day=date(2026, 3, 18)).actions == 2

    def test_two_workers_build_a_day_once(self) -> None:
        from shareai_cms.reports.rollups import _Builder

        account = site()
        use(account, utc(2026, 3, 18, 9))
        one, other = _Builder(account, NOW), _Builder(account, NOW)
        assert one.build_next()
        assert not other.build_next()
        assert UsageDay.objects.get().actions == 1


class TestDaysOfAZone:
    @pytest.mark.parametrize(
        ("zone", "day", "hours"),
        [
            (VIENNA, (2026, 3, 29), 23),
            (VIENNA, (2026, 10, 25), 25),
            (SAO_PAULO, (2018, 11, 4), 23),
            (SAO_PAULO, (2018, 2, 17), 25),
        ],
    )
    def test_are_as_long_as_its_clocks_make_them(self, zone: str, day: tuple[int, int, int], hours: int) -> None:
        account = site(zone=zone)
        noon = local(zone, *day, 12)
        for hour in range(-20, 21):
            use(account, noon + timedelta(hours=hour, minutes=30))
        roll_up(noon + timedelta(days=3))
        found = dict(figures(asked(account, first=date(2018, 1, 1))).days)
        assert found[date(*day)] == hours
        wanted = asked(account, first=date(2018, 1, 1))
        assert told(figures(wanted)) == from_rows_alone(wanted)

    def test_a_day_whose_end_comes_twice_is_counted_once(self) -> None:
        """At one minute past midnight the clocks of St. John's went back to 23:01 of the day before."""
        zone = "America/St_Johns"
        account = site(zone=zone)
        begin = local(zone, 2010, 11, 6, 22)
        for minute in range(0, 300, 7):
            use(account, begin + timedelta(minutes=minute))
        wanted = asked(account, first=date(2010, 1, 1))
        before = told(figures(wanted))
        roll_up(begin + timedelta(days=5))
        assert told(figures(wanted)) == before
        assert figures(wanted).actions == 43


class TestAgainstTheRows:
    @pytest.mark.parametrize("seed", range(4))
    def test_every_filter_gives_the_same_figures_however_far_the_roll_ups_are(self, seed: int) -> None:
        accounts = [site(zone=VIENNA), site(zone=NEW_YORK), site(zone=VIENNA), site(zone="Asia/Kathmandu")]
        random_usage(accounts, datetime(2026, 3, 27, tzinfo=UTC), 6, 60, seed)
        now = datetime(2026, 4, 1, 15, tzinfo=UTC)
        filters: list[dict[str, str]] = [
            {},
            {"meter": "writing"},
            {"feature": "gone"},
            {"person": "user:2"},
            {"route": "premium", "counted": "yes"},
            {"counted": "no", "person": "run:7"},
        ]
        for hours in (0, 30, 60, 90):
            for more in filters:
                assert_equal_to_rows(*accounts, **more)
            moment = datetime(2026, 3, 28, tzinfo=UTC) + timedelta(hours=hours)
            for _account in range(random.Random(seed + hours).randrange(5)):
                roll_up(moment, budget_seconds=0)
        roll_up(now)
        assert RollUp.objects.count() == 4
        for more in filters:
            assert_equal_to_rows(*accounts, **more)
            assert_equal_to_rows(accounts[1], **more)

    def test_each_end_of_an_action_is_told_apart(self) -> None:
        account = site()
        for number, end in enumerate(ENDS):
            for _each in range(number + 1):
                use(account, utc(2026, 3, 18, 9), end=end)
        roll_up(NOW)
        found = figures(asked(account))
        [total] = found.meters
        assert (total.counted.actions, total.free.actions) == (3, 18)
        assert [(reason.actions, reason.sentence) for reason in found.reasons] == [
            (6, "It was interrupted, and nobody knows how it ended."),
            (5, "The AI service sent an empty answer."),
            (4, "The AI service took too long to answer."),
            (3, "It was stopped before its first word."),
        ]

    def test_sums_of_a_part_of_the_period_are_those_of_its_days(self) -> None:
        account = site(zone=VIENNA)
        random_usage([account], datetime(2026, 3, 1, tzinfo=UTC), 20, 200, 1)
        roll_up(NOW)
        whole = dict(figures(asked(account)).days)
        days = sorted(whole)
        for first, last in itertools.combinations(days, 2):
            part = figures(asked(account, first=first, last=last))
            assert dict(part.days) == {day: whole[day] for day in days if first <= day <= last}
