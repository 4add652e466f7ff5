"""Many processes that work on one ledger at the same moment.

A program of its own, so that it forks from a process without threads and open connections, and each
worker costs no start of Python: ``python -m tests.metering.crowd '{"database": …, "scenario": …}'`` works in a
database that nobody else uses and prints what happened as one line of JSON.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shareai_cms"]

fork = multiprocessing.get_context("fork")


def send_crowd(scenario: str, database: dict[str, Any], *, timeout: float = 300, **options: Any) -> dict[str, Any]:
    """Run ``package.module:function`` in a program and database of its own; what it returned."""
    with own_database(database) as own:
        order = json.dumps({"scenario": scenario, "database": own, "options": options})
        command = [sys.executable, "-m", "tests.metering.crowd", order]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=timeout)
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def own_database(database: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same server and options with a new, empty database."""
    kept = {name: database[name] for name in ("ENGINE", "HOST", "PORT", "USER", "OPTIONS") if database.get(name)}
    if "sqlite" in database["ENGINE"]:
        with tempfile.TemporaryDirectory(prefix="shareai-crowd-") as folder:
            yield {**kept, "NAME": str(Path(folder) / "ledger.sqlite3")}
        return
    import psycopg

    name = f"shareai_crowd_{uuid.uuid4().hex}"
    server = {"host": database["HOST"], "user": database["USER"], "dbname": "postgres"}
    with psycopg.connect(**server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield {**kept, "NAME": name}
    finally:
        with psycopg.connect(**server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def prepare(database: dict[str, Any]) -> None:
    """Set Django up on that database, with the tables of core."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        SECRET_KEY="crowd",
        INSTALLED_APPS=APPS,
        DATABASES={"default": database},
        USE_TZ=True,
        TIME_ZONE="UTC",
        SHAREAI_CMS={"ENVIRONMENT": "sandbox"},
    )
    django.setup()
    call_command("migrate", "shareai_cms", verbosity=0)


def crowd(workers: int, work: Callable[[int], Any]) -> list[Any]:
    """``work(number)`` in that many processes, begun together; what each returned, or the text of its error."""
    from django.db import connections

    connections.close_all()
    barrier = fork.Barrier(workers)
    answers = fork.SimpleQueue()
    started = [fork.Process(target=_worker, args=(number, work, barrier, answers)) for number in range(workers)]
    for process in started:
        process.start()
    results = dict(answers.get() for _ in started)
    for process in started:
        process.join()
    return [results[number] for number in range(workers)]


def _worker(number: int, work: Callable[[int], Any], barrier: Any, answers: Any) -> None:
    try:
        barrier.wait(60)
        answers.put((number, work(number)))
    except BaseException:  # noqa: BLE001  the process that judges has to hear of it
        answers.put((number, {"error": traceback.format_exc()}))
    finally:
        # Not through the exit handlers that belong to the process this one was forked from.
        os._exit(0)


def main() -> None:
    order = json.loads(sys.argv[1])
    prepare(order["database"])
    module, name = order["scenario"].split(":")
    began = time.monotonic()
    result = getattr(importlib.import_module(module), name)(**order["options"])
    print(json.dumps({**result, "seconds": round(time.monotonic() - began, 2)}))


if __name__ == "__main__":
    main()
