"""The site's own task queue does what ``shareai_work`` does, where there is one."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from shareai_cms.runs import waking
from tests.databases import ROOT


class TestAQueue:
    def test_works_runs_off_without_any_other_worker(self) -> None:
        command = [sys.executable, "-m", "tests.runs.queue"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        assert found["asked"] == ["READY"] * 3
        assert found["begun"] == 0
        # Of three chains one goes on: it has asked for its next turn.
        assert found["waiting"] == ["READY"] + ["SUCCESSFUL"] * 3
        # That one is lost with its worker, until somebody wakes the queue again.
        assert found["lost"] == 0
        assert (found["state"], found["done"], found["calls"], found["left"]) == ("finished", 12, 12, 0)
        assert found["workers"] == ["tasks"]


class TestNoQueue:
    @pytest.mark.parametrize("name", ["immediate.ImmediateBackend", "dummy.DummyBackend"])
    def test_is_told_where_tasks_run_in_the_web_server(self, settings: Any, name: str) -> None:
        settings.TASKS = {"default": {"BACKEND": f"django_tasks.backends.{name}"}}
        assert waking.queue() is None

    def test_that_is_misconfigured_keeps_no_run_from_starting(self, settings: Any) -> None:
        settings.TASKS = {"default": {"BACKEND": "nowhere.Backend"}}
        waking.wake()
