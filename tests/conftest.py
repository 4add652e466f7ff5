from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key

from tests.once import FOLDER
from tests.pristine import drop_templates, migrated_database

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


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Processes of one run share what they make, also where pytest was not started by ``tests/run.py``."""
    if FOLDER in os.environ:
        return
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="shareai-test-")

    def remove() -> None:
        with config.stash[blocking_manager_key].unblock():
            drop_templates()
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)

    config.add_cleanup(remove)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """In the place of pytest-django's: see ``tests/pristine.py``."""
    with django_db_blocker.unblock(), migrated_database() as pristine:

        def put_back(case: TransactionTestCase) -> None:
            pristine.put_back()
            ContentType.objects.clear_cache()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
            django_db_blocker.block()
            yield
            django_db_blocker.restore()


@pytest.fixture(autouse=True)
def _unspoilt() -> Iterator[None]:
    """What a test's transaction takes back is not all that it leaves: its cache, and the language of its last request.

    Django's test client stays in the thread; a page's site is known from the cache.
    """
    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.activate(settings.LANGUAGE_CODE)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the repeated runs to ``make soak``, unless the caller chose marks or names one."""
    if config.option.markexpr:
        return
    kept = [item for item in items if not item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("soak")])
    items[:] = kept
