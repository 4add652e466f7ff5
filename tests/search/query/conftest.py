from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shareai_cms.models import Generation, SiteAccount
from shareai_cms.search.stores import current
from tests.search.query.library import Library
from tests.services import SandboxProcess


@pytest.fixture(autouse=True)
def folder(sandbox: SandboxProcess, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the test's snapshots go, and no store of another test."""
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_DIR": str(tmp_path / "search")}
    monkeypatch.setattr(current, "_stores", {})


@pytest.fixture
def library(account: SiteAccount, generation: Generation) -> Library:
    """An empty index with a generation in use."""
    generation.floor = 0.3
    generation.save()
    return Library(account, generation)


@pytest.fixture
def keywords_only(account: SiteAccount) -> Library:
    """An empty index that never had vectors."""
    return Library(account, None)


@pytest.fixture
def few_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a site with more objects than keys are fetched."""
    monkeypatch.setattr("shareai_cms.search.within.MOST_KEYS", 3)


@pytest.fixture
def shallow(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an index so large that the first look into it is shallow."""
    monkeypatch.setattr("shareai_cms.search.fusing.FIRST_DEPTH", 4)
    monkeypatch.setattr("shareai_cms.search.fusing.DEEPER", 2)
