"""The engine of runs: takes objects of all runs that go on, has many calls under way, keeps what it has leased.

One per process. The truth is in the tables, so any number of processes may work on the same runs, and each
may be killed at any moment.
"""

from __future__ import annotations

import contextlib
import logging
import math
import sys
import threading
import time
from collections.abc import Callable, Collection, Sequence

from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.utils import timezone

from shareai_cms.conf import conf
from shareai_cms.errors import RequestRejected, ShareAIError
from shareai_cms.errors.places import place_of
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Run, RunItem
from shareai_cms.runs import desks, leases, rate, waking, working
from shareai_cms.runs.crew import Crew
from shareai_cms.runs.desks import Desk
from shareai_cms.runs.heartbeat import Heartbeat
from shareai_cms.runs.outcomes import End
from shareai_cms.runs.weather import PROBES, Weather
from shareai_cms.runs.working import Job, Slot

log = logging.getLogger("shareai_cms.runs")

#: Seconds between two looks at what there is to do, and at whether what is in hand still goes on.
POLL = 1.0
#: Seconds between two looks for what dead workers had.
LOOK_FOR_DEAD = 5.0
#: Seconds that calls under way are given when the worker is asked to end.
GRACE = 8.0
#: Seconds that they need to give their objects back once they are stopped.
AFTER_CANCELLATION = 5.0
#: Seconds that one thread may compute while others wait.
SWITCH = 0.0005
#: Seconds to wait for a database that is away.
AWAY = 2.0
#: One thread more for every so many calls.
SPARE = 4


class Engine:
    """Works on runs until ``stop`` is set; ``drain`` works until nothing is left that can be done now."""

    def __init__(
        self,
        *,
        stop: threading.Event | None = None,
        concurrency: int | None = None,
        only: Collection[int] | None = None,
    ) -> None:
        self.stop = stop or threading.Event()
        #: Runs that it works on; None for all.
        self._only = only
        self.concurrency = concurrency or conf.run_concurrency
        #: Objects in hand at most: as many again as are worked on, so that no call waits for the database.
        self.capacity = 2 * self.concurrency
        #: Objects closed so far.
        self.done = 0
        self._jobs: dict[int, Job] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._slots = threading.BoundedSemaphore(self.concurrency)
        # A quarter more threads than calls: while those of some write to the database, the calls of others go on.
        self._crew = Crew(self._do, self.concurrency + max(1, self.concurrency // SPARE))
        self._weather: dict[int, Weather] = {}
        #: Runs that begin nothing more, as far as this worker knows.
        self._halted: set[int] = set()
        #: Runs without units for one more object while others of theirs are in some worker's hand, and may give some
        #: back; with the moment from which one is tried whatever the others do.
        self._short: dict[int, float] = {}
        self._turn = 0
        self._is_ending = False
        self._looked_at = self._looked_for_dead_at = -LOOK_FOR_DEAD
        self._heartbeat = Heartbeat(self._in_hand)
        self._thread: threading.Thread | None = None

    # From outside.

    def start(self) -> None:
        """Run in a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="shareai-runs", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait for the end: what is under way gets ``GRACE`` seconds, and is given back then."""
        if self._thread is not None:
            self._thread.join()

    def run(self) -> None:
        """Work until ``stop`` is set, through restarts of the database."""
        try:
            while not self.stop.is_set():
                if self._step_safely():
                    self._rest()
                else:
                    self.stop.wait(AWAY)
        finally:
            self._close()
            connections.close_all()

    def drain(self, *, seconds: float | None = None, on_step: Callable[[], None] = lambda: None) -> int:
        """Work until nothing is left that can be done now; how many objects were closed.

        After ``seconds`` nothing more is begun, and what is under way comes to its end.
        """
        ends_at = math.inf if seconds is None else time.monotonic() + seconds
        try:
            while not self.stop.is_set():
                was_busy = bool(self._jobs)
                self._is_ending = time.monotonic() >= ends_at
                taken = self._step()
                on_step()
                if not taken and not was_busy:
                    break
                if self._jobs:
                    self._rest()
        finally:
            self._is_ending = True
            self._close()
        return self.done

    @property
    def _begins_nothing(self) -> bool:
        return self._is_ending or self.stop.is_set()

    # The step.

    def _step_safely(self) -> bool:
        try:
            self._step()
        except (DatabaseError, InterfaceError) as error:
            log.warning("event=database_away error=%s", place_of(error))
            connections.close_all()
            return False
        except Exception as error:  # noqa: BLE001  whatever it is, the worker lives on and tries again
            _tell_failure(error)
            return False
        return True

    def _step(self) -> int:
        """Look whether all goes on, and take what there is room for; how many were taken."""
        moment = time.monotonic()
        if moment - self._looked_for_dead_at >= LOOK_FOR_DEAD:
            self._looked_for_dead_at = moment
            drop_stale_connections()
            if freed := leases.take_over():
                log.info("event=taken_over items=%d", freed)
        if self._jobs and moment - self._looked_at >= POLL:
            self._looked_at = moment
            self._look()
        return self._fill()

    def _rest(self) -> None:
        """Until something came free, but no longer than until the next look."""
        self._wake.wait(POLL)
        self._wake.clear()

    def _look(self) -> None:
        """Stop what was cancelled, and begin nothing more of what does not go on."""
        jobs = self._in_hand()
        runs = {job.item.run_id for job in jobs}
        states = patiently(lambda: dict(rows(Run).filter(pk__in=runs).values_list("pk", "state")))
        self._halted = {run for run in runs if states.get(run) != Run.State.RUNNING}
        for job in jobs:
            if states.get(job.item.run_id, Run.State.CANCELLED) == Run.State.CANCELLED:
                job.cancellation.cancel()
        self._withdraw()

    def _withdraw(self) -> None:
        """Give back what is not to be begun, without waiting for a free call."""
        for job in self._crew.withdraw(lambda job: not self._may_begin(job)):
            self._drop(job)

    def _may_begin(self, job: Job) -> bool:
        is_halted = job.item.run_id in self._halted or job.item.run_id in self._short
        return not (self._begins_nothing or is_halted or job.cancellation.is_cancelled)

    def _drop(self, job: Job) -> None:
        try:
            leases.give_back(job.item)
        finally:
            self._forget(job)

    def _forget(self, job: Job) -> None:
        with self._lock:
            # What was given back may be in hand again already, as another job.
            if self._jobs.get(job.item.pk) is job:
                del self._jobs[job.item.pk]
        self._wake.set()

    def _in_hand(self, run: int | None = None) -> list[Job]:
        with self._lock:
            return [job for job in self._jobs.values() if run is None or job.item.run_id == run]

    def _waiting_of(self, account: int) -> int:
        """Objects in hand whose call is not begun yet."""
        return self._crew.count(lambda job: job.desk.run.account_id == account)

    # Taking.

    def _fill(self) -> int:
        """Take objects, each run its share; some at a time, since the statements are the same for one or many."""
        free = self.capacity - len(self._jobs)
        if free < max(1, self.concurrency // 2) or self._begins_nothing:
            return 0
        runs = desks.running(timezone.now(), self._only)
        self._forget_others(runs)
        self._turn += 1
        taken = 0
        for position in range(len(runs)):
            run = runs[(position + self._turn) % len(runs)]
            share = -(-(free - taken) // (len(runs) - position))
            if share > 0:
                taken += self._claim(run, share)
        return taken

    def _forget_others(self, runs: list[Run]) -> None:
        going = {run.pk for run in runs}
        self._halted -= going
        kept = going | {job.item.run_id for job in self._in_hand()}
        self._weather = {run: weather for run, weather in self._weather.items() if run in kept}

    def _claim(self, run: Run, share: int) -> int:
        desk = Desk(run)
        try:
            units = desk.units
        except ShareAIError as error:
            self._halt(run.pk, Run.State.STOPPED, error)
            return 0
        if run.pk in self._short or not self._weather_of(run.pk).is_fair:
            share = 0 if self._in_hand(run.pk) or self._waits_for_others(run.pk) else PROBES
        room = rate.room(run.account_id)
        if room is not None and room < share + self._waiting_of(run.account_id):
            share = room - self._waiting_of(run.account_id)
            if share <= 0:
                return 0
        if share:
            self._short.pop(run.pk, None)
        items = leases.claim(run, share, units=units) if share else []
        if not items:
            if not self._in_hand(run.pk):
                self._close_run(run, units)
            return 0
        jobs = self._loaded(desk, items)
        with self._lock:
            self._jobs.update({job.item.pk: job for job in jobs})
        self._heartbeat.start()
        for job in jobs:
            self._crew.give(job)
        return len(items)

    def _waits_for_others(self, run: int) -> bool:
        """Whether other workers have objects of a run without units; not for ever, as they may have new ones by now."""
        return time.monotonic() < self._short.get(run, 0.0) and leases.is_in_hand(run)

    def _loaded(self, desk: Desk, items: Sequence[RunItem]) -> list[Job]:
        """The objects themselves; the items are given up where the site's own code cannot read them."""
        try:
            things = desks.load(items)
        except (DatabaseError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  a catalogue of the site's own: other runs go on
            for item in items:
                working.broken(item, error)
            return []
        return [Job(desk, item, things[item.pk], Slot(self._slots)) for item in items]

    def _close_run(self, run: Run, units: int) -> None:
        if leases.finish(run.pk):
            log.info("run=%d event=finished", run.pk)
        elif run.cap is not None and leases.stop_at_cap(run, units):
            log.info("run=%d event=cap_reached", run.pk)

    def _weather_of(self, run: int) -> Weather:
        return self._weather.setdefault(run, Weather(run))

    # One object, in a thread of the crew.

    def _do(self, job: Job) -> None:
        try:
            if self._may_begin(job):
                self._conclude(job, *working.work(job))
            else:
                leases.give_back(job.item)
        except (OperationalError, InterfaceError) as error:
            # Noted nowhere: the lease runs out, and whoever is there takes the object over.
            log.warning("run=%s item=%d event=database_away error=%s", job.item.run_id, job.item.pk, place_of(error))
            connections.close_all()
        except Exception as error:  # noqa: BLE001  the boundary of an object: the others go on
            with contextlib.suppress(DatabaseError, InterfaceError):
                working.broken(job.item, error)
        finally:
            self._forget(job)

    def _conclude(self, job: Job, end: End, error: ShareAIError | None) -> None:
        run = job.item.run_id
        if end in (End.DONE, End.SKIPPED, End.FAILED):
            self.done += 1
        if end is End.OUT and error is not None:
            if leases.is_in_hand(run):
                self._short[run] = time.monotonic() + leases.LEASE.total_seconds()
                self._withdraw()
            else:
                self._halt(run, Run.State.OUT, error)
        elif end is End.STOPPED and error is not None:
            self._halt(run, Run.State.STOPPED, error)
        elif end is End.AWAY and error is not None:
            if self._weather_of(run).note_failure(error.retry_after):
                self._halted.add(run)
        elif isinstance(error, RequestRejected):
            if self._weather_of(run).note_rejection():
                self._halt(run, Run.State.STOPPED, error)
        elif end in (End.DONE, End.REFUSED):
            self._weather_of(run).note_answer()

    def _halt(self, run: int, state: str, error: ShareAIError) -> None:
        """Nothing more is begun until somebody, or a top-up, lets it go on."""
        self._halted.add(run)
        going = rows(Run).filter(pk=run, state=Run.State.RUNNING)
        if patiently(lambda: going.update(state=state, error_code=error.code[:64])):
            log.warning("run=%d event=%s code=%s", run, state, error.code)
            waking.go_on_if_bought(run)

    def _close(self) -> None:
        """Let what is under way come to its end for a while, then stop it; nothing of that is counted."""
        with contextlib.suppress(DatabaseError, InterfaceError):
            self._withdraw()
        if not self._crew.close(GRACE):
            for job in self._in_hand():
                job.cancellation.cancel()
            self._crew.close(AFTER_CANCELLATION)
        self._heartbeat.close()


def switch_often() -> None:
    """For a process that does nothing but this: a thread that has its answer soon goes on.

    By default Python lets the one that computes keep the others waiting for 5 ms, some of them with the balance locked.
    """
    sys.setswitchinterval(SWITCH)


def _tell_failure(error: Exception) -> None:
    # Without its text, which may hold content.
    log.error("event=step_failed error=%s", place_of(error))


def drop_stale_connections() -> None:
    """As at the end of a request: a connection may have aged, or broken, while nothing was due."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
