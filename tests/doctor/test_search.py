"""What the doctor says of the search index."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks

from shareai_cms.doctor import Finding, Scope, search
from shareai_cms.models import Generation, Passage
from shareai_cms.search import indexing, jobs
from tests.actions.fixtures import sandbox_process
from tests.search.conftest import generation, people, sandbox
from tests.search.people import named, person, work

__all__ = ["generation", "people", "sandbox", "sandbox_process"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people", "sandbox")]


def examined() -> list[Finding]:
    return list(search.examine_search(Scope(is_online=False)))


def warned() -> list[str]:
    return [finding.text for finding in examined() if finding.level == "warning"]


def index() -> None:
    indexing.enqueue([named(person())])
    work()


def model_check() -> list[Any]:
    found = run_checks(tags=["database"], databases=["default"])
    return [each for each in found if each.id == "shareai_cms.W014"]


class TestTheIndex:
    def test_that_is_empty_is_a_warning(self) -> None:
        assert warned() == ["Nothing is indexed yet, so searches find nothing."]

    def test_without_vectors_is_a_warning(self) -> None:
        index()
        assert warned() == ["1 objects are indexed by their words alone, without vectors."]

    def test_that_is_whole_is_well(self, generation: Generation) -> None:
        index()
        assert [(found.level, found.text) for found in examined()] == [
            ("ok", "1 objects are indexed with sandbox-embedding.")
        ]

    def test_of_another_model_is_a_warning_and_a_check(self, generation: Generation, settings: Any) -> None:
        index()
        assert not model_check()
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EMBEDDING_MODEL": "another"}
        [text] = warned()
        assert "built with sandbox-embedding (384 dimensions)" in text
        [found] = model_check()
        assert "searches use keywords alone" in found.msg
        assert "manage.py shareai_index" in str(found.hint)

    def test_that_lacks_vectors_is_a_warning(self, generation: Generation) -> None:
        index()
        Passage.objects.update(digest="0" * 64)
        assert warned() == ["1 of 1 passages have no vector."]

    def test_that_could_not_be_made_says_why(self, generation: Generation) -> None:
        index()
        jobs.request_vectors(generation.pk)
        [job] = jobs.claim(1, of_vectors=True)
        jobs.fail(job, "marketplace_unreachable")
        assert warned() == ["1 things could not be indexed; the first: The vectors (marketplace_unreachable)."]

    def test_that_is_switched_off_is_well(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"SEARCH": False}
        assert [found.text for found in examined()] == ["Search is switched off."]
