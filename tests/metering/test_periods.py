from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shareai_cms.metering import period_at
from shareai_cms.models import Wallet
from tests.metering.world import utc


def wallet(time_zone: str = "UTC", anchor_day: int = 1) -> Wallet:
    return Wallet(time_zone=time_zone, anchor_day=anchor_day)


def starts(one: Wallet, first: datetime, count: int) -> list[str]:
    """The days, in the wallet's zone, on which that many periods in a row begin."""
    days = []
    moment = first
    for _number in range(count):
        period = period_at(one, moment)
        days.append(f"{period.start.astimezone(ZoneInfo(one.time_zone)):%Y-%m-%d}")
        moment = period.end
    return days


class TestAnchorDay:
    def test_is_clamped_to_each_month_and_comes_back(self) -> None:
        assert starts(wallet(anchor_day=31), utc(2026, 1, 31), 5) == [
            "2026-01-31",
            "2026-02-28",
            "2026-03-31",
            "2026-04-30",
            "2026-05-31",
        ]

    def test_knows_leap_years(self) -> None:
        assert starts(wallet(anchor_day=29), utc(2028, 1, 29), 3) == ["2028-01-29", "2028-02-29", "2028-03-29"]
        assert starts(wallet(anchor_day=29), utc(2027, 1, 29), 3) == ["2027-01-29", "2027-02-28", "2027-03-29"]

    def test_wraps_around_the_year(self) -> None:
        assert starts(wallet(anchor_day=15), utc(2026, 12, 20), 2) == ["2026-12-15", "2027-01-15"]

    def test_belongs_to_the_period_that_it_begins(self) -> None:
        one = wallet(anchor_day=15)
        assert period_at(one, utc(2026, 3, 15)).start == utc(2026, 3, 15)
        assert period_at(one, utc(2026, 3, 14, 23, 59, 59)).start == utc(2026, 2, 15)


class TestZone:
    def test_is_the_wallets_and_the_result_is_utc(self) -> None:
        period = period_at(wallet("Europe/Vienna"), utc(2026, 7, 10))
        assert (period.start, period.end) == (utc(2026, 6, 30, 22), utc(2026, 7, 31, 22))
        assert period.start.tzinfo is UTC

    def test_day_begins_at_local_midnight_not_at_the_utc_one(self) -> None:
        # 1 April in Shanghai begins while it is still 31 March in UTC.
        one = wallet("Asia/Shanghai")
        assert period_at(one, utc(2026, 3, 31, 16)).start == utc(2026, 3, 31, 16)
        assert period_at(one, utc(2026, 3, 31, 15, 59)).start == utc(2026, 2, 28, 16)

    def test_summer_time_changes_the_length_not_the_hour(self) -> None:
        period = period_at(wallet("Europe/Vienna"), utc(2026, 3, 10))
        assert period.end - period.start == timedelta(days=31) - timedelta(hours=1)
        period = period_at(wallet("Europe/Vienna"), utc(2026, 10, 10))
        assert period.end - period.start == timedelta(days=31) + timedelta(hours=1)

    @pytest.mark.parametrize(
        ("zone", "day", "begins"),
        [
            # The clock went from 23:59:59 to 01:00: the day begins with its first moment.
            ("America/Sao_Paulo", (2018, 11, 4), (2018, 11, 4, 3)),
            ("Africa/Cairo", (2024, 4, 26), (2024, 4, 25, 22)),
            # Midnight came twice: the day begins with the first.
            ("America/Havana", (2026, 11, 1), (2026, 11, 1, 4)),
            # The whole 30 December was skipped.
            ("Pacific/Apia", (2011, 12, 30), (2011, 12, 30, 10)),
        ],
    )
    def test_midnights_that_are_missing_or_come_twice(
        self, zone: str, day: tuple[int, int, int], begins: tuple[int, ...]
    ) -> None:
        one = wallet(zone, anchor_day=day[2])
        assert period_at(one, utc(*begins)).start == utc(*begins)
        assert period_at(one, utc(*begins) - timedelta(seconds=1)).end == utc(*begins)


class TestPeriods:
    @settings(deadline=None)
    @given(
        zone=st.timezone_keys(allow_prefix=False),
        anchor_day=st.integers(1, 31),
        moment=st.datetimes(datetime(1975, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    )
    def test_follow_each_other_without_gap_or_overlap(self, zone: str, anchor_day: int, moment: datetime) -> None:
        one = wallet(zone, anchor_day)
        period = period_at(one, moment)
        assert period.start <= moment < period.end
        assert timedelta(days=26) < period.end - period.start < timedelta(days=33)
        following = period_at(one, period.end)
        assert following.start == period.end
        assert period_at(one, period.end - timedelta(microseconds=1)) == period
