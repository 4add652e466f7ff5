"""``make test``: a section that runs beside the others is judged like them."""

from __future__ import annotations

import pytest

from tests.run import read_closing_line


class TestTheClosingLine:
    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ("…\n12 passed, 0 failed", (12, 0, 0)),
            ("…\n12 passed, 3 failed, 4 skipped\n", (12, 3, 4)),
            ("", (0, 1, 0)),
            ("Traceback (most recent call last):\nKilled", (0, 1, 0)),
            ("12 passed, 0 failed\nSegmentation fault", (0, 1, 0)),
        ],
    )
    def test_is_believed_only_where_it_is_the_last(self, said: str, expected: tuple[int, int, int]) -> None:
        tally = read_closing_line(said, seconds=1)
        assert (tally.passed, tally.failed, tally.skipped) == expected
