"""Work beside a request: for a while only, and with a database connection of its own.

A page may be built inside a transaction of the site's own, where units can be neither held nor counted; and
looking up a name or waiting for a lock cannot be cut short. Whoever waits goes on when the time is over; the
work comes to its own end.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connections

from shareai_cms.metering.retry import is_inside_transaction, ledger_alias

log = logging.getLogger("shareai_cms.search")
T = TypeVar("T")


class TooLateError(Exception):
    """The work goes on, and nobody waits for it any more."""


def is_possible() -> bool:
    """Whether another connection may write now: not on SQLite while a page's own transaction is open."""
    return connections[ledger_alias()].vendor != "sqlite" or not is_inside_transaction()


def within(seconds: float, work: Callable[[], T]) -> T:
    """What ``work`` returns or raises, or ``TooLateError`` after that time."""
    if connections[ledger_alias()].in_atomic_block and not is_inside_transaction():
        # The transaction around a test of Django's TestCase, which no other connection sees into.
        return work()
    aside = _Aside(work)
    # A daemon: a server that stops does not wait for a marketplace, and the hold ends by itself.
    threading.Thread(target=aside.run, name="shareai-search", daemon=True).start()
    return aside.result(seconds)


class _Aside(Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._done = threading.Event()
        self._results: list[T] = []
        self._error: BaseException | None = None
        self._is_left = False

    def run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # noqa: BLE001  raised again where somebody waits, else told
            self._error = error
            if self._is_left:
                log.warning("question=unresolved error=%s", type(error).__name__)
        finally:
            connections.close_all()
            self._done.set()

    def result(self, seconds: float) -> T:
        if not self._done.wait(seconds):
            self._is_left = True
            raise TooLateError
        if self._error is not None:
            raise self._error
        return self._results[0]
