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
import shutil
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

from tests.once import FOLDER, once, template_name

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
    """The same server and options with a new database."""
    kept = {name: database[name] for name in ("ENGINE", "HOST", "PORT", "USER", "OPTIONS") if database.get(name)}
    template = _template(kept)
    if "sqlite" in database["ENGINE"]:
        with tempfile.TemporaryDirectory(prefix="shareai-crowd-") as folder:
            path = Path(folder) / "ledger.sqlite3"
            if template:
                shutil.copy(template, path)
            yield {**kept, "NAME": str(path)}
        return
    name = f"shareai_crowd_{uuid.uuid4().hex}"
    _ask_server(database, f'CREATE DATABASE "{name}" TEMPLATE "{template or "template1"}"')
    try:
        yield {**kept, "NAME": name}
    finally:
        _ask_server(database, f'DROP DATABASE "{name}" WITH (FORCE)')


def _template(database: dict[str, Any]) -> str:
    """The name of a database that the first crowd of a test run has migrated; a bench migrates each of its own."""
    if FOLDER not in os.environ:
        return ""
    is_file = "sqlite" in database["ENGINE"]
    name = template_name("crowd", is_file=is_file)
    with once(f"crowd-{'file' if is_file else 'server'}") as is_first:
        if is_first:
            if not is_file:
                _ask_server(database, f'CREATE DATABASE "{name}"')
            order = json.dumps({"database": {**database, "OPTIONS": {}, "NAME": name}, "scenario": ""})
            subprocess.run([sys.executable, "-m", "tests.metering.crowd", order], cwd=ROOT, check=True, timeout=300)
    return name


def _ask_server(database: dict[str, Any], statement: str) -> None:
    import psycopg

    server = {"host": database["HOST"], "user": database["USER"], "dbname": "postgres"}
    with psycopg.connect(**server, autocommit=True) as connection:
        connection.execute(statement)


def prepare(database: dict[str, Any]) -> None:
    """Set Django up on that database, with the tables of core."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.configure(
        SECRET_KEY="crowd",
        INSTALLED_APPS=APPS,
        DATABASES={"default": database},
        USE_TZ=True,
        TIME_ZONE="UTC",
        SHAREAI_CMS={"ENVIRONMENT": "sandbox"},
    )
    django.setup()
    if not connection.introspection.table_names():
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
    if not order["scenario"]:
        return
    module, name = order["scenario"].split(":")
    began = time.monotonic()
    result = getattr(importlib.import_module(module), name)(**order["options"])
    print(json.dumps({**result, "seconds": round(time.monotonic() - began, 2)}))


if __name__ == "__main__":
    main()
