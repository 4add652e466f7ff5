"""Ledger transactions: always outermost, and patient while other processes hold the database."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connections, models, router, transaction

from shareai_cms.models import Balance

T = TypeVar("T")
M = TypeVar("M", bound=models.Model)

#: Seconds for which a busy database is asked again. SQLite wakes waiting writers in no order, so one of
#: 64 processes may wait far longer than the five seconds of its own lock time-out.
PATIENCE = 20.0
_SHORTEST_PAUSE = 0.005
_LONGEST_PAUSE = 0.25

#: Seconds for which a database server that went away is waited for: a restart takes no longer.
AWAY_PATIENCE = 5.0

#: Primary result codes SQLITE_BUSY and SQLITE_LOCKED (https://www.sqlite.org/rescode.html).
_SQLITE_BUSY = frozenset({5, 6})
#: serialization_failure, deadlock_detected, lock_not_available: nothing was committed.
_POSTGRES_BUSY = frozenset({"40001", "40P01", "55P03"})
_POSTGRES_UNHEARD = "08000"
#: admin_shutdown, crash_shutdown, cannot_connect_now; class 08 are the connection exceptions.
_POSTGRES_AWAY = frozenset({"57P01", "57P02", "57P03"})


def transact(body: Callable[[], T]) -> T:
    """Run ``body`` in a durable transaction, again from its start while the database is busy or restarts.

    ``body`` may therefore run several times. What it did before is rolled back, but for the one case that
    a connection broke just when it was committed: a body has to find its own work done. Inside another
    transaction it raises, as a lock of ours could then outlast a call over the network.
    """

    def attempt() -> T:
        with transaction.atomic(using=ledger_alias(), durable=True):
            return body()

    return patiently(attempt)


def patiently(body: Callable[[], T]) -> T:
    """Run ``body`` again while the database is busy or restarts.

    Inside a transaction it is run once: only its owner can retry.
    """
    if connections[ledger_alias()].in_atomic_block:
        return body()
    began = time.monotonic()
    pause = _SHORTEST_PAUSE
    while True:
        try:
            return body()
        except (OperationalError, InterfaceError) as error:
            patience = PATIENCE if is_contention(error) else AWAY_PATIENCE if is_lost(error) else 0.0
            if time.monotonic() - began >= patience:
                raise
        time.sleep(random.uniform(0, pause))  # noqa: S311  jitter, no secret
        pause = min(pause * 2, _LONGEST_PAUSE)


def is_lost(error: Exception) -> bool:
    """Whether PostgreSQL went away or is starting; what is left of the connection is closed then."""
    connection = connections[ledger_alias()]
    cause = error.__cause__
    is_of_driver = hasattr(cause, "sqlstate") or hasattr(cause, "pgcode")
    if connection.vendor != "postgresql" or not is_of_driver:
        return False
    # An error without a code is the driver's own: there is nobody to talk to.
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None) or _POSTGRES_UNHEARD
    if state not in _POSTGRES_AWAY and not state.startswith("08"):
        return False
    # After a rollback Django may have connected anew already.
    if connection.connection is not None and not connection.is_usable():
        connection.close()
    return True


def is_contention(error: Exception) -> bool:
    """Whether the database only asks to try again."""
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_BUSY
    # psycopg 3 calls it sqlstate, psycopg2 pgcode.
    return getattr(cause, "sqlstate", None) in _POSTGRES_BUSY or getattr(cause, "pgcode", None) in _POSTGRES_BUSY


def is_inside_transaction() -> bool:
    """Whether the caller has begun a transaction; the one around a test of Django's TestCase does not count."""
    blocks = connections[ledger_alias()].atomic_blocks
    # The attribute that durable=True asks for, too.
    return bool(blocks) and not getattr(blocks[-1], "_from_testcase", False)


def ledger_alias() -> str:
    """The database that holds the ledger."""
    return router.db_for_write(Balance)


def rows(model: type[M]) -> models.QuerySet[M]:
    """The model's rows as the ledger's own database has them, never a replica that lags behind."""
    return model._default_manager.using(ledger_alias())


def refresh(row: models.Model) -> None:
    """Read the row again, from the ledger's own database."""
    row.refresh_from_db(using=ledger_alias())
