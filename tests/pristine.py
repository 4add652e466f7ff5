"""The test database as the migrations leave it: migrated once for a whole run, copied for every process, put back.

A test with real transactions leaves its rows behind. Django would empty every table and make content types and
permissions anew, in a third of a second; here the few tables that have rows get back what the migrations wrote.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection

from tests.once import FOLDER, once, template_name

#: How long a forgotten thread of a test may keep the database to itself.
PATIENCE_SECONDS = 20
#: Where PostgreSQL keeps the first rows.
SCHEMA = "pristine"


class Pristine(Protocol):
    """Remembers the first rows of a database and puts them back."""

    def put_back(self) -> None: ...


class PristineFile:
    """SQLite: the whole file from memory, its tables too where a test has changed them."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._first = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(path)) as file:
            file.backup(self._first)

    def put_back(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS

        def progress(*_: int) -> None:
            if time.monotonic() > until:
                raise TimeoutError("Something still works on the test database.")

        with closing(sqlite3.connect(self._path, timeout=PATIENCE_SECONDS)) as file:
            file.execute("PRAGMA synchronous = OFF")
            self._first.backup(file, progress=progress, sleep=0.01)


class PristineRows:
    """PostgreSQL: the rows from tables of the same names in a schema of their own."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tablename, tablename IN (SELECT tablename FROM pg_tables WHERE schemaname = %s)"
                " FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
                [SCHEMA],
            )
            self._has_rows: dict[str, bool] = dict(cursor.fetchall())
        self._question = " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in self._has_rows
        )

    @staticmethod
    def remember() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {SCHEMA}")
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
                if cursor.fetchone() == (True,):
                    cursor.execute(f'CREATE TABLE {SCHEMA}."{table}" AS TABLE "{table}"')

    def put_back(self) -> None:
        with connection.cursor() as cursor:
            for table in set(connection.introspection.table_names(cursor)) - set(self._has_rows):
                cursor.execute(f'DROP TABLE "{table}" CASCADE')
            cursor.execute(self._question)
            changes = [f'DELETE FROM "{table}"' for (table,) in cursor.fetchall()]
            changes += [
                f'INSERT INTO "{table}" SELECT * FROM {SCHEMA}."{table}"'
                for table, has_rows in self._has_rows.items()
                if has_rows
            ]
            # As a replica, the server checks no foreign key: the tables come in any order.
            options = f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'; SET LOCAL session_replication_role = replica"
            cursor.execute(f"BEGIN; {options}; {'; '.join(changes)}; COMMIT")


@contextmanager
def without_tables(names: Sequence[str]) -> Iterator[None]:
    """Take tables away, which come back with what was in them; on SQLite once the test is over, and empty."""
    with connection.cursor() as cursor:
        if _is_file():
            cursor.execute("PRAGMA foreign_keys = OFF")
            for name in names:
                cursor.execute(f'DROP TABLE "{name}"')
            cursor.execute("PRAGMA foreign_keys = ON")
            yield
            return
        cursor.execute("CREATE SCHEMA away")
        for name in names:
            cursor.execute(f'ALTER TABLE "{name}" SET SCHEMA away')
        yield
        for name in names:
            cursor.execute(f'ALTER TABLE away."{name}" SET SCHEMA public')
        cursor.execute("DROP SCHEMA away")


@contextmanager
def migrated_database() -> Iterator[Pristine]:
    """The migrated database of this process, which the default connection works on from now on."""
    name = settings.DATABASES["default"]["NAME"]
    _work_on(_template())
    connection.creation.clone_test_db(suffix := str(os.getpid()), verbosity=0)
    _work_on(str(connection.creation.get_test_db_clone_settings(suffix)["NAME"]))
    try:
        yield PristineFile(_name()) if _is_file() else PristineRows()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _is_file() -> bool:
    return connection.vendor == "sqlite"


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _work_on(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _template() -> str:
    """The name of a database that the first process of the run to need these tables has migrated."""
    key = hashlib.sha256(repr((connection.vendor, settings.INSTALLED_APPS)).encode()).hexdigest()[:8]
    name = template_name(key, is_file=_is_file())
    with once(f"template-{key}") as is_first:
        if is_first:
            _migrate(name)
    return name


def _migrate(name: str) -> None:
    test: dict[str, Any] = connection.settings_dict["TEST"]
    before, test["NAME"] = test["NAME"], name
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        test["NAME"] = before
    if _is_file():
        # The options of these settings are not those of others that copy the file.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode = DELETE")
    else:
        PristineRows.remember()
    connection.close()


def drop_templates() -> None:
    """Leave no database behind on a server that goes on; what is a file goes with its folder."""
    if _is_file() or not connection.settings_dict["HOST"]:
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [Path(os.environ[FOLDER]).name]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
