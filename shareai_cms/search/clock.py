"""The index's clock: whoever has seen version N has seen every change up to N."""

from __future__ import annotations

import time
from typing import NamedTuple

from django.db import connections, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from shareai_cms.metering.retry import ledger_alias, rows
from shareai_cms.models import SearchClock

_ROW = 1


class Moment(NamedTuple):
    """A version of one index; the same version of another index, as in a new database, is another moment."""

    born: int
    version: int


def tick() -> int:
    """Move the clock on and give the new version; first thing in a transaction that changes passages or vectors.

    Its lock, which lasts until the transaction ends, puts all changes of the index in one order. Versions follow the
    time in microseconds, so that none comes twice: not after a backup was restored, not after a rollback.
    """
    clock = rows(SearchClock).filter(pk=_ROW)
    micros = time.time_ns() // 1_000
    moved = Greatest(F("version") + 1, micros)
    if not clock.update(version=moved):
        rows(SearchClock).bulk_create([SearchClock(pk=_ROW, born=micros)], ignore_conflicts=True)
        clock.update(version=moved)
    version = clock.values_list("version", flat=True).get()
    _note(version)
    return version


def now() -> int:
    """The version of the last change; 0 before the first."""
    return moment().version


def moment() -> Moment:
    """The last change; zeros before the first."""
    found = rows(SearchClock).filter(pk=_ROW).values_list("born", "version").first()
    return Moment(*found) if found else Moment(0, 0)


def is_ticking(shown: Moment | None = None) -> bool:
    """Whether this very transaction has moved the clock: what it reads of the index may yet be undone.

    ``shown`` saves a look at the clock.
    """
    connection = connections[ledger_alias()]
    noted = getattr(connection, "_shareai_version", 0) if connection.in_atomic_block else 0
    # After a rollback the number is still there, but the clock shows another one.
    return bool(noted) and noted == (shown or moment()).version


def _note(version: int) -> None:
    """Remember on the connection that the clock was moved, until the transaction ends."""
    using = ledger_alias()
    connection = connections[using]
    connection._shareai_version = version  # type: ignore[attr-defined]  # noqa: SLF001

    def forget() -> None:
        connection._shareai_version = 0  # type: ignore[attr-defined]  # noqa: SLF001

    transaction.on_commit(forget, using=using)
