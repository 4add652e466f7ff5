"""The benches say what their targets say; what they measure is for ``make bench``."""

from __future__ import annotations

from typing import Any

import pytest

from bench import report


class TestTheReport:
    def test_is_judged_by_the_median_of_its_turns_and_shows_the_fastest_and_the_slowest(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ticks = iter(range(10**6))
        seconds = iter(turn for _each in range(10**6) for turn in (0.001, 0.9, 0.005, 0.004, 0.006, 0.5, 0.003))
        clock = [0.0]

        def perf_counter() -> float:
            clock[0] += next(seconds) if next(ticks) % 2 else 0
            return clock[0]

        given: dict[str, Any] = {
            "_site": lambda: lambda question: None,
            "_fill": lambda rows, now: None,
            "_roll_up": lambda: (1.0, 1),
            "_queries": lambda ask, question: 3,
        }
        for name, function in given.items():
            monkeypatch.setattr(report, name, function)
        monkeypatch.setattr("django.core.management.call_command", lambda *args, **options: None)
        monkeypatch.setattr(report.time, "perf_counter", perf_counter)
        assert report._measure()["slowest"] == 5.0
        assert "5.0 ms, median of 7 (1.0 to 900.0)" in capsys.readouterr().out
