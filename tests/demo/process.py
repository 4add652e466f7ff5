"""The demo as a process for browser tests, screenshots and benches: own directory, own ports, own sandbox."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.demo.interpreter import Interpreter
from tests.demo.preparation import STAMP
from tests.demo.service import Service, free_port, site_command
from tests.demo.version import REPOSITORY, content_version
from tests.services import SandboxProcess

PASSWORD = "demo"
LOGINS = ("admin", "manager", "editor", "intern")
LOGIN_PATH = "/admin/login/"
TEMPLATES = REPOSITORY / "var" / "demo-templates"


class DemoProcess:
    """Runs the site under ``server`` (runserver, wsgi or asgi) beside a sandbox of its own; a context manager.

    A copy of a prepared directory makes the start fast; with ``database``, the address of an empty
    PostgreSQL database, tables and content are made there. ``environment`` reaches the site's process.
    """

    def __init__(
        self,
        *,
        server: str = "wsgi",
        database: str = "",
        environment: Mapping[str, str] | None = None,
        sandbox: SandboxProcess | None = None,
    ) -> None:
        self.server = server
        self.database = database
        self.sandbox = sandbox or SandboxProcess()
        self._owns_sandbox = sandbox is None
        self._extra = dict(environment or {})
        self._site: Service | None = None
        self._interpreter: Interpreter | None = None
        self.directory = Path()
        self.port = 0

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The press, without a slash at the end; the admin is at ``/admin/``."""
        return f"http://localhost:{self.port}"

    @property
    def shop_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def login_url(self) -> str:
        return f"{self.url}{LOGIN_PATH}"

    @property
    def site(self) -> Service:
        assert self._site is not None, "the demo was not started"
        return self._site

    def start(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="shareai-demo-"))
        self.port = free_port()
        if self._owns_sandbox:
            self.sandbox.start()
        if self.database:
            self.manage("migrate", "--verbosity", "0")
            self.manage("load_demo")
            self.manage("shareai_index", "--yes")
        else:
            shutil.copytree(prepared_template(), self.directory, dirs_exist_ok=True)
        self.manage("load_demo")
        self.start_site()

    def start_site(self) -> None:
        """Start the site, or start it again on the same port after ``site.stop()``."""
        self._site = Service(
            "site",
            site_command(self.server, self.port),
            port=self.port,
            path=LOGIN_PATH,
            log=self.directory / "site.log",
            environment=self.environment,
        )
        self._site.start()
        self._site.wait_until_ready()

    def stop(self) -> None:
        if self._interpreter is not None:
            self._interpreter.stop()
        if self._site is not None:
            self._site.stop()
        if self._owns_sandbox and self.sandbox.url:
            self.sandbox.stop()
        if self.directory.name:
            shutil.rmtree(self.directory, ignore_errors=True)

    def manage(self, *arguments: str) -> str:
        """Run a management command on this demo's database, and return what it printed."""
        return run_manage(*arguments, environment=self.environment)

    def inside(self, code: str) -> None:
        """Run a line of Python inside the site, in a process beside its own."""
        if self._interpreter is None:
            self._interpreter = Interpreter(self.environment)
        self._interpreter.run(code)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DEMO_DIR": str(self.directory),
            "DEMO_DATABASE": self.database,
            "PORT": str(self.port),
            "SANDBOX_URL": self.sandbox.url,
            "DJANGO_SETTINGS_MODULE": "tests.demo.settings",
            **self._extra,
        }


def run_manage(*arguments: str, environment: Mapping[str, str]) -> str:
    """Run a management command in a process of its own; its error output is in the exception when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def prepared_template() -> Path:
    """A directory with tables and content, made once for each version of them."""
    template = TEMPLATES / content_version()
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of several test processes makes it, the others wait
        if not template.exists():
            _make_template().rename(template)
    return template


def _make_template() -> Path:
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=TEMPLATES))
    environment = {"DEMO_DIR": str(draft), "DEMO_DATABASE": "", "DJANGO_SETTINGS_MODULE": "tests.demo.settings"}
    run_manage("migrate", "--verbosity", "0", environment=environment)
    run_manage("load_demo", environment=environment)
    with SandboxProcess() as sandbox:
        run_manage("shareai_index", "--yes", environment={**environment, "SANDBOX_URL": sandbox.url})
    (draft / STAMP).write_text(f"{content_version()} 8000")
    return draft
