"""Money that goes back: refunds by the seller, disputes by the buyer.

Every function takes the connection of a transaction.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from ..faults import RefusedError, canned_error
from .events import record
from .sessions import Session, new_id, show_dispute, show_refund


def insert_refund(
    db: sqlite3.Connection, session: Session, *, amount: int | None, reason: str, now: int
) -> dict[str, Any]:
    """Refund this much, or all that is left; raises RefusedError where that is less."""
    left = _left(db, session, ("lost",))
    amount = _within(session, amount, left, most=left)
    identity = new_id("re")
    values = (identity, session.id, amount, reason, now)
    db.execute("INSERT INTO refunds (id, session, amount, reason, created) VALUES (?, ?, ?, ?, ?)", values)
    row = db.execute("SELECT * FROM refunds WHERE id = ?", (identity,)).fetchone()
    return _told(db, "refund.created", show_refund(session, row), session, now)


def insert_dispute(db: sqlite3.Connection, session: Session, *, amount: int | None, now: int) -> dict[str, Any]:
    """Dispute this much, or all that was neither given back nor is disputed already.

    A bank takes a dispute over what was refunded as well, so an amount that is named only has to fit the total.
    """
    amount = _within(session, amount, _left(db, session, ("lost", "open")), most=session.amount_total)
    identity = new_id("dp")
    values = (identity, session.id, amount, now)
    db.execute("INSERT INTO disputes (id, session, amount, status, created) VALUES (?, ?, ?, 'open', ?)", values)
    row = db.execute("SELECT * FROM disputes WHERE id = ?", (identity,)).fetchone()
    return _told(db, "dispute.created", show_dispute(session, row), session, now)


def end_dispute(db: sqlite3.Connection, session: Session, identity: str, outcome: str, *, now: int) -> dict[str, Any]:
    """End an open dispute, ``won`` by the seller or ``lost``."""
    cursor = db.execute("UPDATE disputes SET status = ? WHERE id = ? AND status = 'open'", (outcome, identity))
    row = db.execute("SELECT * FROM disputes WHERE id = ?", (identity,)).fetchone()
    if not cursor.rowcount:
        raise RefusedError(canned_error(409, "wrong_state", f"The dispute is {row['status']} already."))
    return _told(db, f"dispute.{outcome}", show_dispute(session, row), session, now)


def _left(db: sqlite3.Connection, session: Session, gone: tuple[str, ...]) -> int:
    """Minor units that were paid, less the refunds and the disputes in these states."""
    [refunded] = db.execute("SELECT coalesce(sum(amount), 0) FROM refunds WHERE session = ?", (session.id,)).fetchone()
    rows = db.execute("SELECT amount, status FROM disputes WHERE session = ?", (session.id,))
    disputed = sum(row["amount"] for row in rows if row["status"] in gone)
    return max(session.amount_total - int(refunded + disputed), 0)


def _within(session: Session, amount: int | None, left: int, *, most: int) -> int:
    if not session.is_paid:
        raise RefusedError(canned_error(409, "not_paid", "The session is not paid."))
    wanted = left if amount is None else amount
    if not 0 < wanted <= most:
        message = f"There are {left} minor units left of what was paid."
        raise RefusedError(canned_error(409, "amount_too_large", message, param="amount"))
    return wanted


def _told(db: sqlite3.Connection, kind: str, subject: dict[str, Any], session: Session, now: int) -> dict[str, Any]:
    record(db, kind, subject, session=session.id, webhook_url=session.webhook_url, now=now)
    return subject
