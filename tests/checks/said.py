"""What the checks say of a site, in the words of the tests."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.core.checks import CheckMessage
from django.core.checks.registry import registry
from django.test import override_settings

from shareai_cms import checks


def use_database(monkeypatch: pytest.MonkeyPatch, database: dict[str, Any]) -> None:
    """Seen by the checks alone: connections keep the settings they began with."""
    monkeypatch.setitem(settings.DATABASES, "default", database)


def messages(**shareai: Any) -> list[CheckMessage]:
    """What our registered checks say of a site with these entries in ``SHAREAI_CMS``."""
    # A live site names one, and nearly every test is about something else.
    with override_settings(SHAREAI_CMS={"EMBEDDING_MODEL": "embedder", **shareai}):
        return found_now()


def found_now() -> list[CheckMessage]:
    ours = [check for check in registry.get_checks() if check.__module__.startswith(checks.__name__)]
    return [message for check in ours for message in check(app_configs=None, databases=None)]


def assert_says(found: list[CheckMessage], identifier: str, text: str, hint: str) -> None:
    assert [(message.id, message.msg, message.hint) for message in found] == [(f"shareai_cms.{identifier}", text, hint)]
