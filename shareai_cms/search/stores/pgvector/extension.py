"""Whether this database has pgvector, or may get it."""

from __future__ import annotations

import logging

from django.db import Error, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from shareai_cms.metering.retry import ledger_alias

log = logging.getLogger("shareai_cms.search")

#: From this version on a scan of an index goes on until a filter has let enough rows through.
LEAST_VERSION = (0, 8)
_CREATE = "CREATE EXTENSION IF NOT EXISTS vector"


def database() -> BaseDatabaseWrapper:
    return connections[ledger_alias()]


def is_there() -> bool:
    """Made here where the database's user may; False is written to the log, and is no error."""
    missing = what_is_missing()
    if missing:
        log.warning("pgvector=%s", missing)
    return not missing


def what_is_missing() -> str:
    """One word for why pgvector cannot be used here; empty where it can."""
    connection = database()
    if connection.vendor != "postgresql":
        return "not_postgresql"
    with connection.cursor() as cursor:
        if not hasattr(cursor.cursor, "copy"):
            return "old_driver"
        version = _version(connection)
        if not version:
            try:
                with transaction.atomic(using=connection.alias):
                    cursor.execute(_CREATE)
            except Error:
                return "missing"
            version = _version(connection)
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    return "old" if numbers < LEAST_VERSION else ""


def _version(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
        row = cursor.fetchone()
    return str(row[0]) if row else ""
