"""Delivering events: signed, in order for each session, and tried again for a while."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from .addresses import is_loopback
from .events import Delivery, Event, find_event, next_waiting, note_attempt, note_delivery, waiting_sessions
from .store import Store

SIGNATURE = "ShareAI-Signature"
#: Seconds between the attempts; after the last one an event is only in the list.
PAUSES = (1.0, 2.0, 4.0, 8.0)
ANSWER_SECONDS = 10
MOST_AT_ONCE = 50


def sign(body: bytes, secrets: Sequence[str], *, at: int) -> str:
    """The header's value: HMAC-SHA256 over ``<at>.<body>``, once with each secret, so that they can be rotated."""
    signed = b"%d.%b" % (at, body)
    marks = (hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets)
    return ",".join([f"t={at}", *(f"v1={mark}" for mark in marks)])


class Courier:
    """A thread for each session that has something to deliver, for as long as it has."""

    def __init__(self, store: Store, secrets: Sequence[str], *, pauses: Sequence[float] = PAUSES) -> None:
        self._store = store
        self._secrets = tuple(secrets)
        self._pauses = tuple(pauses)
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._is_closed = threading.Event()

    def wake(self, sessions: Sequence[str]) -> None:
        """See to these sessions; those that are seen to already are left to their thread."""
        with self._lock:
            idle = [session for session in sessions if session not in self._busy]
            self._busy.update(idle)
        for session in idle:
            threading.Thread(target=self._see_to, args=(session,), daemon=True).start()

    def resume(self) -> None:
        """Go on with what an earlier process has left."""
        with self._store.transaction() as db:
            waiting = waiting_sessions(db)
        self.wake(waiting)

    def close(self) -> None:
        self._is_closed.set()

    def deliver(self, identity: str, *, times: int, is_at_once: bool) -> list[Delivery] | None:
        """Deliver an event again, whatever became of it; None where there is none, or nowhere to deliver it."""
        with self._store.transaction() as db:
            event = find_event(db, identity)
        if event is None or not event.url:
            return None
        with ThreadPoolExecutor(times if is_at_once else 1) as pool:
            found = list(pool.map(lambda _: self._post(event, event.attempts + 1), range(times)))
        with self._store.transaction() as db:
            for delivery in found:
                note_delivery(db, delivery, now=time.time())
        return found

    def _see_to(self, session: str) -> None:
        while (event := self._next(session)) is not None:
            if event.due > time.time():
                # The wait ends when the sandbox does; webhooks may be off by then, so the event is read again.
                if self._is_closed.wait(event.due - time.time()):
                    return
                continue
            delivery = self._post(event, event.attempts + 1)
            now = time.time()
            with self._store.transaction() as db:
                note_attempt(db, delivery, due=self._due(delivery, now), now=now)

    def _next(self, session: str) -> Event | None:
        # Under the lock: an event that comes now either is found here, or finds the session idle.
        with self._lock:
            event = None
            if not self._is_closed.is_set():
                with self._store.transaction() as db:
                    event = next_waiting(db, session)
            if event is None:
                self._busy.discard(session)
            return event

    def _due(self, delivery: Delivery, now: float) -> float | None:
        is_over = delivery.is_done or delivery.note == "foreign" or delivery.attempt > len(self._pauses)
        return None if is_over else now + self._pauses[delivery.attempt - 1]

    def _post(self, event: Event, attempt: int) -> Delivery:
        if not is_loopback(event.url):
            return Delivery(event=event, status=0, attempt=attempt, note="foreign")
        body = event.body.encode()
        try:
            status = post(event.url, body, sign(body, self._secrets, at=int(time.time())))
        except (OSError, http.client.HTTPException):
            return Delivery(event=event, status=0, attempt=attempt, note="unreachable")
        return Delivery(event=event, status=status, attempt=attempt)


def post(url: str, body: bytes, signature: str) -> int:
    """The status of the answer. Without proxies and without following: it must not lead away from this machine."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "ShareAISandbox",
        "Connection": "close",
        SIGNATURE: signature,
    }
    try:
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
