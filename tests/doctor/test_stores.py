"""What the doctor says of where the index of searches is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from shareai_cms.doctor import Scope, stores

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def said() -> list[tuple[str, str, str]]:
    return [(finding.level, finding.text, finding.hint) for finding in stores.examine_search_store(Scope())]


SHARED = ("ok", "The index of searches is shared by all processes of this machine.", "")


class TestTheFolder:
    def test_is_fine(self, settings: Any, tmp_path: Path) -> None:
        settings.SHAREAI_CMS = {"SEARCH_DIR": str(tmp_path / "new")}
        assert said() == [SHARED]

    def test_that_cannot_be_used_is_named(self, settings: Any, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        settings.SHAREAI_CMS = {"SEARCH_DIR": str(tmp_path / "file" / "below")}
        [(level, text, hint)] = said()
        assert level == "warning"
        assert text.startswith("The folder of the search index cannot be used")
        assert "SEARCH_DIR" in hint

    def test_does_not_matter_where_search_is_off(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"SEARCH": False, "SEARCH_DIR": "/dev/null/x"}
        assert said() == []


class TestPgvector:
    def test_is_looked_for(self, settings: Any, tmp_path: Path) -> None:
        settings.SHAREAI_CMS = {"SEARCH_STORE": "pgvector", "SEARCH_DIR": str(tmp_path)}
        if connection.vendor == "postgresql":
            assert said() == [("ok", "pgvector is there for searches.", "")]
        else:
            text = "The database is no PostgreSQL, so searches use the snapshot instead of pgvector."
            assert said() == [("warning", text, 'Leave SEARCH_STORE out, or write "snapshot".'), SHARED]

    @pytest.mark.parametrize("reason", ["missing", "old", "old_driver"])
    def test_that_is_of_no_use_is_explained(self, settings: Any, tmp_path: Path, reason: str, monkeypatch: Any) -> None:
        monkeypatch.setattr(stores, "what_is_missing", lambda: reason)
        settings.SHAREAI_CMS = {"SEARCH_STORE": "pgvector", "SEARCH_DIR": str(tmp_path)}
        [(level, text, hint), shared] = said()
        assert level == "warning"
        assert text.endswith(", so searches use the snapshot instead of pgvector.")
        assert len(hint) > 20
        assert shared == SHARED
