"""``make test``: sections that run beside the others are judged like them."""

from __future__ import annotations

import pytest

from tests.run import Tally, read_sections, report

BROWSER, WHEEL = Tally(12, 3, 4, 60.0), Tally(5, 0, 0, 7.5)


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    """What such a run prints, with what its pytest has printed before."""
    report({"browser": BROWSER, "wheel": WHEEL}, 67.5)
    return "=== browser ===\n12 passed, 3 failed\n" + capsys.readouterr().out


class TestTheTable:
    def test_is_read_as_it_was_printed(self, capsys: pytest.CaptureFixture[str]) -> None:
        said = printed(capsys)
        assert read_sections(said, ("browser", "wheel")) == {"browser": BROWSER, "wheel": WHEEL}

    def test_a_section_that_is_missing_has_failed(self, capsys: pytest.CaptureFixture[str]) -> None:
        found = read_sections(printed(capsys), ("browser", "wheel", "plain"))
        assert found["plain"].failed == 1

    @pytest.mark.parametrize("end", ["Segmentation fault", "Traceback (most recent call last):\nKilled"])
    def test_is_believed_only_where_it_is_the_end(self, capsys: pytest.CaptureFixture[str], end: str) -> None:
        found = read_sections(f"{printed(capsys)}{end}", ("browser", "wheel"))
        assert [tally.failed for tally in found.values()] == [1, 1]

    @pytest.mark.parametrize("said", ["", "12 passed, 0 failed"])
    def test_without_one_all_have_failed(self, said: str) -> None:
        assert [tally.failed for tally in read_sections(said, ("browser", "wheel")).values()] == [1, 1]
