from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shareai_cms.models import Generation
from shareai_cms.search import clock
from shareai_cms.search.stores import current
from tests.search.stores.reference import DIMENSIONS, Index


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the test's snapshots go, and no store of another test."""
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_DIR": str(tmp_path / "search")}
    monkeypatch.setattr(current, "_stores", {})
    return tmp_path / "search"


@pytest.fixture
def generation(db: None) -> Generation:
    return Generation.objects.create(model="test-model", dimensions=DIMENSIONS, state="active")


@pytest.fixture
def index(generation: Generation) -> Index:
    return Index(generation)


@pytest.fixture
def committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots are kept within a test's transaction, as if each of its changes were committed."""
    monkeypatch.setattr(clock, "is_ticking", lambda shown=None: False)
