"""A progress bar on a terminal; a line now and then where the output is kept in a file."""

from __future__ import annotations

import time
from typing import Any

WIDTH = 40
#: Seconds between two drawings of the bar, and between two lines.
DRAWN_EVERY, LINE_EVERY = 0.1, 15.0


class Progress:
    """One stage of a command's work; ``end`` leaves the last state standing."""

    def __init__(self, label: str, stdout: Any) -> None:
        self._label, self._stdout = label, stdout
        self._is_terminal = stdout.isatty()
        self._shown_at = 0.0
        self._last: tuple[int, int] | None = None

    def __call__(self, done: int, total: int) -> None:
        self._last = (done, total)
        if self.is_due():
            self._shown_at = time.monotonic()
            self._show(done, total)

    def is_due(self) -> bool:
        """Whether it would be drawn now: what it shows may cost a query."""
        pause = DRAWN_EVERY if self._is_terminal else LINE_EVERY
        return time.monotonic() - self._shown_at >= pause

    def end(self) -> None:
        if self._last is not None:
            self._show(*self._last)
            if self._is_terminal:
                self._stdout.write("")

    def _show(self, done: int, total: int) -> None:
        share = min(done / total, 1.0) if total else 1.0
        text = f"{self._label}: {done:,} of {total:,}".replace(",", " ")
        if not self._is_terminal:
            self._stdout.write(text)
            self._stdout.flush()
            return
        bar = ("█" * round(WIDTH * share)).ljust(WIDTH, "·")
        self._stdout.write(f"\r{bar} {share:4.0%}  {text}", ending="")
        self._stdout.flush()
