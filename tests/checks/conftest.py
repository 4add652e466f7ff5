from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.checks.said import use_database
from tests.databases import RECOMMENDED_OPTIONS, sqlite


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("SHAREAI_ENVIRONMENT", raising=False)
    monkeypatch.delenv("SHAREAI_API_KEY", raising=False)
    use_database(monkeypatch, sqlite(RECOMMENDED_OPTIONS))
    with override_settings(SHAREAI_CMS={}):
        yield
