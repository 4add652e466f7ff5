"""What crowds of workers do to one list of duties; each returns counts that the tests judge."""

from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta
from typing import Any

from django.utils import timezone

from shareai_cms.models import Duty as DutyRow
from shareai_cms.models import Plan
from shareai_cms.work import Duty, WorkLoop, register_duty, registry
from tests.metering.crowd import crowd

NAMES = ("first", "second", "third")


def note(name: str) -> None:
    """A row for each time that something was done."""
    count = Plan.objects.filter(slug__startswith=name).count()
    Plan.objects.create(slug=f"{name}-{count}-{os.getpid()}", name=name)


def together(*, workers: int) -> dict[str, Any]:
    """Everybody looks at the same moment for what is due."""
    registry._duties.clear()
    for name in NAMES:
        register_duty(Duty(name=name, every=3600, run=lambda turn, name=name: note(name) or 1))

    def work(number: int) -> int:
        return WorkLoop().run_once()

    results = crowd(workers, work)
    done = {name: Plan.objects.filter(name=name).count() for name in NAMES}
    return {"done": done, "errors": [result for result in results if result != 0]}


def killed(*, workers: int) -> dict[str, Any]:
    """A worker is killed at its duty; the others leave it alone until the lease has ended, then one takes over."""
    registry._duties.clear()
    register_duty(Duty(name="first", every=3600, run=lambda turn: os.kill(os.getpid(), signal.SIGKILL) or 0))
    pid = os.fork()
    if pid == 0:
        WorkLoop().run_once()
        os._exit(1)
    _, status = os.waitpid(pid, 0)
    register_duty(Duty(name="first", every=3600, run=lambda turn: note("first") or 1))

    def work(number: int) -> int:
        return WorkLoop().run_once()

    early = crowd(workers, work)
    done_early = Plan.objects.count()
    DutyRow.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    late = crowd(workers, work)
    row = DutyRow.objects.get()
    return {
        "was_killed": os.WIFSIGNALED(status),
        "done_early": done_early,
        "done": Plan.objects.count(),
        "errors": [result for result in (*early, *late) if result != 0],
        "attempt": row.attempt,
        "is_free": row.leased_until is None,
    }


def stopped() -> dict[str, Any]:
    """Threads of one process: a worker that is asked to stop in the middle of its duty gives it back, unfinished."""
    registry._duties.clear()
    stop = threading.Event()
    steps: list[int] = []

    def endless(turn: registry.Turn) -> int:
        while turn.goes_on():
            steps.append(1)
            if len(steps) == 3:
                stop.set()
        turn.has_more = True
        return len(steps)

    register_duty(Duty(name="first", every=3600, run=endless))
    WorkLoop(stop=stop).run()
    row = DutyRow.objects.get()
    return {"steps": len(steps), "is_free": row.leased_until is None, "is_due": row.due_at <= timezone.now()}
