"""Bulk runs: ``python -m bench.runs``.

Real worker processes, the real sandbox with a latency as a model has it, and PostgreSQL: the share of the ideal
throughput, one worker against two, what a worker's memory does, statements for each object; and how long the
progress of a large run takes to read.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from tests.databases import QUICK, postgres_server
from tests.metering.crowd import send_crowd
from tests.services import SandboxProcess

OBJECTS, LATENCY_MS, CONCURRENCY = 1_000, 300, 16
#: Objects before the clock starts: the worker's code is loaded, and its connections are open.
WARM = 64
SMALL, LARGE = 100, 100_000
#: Objects that a page of the review shows, and readings of each page.
PAGE, READS = 50, 15


def main() -> dict[str, Any]:
    """Run the bench and return its figures."""
    with postgres_server(QUICK):
        server = {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": os.environ["SHAREAI_TEST_PG_HOST"],
            "USER": os.environ["SHAREAI_TEST_PG_USER"],
        }
        figures = send_crowd("bench.runs:throughput", server, timeout=900)
        figures |= send_crowd("bench.runs:large", server, timeout=900)
    print(json.dumps(figures, indent=2))
    return figures


def throughput() -> dict[str, Any]:
    """One worker, then two, on runs of the same size.

    Twice 16 calls keep both cores of a small machine busy with workers, sandbox and database together, so that the
    second worker is measured with 8 calls each; what two reach with 16 each is printed too.
    """
    from tests.runs.scene import Scene

    with SandboxProcess(latency_ms=LATENCY_MS) as sandbox:
        scene = Scene(sandbox, _database(), units=10**6, RUN_CONCURRENCY=CONCURRENCY)
        try:
            one = _measure(scene, workers=1)
            two = _measure(scene, workers=2, start=100_000)
            scene.shareai["RUN_CONCURRENCY"] = CONCURRENCY // 2
            half = _measure(scene, workers=1, start=200_000)
            halves = _measure(scene, workers=2, start=300_000)
        finally:
            scene.close()
    ideal = CONCURRENCY / (LATENCY_MS / 1000)
    return {
        "ideal_per_second": ideal,
        "one_per_second": one["per_second"],
        "two_per_second": two["per_second"],
        "share_of_ideal": one["per_second"] / ideal,
        "two_against_one_16": two["per_second"] / one["per_second"],
        "two_against_one": halves["per_second"] / half["per_second"],
        "memory_growth": one["memory_growth"],
        "memory_mb": one["memory_mb"],
        "transactions_per_object": one["transactions_per_object"],
        "cpu_ms_per_object": one["cpu_ms_per_object"],
    }


def _measure(scene: Any, *, workers: int, start: int = 1) -> dict[str, float]:
    processes = [scene.hire() for _ in range(workers)]
    scene.wait_for(scene.run(WARM * workers, start=start))
    for process in processes:
        assert process.poll() is None, "a worker ended"
    before, cpu_before = _calls(), sum(_cpu(process.pid) for process in processes)
    run = scene.run(OBJECTS, start=start + 1_000)
    scene.wait_for(run, done=OBJECTS // 4)
    memory = [_memory(process.pid) for process in processes]
    scene.wait_for(run)
    grown = max(_memory(process.pid) / early for process, early in zip(processes, memory, strict=True))
    cpu = sum(_cpu(process.pid) for process in processes) - cpu_before
    figures = {
        "per_second": OBJECTS / _seconds(run),
        "memory_growth": grown,
        "memory_mb": _memory(processes[0].pid) / 1024,
        "transactions_per_object": (_calls() - before) / OBJECTS,
        "cpu_ms_per_object": cpu * 1000 / OBJECTS,
    }
    for process in processes:
        scene.dismiss(process)
    return figures


def _seconds(run: Any) -> float:
    """From the click that started it to the last answer that was kept."""
    from django.db.models import Max

    run.refresh_from_db()
    last = run.items.aggregate(at=Max("finished_at"))["at"]
    return float((last - run.started_at).total_seconds())


def _database() -> dict[str, Any]:
    from django.conf import settings

    kept = ("ENGINE", "NAME", "HOST", "USER", "OPTIONS")
    return {name: settings.DATABASES["default"][name] for name in kept if settings.DATABASES["default"].get(name)}


def _calls() -> int:
    """Transactions that the database has ended so far."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def _memory(pid: int) -> int:
    """Resident memory in kilobytes."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1])


def _cpu(pid: int) -> float:
    """Seconds of processor time."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def large() -> dict[str, Any]:
    """A run of 100,000 objects beside one of 100: what listing it takes, and what its pages read."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    from shareai_cms import metering
    from shareai_cms.catalog import registry
    from shareai_cms.runs.selecting import prepare
    from tests.runs.scene import TASK
    from tests.runs.shelf import Shelf

    registry.register(Shelf)
    owner = get_user_model().objects.create_superuser("merchant")
    metering.open_account(platform="django", reference="press")
    Group.objects.bulk_create((Group(pk=key, name=f"lamp {key}") for key in range(1, LARGE + 1)), batch_size=5_000)
    [small] = prepare(owner, TASK, Group.objects.filter(pk__lte=SMALL))
    memory, began = _memory(os.getpid()), time.monotonic()
    [whole] = prepare(owner, TASK, Group.objects.order_by("pk"))
    figures: dict[str, Any] = {
        "prepare_seconds": time.monotonic() - began,
        "prepare_memory_mb": (_memory(os.getpid()) - memory) / 1024,
    }
    for name, read in _pages().items():
        (few, _quick), (many, slow) = _reads(read, small), _reads(read, whole)
        figures[f"{name}_queries"], figures[f"{name}_queries_more"] = many, many - few
        figures[f"{name}_ms"] = slow
    figures["queries_more"] = max(figures[f"{name}_queries_more"] for name in _pages())
    return figures


def _pages() -> dict[str, Callable[[Any], object]]:
    """What the pages of a run read."""
    from shareai_cms.runs import reviewing
    from shareai_cms.runs.estimating import estimate
    from shareai_cms.runs.progress import progress_of

    return {
        "progress": progress_of,
        "listing": lambda run: list(reviewing.listed(run)[:PAGE]),
        "estimate": estimate,
    }


def _reads(read: Callable[[Any], object], run: Any) -> tuple[int, float]:
    """Queries of one reading while the run goes on, and its median in milliseconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from shareai_cms.models import Run, RunItem

    now = timezone.now()
    Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING, started_at=now - timedelta(minutes=10))
    half = RunItem.objects.filter(run=run, position__lte=run.total // 2)
    half.update(state="done", review="open", units=1, finished_at=now - timedelta(minutes=5))
    run.refresh_from_db()
    read(run)  # books what time has changed in the wallet
    with CaptureQueriesContext(connection) as queries:
        read(run)
    took = []
    for _ in range(READS):
        began = time.perf_counter()
        read(run)
        took.append((time.perf_counter() - began) * 1000)
    return len(queries), statistics.median(took)


if __name__ == "__main__":
    main()
