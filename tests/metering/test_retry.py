from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction

from shareai_cms.metering import retry
from shareai_cms.models import Plan
from tests.metering.world import World

pytestmark = pytest.mark.ledger


def sqlite_error(code: int) -> OperationalError:
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = code
    return caused_by(cause)


def postgres_error(sqlstate: str) -> OperationalError:
    psycopg = pytest.importorskip("psycopg")
    return caused_by(psycopg.errors.lookup(sqlstate)())


def caused_by(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def failing(times: int, error: OperationalError) -> Callable[[], str]:
    """A statement that fails so often before it works."""
    left = [error] * times

    def body() -> str:
        if left:
            raise left.pop()
        return "done"

    return body


class TestContention:
    @pytest.mark.parametrize("code", [5, 6, 5 | (2 << 8)])
    def test_is_what_sqlite_calls_busy_or_locked(self, code: int) -> None:
        assert retry.is_contention(sqlite_error(code))

    @pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03"])
    def test_is_what_postgres_asks_to_repeat(self, sqlstate: str) -> None:
        assert retry.is_contention(postgres_error(sqlstate))

    def test_is_nothing_else(self) -> None:
        assert not retry.is_contention(sqlite_error(10))  # SQLITE_IOERR
        assert not retry.is_contention(postgres_error("57014"))  # query_canceled
        assert not retry.is_contention(OperationalError("server closed the connection"))

    @pytest.mark.django_db
    def test_is_told_from_a_server_that_went_away(self) -> None:
        has_server = connection.vendor == "postgresql"
        for state in ("57P01", "57P02", "57P03", "08006"):
            assert retry.is_lost(postgres_error(state)) is has_server
        assert retry.is_lost(caused_by(pytest.importorskip("psycopg").OperationalError())) is has_server
        assert not retry.is_lost(postgres_error("57014"))


@pytest.mark.django_db(transaction=True)
class TestPatience:
    def test_tries_again_while_the_database_is_busy(self) -> None:
        assert retry.transact(failing(3, sqlite_error(5))) == "done"

    def test_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(retry, "PATIENCE", 0.05)
        with pytest.raises(OperationalError, match="locked"):
            retry.transact(failing(1_000, sqlite_error(5)))

    def test_has_none_with_other_errors(self) -> None:
        with pytest.raises(OperationalError, match="locked"):
            retry.transact(failing(1, sqlite_error(10)))

    def test_undoes_what_the_failed_attempt_did(self) -> None:
        fail = failing(1, sqlite_error(5))

        def body() -> None:
            Plan.objects.create(slug="once", name="Once")
            fail()

        retry.transact(body)
        assert Plan.objects.filter(slug="once").count() == 1

    def test_leaves_the_retry_to_whoever_began_the_transaction(self) -> None:
        with pytest.raises(OperationalError), transaction.atomic():
            retry.patiently(failing(1, sqlite_error(5)))


@pytest.mark.django_db(transaction=True)
class TestDurability:
    """A lock of the ledger must not outlast a call over the network."""

    def test_is_demanded_of_every_writer(self) -> None:
        world = World()
        hold = world.hold()
        writers: list[Callable[[], object]] = [
            lambda: world.hold(),
            lambda: world.settle(hold),
            lambda: world.release(hold),
            lambda: world.grant(1),
        ]
        for write in writers:
            with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
                write()
        world.assert_units(available=9, held=1)

    def test_is_not_demanded_of_readers(self) -> None:
        world = World()
        with transaction.atomic():
            assert world.left.available == 10
        assert world.left.available == 10
