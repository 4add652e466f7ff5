"""How the marketplace has answered a run lately: whether it rests, and how carefully it goes on."""

from __future__ import annotations

import threading
from datetime import timedelta

from django.utils import timezone

from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Run
from shareai_cms.runs import outcomes

#: Calls in a row without an answer after which the run rests.
SEVERAL = 4
#: Requests in a row that were rejected, after which the run stops: every other would be, too.
MANY = 20
#: Objects that are tried at once after a rest, until one is answered.
PROBES = 1


class Weather:
    """Of one run, as one worker sees it; used by many threads."""

    def __init__(self, run: int) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._failures = self._rests = self._rejections = 0
        self._resting_until = timezone.now()
        #: The run's row may tell of a rest, by this worker or by the one before it.
        self._may_rest = True

    @property
    def is_fair(self) -> bool:
        return not self._failures

    def note_rejection(self) -> bool:
        """It does not take this request; whether it takes none of this run, as far as can be seen."""
        with self._lock:
            self._rejections += 1
            return self._rejections >= MANY

    def note_answer(self) -> None:
        """The marketplace answers, so nothing is said of a rest any more."""
        with self._lock:
            self._failures = self._rests = self._rejections = 0
            may_rest, self._may_rest = self._may_rest, False
        if may_rest:
            rested = rows(Run).filter(pk=self._run, resting_until__isnull=False)
            patiently(lambda: rested.update(resting_until=None))

    def note_failure(self, retry_after: float | None) -> bool:
        """It did not answer; whether the run rests now."""
        with self._lock:
            self._failures += 1
            now = timezone.now()
            if now < self._resting_until:
                return True  # one of those that were under way with the one that began the rest
            if self._failures < SEVERAL and not self._rests and not retry_after:
                return False
            self._rests += 1
            self._may_rest = True
            seconds = max(outcomes.pause(self._rests), min(retry_after or 0.0, outcomes.AWAY_CAP))
            self._resting_until = until = now + timedelta(seconds=seconds)
        mine = rows(Run).filter(pk=self._run, state=Run.State.RUNNING)
        patiently(lambda: mine.update(resting_until=until))
        return True
