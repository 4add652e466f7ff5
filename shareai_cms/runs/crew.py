"""Threads that each do one thing at a time; they come when there is work and go when there is none."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connections

from shareai_cms.errors.places import place_of

log = logging.getLogger("shareai_cms.runs")

T = TypeVar("T")

#: Seconds after which a thread without work goes, and its database connection with it.
IDLE = 5.0


class Crew(Generic[T]):
    """At most ``size`` threads; what ``do`` raises is logged, and the others go on."""

    def __init__(self, do: Callable[[T], None], size: int) -> None:
        self._do, self._size = do, size
        self._changed = threading.Condition()
        self._waiting: deque[T] = deque()
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._is_closing = False

    def give(self, work: T) -> None:
        """Have it done as soon as a thread is free."""
        with self._changed:
            self._waiting.append(work)
            if self._idle < len(self._waiting) and len(self._threads) < self._size:
                thread = threading.Thread(target=self._labour, name="shareai-run", daemon=True)
                self._threads.add(thread)
                thread.start()
            self._changed.notify()

    def count(self, is_meant: Callable[[T], bool]) -> int:
        """How much of what was given nobody has begun yet."""
        with self._changed:
            return sum(map(is_meant, self._waiting))

    def withdraw(self, is_wanted: Callable[[T], bool]) -> list[T]:
        """Take out what nobody has begun yet, as far as it is wanted back."""
        with self._changed:
            taken = [work for work in self._waiting if is_wanted(work)]
            self._waiting = deque(work for work in self._waiting if not is_wanted(work))
        return taken

    def close(self, seconds: float) -> bool:
        """Let all go once what was given is done; whether they have gone within so many seconds."""
        ends_at = time.monotonic() + seconds
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
            staying = list(self._threads)
        for thread in staying:
            thread.join(max(0.0, ends_at - time.monotonic()))
        return not any(thread.is_alive() for thread in staying)

    def _labour(self) -> None:
        try:
            while (work := self._next()) is not None:
                try:
                    self._do(work)
                except Exception as error:  # noqa: BLE001  a thread that went would be missed for ever
                    log.warning("event=thread_failed error=%s", place_of(error))
                for connection in connections.all(initialized_only=True):
                    connection.close_if_unusable_or_obsolete()
        finally:
            # Nobody else closes a thread's connections.
            connections.close_all()

    def _next(self) -> T | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._waiting or self._is_closing, IDLE)
            self._idle -= 1
            if self._waiting:
                return self._waiting.popleft()
            self._threads.discard(threading.current_thread())
            return None
