"""The site without Wagtail as a process, beside a sandbox of its own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.demo.interpreter import Interpreter
from tests.demo.process import run_manage
from tests.demo.service import Service, free_port
from tests.services import SandboxProcess

SERVER = ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--graceful-timeout", "5"]


class PlainProcess:
    """Runs the site and its sandbox; a context manager."""

    def __init__(self) -> None:
        self.sandbox = SandboxProcess()
        self.port = free_port()
        self.directory = Path(tempfile.mkdtemp(prefix="shareai-plain-"))
        self._site: Service | None = None

    @property
    def site(self) -> Service:
        assert self._site is not None, "the site was not started"
        return self._site

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def login_url(self) -> str:
        return f"{self.url}/admin/login/"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "tests.plain.settings",
            "PLAIN_DIR": str(self.directory),
            "SANDBOX_URL": self.sandbox.url,
        }

    def __enter__(self) -> Self:
        self.sandbox.start()
        self._interpreter = Interpreter(self.environment)
        self.manage("migrate", "--verbosity", "0")
        self.inside("prepare()")
        self._site = Service(
            "site",
            ["-m", "gunicorn", "tests.plain.wsgi:application", "--bind", f"127.0.0.1:{self.port}", *SERVER],
            port=self.port,
            path="/admin/login/",
            log=self.directory / "site.log",
            environment=self.environment,
        )
        self.site.start()
        self.site.wait_until_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._interpreter.stop()
        self.site.stop()
        self.sandbox.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def manage(self, *arguments: str) -> str:
        return run_manage(*arguments, environment=self.environment)

    def inside(self, code: str) -> None:
        """Run a line with the functions of ``tests.plain.people`` inside the site."""
        self._interpreter.run(f"from tests.plain.people import *; {code}")
