"""The statements of the usual road, written out.

The ORM takes several times longer to build them than the database to run them, and every other
client of a busy account would wait for it, because the first statement locks the balance. Values are
therefore made ready before the transaction begins. The SQL is the same on every database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from shareai_cms.metering.retry import ledger_alias
from shareai_cms.models import Usage

TAKE = """
    UPDATE shareai_cms_balance
    SET available = available - %s, held = held + %s,
        next_change_at = CASE WHEN next_change_at < %s THEN next_change_at ELSE %s END
    WHERE wallet_id = %s AND meter = %s AND available >= %s AND next_change_at > %s
"""
FIND_GRANTS = """
    SELECT id, remaining FROM shareai_cms_grant
    WHERE wallet_id = %s AND meter = %s AND state = 'live' AND NOT is_frozen AND remaining > 0
    ORDER BY expires_at, rank, id
"""
BURN = "UPDATE shareai_cms_grant SET remaining = remaining - %s WHERE id = %s"
ALLOCATE = "INSERT INTO shareai_cms_usageallocation (usage_id, grant_id, units) VALUES (%s, %s, %s)"
COUNT = """
    UPDATE shareai_cms_balance SET held = held - %s, spent = spent + %s
    WHERE wallet_id = %s AND meter = %s AND held >= %s AND next_change_at > %s
"""
RETURN = """
    UPDATE shareai_cms_balance SET held = held - %s, available = available + %s
    WHERE wallet_id = %s AND meter = %s AND held >= %s AND next_change_at > %s
"""

_USAGE = {field.attname: str(field.column) for field in Usage._meta.concrete_fields if not field.primary_key}
_INSERT = "INSERT INTO shareai_cms_usage ({}) VALUES ({})".format(  # noqa: S608  our own names
    ", ".join(_USAGE.values()), ", ".join(["%s"] * len(_USAGE))
)


Prepared = tuple[str, list[Any]]


class Statements:
    """The usual road's statements on one cursor."""

    def __init__(self, connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> None:
        self._connection = connection
        self._cursor = cursor

    def take(self, usage: Usage, now: datetime) -> bool:
        """Move the units from available to held; False where too few are left or time is not booked yet."""
        units, deadline = usage.units, self._moment(usage.deadline)
        place = (usage.wallet_id, usage.meter, units, self._moment(now))
        return self._run(TAKE, (units, units, deadline, deadline, *place))

    def find_grants(self, usage: Usage) -> list[tuple[int, int]]:
        """Id and remaining units of the grants that can pay, in burn order."""
        self._cursor.execute(FIND_GRANTS, (usage.wallet_id, usage.meter))
        return list(self._cursor.fetchall())

    def burn(self, grant_id: int, units: int) -> None:
        self._run(BURN, (units, grant_id))

    def insert(self, prepared: Prepared) -> int:
        """Insert the row of ``prepare_usage``; its id."""
        sql, values = prepared
        if self._connection.features.can_return_columns_from_insert:
            self._cursor.execute(f"{sql} RETURNING id", values)
            return int(self._cursor.fetchone()[0])
        self._cursor.execute(sql, values)  # SQLite before 3.35
        return int(self._connection.ops.last_insert_id(self._cursor, "shareai_cms_usage", "id"))

    def allocate(self, usage: Usage, grant_id: int, units: int) -> None:
        self._run(ALLOCATE, (usage.pk, grant_id, units))

    def count(self, usage: Usage, now: datetime) -> bool:
        """Move the units from held to spent; False where they are gone or time is not booked yet."""
        return self._leave(COUNT, usage, now)

    def give_back(self, usage: Usage, now: datetime) -> bool:
        """Move the units from held to available; False where they are gone or time is not booked yet."""
        return self._leave(RETURN, usage, now)

    def resolve(self, prepared: Prepared) -> bool:
        """Run the update of ``prepare_resolution``; whether the hold was still open."""
        return self._run(*prepared)

    def _leave(self, sql: str, usage: Usage, now: datetime) -> bool:
        place = (usage.wallet_id, usage.meter, usage.units, self._moment(now))
        return self._run(sql, (usage.units, usage.units, *place))

    def _run(self, sql: str, values: Sequence[Any]) -> bool:
        self._cursor.execute(sql, values)
        return bool(self._cursor.rowcount)

    def _moment(self, value: datetime) -> Any:
        return self._connection.ops.adapt_datetimefield_value(value)


@contextmanager
def statements() -> Iterator[Statements]:
    """For use inside a ledger transaction."""
    connection = connections[ledger_alias()]
    with connection.cursor() as cursor:
        yield Statements(connection, cursor)


def prepare_usage(usage: Usage) -> Prepared:
    """The insertion of a usage row."""
    return _INSERT, _adapted([getattr(usage, name) for name in _USAGE])


def prepare_resolution(usage: Usage, values: Mapping[str, Any]) -> Prepared:
    """The end of a hold that is still open."""
    columns = ", ".join(f"{_USAGE[name]} = %s" for name in values)
    sql = f"UPDATE shareai_cms_usage SET {columns} WHERE id = %s AND state = 'held'"  # noqa: S608  our own names
    return sql, [*_adapted(values.values()), usage.pk]


def _adapted(values: Iterable[Any]) -> list[Any]:
    """Moments in the database's own form; text and numbers go as they are."""
    adapt = connections[ledger_alias()].ops.adapt_datetimefield_value
    return [adapt(value) if isinstance(value, datetime) else value for value in values]
