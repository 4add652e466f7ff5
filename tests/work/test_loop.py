"""One worker: what fails does not stop the rest, is told without content, and the database may go away."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from shareai_cms.models import Duty as DutyRow
from shareai_cms.models import Worker
from shareai_cms.signals import duty_failed
from shareai_cms.work import (
    Duty,
    Turn,
    WorkLoop,
    failing_duties,
    is_left_undone,
    loop,
    presence,
    register_duty,
    waiting_duties,
)

pytestmark = [pytest.mark.ledger, pytest.mark.django_db, pytest.mark.usefixtures("no_duties")]

SECRET = "a text that an editor wrote"


def broken(turn: Turn) -> int:
    raise ValueError(SECRET)


class TestADutyThatFails:
    def test_does_not_stop_the_others(self) -> None:
        done: list[str] = []
        register_duty(Duty(name="broken", every=60, run=broken))
        register_duty(Duty(name="sound", every=60, run=lambda turn: done.append("sound") or 1))
        assert WorkLoop().run_once() == 1
        assert done == ["sound"]

    def test_is_recorded_without_its_text(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        register_duty(Duty(name="broken", every=60, run=broken))
        WorkLoop().run_once()
        [row] = failing_duties()
        assert (row.name, row.failures, row.leased_until) == ("broken", 1, None)
        assert row.error.startswith("ValueError@")
        assert f"error={row.error}" in caplog.text
        assert SECRET not in caplog.text

    def test_is_tried_again(self) -> None:
        register_duty(Duty(name="broken", every=60, run=broken))
        WorkLoop().run_once()
        assert WorkLoop().run_once() == 0
        DutyRow.objects.update(due_at=timezone.now())
        assert WorkLoop().run_once() == 1
        assert DutyRow.objects.get().failures == 2

    def test_is_announced(self) -> None:
        heard: list[dict[str, Any]] = []

        def hear(**given: Any) -> None:
            heard.append(given)

        duty_failed.connect(hear)
        try:
            register_duty(Duty(name="broken", every=60, run=broken))
            WorkLoop().run_once()
        finally:
            duty_failed.disconnect(hear)
        assert [(one["name"], type(one["error"]), one["failures"]) for one in heard] == [("broken", ValueError, 1)]


class TestWhatTheCommandSays:
    def said(self, **options: Any) -> str:
        out = StringIO()
        with suppress(CommandError):
            call_command("shareai_work", "--once", stdout=out, **options)
        return out.getvalue()

    def test_is_what_each_duty_has_done(self) -> None:
        turns: list[int] = []

        def run(turn: Turn) -> int:
            turns.append(1)
            turn.has_more = len(turns) < 3
            return 500

        register_duty(Duty(name="letters", every=60, run=run, counts="letters written"))
        register_duty(Duty(name="broken", every=60, run=broken))
        for name in ("idle", "lazy"):
            register_duty(Duty(name=name, every=60, run=lambda turn: 0))
        told = self.said().splitlines()
        assert told[0] == "letters: 1 500 letters written"
        assert told[1].startswith("broken: failed (ValueError@")
        assert told[2:] == ["Looked, and found nothing to do: idle, lazy."]
        again = "Not due yet, or done by another worker: letters, broken, idle, lazy."
        assert self.said().splitlines() == [again]

    def test_is_nothing_where_nobody_listens(self) -> None:
        register_duty(Duty(name="letters", every=60, run=lambda turn: 1))
        assert self.said(verbosity=0) == ""


class TestTurns:
    def test_follow_each_other_while_there_is_more(self) -> None:
        turns: list[int] = []

        def run(turn: Turn) -> int:
            turns.append(1)
            turn.has_more = len(turns) < 4
            return 1

        register_duty(Duty(name="long", every=60, run=run))
        WorkLoop().run_once()
        assert len(turns) == 4

    def test_leave_time_for_the_others(self) -> None:
        order: list[str] = []

        def run(turn: Turn) -> int:
            order.append("long")
            turn.has_more = order.count("long") < 3
            return 1

        register_duty(Duty(name="long", every=60, run=run))
        register_duty(Duty(name="short", every=60, run=lambda turn: order.append("short") or 1))
        WorkLoop().run_once()
        assert order == ["long", "short", "long", "long"]

    def test_are_over_when_their_time_is(self) -> None:
        assert Turn(seconds=10).goes_on()
        assert not Turn(seconds=0).goes_on()
        assert not Turn(is_stopping=lambda: True).goes_on()


class TestADatabaseThatIsAway:
    def test_is_waited_for(self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
        stop, done = threading.Event(), list[int]()
        register_duty(Duty(name="sound", every=60, run=lambda turn: done.append(1) or stop.set() or 1))
        worker, tries = WorkLoop(stop=stop), list[int]()
        work_through = worker.work_through

        def away_twice() -> bool:
            tries.append(1)
            if len(tries) < 3:
                raise OperationalError(SECRET)
            return work_through()

        monkeypatch.setattr(worker, "work_through", away_twice)
        monkeypatch.setattr(loop, "AWAY_FIRST", 0.001)
        close_all, here = loop.connections.close_all, threading.current_thread()

        def spare_the_tests_own() -> None:
            # The engine's thread must not lose its way to close what it has opened.
            if threading.current_thread() is not here:
                close_all()

        monkeypatch.setattr(loop.connections, "close_all", spare_the_tests_own)
        worker.run()
        assert (len(tries), done) == (3, [1])
        assert "event=database_away error=OperationalError" in caplog.text
        assert SECRET not in caplog.text


class TestPresence:
    def test_is_missed_where_nobody_ever_worked(self) -> None:
        assert (presence().seen_at, presence().is_missed) == (None, True)

    def test_is_noted_by_every_worker(self) -> None:
        WorkLoop().work_through()
        assert not presence().is_missed
        assert presence(timezone.now() + timedelta(minutes=16)).is_missed

    def test_is_one_row_for_a_machine_with_cron(self) -> None:
        for _ in range(3):
            WorkLoop(is_cron=True).run_once()
        assert Worker.objects.count() == 1

    def test_of_long_ago_is_forgotten(self) -> None:
        old = timezone.now() - timedelta(days=8)
        Worker.objects.create(reference="old", started_at=old, seen_at=old)
        WorkLoop().work_through()
        assert not Worker.objects.filter(reference="old").exists()

    def test_matters_only_where_something_waits(self) -> None:
        waits: list[bool] = [False]
        register_duty(Duty(name="mail", every=60, run=lambda turn: 0, is_waiting=lambda since: waits[0]))
        assert not is_left_undone()
        waits[0] = True
        assert is_left_undone()
        assert waiting_duties() == ["mail"]
        WorkLoop().work_through()
        assert not is_left_undone()

    def test_costs_one_query_while_a_worker_lives(self, django_assert_num_queries: Any) -> None:
        WorkLoop().work_through()
        with django_assert_num_queries(1):
            assert not is_left_undone()
