"""Workers as processes: none does what another does, and whatever ends one, its duty is not lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from shareai_cms import metering
from shareai_cms.models import Balance, Duty, Worker
from tests.databases import ROOT, subprocess_environment
from tests.metering.crowd import send_crowd

pytestmark = pytest.mark.ledger


def scene(name: str, **options: Any) -> dict[str, Any]:
    result = send_crowd(f"tests.work.scenarios:{name}", settings.DATABASES["default"], **options)
    assert result.get("errors", []) == []
    return result


class TestManyWorkers:
    def test_do_each_duty_once(self) -> None:
        assert scene("together", workers=12)["done"] == {"first": 1, "second": 1, "third": 1}

    def test_take_over_from_one_that_was_killed_and_not_sooner_than_its_lease_ends(self) -> None:
        result = scene("killed", workers=6)
        assert (result["was_killed"], result["done_early"], result["done"]) == (True, 0, 1)
        assert (result["attempt"], result["is_free"]) == (2, True)

    def test_give_their_duty_back_when_they_are_asked_to_stop(self) -> None:
        result = scene("stopped")
        assert (result["steps"], result["is_free"], result["is_due"]) == (3, True, True)


def started() -> subprocess.Popen[str]:
    connections.close_all()
    return subprocess.Popen(
        [sys.executable, "-m", "django", "shareai_work"],
        cwd=ROOT,
        env={**subprocess_environment(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.django_db(transaction=True)
class TestTheCommand:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_ends_well_when_it_is_asked_to(self, number: signal.Signals) -> None:
        process = started()
        assert process.stdout is not None
        with process.stdout as output:
            assert output.readline() == "Working; stop with Ctrl-C or SIGTERM.\n"
            process.send_signal(number)
            assert output.readline() == "Stopped.\n"
        assert process.wait(timeout=20) == 0
        assert not Duty.objects.filter(leased_until__isnull=False).exists()

    def test_may_be_killed(self) -> None:
        process = started()
        assert process.stdout is not None
        with process.stdout as output:
            output.readline()
            os.kill(process.pid, signal.SIGKILL)
        assert process.wait(timeout=20) == -signal.SIGKILL

    def test_does_from_cron_what_is_due_and_ends(self) -> None:
        account = metering.open_account(platform="django", reference="idle")
        metering.allowance_of(account, "writing")
        Balance.objects.update(next_change_at="2020-01-01T00:00Z")
        done = subprocess.run(
            [sys.executable, "-m", "django", "shareai_work", "--once"],
            cwd=ROOT,
            env=subprocess_environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert not Balance.objects.filter(next_change_at__lt="2021-01-01T00:00Z").exists()
        assert {row.name for row in Duty.objects.all()} >= {"ledger", "reports", "suggestions"}
        assert Worker.objects.get().reference.endswith(":cron")
