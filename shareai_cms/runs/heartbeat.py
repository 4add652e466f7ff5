"""Says that a worker lives: renews the leases of what it has in hand, from a thread that nothing else holds up."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connections

from shareai_cms.errors.places import place_of
from shareai_cms.runs import leases
from shareai_cms.runs.working import Job

log = logging.getLogger("shareai_cms.runs")

#: Renewals within the time of a lease.
BEATS = 4
#: Seconds that the last renewal may take.
PATIENCE = 5.0


class Heartbeat:
    """Begins with the first object in hand, and ends with its process or with ``close``."""

    def __init__(self, in_hand: Callable[[], list[Job]]) -> None:
        self._in_hand = in_hand
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="shareai-leases", daemon=True)
            self._thread.start()

    def close(self) -> None:
        self._closed.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def _run(self) -> None:
        try:
            while not self._closed.wait(leases.LEASE.total_seconds() / BEATS):
                try:
                    self._beat()
                except (DatabaseError, InterfaceError) as error:
                    log.warning("event=leases_not_renewed error=%s", place_of(error))
                    connections.close_all()
        finally:
            # Nobody else closes a thread's connections.
            connections.close_all()

    def _beat(self) -> None:
        jobs = self._in_hand()
        if not jobs:
            connections.close_all()
            return
        lost = leases.renew([job.item for job in jobs])
        still = {job.item.pk for job in self._in_hand()}
        for job in jobs:
            # Another's: then the call is worth nothing any more. What is done meanwhile is not in hand.
            if job.item.pk in lost & still:
                job.cancellation.cancel()
