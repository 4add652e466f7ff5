"""Checkout sessions as rows: their states, the moves between them, and how the API shows them.

Every function takes the connection of a transaction.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from .events import record
from .requests import LineItem, SessionRequest

PAY_PATH = "/checkout/pay/"
RECEIPT_PATH = "/checkout/receipt/"


@dataclass(frozen=True, kw_only=True)
class Session:
    """A row, with what the seller asked for."""

    id: str
    status: str
    payment_status: str
    amount_total: int
    currency: str
    client_reference_id: str
    created: int
    expires_at: int
    root: str
    webhook_url: str
    details: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        return self.status == "open"

    @property
    def is_paid(self) -> bool:
        return self.payment_status == "paid"

    @property
    def url(self) -> str:
        return f"{self.root}{PAY_PATH}{self.id}"

    @property
    def receipt_url(self) -> str:
        return f"{self.root}{RECEIPT_PATH}{self.id}"

    @property
    def success_url(self) -> str:
        return str(self.details["success_url"]).replace("{CHECKOUT_SESSION_ID}", self.id)

    @property
    def cancel_url(self) -> str:
        return str(self.details["cancel_url"]).replace("{CHECKOUT_SESSION_ID}", self.id)

    @property
    def locale(self) -> str:
        return str(self.details["locale"])

    @property
    def line_items(self) -> tuple[LineItem, ...]:
        return tuple(LineItem(**item) for item in self.details["line_items"])


@dataclass(frozen=True, kw_only=True)
class Move:
    """A change of state: from where it may be made, where it ends, and the event that tells of it."""

    starts: frozenset[tuple[str, str]]
    status: str
    payment_status: str
    event: str


_OPEN, _PENDING = ("open", "unpaid"), ("complete", "pending")
MOVES: Mapping[str, Move] = {
    "pay": Move(
        starts=frozenset((_OPEN,)), status="complete", payment_status="paid", event="checkout.session.completed"
    ),
    "pay_later": Move(
        starts=frozenset((_OPEN,)), status="complete", payment_status="pending", event="checkout.session.completed"
    ),
    # Money that was given up may still come: after a failure, and after the session had expired.
    "settle": Move(
        starts=frozenset((_PENDING, ("complete", "failed"), ("expired", "unpaid"))),
        status="complete",
        payment_status="paid",
        event="checkout.session.async_payment_succeeded",
    ),
    "decline": Move(
        starts=frozenset((_PENDING,)),
        status="complete",
        payment_status="failed",
        event="checkout.session.async_payment_failed",
    ),
    "expire": Move(
        starts=frozenset((_OPEN,)), status="expired", payment_status="unpaid", event="checkout.session.expired"
    ),
}


def insert_session(db: sqlite3.Connection, request: SessionRequest, *, root: str, now: int) -> str:
    identity = new_id("cs")
    details = {
        "line_items": [asdict(item) for item in request.line_items],
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "metadata": dict(request.metadata),
        "locale": request.locale,
    }
    db.execute(
        "INSERT INTO sessions VALUES (?, 'open', 'unpaid', ?, ?, ?, ?, ?, NULL, ?, ?, ?)",
        (
            identity, request.amount_total, request.currency, request.client_reference_id, now,
            now + request.expires_in, root, request.webhook_url, json.dumps(details),
        ),
    )  # fmt: skip
    return identity


def find_session(db: sqlite3.Connection, identity: str) -> Session | None:
    row = db.execute("SELECT * FROM sessions WHERE id = ?", (identity,)).fetchone()
    if row is None:
        return None
    values = {name: row[name] for name in row.keys() if name not in ("details", "settles_at")}  # noqa: SIM118
    return Session(**values, details=json.loads(row["details"]))


def move_session(db: sqlite3.Connection, session: Session, name: str, *, now: float, settles_at: float | None) -> bool:
    """Make the move and record its event; False where it may not be made from this state."""
    move = MOVES[name]
    if (session.status, session.payment_status) not in move.starts:
        return False
    db.execute(
        "UPDATE sessions SET status = ?, payment_status = ?, settles_at = ? WHERE id = ?",
        (move.status, move.payment_status, settles_at, session.id),
    )
    moved = replace(session, status=move.status, payment_status=move.payment_status)
    record(db, move.event, show_session(db, moved), session=moved.id, webhook_url=moved.webhook_url, now=int(now))
    return True


def show_session(db: sqlite3.Connection, session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "object": "checkout.session",
        "url": session.url,
        "status": session.status,
        "payment_status": session.payment_status,
        "amount_total": session.amount_total,
        "currency": session.currency,
        "client_reference_id": session.client_reference_id,
        "metadata": session.details["metadata"],
        "created": session.created,
        "expires_at": session.expires_at,
        "receipt_url": session.receipt_url if session.is_paid else None,
        "refunds": list(_refunds(db, session)),
        "disputes": list(_disputes(db, session)),
    }


def show_refund(session: Session, row: sqlite3.Row) -> dict[str, Any]:
    return {**_part(session, row, "refund"), "reason": row["reason"], "status": "succeeded"}


def show_dispute(session: Session, row: sqlite3.Row) -> dict[str, Any]:
    return {**_part(session, row, "dispute"), "status": row["status"]}


def new_id(kind: str) -> str:
    return f"{kind}_sbx_{secrets.token_hex(12)}"


def _part(session: Session, row: sqlite3.Row, kind: str) -> dict[str, Any]:
    return {
        "id": row["id"],
        "object": kind,
        "session": session.id,
        "client_reference_id": session.client_reference_id,
        "amount": row["amount"],
        "currency": session.currency,
        "created": row["created"],
    }


def _refunds(db: sqlite3.Connection, session: Session) -> Iterator[dict[str, Any]]:
    for row in db.execute("SELECT * FROM refunds WHERE session = ? ORDER BY number", (session.id,)):
        yield show_refund(session, row)


def _disputes(db: sqlite3.Connection, session: Session) -> Iterator[dict[str, Any]]:
    for row in db.execute("SELECT * FROM disputes WHERE session = ? ORDER BY number", (session.id,)):
        yield show_dispute(session, row)
