"""Where a router sends the site's reads elsewhere: the index is read where it is written, and never from behind."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group

from shareai_cms.search import related
from shareai_cms.search.facets import types
from shareai_cms.search.grounds import grounds
from tests.search.query.library import Library

pytestmark = pytest.mark.django_db


class ReadsFromAReplica:
    """No database of this name is there: whoever reads from it fails."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        return "replica" if model._meta.app_label == "shareai_cms" else None

    def db_for_write(self, model: Any, **_hints: Any) -> str | None:
        return "default" if model._meta.app_label == "shareai_cms" else None


@pytest.mark.parametrize("text", ["a boat to the harbour", "harbuor", "the"])
def test_a_search_is_answered_from_the_ledgers_own(library: Library, few_keys: None, settings: Any, text: str) -> None:
    ferry = library.put("The Ferry", "The ferry boat leaves the harbour each hour.")
    for number in range(5):
        library.put(f"Ships {number}", "Ships and boats in the harbour.")
    settings.DATABASE_ROUTERS = [f"{__name__}.ReadsFromAReplica"]
    found = library.search(text, Group.objects.all())
    hits = found.hits
    assert hits
    assert found.facets("name")
    assert types([hit.document for hit in hits]) == {"auth.group": len(hits)}
    assert grounds(hits, str)
    assert related(ferry, within=Group.objects.all())
