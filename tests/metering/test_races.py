"""Crowds of processes on one ledger; the settings of the run say on which database, with which options."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from tests.metering.crowd import send_crowd

pytestmark = pytest.mark.ledger

WORKERS = 64


def race(scenario: str, database: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """What the crowd reported, after its own checks: nobody failed, and the ledger agrees with its rows."""
    database = database or settings.DATABASES["default"]
    result = send_crowd(f"tests.metering.scenarios:{scenario}", database, **options)
    assert (result.pop("errors"), result.pop("first_error")) == (0, "")
    assert result.pop("findings") == []
    return result


def assert_exactly_the_affordable_pass(*, units: int, tries: int) -> float:
    result = race("affordable", workers=WORKERS, tries=tries, units=units)
    assert (result["passed"], result["refused"], result["settled"]) == (units, tries - units, units)
    assert result["balance"] == {"available": 0, "held": 0, "frozen": 0, "spent_now": units}
    return float(result["seconds"])


class TestSixtyFourWorkers:
    def test_get_exactly_what_can_be_paid(self) -> None:
        assert_exactly_the_affordable_pass(units=60, tries=192)

    @pytest.mark.soak
    def test_get_exactly_what_can_be_paid_five_times_of_five(self) -> None:
        seconds = [assert_exactly_the_affordable_pass(units=100, tries=320) for _run in range(5)]
        print(f"\n64 workers, 320 tries, 100 units: exactly 100 passed, 5 of 5, seconds each: {seconds}")

    def test_with_one_click_get_one_hold(self) -> None:
        result = race("same_key", workers=WORKERS)
        assert (result["passed"], result["in_progress"]) == (1, WORKERS - 1)
        assert result["balance"] == {"available": 49, "held": 1, "frozen": 0, "spent_now": 0}

    def test_with_one_payment_get_one_grant(self) -> None:
        result = race("same_source", workers=WORKERS)
        assert (result["granted"], result["balance"]["available"]) == (1, 100)

    def test_find_the_new_period_granted_once(self) -> None:
        result = race("rollover", workers=WORKERS)
        assert (result["passed"], result["refused"], result["allowances"]) == (10, WORKERS - 10, 2)
        assert result["balance"] == {"available": 0, "held": 0, "frozen": 0, "spent_now": 10}


class TestCrowd:
    def test_may_work_under_repeatable_read(self) -> None:
        """Where PostgreSQL refuses to wait for a changed row, and asks to begin again."""
        database = settings.DATABASES["default"]
        if "postgresql" not in database["ENGINE"]:
            pytest.skip("SQLite knows no isolation levels")
        strict = {**database, "OPTIONS": {"isolation_level": 3}}
        result = race("affordable", strict, workers=16, tries=48, units=20)
        assert (result["passed"], result["refused"]) == (20, 28)

    def test_opens_each_account_once(self) -> None:
        result = race("first_use", workers=16)
        assert (result["passed"], result["plans"], result["accounts"]) == (16, 1, 4)
        assert (result["wallets"], result["grants"]) == (4, 4)

    def test_may_do_everything_at_once(self) -> None:
        assert race("mixed", workers=12, turns=8)["passed"] == 12

    @pytest.mark.soak
    def test_may_do_everything_at_once_for_long(self) -> None:
        assert race("mixed", workers=16, turns=100)["passed"] == 16
