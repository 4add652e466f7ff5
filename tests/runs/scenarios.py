"""Real workers in a database of their own, killed at random moments; each returns counts that the tests judge."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import Any

from tests.runs.scene import Scene
from tests.services import SandboxProcess

#: Seconds of a lease, so that a killed worker is soon noticed.
LEASE = 1.0


def killed(*, objects: int, kills: int, concurrency: int, latency_ms: int, seed: int, is_real: bool) -> dict[str, Any]:
    """One run; again and again the worker is killed (-9) in the middle of its calls, and another one starts.

    ``is_real`` starts each as ``manage.py shareai_work``, which takes seconds; else they are forked.
    """
    from shareai_cms import metering
    from shareai_cms.models import RunItem, Suggestion, Usage

    os.environ["SHAREAI_RUNS_LEASE"] = str(LEASE)
    chance = random.Random(seed)
    with SandboxProcess(latency_ms=latency_ms) as sandbox:
        scene = Scene(sandbox, _database(), units=objects * 2, RUN_CONCURRENCY=concurrency)
        try:
            run = scene.run(objects)
            hire = scene.hire if is_real else scene.fork
            survivor = hire()
            for number in range(kills):
                # Evenly over the run, and each at a moment of its own within a call and its bookkeeping.
                scene.wait_for(run, done=objects * number // (kills + 1))
                sandbox.wait_for(calls=1)
                time.sleep(chance.uniform(0, 2 * latency_ms / 1000))
                scene.dismiss(survivor, signal.SIGKILL)
                survivor = hire()
            scene.wait_for(run)
            scene.dismiss(survivor)
        finally:
            scene.close()
        calls = sandbox.state()["calls"]
    items = RunItem.objects.filter(run=run)
    balance = scene.account.wallet.balances.get(meter="writing")
    settled = Usage.objects.filter(state="settled")
    run.refresh_from_db()
    return {
        "state": run.state,
        "done": items.filter(state="done").count(),
        "units": balance.spent,
        "held": balance.held,
        "settled": settled.count(),
        "suggestions": Suggestion.objects.count(),
        "objects_settled_twice": settled.count() - settled.values("object_ref").distinct().count(),
        "calls": calls,
        "sent_again": calls - objects,
        "findings": [str(finding) for finding in metering.audit()],
    }


def _database() -> dict[str, Any]:
    from django.conf import settings

    kept = ("ENGINE", "NAME", "HOST", "USER", "OPTIONS")
    return {name: settings.DATABASES["default"][name] for name in kept if settings.DATABASES["default"].get(name)}
