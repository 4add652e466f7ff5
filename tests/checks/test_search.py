"""The checks of search: the settings of its vectors, its order and its store."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.test import override_settings

from shareai_cms.checks.search import check_the_model
from shareai_cms.models import Generation
from tests.checks.said import assert_says, messages, use_database
from tests.databases import sqlite


class TestSoundSettings:
    @pytest.mark.parametrize(
        "values",
        [
            {"EMBEDDING_DIMENSIONS": 256},
            {"EMBEDDING_BATCH": 2048, "EMBEDDING_BATCH_CHARACTERS": 1000},
            {"SEARCH_WEIGHTS": {"meaning": 1, "keywords": 0}},
            {"SEARCH_WEIGHTS": {"meaning": 0.5}},
            {"SEARCH_EXCLUDED": ["auth.User", "wagtailcore.page"]},
            {"SEARCH_TIMEOUT": 150},
            {"ENVIRONMENT": "production", "API_KEY": "k", "EMBEDDING_MODEL": "m"},
            {"ENVIRONMENT": "production", "API_KEY": "k", "SEARCH": False},
        ],
    )
    def test_are_passed_over(self, values: dict[str, Any]) -> None:
        assert messages(**values) == []

    def test_may_ask_for_pgvector_on_postgresql(self, monkeypatch: pytest.MonkeyPatch) -> None:
        use_database(monkeypatch, {"ENGINE": "django.db.backends.postgresql"})
        assert messages(SEARCH_STORE="pgvector") == []


class TestTheKinds:
    @pytest.mark.parametrize("value", [0, -1, "256", 1.5, True])
    def test_of_the_dimensions(self, value: Any) -> None:
        text = "SHAREAI_CMS['EMBEDDING_DIMENSIONS'] has to be a whole number above 0, or None."
        assert_says(messages(EMBEDDING_DIMENSIONS=value), "E003", text, "Leave it out for the default.")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("EMBEDDING_MODEL", None),
            ("EMBEDDING_BATCH", 0),
            ("EMBEDDING_BATCH_CHARACTERS", "many"),
            ("SEARCH", 1),
            ("SEARCH_DIR", 1),
            ("SEARCH_STORE", None),
            ("SEARCH_EXCLUDED", "auth.User"),
            ("SEARCH_WEIGHTS", [0.7, 0.3]),
            ("SEARCH_TIMEOUT", 0),
            ("SEARCH_QUERY_DAYS", 0),
            ("SEARCH_RATE", 0),
            ("SEARCH_DAILY_CAP", -1),
        ],
    )
    def test_of_the_others(self, name: str, value: Any) -> None:
        assert [message.id for message in messages(**{name: value})] == ["shareai_cms.E003"]


class TestTheWeights:
    @pytest.mark.parametrize(
        "weights",
        [
            {"meaning": 0, "keywords": 0},
            {"meaning": -1},
            {"meaning": "1"},
            {"meaning": True},
            {"meaning": float("nan")},
            {"meaning": float("inf")},
            {"vectors": 1},
        ],
    )
    def test_are_two_numbers_from_zero(self, weights: dict[str, Any]) -> None:
        text = "SEARCH_WEIGHTS has to give numbers from 0 for 'meaning' and 'keywords', not both of them 0."
        hint = "The default is {'meaning': 0.7, 'keywords': 0.3}."
        assert_says(messages(SEARCH_WEIGHTS=weights), "E028", text, hint)


class TestTheStore:
    def test_is_one_of_ours(self) -> None:
        hint = "Write one of snapshot, pgvector."
        assert_says(messages(SEARCH_STORE="faiss"), "E029", "SEARCH_STORE 'faiss' is not known.", hint)

    def test_of_pgvector_is_on_postgresql(self, monkeypatch: pytest.MonkeyPatch) -> None:
        text = "SEARCH_STORE is 'pgvector', and no database of this site is PostgreSQL."
        hint = "Leave it out: the default, 'snapshot', works on every database."
        assert_says(messages(SEARCH_STORE="pgvector"), "E030", text, hint)
        use_database(monkeypatch, sqlite())
        assert "shareai_cms.E030" in [message.id for message in messages(SEARCH_STORE="pgvector")]


class TestTheBatches:
    def test_are_no_larger_than_anybody_takes(self) -> None:
        text = "EMBEDDING_BATCH is 2049, and no marketplace takes more than 2048 texts in one call."
        assert_says(messages(EMBEDDING_BATCH=2049), "E031", text, "The default is 64.")

    def test_hold_a_passage(self) -> None:
        text = "EMBEDDING_BATCH_CHARACTERS is 999, which is less than one passage."
        assert_says(messages(EMBEDDING_BATCH_CHARACTERS=999), "E031", text, "The default is 60000.")


def test_a_question_ends_long_before_its_hold() -> None:
    text = (
        "HOLD_DEADLINE (300 s) is less than twice SEARCH_TIMEOUT (151 s), "
        "so units could be given back while their question is still asked."
    )
    hint = "Visitors leave after a few seconds: the default of SEARCH_TIMEOUT is 3."
    assert_says(messages(SEARCH_TIMEOUT=151), "E032", text, hint)


@pytest.mark.parametrize("environment", ["production", "staging"])
def test_a_live_site_names_its_model(environment: str) -> None:
    text = (
        f"The environment is '{environment}', search by meaning is on, and no model is named for its vectors: "
        "whatever the key's own list chooses answers, and another choice means another index."
    )
    hint = "Set EMBEDDING_MODEL to a model for embeddings that your key may use, or SEARCH to False."
    assert_says(messages(ENVIRONMENT=environment, API_KEY="k", EMBEDDING_MODEL=""), "W012", text, hint)


@pytest.mark.parametrize("name", ["auth.Nobody", "nowhere.page", "page", "a.b.c", ""])
def test_a_model_that_is_kept_out_exists(name: str) -> None:
    text = f"SEARCH_EXCLUDED names {name!r}, and there is no such model: what it was to keep out may be found."
    assert_says(messages(SEARCH_EXCLUDED=[name]), "W013", text, 'Write "app.model".')


@pytest.mark.django_db
class TestTheModel:
    """Asked of the database, where Django lets a check do that."""

    def index(self, **built: Any) -> None:
        named = {"model_asked": "embedder", "model": "embedder", "dimensions": 256, "state": "active", **built}
        Generation.objects.create(**named)

    def said(self, *databases: str, **shareai: Any) -> list[CheckMessage]:
        with override_settings(SHAREAI_CMS={"EMBEDDING_MODEL": "embedder", **shareai}):
            return list(check_the_model(databases=databases))

    def test_that_the_index_was_built_with_is_well(self) -> None:
        assert self.said("default") == []
        self.index()
        assert self.said("default") == self.said("default", EMBEDDING_DIMENSIONS=256) == []

    @pytest.mark.parametrize(
        ("built", "changed"),
        [
            ({}, {"EMBEDDING_MODEL": "another"}),
            ({}, {"EMBEDDING_DIMENSIONS": 384}),
            ({"dimensions_asked": 256}, {"EMBEDDING_DIMENSIONS": 384}),
            ({"dimensions_asked": 256}, {}),
        ],
    )
    def test_that_is_another_one_is_said(self, built: dict[str, Any], changed: dict[str, Any]) -> None:
        self.index(**built)
        assert_says(
            self.said("default", **changed),
            "W014",
            "Another embedding model, or another length of its vectors, is set than the search index was built with, "
            "so searches use keywords alone.",
            "Run manage.py shareai_index, which builds it beside what is in use, or set EMBEDDING_MODEL and "
            "EMBEDDING_DIMENSIONS back.",
        )

    def test_is_not_asked_where_no_database_may_be(self, django_assert_num_queries: Any) -> None:
        self.index()
        with django_assert_num_queries(0):
            assert self.said(EMBEDDING_MODEL="another") == self.said("other", EMBEDDING_MODEL="another") == []

    def test_counts_for_nothing_where_search_is_off(self) -> None:
        self.index()
        assert self.said("default", EMBEDDING_MODEL="another", SEARCH=False) == []
