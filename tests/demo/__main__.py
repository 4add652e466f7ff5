"""``python -m tests.demo``: the sandbox, the client's site and its worker, until Ctrl-C."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from tests.demo.preparation import INDEXED, prepare
from tests.demo.process import run_manage
from tests.demo.service import (
    SERVERS,
    Service,
    ServiceError,
    is_free,
    sandbox_command,
    site_command,
    worker_command,
)
from tests.demo.version import HOME, content_version

LOGINS = (
    ("admin", "everything"),
    ("manager", "manages AI, may buy more of it"),
    ("editor", "edits and publishes, may use AI"),
    ("intern", "edits pages and images, may not use AI"),
)
#: What to look at first, and its path on the press.
TRIES = (
    ("Write: open a page, click AI at a field", "/admin/"),
    ("Ask, and click “Answer this question”", "/en/search/?q=can+I+bring+my+dog"),
    ("The same in German", "/de/search/?q=darf+mein+Hund+mitkommen"),
    ("AI usage, as manager", "/admin/shareai/report/"),
    ("AI search, as manager", "/admin/shareai/searches/"),
    ("Buy more, as manager", "/admin/shareai/topups/"),
    ("Enrich products: select, AI: enrich", "/admin/snippets/demo/product/?locale=en"),
)
#: Targets of make, whether they speak to the sandbox, and what they show.
BAD_DAYS = (
    ("demo-empty", False, "nothing is left on both sites, until the manager buys more"),
    ("demo-stop", True, "the marketplace stops: AI says so, searches go on by words"),
    ("demo-go", True, "and answers again"),
)


class StartError(Exception):
    """What is in the way, and how to go round it, in one sentence."""


def main() -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        _run()
    except (StartError, ServiceError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


def _run() -> None:
    port, sandbox_port = _port("PORT", 8000), _port("SANDBOX_PORT", 8100)
    server = os.environ.get("DEMO_SERVER") or "runserver"
    if port == sandbox_port:
        raise StartError("PORT and SANDBOX_PORT are the same; the site and the sandbox need one each.")
    if server not in SERVERS:
        raise StartError(f"DEMO_SERVER is {server!r}; it may be {', '.join(SERVERS)}.")
    directory = Path(os.environ.get("DEMO_DIR") or HOME).resolve()
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.demo.settings",
        "DEMO_DIR": str(directory),
        "PORT": str(port),
        "SANDBOX_PORT": str(sandbox_port),
        "SANDBOX_URL": "",
    }
    os.environ.update(environment)
    _prepare(directory, port)
    sandbox = Service(
        "sandbox", sandbox_command(sandbox_port, directory / "sandbox.sqlite3"),
        port=sandbox_port, path="/sandbox/state", log=directory / "sandbox.log", environment=environment,
    )  # fmt: skip
    site = Service(
        "site", site_command(server, port), port=port, path="/admin/login/",
        log=directory / "site.log", environment=environment,
    )  # fmt: skip
    worker = Service("worker", worker_command(), sign="Working", log=directory / "worker.log", environment=environment)
    _serve(directory, sandbox, site, worker)


def _prepare(directory: Path, port: int) -> None:
    from django.core.management.base import CommandError
    from django.db import OperationalError

    print("Preparing the demo; the first time takes about half a minute …", flush=True)
    try:
        prepare(directory, port)
    except (OperationalError, CommandError, ValueError) as error:
        raise StartError(f"The demo's database cannot be prepared: {error}") from error


def _index(directory: Path) -> None:
    """Let the site's search find its content by meaning; what changes later is the worker's."""
    stamp = directory / INDEXED
    if stamp.exists() and stamp.read_text() == content_version():
        return
    print("Indexing the content for the sites' search …", flush=True)
    try:
        run_manage("shareai_index", "--yes", environment={})
    except RuntimeError as error:
        raise StartError(f"The demo's content cannot be indexed: {error}") from error
    stamp.write_text(content_version())


def _serve(directory: Path, sandbox: Service, site: Service, worker: Service) -> None:
    services = (sandbox, site, worker)
    with ExitStack() as stack:
        for service in services:
            stack.enter_context(service)
        try:
            for service in services:
                service.wait_until_ready(*services)
            _index(directory)
            _greet(site, sandbox)
            _watch(sandbox, site, worker)
        except ServiceError as error:
            raise ServiceError(f"{error} {_last_words(*services)}") from error


def _watch(sandbox: Service, *others: Service) -> None:
    """Until another one than the sandbox ends: a site whose marketplace is away is worth seeing too."""
    is_told = False
    while True:
        for service in others:
            service.check_alive()
        if not is_told and sandbox.process.poll() is not None:
            print("The sandbox has ended; the site goes on without AI. Stop with Ctrl-C.", flush=True)
            is_told = True
        time.sleep(0.2)


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise StartError(f"{name} is {text!r}; it takes the number of a port, such as {default}.")
    port = int(text)
    if not is_free(port):
        raise StartError(f"Port {port} is in use: stop what listens there, or choose another port with {name}=….")
    return port


def _greet(site: Service, sandbox: Service) -> None:
    width = max(len(name) for name, _ in LOGINS)
    tries = _lines((what, f"http://localhost:{site.port}{path}") for what, path in TRIES)
    port = "" if sandbox.port == 8100 else f" SANDBOX_PORT={sandbox.port}"
    bad_days = _lines((f"make {name}{port if is_of_it else _place()}", what) for name, is_of_it, what in BAD_DAYS)
    print(
        f"""
  Slackwater Press          http://localhost:{site.port}/
  The Slackwater Chandlery  http://127.0.0.1:{site.port}/
  Wagtail                   http://localhost:{site.port}/admin/

  Password of every login: demo
"""
        + "".join(f"    {name.ljust(width)}  {rights}\n" for name, rights in LOGINS)
        + f"""
  Try this:
{tries}
  And on a bad day, in a second terminal:
{bad_days}
  AI answers come from the sandbox on port {sandbox.port}; nothing leaves this machine.
  Logs: {site.log}
  Stop with Ctrl-C.
""",
        flush=True,
    )


def _place() -> str:
    """What another terminal has to be told of where this demo keeps its tables."""
    directory, database = os.environ["DEMO_DIR"], os.environ.get("DEMO_DATABASE", "")
    # The address of a database may hold a password, which is not printed.
    named = "" if directory == str(HOME.resolve()) else f" DEMO_DIR={shlex.quote(directory)}"
    return named + (" DEMO_DATABASE=…" if database else "")


def _lines(rows: Iterable[tuple[str, ...]]) -> str:
    """The rows in columns, as wide as their longest cell."""
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    padded = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)
    return "".join(f"    {row}\n" for row in padded)


def _last_words(*services: Service) -> str:
    ended = [service for service in services if service.process.poll() is not None]
    return "".join(f"Its log {service.log} ends with:\n{service.output()[-2000:]}" for service in ended)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
