"""A run, real worker processes and the real sandbox, for kills and figures; in a program and database of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn, Protocol

from tests.services import SandboxProcess

ROOT = Path(__file__).resolve().parent.parent.parent
TASK = "meta-descriptions"
#: Seconds for what takes far less.
PATIENCE = 300.0


class Worker(Protocol):
    """A process that works."""

    pid: int

    def send_signal(self, number: int) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


class Forked:
    """A worker process that was forked from this one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self, timeout: float | None = None) -> int:
        return os.waitpid(self.pid, 0)[1]


def work_until_killed() -> NoReturn:
    from django.db import connections

    from shareai_cms.work import WorkLoop
    from tests.runs.worker import shorten_leases

    try:
        shorten_leases()
        loop = WorkLoop()
        signal.signal(signal.SIGTERM, lambda *_: loop.stop.set())
        loop.run()
        connections.close_all()
    finally:
        os._exit(0)


class Scene:
    """One account, one person, things on a shelf, and workers that come and go."""

    def __init__(self, sandbox: SandboxProcess, database: dict[str, Any], *, units: int, **shareai: Any) -> None:
        from django.conf import settings
        from django.contrib.auth import get_user_model

        from shareai_cms import metering
        from shareai_cms.catalog import registry
        from tests.runs.shelf import Shelf

        self.sandbox = sandbox
        self.shareai = {"ENVIRONMENT": "sandbox", "SANDBOX_URL": sandbox.url, **shareai}
        self.database = database
        self.workers: list[Worker] = []
        settings.SHAREAI_CMS = {**self.shareai, "DEFAULT_PLAN": {"writing": units}}
        registry.register(Shelf)
        self.owner = get_user_model().objects.create_superuser("merchant")
        self.account = metering.open_account(platform="django", reference="press")
        metering.allowance_of(self.account, "writing")

    def run(self, number: int, *, start: int = 1) -> Any:
        """A run over so many new things, started."""
        from django.contrib.auth.models import Group

        from shareai_cms.runs import control
        from shareai_cms.runs.selecting import prepare

        made = (Group(pk=start + index, name=f"lamp {start + index}") for index in range(number))
        Group.objects.bulk_create(made, batch_size=1_000)
        chosen = Group.objects.filter(pk__gte=start, pk__lt=start + number).order_by("pk")
        [run] = prepare(self.owner, TASK, chosen)
        control.start(run, self.owner)
        return run

    def fork(self) -> Forked:
        """One more worker, without the seconds that Python and Django need to start."""
        from django.db import connections

        connections.close_all()
        pid = os.fork()
        if pid == 0:
            work_until_killed()
        self.workers.append(worker := Forked(pid))
        return worker

    def hire(self) -> subprocess.Popen[bytes]:
        """Start one more worker process."""
        site = json.dumps({"database": self.database, "shareai": self.shareai})
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.runs.settings", "SHAREAI_RUNS_SITE": site}
        command = [sys.executable, "-m", "tests.runs.worker"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        self.workers.append(process)
        return process

    def dismiss(self, process: Worker, number: signal.Signals = signal.SIGTERM) -> None:
        process.send_signal(number)
        process.wait(60)
        self.workers.remove(process)

    def close(self) -> None:
        for process in list(self.workers):
            self.dismiss(process, signal.SIGKILL)

    def wait_for(self, run: Any, *, done: int | None = None, seconds: float = PATIENCE) -> float:
        """Until so many are done, or the run has ended; the moment, from the monotonic clock."""
        from shareai_cms.models import Run, RunItem

        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at:
            if done is None:
                state = Run.objects.values_list("state", flat=True).get(pk=run.pk)
                if state not in (Run.State.RUNNING, Run.State.DRAFT):
                    return time.monotonic()
            elif RunItem.objects.filter(run=run, state="done").count() >= done:
                return time.monotonic()
            time.sleep(0.05)
        raise AssertionError(f"waited {seconds:g} s for run {run.pk}")
