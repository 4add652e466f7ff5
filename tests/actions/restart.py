"""A PostgreSQL of its own, restarted under running roads.

``python -m tests.actions.restart`` prints what came of them as one line of JSON.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.databases import control_postgres, postgres, postgres_server
from tests.metering.crowd import prepare
from tests.services import SandboxProcess

PLAN = 1000
LOADED, ROUNDS, RESTARTS = 4, 12, 3
#: Objects of a bulk run.
RUN_OBJECTS = 60


class Scene:
    """One account and its editor, on a database that comes and goes."""

    def __init__(self, server: Any, sandbox: SandboxProcess) -> None:
        from django.contrib.auth import get_user_model

        from shareai_cms import metering

        self.server, self.sandbox = server, sandbox
        self.editor = get_user_model().objects.create_superuser("editor")
        self.account = metering.open_account(platform="django", reference="press")
        metering.allowance_of(self.account, "writing")

    def restart(self) -> None:
        control_postgres(self.server, "-m", "immediate", "restart")

    def click(self, key: str) -> str:
        """One whole road: ``delivered``, or the code of its typed error; anything else is told by its class."""
        from django.db import connections

        from shareai_cms.actions.road import run
        from shareai_cms.errors import ShareAIError

        try:
            run(self.call(key))
        except ShareAIError as error:
            return error.code
        except Exception as error:  # noqa: BLE001  what the test is to find
            return f"untyped {type(error).__name__}"
        finally:
            connections.close_all()
        return "delivered"

    def call(self, key: str) -> Any:
        from shareai_cms import actions
        from shareai_cms.actions.base import ActionInput
        from shareai_cms.actions.codecs import PlainText
        from shareai_cms.actions.road import ActionCall
        from shareai_cms.actions.targets import AccountRef, Target
        from shareai_cms.permissions import Actor

        text = "In order to begin, we utilise the old press."
        target = Target(
            object_type="auth.group",
            object_ref="1",
            object_label="A group",
            field="name",
            account=AccountRef(platform="django", reference="press"),
        )
        return ActionCall(
            action=actions.get("rewrite"),
            account=self.account,
            actor=Actor.from_user(self.editor),
            target=target,
            given=ActionInput(codec=PlainText.like(text, is_multiline=True), text=text),
            key=key,
        )

    def while_held(self, meanwhile: Callable[[], None]) -> str:
        """One road whose answer is held back until something has happened to the database."""
        self.sandbox.fault("hold")
        ends: list[str] = []
        road = threading.Thread(target=lambda: ends.append(self.click(f"click-{id(meanwhile):016d}")))
        road.start()
        self.sandbox.wait_for(open=1)
        meanwhile()
        self.sandbox.fault(None)
        road.join(60)
        return ends[0]

    def ledger(self) -> dict[str, Any]:
        """The units once every deadline has passed."""
        from django.db import connections
        from django.utils import timezone

        from shareai_cms import metering
        from shareai_cms.models import Suggestion, Usage

        connections.close_all()
        metering.roll_forward(self.account.wallet, "writing", now=timezone.now() + timedelta(minutes=10))
        balance = self.account.wallet.balances.get(meter="writing")
        return {
            "total": balance.available + balance.spent,
            "held": balance.held,
            "spent": balance.spent,
            "settled": Usage.objects.filter(state="settled").count(),
            "suggestions": Suggestion.objects.count(),
            "findings": [str(finding) for finding in metering.audit()],
        }


def under_load(scene: Scene) -> Counter[str]:
    """Editors click on while the server is restarted again and again."""
    ends: list[str] = []

    def click_on(number: int) -> None:
        ends.extend(scene.click(f"load-{number:06d}-{turn:06d}") for turn in range(ROUNDS))

    threads = [threading.Thread(target=click_on, args=(number,)) for number in range(LOADED)]
    for thread in threads:
        thread.start()
    for _ in range(RESTARTS):
        scene.restart()
    for thread in threads:
        thread.join(120)
    return Counter(ends)


def worker(scene: Scene) -> dict[str, Any]:
    """A worker through a restart: what it did before and after."""
    from shareai_cms.work import Duty, WorkLoop, loop, register_duty, registry

    loop.AWAY_FIRST = loop.POLL_SECONDS = 0.05
    stop, turns, again = threading.Event(), list[int](), threading.Event()
    registry._duties.clear()

    def run(turn: Any) -> int:
        turns.append(1)
        again.set()
        return 1

    register_duty(Duty(name="busy", every=0, run=run))
    thread = threading.Thread(target=WorkLoop(stop=stop).run)
    thread.start()
    again.wait(30)
    scene.restart()
    before = len(turns)
    again.clear()
    has_gone_on = again.wait(30)
    stop.set()
    thread.join(30)
    return {"before": before, "has_gone_on": has_gone_on, "has_ended": not thread.is_alive()}


def bulk_run(scene: Scene) -> dict[str, Any]:
    """A run through restarts: what it did, and how often its objects were sent."""
    from django.contrib.auth.models import Group
    from django.db import connections

    from shareai_cms.catalog import registry
    from shareai_cms.models import Run, RunItem
    from shareai_cms.runs import control, engine
    from shareai_cms.runs.selecting import prepare
    from shareai_cms.work import WorkLoop
    from tests.runs.shelf import Shelf

    engine.AWAY = engine.POLL = 0.05
    connections.close_all()
    registry.register(Shelf)
    things = Group.objects.bulk_create([Group(name=f"lamp {number}") for number in range(RUN_OBJECTS)])
    [run] = prepare(scene.editor, "meta-descriptions", things)
    scene.sandbox.reset()
    scene.sandbox.fault(None, latency_ms=60)
    stop = threading.Event()
    thread = threading.Thread(target=WorkLoop(stop=stop).run)
    control.start(run, scene.editor)
    thread.start()
    for number in range(1, RESTARTS):
        scene.sandbox.wait_for(calls=number * RUN_OBJECTS // RESTARTS)
        scene.restart()
    ends_at = time.monotonic() + 90
    while state_of(run) == Run.State.RUNNING and time.monotonic() < ends_at:
        time.sleep(0.1)
    stop.set()
    thread.join(30)
    return {
        "state": state_of(run),
        "done": RunItem.objects.filter(run=run, state="done").count(),
        "calls": scene.sandbox.state()["calls"],
    }


def state_of(run: Any) -> str:
    from shareai_cms.metering.retry import patiently, rows
    from shareai_cms.models import Run

    return patiently(lambda: rows(Run).values_list("state", flat=True).get(pk=run.pk))


def main() -> None:
    with postgres_server() as server, SandboxProcess() as sandbox:
        prepare(postgres() | {"NAME": "postgres"})
        from django.conf import settings

        from shareai_cms.metering import retry

        settings.SHAREAI_CMS = {"SANDBOX_URL": sandbox.url, "DEFAULT_PLAN": {"writing": PLAN}, "STREAM": False}
        scene = Scene(server, sandbox)
        told: dict[str, Any] = {"restarted": scene.while_held(scene.restart)}
        retry.AWAY_PATIENCE = 0.2
        told["away"] = scene.while_held(lambda: control_postgres(server, "-m", "fast", "stop"))
        control_postgres(server, "-o", f'-h "" -k {server.get_postmaster_info().socket_dir}', "start")
        retry.AWAY_PATIENCE = 5.0
        told["after"] = scene.ledger()
        told["load"] = under_load(scene)
        told["after_load"] = scene.ledger()
        told["worker"] = worker(scene)
        told["run"] = bulk_run(scene)
        told["after_run"] = scene.ledger()
        print(json.dumps(told))


if __name__ == "__main__":
    main()
