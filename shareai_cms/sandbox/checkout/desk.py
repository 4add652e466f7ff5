"""What can be done at the checkout: each method is one transaction, and may be called from any thread."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..faults import RefusedError, canned_error
from .events import list_events, waiting_sessions
from .refunds import end_dispute, insert_dispute, insert_refund
from .requests import RefundRequest, SessionRequest, digest
from .sessions import Session, find_session, insert_session, move_session, show_session
from .store import Store


class Desk:
    """The checkout's rules over its store.

    ``notify`` is told which sessions have events to deliver, ``on_wait`` that something new waits for its time.
    """

    def __init__(
        self,
        store: Store,
        *,
        pay_later_seconds: float,
        notify: Callable[[list[str]], None],
        on_wait: Callable[[], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._pay_later_seconds = pay_later_seconds
        self._notify = notify
        self._on_wait = on_wait
        self._now = now

    def create(self, content: Mapping[str, Any], *, key: str, root: str) -> dict[str, Any]:
        """The session of this key, made now or the first time it was asked for."""
        request = SessionRequest.parse(content)
        with self._change() as db:
            identity = _made_before(db, key, digest("sessions", content))
            if identity is None:
                identity = insert_session(db, request, root=root, now=int(self._now()))
                db.execute("INSERT INTO keys VALUES (?, ?, ?)", (key, digest("sessions", content), identity))
                self._on_wait()
            return show_session(db, _session(db, identity))

    def show(self, identity: str) -> dict[str, Any]:
        with self._change() as db:
            return show_session(db, _session(db, identity))

    def session(self, identity: str) -> Session:
        with self._change() as db:
            return _session(db, identity)

    def act(self, identity: str, action: str) -> Session:
        """Make a move of ``MOVES``; raises RefusedError with 409 where the session is past it."""
        with self._change() as db:
            session, now = _session(db, identity), self._now()
            settles_at = now + self._pay_later_seconds if action == "pay_later" else None
            if not move_session(db, session, action, now=now, settles_at=settles_at):
                state = f"{session.status} and {session.payment_status}"
                raise refused(409, "wrong_state", f"The session is {state}: it is too late, or too early, to {action}.")
            self._on_wait()
            return _session(db, identity)

    def refund(self, content: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        request = RefundRequest.parse(content)
        with self._change() as db:
            identity = _made_before(db, key, digest("refunds", content))
            if identity is not None:
                session = _session(db, request.session)
                return next(found for found in show_session(db, session)["refunds"] if found["id"] == identity)
            made = insert_refund(
                db, _session(db, request.session), amount=request.amount, reason=request.reason, now=int(self._now())
            )
            db.execute("INSERT INTO keys VALUES (?, ?, ?)", (key, digest("refunds", content), made["id"]))
            return made

    def open_dispute(self, identity: str, amount: int | None) -> dict[str, Any]:
        with self._change() as db:
            return insert_dispute(db, _session(db, identity), amount=amount, now=int(self._now()))

    def end_dispute(self, identity: str, outcome: str) -> dict[str, Any]:
        with self._change() as db:
            row = db.execute("SELECT session FROM disputes WHERE id = ?", (identity,)).fetchone()
            if row is None:
                raise refused(404, "not_found", "There is no such dispute.")
            return end_dispute(db, _session(db, row["session"]), identity, outcome, now=int(self._now()))

    def events(self, *, after: str, limit: int) -> dict[str, Any]:
        with self._change() as db:
            found = list_events(db, after=after, limit=limit)
        if found is None:
            raise refused(404, "not_found", "There is no such event.")
        data, has_more = found
        return {"object": "list", "data": data, "has_more": has_more}

    def next_due(self) -> float | None:
        """Unix time of the next session that expires or settles by itself; both happen at any access, too."""
        with self._change() as db:
            [first] = db.execute(
                "SELECT min(due) FROM (SELECT min(expires_at) AS due FROM sessions WHERE status = 'open'"
                " UNION ALL SELECT min(settles_at) FROM sessions WHERE settles_at IS NOT NULL)"
            ).fetchone()
        return None if first is None else float(first)

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """A transaction that finds every session in the state that it has by now."""
        with self._store.transaction() as db:
            self._sweep(db)
            yield db
            waiting = waiting_sessions(db)
        if waiting:
            self._notify(waiting)

    def _sweep(self, db: sqlite3.Connection) -> None:
        now = self._now()
        due = db.execute(
            "SELECT id, CASE status WHEN 'open' THEN 'expire' ELSE 'settle' END AS move FROM sessions"
            " WHERE (status = 'open' AND expires_at <= ?) OR (settles_at IS NOT NULL AND settles_at <= ?)",
            (now, now),
        ).fetchall()
        for row in due:
            move_session(db, _session(db, row["id"]), row["move"], now=now, settles_at=None)


def refused(status: int, code: str, message: str) -> RefusedError:
    return RefusedError(canned_error(status, code, message))


def _session(db: sqlite3.Connection, identity: str) -> Session:
    session = find_session(db, identity)
    if session is None:
        raise refused(404, "not_found", "There is no such checkout session.")
    return session


def _made_before(db: sqlite3.Connection, key: str, wanted: str) -> str | None:
    """What this key has made; raises RefusedError where it was for another request."""
    row = db.execute("SELECT digest, made FROM keys WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row["digest"] != wanted:
        raise refused(409, "idempotency_mismatch", "This Idempotency-Key belongs to another request.")
    return str(row["made"])
