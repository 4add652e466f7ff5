"""The demo's own content, indexed and searched with the sandbox's vectors."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from shareai_cms.search.stores import current
from tests.demo import graded
from tests.demo.loading import load_content
from tests.services import SandboxProcess


@pytest.fixture(scope="class")
def demo(django_db_setup: None, django_db_blocker: Any, sandbox_process: SandboxProcess) -> Iterator[dict[str, Any]]:
    """The demo, loaded and indexed once for the class and undone after it."""
    from django.db import transaction

    sandbox_process.reset()
    with tempfile.TemporaryDirectory() as folder, django_db_blocker.unblock():
        given = {
            "ENVIRONMENT": "sandbox",
            "SANDBOX_URL": sandbox_process.url,
            "SEARCH_DIR": folder,
            "DEFAULT_PLAN": {"searches": 10_000},
        }
        with override_settings(SHAREAI_CMS=given):
            current._stores.clear()
            outermost = transaction.atomic()
            # As Django's own TestCase says it: what must be durable is, as far as the app can tell.
            outermost._from_testcase = True
            with outermost:
                load_content()
                call_command("shareai_index", "--yes", stdout=StringIO(), stderr=StringIO())
                yield given
                transaction.set_rollback(True)
            current._stores.clear()


@pytest.fixture(autouse=True)
def folder(demo: dict[str, Any], settings: Any) -> None:
    """Instead of the fixture for each test: one index serves them all."""
    settings.SHAREAI_CMS = demo


@pytest.mark.django_db
class TestTheDemo:
    @pytest.mark.parametrize("language", graded.LANGUAGES)
    def test_has_thirty_searches_graded_by_things_that_exist(self, language: str) -> None:
        queries, known = graded.queries(language), set(graded.names(language).values())
        assert len(queries) == len({query.text for query in queries}) == 30
        for query in queries:
            assert set(query.grades) <= known, query
            assert set(query.grades.values()) <= {1, 2, 3}

    def test_is_found_better_by_meaning_than_by_keywords(self) -> None:
        for language in graded.LANGUAGES:
            whole, keywords = (graded.mean_ndcg(language, by_meaning=by) for by in (True, False))
            assert whole >= 0.66, language
            assert whole > keywords, (language, whole, keywords)

    @pytest.mark.parametrize(
        ("language", "text"),
        [
            ("en", "capital of France"),
            ("en", "football results"),
            ("en", "diabetes symptoms"),
            ("en", "mortgage calculator"),
            ("en", "qwertyuiop asdfghjkl"),
            ("en", "best pizza in Naples"),
            ("en", "what is the time in Tokyo"),
            ("de", "Hauptstadt von Frankreich"),
            ("de", "Bundesliga Ergebnisse"),
            ("de", "Steuererklärung online abgeben"),
            ("de", "beste Pizza in Neapel"),
            ("de", "wie spät ist es in Tokio"),
        ],
    )
    def test_finds_nothing_that_it_does_not_have(self, language: str, text: str) -> None:
        results = graded.ask(text, language)
        assert (results.count(), results[:10], results.outcome.reason) == (0, [], None)

    def test_finds_something_for_nearly_every_search_about_it(self) -> None:
        empty = [
            query.text
            for language in graded.LANGUAGES
            for query in graded.queries(language)
            if not graded.ask(query.text, language)
        ]
        assert len(empty) <= 6, empty

    def test_reads_each_word_that_it_does_not_have_as_it_is(self) -> None:
        # Everyday words with a neighbour on the site: dark, nearly, stairs.
        for text in ("where can I park", "early morning", "remove stains"):
            assert graded.ask(text, "en").outcome.corrected_from == ""
        assert graded.ask("lighthosue", "en").outcome.text == "lighthouse"
