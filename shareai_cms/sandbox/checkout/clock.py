"""Lets time pass at the checkout while nobody asks: sessions expire, late payments come in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

#: What a change asks for is noticed at once; this is for a machine that was asleep.
LONGEST_WAIT_SECONDS = 60.0
SHORTEST_WAIT_SECONDS = 0.02


class Clock:
    """A thread that looks when the next thing is due, each time that something may have changed."""

    def __init__(self, next_due: Callable[[], float | None]) -> None:
        #: Asking what is due next also does what is due by now.
        self._next_due = next_due
        self._changed = threading.Event()
        self._is_closed = False

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def nudge(self) -> None:
        self._changed.set()

    def close(self) -> None:
        self._is_closed = True
        self._changed.set()

    def _run(self) -> None:
        while not self._is_closed:
            self._changed.clear()
            due = self._next_due()
            wait = LONGEST_WAIT_SECONDS if due is None else due - time.time()
            self._changed.wait(min(max(wait, SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS))
