"""The worker itself: says that it lives, does what is due, waits, and ends when it is asked to."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from shareai_cms.errors.places import place_of
from shareai_cms.models import Duty as DutyRow
from shareai_cms.runs import presence
from shareai_cms.runs.engine import Engine, drop_stale_connections
from shareai_cms.signals import duty_failed
from shareai_cms.work import leases
from shareai_cms.work.registry import Duty, Turn, all_duties

log = logging.getLogger("shareai_cms.work")

#: Seconds between two looks at what is due, and between two signs of life.
POLL_SECONDS, BEAT_SECONDS = 5.0, 15.0
#: Seconds to wait for a database that is away: doubled each time up to the second.
AWAY_FIRST, AWAY_MOST = 0.5, 15.0


class WorkLoop:
    """One worker. ``stop`` ends it after the step that it is at."""

    def __init__(self, *, stop: threading.Event | None = None, is_cron: bool = False) -> None:
        self.stop = stop or threading.Event()
        host = socket.gethostname()
        # The jobs of one machine's cron are one worker, seen every few minutes.
        self.reference = f"{host}{presence.CRON}" if is_cron else f"{host}:{os.getpid()}"
        self._lease_holder = f"{host}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
        self._beat_at: float | None = None
        self._started_at = timezone.now()
        #: What each duty that had a turn has done; and which of them failed, by place.
        self.done: dict[str, int] = {}
        self.failed: dict[str, str] = {}
        #: Objects of runs that were closed.
        self.objects = 0

    def run(self) -> None:
        """Work until ``stop`` is set, through restarts of the database."""
        log.info("worker=%s event=started", self.reference)
        # Beside the duties: a duty has one worker at a time, a run has many.
        engine = Engine(stop=self.stop)
        engine.start()
        self._work()
        engine.join()
        log.info("worker=%s event=ended", self.reference)

    def _work(self) -> None:
        pause = AWAY_FIRST
        while not self.stop.is_set():
            try:
                has_worked = self.work_through()
            except (DatabaseError, InterfaceError) as error:
                log.warning(
                    "worker=%s event=database_away error=%s wait_s=%.1f", self.reference, place_of(error), pause
                )
                connections.close_all()
                self.stop.wait(pause)
                pause = min(pause * 2, AWAY_MOST)
                continue
            pause = AWAY_FIRST
            if not has_worked:
                self.stop.wait(POLL_SECONDS)

    def run_once(self) -> int:
        """Do all that is due now, and return how many duties failed; raises what the database raises."""
        self.done, self.failed = {}, {}
        while not self.stop.is_set() and self.work_through():
            pass
        self.objects = Engine(stop=self.stop).drain(on_step=self._beat)
        return len(self.failed)

    def work_through(self) -> bool:
        """Give each duty that is due its turn; whether there was one."""
        drop_stale_connections()
        self._beat()
        leases.make_rows()
        has_worked = False
        for duty in all_duties():
            if self.stop.is_set():
                break
            row = leases.take(duty, self._lease_holder)
            if row is not None:
                has_worked = True
                self._do(duty, row)
        return has_worked

    def _do(self, duty: Duty, row: DutyRow) -> None:
        turn, began = Turn(is_stopping=self.stop.is_set), time.monotonic()
        try:
            done = duty.run(turn)
        except Exception as error:  # noqa: BLE001  the boundary of a duty: the others go on
            self._record_failure(row, error)
            return
        self.done[duty.name] = self.done.get(duty.name, 0) + done
        pause = timedelta(seconds=0 if turn.has_more else duty.every)
        kept = leases.finish(row, due_at=timezone.now() + pause)
        log.log(
            logging.INFO if done or not kept else logging.DEBUG,
            "duty=%s worker=%s attempt=%d done=%d more=%s kept=%s ms=%d",
            duty.name,
            self.reference,
            row.attempt,
            done,
            turn.has_more,
            kept,
            round((time.monotonic() - began) * 1000),
        )

    def _record_failure(self, row: DutyRow, error: Exception) -> None:
        place = place_of(error)
        self.failed[row.name] = place
        log.error("duty=%s worker=%s attempt=%d error=%s", row.name, self.reference, row.attempt, place)
        leases.fail(row, place)
        duty_failed.send_robust(WorkLoop, name=row.name, error=error, failures=row.failures + 1)

    def _beat(self) -> None:
        if self._beat_at is not None and time.monotonic() - self._beat_at < BEAT_SECONDS:
            return
        presence.note(self.reference, self._started_at)
        self._beat_at = time.monotonic()
