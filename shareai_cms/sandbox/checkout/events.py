"""What happened, in order: the list that the API gives out, and what of it waits to be delivered.

Every function takes the connection of a transaction.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_LISTED = 100
#: Deliveries beyond this many are forgotten, the oldest first.
MOST_DELIVERIES = 1000


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event on its way to the seller."""

    id: str
    type: str
    body: str
    url: str
    attempts: int
    due: float
    """Unix time of the next attempt; 0 for at once."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One attempt to deliver an event."""

    event: Event
    status: int
    """Of HTTP; 0 where no answer came."""
    attempt: int
    note: str = ""
    """Why no answer came: ``unreachable``, or ``foreign`` where the sandbox does not post to."""

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 300

    def show(self) -> dict[str, Any]:
        return {
            "event": self.event.id,
            "type": self.event.type,
            "url": self.event.url,
            "status": self.status,
            "attempt": self.attempt,
            "note": self.note,
        }


def record(
    db: sqlite3.Connection, kind: str, subject: Mapping[str, Any], *, session: str, webhook_url: str, now: int
) -> None:
    """Add an event; it waits for its delivery where there is an address and webhooks are on."""
    identity = f"evt_sbx_{secrets.token_hex(12)}"
    event = {"id": identity, "object": "event", "type": kind, "created": now, "data": {"object": subject}}
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    is_waiting = bool(webhook_url) and are_webhooks_on(db)
    db.execute(
        "INSERT INTO events (id, type, session, body, is_waiting) VALUES (?, ?, ?, ?, ?)",
        (identity, kind, session, body, is_waiting),
    )


def list_events(db: sqlite3.Connection, *, after: str, limit: int) -> tuple[list[Any], bool] | None:
    """Events after that one, oldest first, and whether there are more; None where that one is unknown."""
    number = 0
    if after:
        row = db.execute("SELECT number FROM events WHERE id = ?", (after,)).fetchone()
        if row is None:
            return None
        number = row["number"]
    rows = db.execute("SELECT body FROM events WHERE number > ? ORDER BY number LIMIT ?", (number, limit + 1))
    found = [json.loads(row["body"]) for row in rows]
    return found[:limit], len(found) > limit


def find_event(db: sqlite3.Connection, identity: str) -> Event | None:
    row = db.execute(f"{_SELECT} WHERE events.id = ?", (identity,)).fetchone()
    return _event(row) if row is not None else None


def next_waiting(db: sqlite3.Connection, session: str) -> Event | None:
    """The oldest event of a session that is still to be delivered: the others wait for it."""
    where = "WHERE events.session = ? AND is_waiting ORDER BY events.number LIMIT 1"
    row = db.execute(f"{_SELECT} {where}", (session,)).fetchone()
    return _event(row) if row is not None else None


def waiting_sessions(db: sqlite3.Connection) -> list[str]:
    return [row["session"] for row in db.execute("SELECT DISTINCT session FROM events WHERE is_waiting")]


def note_attempt(db: sqlite3.Connection, delivery: Delivery, *, due: float | None, now: float) -> None:
    """Keep an attempt; the event is tried again at ``due``, or no more, also where webhooks went off meanwhile."""
    note_delivery(db, delivery, now=now)
    db.execute(
        "UPDATE events SET attempts = ?, is_waiting = is_waiting AND ?, due = ? WHERE id = ?",
        (delivery.attempt, due is not None, due or 0, delivery.event.id),
    )


def note_delivery(db: sqlite3.Connection, delivery: Delivery, *, now: float) -> None:
    values = (*delivery.show().values(), now)
    cursor = db.execute(
        "INSERT INTO deliveries (event, type, url, status, attempt, note, created) VALUES (?, ?, ?, ?, ?, ?, ?)", values
    )
    db.execute("DELETE FROM deliveries WHERE number <= ?", ((cursor.lastrowid or 0) - MOST_DELIVERIES,))


def list_deliveries(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """The newest first."""
    rows = db.execute(
        "SELECT event, type, url, status, attempt, note, created FROM deliveries ORDER BY number DESC LIMIT ?",
        (MOST_LISTED,),
    )
    return [dict(row) for row in rows]


def are_webhooks_on(db: sqlite3.Connection) -> bool:
    row = db.execute("SELECT value FROM settings WHERE name = 'webhooks'").fetchone()
    return row is None or row["value"] == "on"


def switch_webhooks(db: sqlite3.Connection, mode: str) -> None:
    """``off`` also gives up what still waits, as a delivery that was lost."""
    db.execute("INSERT OR REPLACE INTO settings VALUES ('webhooks', ?)", (mode,))
    if mode == "off":
        db.execute("UPDATE events SET is_waiting = 0 WHERE is_waiting")


_SELECT = (
    "SELECT events.id, events.type, events.body, sessions.webhook_url, events.attempts, events.due"
    " FROM events JOIN sessions ON sessions.id = events.session"
)


def _event(row: sqlite3.Row) -> Event:
    return Event(
        id=row["id"],
        type=row["type"],
        body=row["body"],
        url=row["webhook_url"],
        attempts=row["attempts"],
        due=row["due"],
    )
