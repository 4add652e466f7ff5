"""An action's own cost on top of the same HTTP call made bare, and on top of its first token.

Both sides talk to the same sandbox process without latency, in turns, within one run; once on SQLite with Django's
default options and once with the recommended ones.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.services import SandboxProcess

ROUNDS = 200
#: Django reads its settings once, so each of them is measured in a process of its own.
SETTINGS = {
    "SQLite, default options": "tests.settings",
    "SQLite, recommended options": "tests.settings_sqlite",
}
TEXT = "In order to reach the lighthouse, visitors utilise the old quay. The walk takes twenty minutes at low tide."


def main() -> dict[str, Any]:
    """Run the bench and return its figures by database; times are milliseconds."""
    figures = {}
    for name, settings in SETTINGS.items():
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            figures[name] = process.submit(measure, settings).result()
        print(f"\n{name}")
        for what, value in figures[name].items():
            print(f"  {what:32} {value:8.2f}" if isinstance(value, float) else f"  {what:32} {value:8d}")
    return figures


def measure(settings: str) -> dict[str, Any]:
    """The figures with these settings, in a process that has not set Django up yet."""
    with tempfile.TemporaryDirectory(prefix="shareai-bench-") as folder, SandboxProcess() as sandbox:
        os.environ["SHAREAI_TEST_DATABASE"] = str(Path(folder) / "bench.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = settings
        import django

        django.setup()
        return _measure(sandbox)


def _measure(sandbox: SandboxProcess) -> dict[str, Any]:
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    settings.SHAREAI_CMS = {"SANDBOX_URL": sandbox.url, "DEFAULT_PLAN": {"writing": 1_000_000}}
    build = _caller()
    bare, session = _bare(sandbox, build)
    sandbox.reset()
    with _commits() as commit_twice:
        whole = _in_turns(lambda: bare(False), lambda: _whole(build()), commit_twice)
    state = sandbox.state()
    first = _in_turns(lambda: bare(True), lambda: _first_token(build()))
    session.close()
    return {
        "bare_call_p50": whole[0],
        "action_p50": whole[1],
        "own_cost_p50": whole[1] - whole[0],
        "two_commits_p50": whole[2],
        "first_token_bare_p50": first[0],
        "first_token_action_p50": first[1],
        "first_token_added_p50": first[1] - first[0],
        "statements": _statements(build()),
        "calls": state["calls"],
        "connections": state["connections"],
    }


def _caller() -> Callable[[], Any]:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    from shareai_cms import actions, metering
    from shareai_cms.actions.base import ActionInput
    from shareai_cms.actions.codecs import PlainText
    from shareai_cms.actions.road import ActionCall
    from shareai_cms.actions.targets import AccountRef, Target
    from shareai_cms.models import AccountPermission
    from shareai_cms.permissions import USE, Actor

    group = Group.objects.create(name="AI users")
    AccountPermission.objects.create(group=group, permission=USE)
    user = get_user_model().objects.create_user("editor")
    user.groups.add(group)
    metering.open_account(platform="django", reference="press")
    target = Target(
        object_type="auth.group",
        object_ref="1",
        object_label="A group",
        field="name",
        account=AccountRef(platform="django", reference="press"),
    )

    def build() -> ActionCall:
        actor = Actor.from_user(user)  # as each request does: rights are asked anew
        account = metering.find_account("django", "press", actor=actor)
        assert account is not None
        return ActionCall(
            action=actions.get("rewrite"),
            account=account,
            actor=actor,
            target=target,
            given=ActionInput(codec=PlainText(), text=TEXT),
            key=uuid.uuid4().hex,
            has_budgets=bool(getattr(account, "has_budgets", True)),
        )

    return build


def _bare(sandbox: SandboxProcess, build: Callable[[], Any]) -> tuple[Callable[[bool], float], Any]:
    """The same body over a session of ``requests``: seconds until the answer, or until its first token."""
    import requests

    session = requests.Session()
    session.trust_env = False
    call = build()
    messages = [{"role": item.role, "content": item.content} for item in call.action.messages(call.given)]

    def post(is_streamed: bool) -> float:
        started = time.perf_counter()
        body = {"messages": messages, "max_tokens": 1000, "stream": is_streamed}
        headers = {"Authorization": "Bearer sandbox"}
        reply = session.post(f"{sandbox.url}/chat/completions", json=body, headers=headers, stream=is_streamed)
        if not is_streamed:
            reply.json()
            return time.perf_counter() - started
        lines = reply.iter_lines()
        while b'"content": "' not in (line := next(lines)) and b'"content":"' not in line:
            pass
        took = time.perf_counter() - started
        for _line in lines:
            pass
        return took

    return post, session


def _whole(call: Any) -> float:
    from shareai_cms.actions.road import run

    started = time.perf_counter()
    run(call)
    return time.perf_counter() - started


def _first_token(call: Any) -> float:
    """Through the thread and its queue, as a view drains it."""
    from shareai_cms.actions.events import Delta
    from shareai_cms.actions.streaming import StreamedRoad

    started = time.perf_counter()
    road = StreamedRoad(call)
    road.start()
    took = 0.0
    for event in road.drain():
        if isinstance(event, Delta) and not took:
            took = time.perf_counter() - started
    road.join()
    return took


def _in_turns(*functions: Callable[[], float]) -> list[float]:
    """Medians in milliseconds of things done alternately, so that all meet the same machine."""
    times: list[list[float]] = [[] for _function in functions]
    for number in range(ROUNDS + 10):
        for side, function in zip(times, functions, strict=True):
            took = function()
            if number >= 10:
                side.append(took * 1000)
    return [statistics.median(side) for side in times]


@contextmanager
def _commits() -> Iterator[Callable[[], float]]:
    """What a reserve and a settle wait for at the least: two commits on the driver, in a file of their own."""
    from django.db import connection

    given = connection.settings_dict
    with closing(sqlite3.connect(Path(given["NAME"]).with_name("commits.sqlite3"), isolation_level=None)) as database:
        database.executescript(f"{given['OPTIONS'].get('init_command', '')} CREATE TABLE counter (number INTEGER);")
        database.execute("INSERT INTO counter VALUES (0)")

        def commit_twice() -> float:
            started = time.perf_counter()
            for _transaction in ("reserve", "settle"):
                database.execute("BEGIN IMMEDIATE")
                database.execute("UPDATE counter SET number = number + 1")
                database.execute("COMMIT")
            return time.perf_counter() - started

        yield commit_twice


def _statements(call: Any) -> int:
    """SQL statements of a whole action with the account's own look-up, transaction control left out."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from shareai_cms import metering
    from shareai_cms.actions.road import run

    with CaptureQueriesContext(connection) as captured:
        metering.find_account("django", "press", actor=call.actor)
        run(call)
    control = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(control) for query in captured.captured_queries)


if __name__ == "__main__":
    main()
