"""The SQLite file that holds the checkout: every change is one transaction, and a killed process loses none."""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Of the tables below; a file of another version is refused.
VERSION = 1
SCHEMA = """
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, status TEXT NOT NULL, payment_status TEXT NOT NULL, amount_total INTEGER NOT NULL,
    currency TEXT NOT NULL, client_reference_id TEXT NOT NULL, created INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    settles_at REAL, root TEXT NOT NULL, webhook_url TEXT NOT NULL, details TEXT NOT NULL
);
CREATE INDEX sessions_open ON sessions (expires_at) WHERE status = 'open';
CREATE INDEX sessions_pending ON sessions (settles_at) WHERE settles_at IS NOT NULL;
CREATE TABLE keys (key TEXT PRIMARY KEY, digest TEXT NOT NULL, made TEXT NOT NULL);
CREATE TABLE refunds (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, session TEXT NOT NULL REFERENCES sessions (id),
    amount INTEGER NOT NULL, reason TEXT NOT NULL, created INTEGER NOT NULL
);
CREATE INDEX refunds_session ON refunds (session);
CREATE TABLE disputes (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, session TEXT NOT NULL REFERENCES sessions (id),
    amount INTEGER NOT NULL, status TEXT NOT NULL, created INTEGER NOT NULL
);
CREATE INDEX disputes_session ON disputes (session);
CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, type TEXT NOT NULL, session TEXT NOT NULL,
    body TEXT NOT NULL, is_waiting INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0
);
CREATE INDEX events_waiting ON events (session, number) WHERE is_waiting;
CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, type TEXT NOT NULL, url TEXT NOT NULL,
    status INTEGER NOT NULL, attempt INTEGER NOT NULL, note TEXT NOT NULL, created REAL NOT NULL
);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class StateFileError(Exception):
    """The state file cannot be used; the text says why, in one sentence."""


class Store:
    """One connection that all threads share, one at a time."""

    def __init__(self, path: Path) -> None:
        _claim(path)
        self.path = path
        self._lock = threading.Lock()
        try:
            self._db = self._open()
        except sqlite3.DatabaseError as error:
            raise StateFileError(f"The state file {path} is not one of the sandbox: {error}.") from error

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=10)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA foreign_keys = ON")
            # What was written outlives the process all the same; only a power cut could lose it.
            db.execute("PRAGMA synchronous = OFF")
            _prepare(db)
        except BaseException:
            db.close()
            raise
        return db

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block or nothing of it; not to be nested."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        with self._lock:
            self._db.close()


def default_path(port: int) -> Path:
    """One for each user and port, so that a sandbox that starts again finds its sessions."""
    return Path(tempfile.gettempdir()) / f"shareai-sandbox-{_user()}-{port}.sqlite3"


def _prepare(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    [version] = db.execute("PRAGMA user_version").fetchone()
    if version == 0:
        if db.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise sqlite3.DatabaseError("it holds the tables of another program")
        for statement in SCHEMA.split(";\n"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute("COMMIT")
    if version not in (0, VERSION):
        raise sqlite3.DatabaseError("it belongs to another version, delete it to start over")


def _claim(path: Path) -> None:
    """Make the file for this user alone; in a shared directory somebody else may have been there before."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError as error:
        raise StateFileError(f"The state file {path} cannot be opened: {error.strerror}.") from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or (os.name == "posix" and found.st_uid != _user()):
            raise StateFileError(f"The state file {path} belongs to another user, or is no file.")
        if os.name == "posix":
            os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def _user() -> int:
    return os.getuid() if os.name == "posix" else 0
