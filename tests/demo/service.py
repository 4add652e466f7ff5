"""One server as a process of its own: started, waited for, stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.demo.version import REPOSITORY

START_SECONDS = 90
STOP_SECONDS = 10
#: Servers that can run the site; ``runserver`` needs nothing that Django does not bring.
SERVERS = ("runserver", "wsgi", "asgi")


class ServiceError(Exception):
    """The process ended by itself, or never answered; the text says so in one sentence."""


class Service:
    """A process with its output in a file; a context manager that leaves no process behind.

    A server answers at ``port`` and ``path``; one that listens nowhere says ``sign`` when it is ready.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        port: int = 0,
        path: str = "",
        sign: str = "",
    ) -> None:
        self.name = name
        self.port = port
        self.log = log
        self._command = [sys.executable, *command]
        self._path = path
        self._sign = sign
        self._environment = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, f"the {self.name} was not started"
        return self._process

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            # A session of its own: Ctrl-C reaches the parent only, which then stops its children in order.
            self._process = subprocess.Popen(
                self._command,
                cwd=REPOSITORY,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self, *others: Service) -> None:
        """Return once the server answers; raises as soon as this or another one has ended."""
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            for service in (self, *others):
                service.check_alive()
            if time.monotonic() > deadline:
                raise ServiceError(f"The {self.name} did not answer within {START_SECONDS} seconds.")
            time.sleep(0.1)

    def check_alive(self) -> None:
        code = self.process.poll()
        if code is not None:
            raise ServiceError(f"The {self.name} has stopped by itself (exit code {code}).")

    def stop(self) -> int | None:
        """Ask the process to end, insist after a while, and return its exit code."""
        if self._process is None:
            return None
        self._signal(signal.SIGTERM)
        try:
            return self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            return self._process.wait()

    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _signal(self, number: signal.Signals) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def _answers(self) -> bool:
        if not self.port:
            return self._sign in self.output()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{self.port}{self._path}", timeout=30):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False


def site_command(server: str, port: int) -> list[str]:
    """The arguments of ``python`` that run the site on this port."""
    address = f"127.0.0.1:{port}"
    if server == "runserver":
        return ["-m", "django", "runserver", "--noreload", address]
    if server == "wsgi":
        options = ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--graceful-timeout", "5"]
        return ["-m", "gunicorn", "tests.demo.wsgi:application", "--bind", address, *options]
    if server == "asgi":
        options = ["--host", "127.0.0.1", "--port", str(port), "--lifespan", "off"]
        return ["-m", "uvicorn", "tests.demo.asgi:application", *options]
    raise ValueError(f"No server is called {server!r}; there are {', '.join(SERVERS)}.")


def sandbox_command(port: int, state_file: Path) -> list[str]:
    return ["-m", "shareai_cms.sandbox", "--port", str(port), "--state-file", str(state_file)]


def worker_command() -> list[str]:
    return ["-m", "django", "shareai_work"]


def is_free(port: int) -> bool:
    """Whether nothing listens on the port."""
    with socket.socket() as probe:
        # Without it, a port whose last connections are still winding down would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
