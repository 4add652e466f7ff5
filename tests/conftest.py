from __future__ import annotations

import socket
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import connection
from django.test import TestCase, TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key

_connect = socket.socket.connect


def _connect_nearby(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and str(address[0]) not in ("127.0.0.1", "::1", "localhost"):
        raise AssertionError(f"A test tried to reach {address[0]}; tests talk to this machine only.")
    _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Any:
    """No test leaves the machine: the marketplace is the sandbox, or recorded replies."""
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _connect_nearby)
    yield
    patch.undo()


class _FirstRows:
    """What the migrations wrote, Wagtail's first pages among it.

    A test with real transactions ends by emptying the database, and these rows with it; they are
    put back before the next test that asks for a database.
    """

    written: tuple[str, ...] = ()
    are_gone = False

    @classmethod
    def remember(cls) -> None:
        # Content types come first: Wagtail looks its own up while rows are still being read.
        content_types = serializers.serialize("json", ContentType.objects.all())
        cls.written = (content_types, connection.creation.serialize_db_to_string())

    @classmethod
    def put_back(cls) -> None:
        # The flush made content types and permissions anew, with other numbers.
        Permission.objects.all().delete()
        ContentType.objects.all().delete()
        ContentType.objects.clear_cache()
        for rows in cls.written:
            connection.creation.deserialize_db_from_string(rows)
        cls.are_gone = False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        _FirstRows.remember()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if _FirstRows.are_gone and _uses_a_database(item):
        with item.config.stash[blocking_manager_key].unblock():
            _FirstRows.put_back()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    marker = item.get_closest_marker("django_db")
    asked = bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in getattr(item, "fixturenames", ())
    if asked or (_is_of(item, TransactionTestCase) and not _is_of(item, TestCase)):
        _FirstRows.are_gone = True


def _uses_a_database(item: pytest.Item) -> bool:
    asked = getattr(item, "fixturenames", ())
    if item.get_closest_marker("django_db") or "db" in asked or "transactional_db" in asked:
        return True
    return _is_of(item, TransactionTestCase)


def _is_of(item: pytest.Item, case: type) -> bool:
    """Django's own test cases ask for the database by what they are, not by a marker or a fixture."""
    return isinstance(item, pytest.Function) and item.cls is not None and issubclass(item.cls, case)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the repeated runs to ``make soak``, unless the caller chose marks or names one."""
    if config.option.markexpr:
        return
    kept = [item for item in items if not item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("soak")])
    items[:] = kept
