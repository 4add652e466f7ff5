"""What pgvector does by itself and must not, and what happens where it is not there."""

from __future__ import annotations

import logging
import random
from typing import Any

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction

from shareai_cms.models import Generation, Passage
from shareai_cms.search import clock
from shareai_cms.search.stores.base import Scope
from shareai_cms.search.stores.current import store_for
from shareai_cms.search.stores.pgvector import extension, loading, scan, tables
from shareai_cms.search.stores.pgvector.loading import written
from shareai_cms.search.stores.pgvector.store import PgVectorStore
from shareai_cms.search.stores.pgvector.tables import Tables
from shareai_cms.search.stores.snapshot.store import SnapshotStore
from tests.search.stores.crowd import crowd
from tests.search.stores.reference import DIMENSIONS, Index, Reference, unit

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
QUERY = unit(random.Random(99))
VECTOR = np.array(QUERY, dtype=np.float32)


@pytest.fixture
def chosen(settings: Any) -> None:
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_STORE": "pgvector"}


@pytest.fixture
def store(chosen: None, generation: Generation) -> PgVectorStore:
    if connection.vendor != "postgresql":
        pytest.skip("pgvector is an extension of PostgreSQL")
    store = store_for(generation)
    assert isinstance(store, PgVectorStore)
    return store


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few thousand passages are many here: the index is made, and asked whatever the filter."""
    monkeypatch.setattr(loading, "INDEXED_FROM", 1_000)
    monkeypatch.setattr(scan, "EXACT_PASSAGES", 0)
    monkeypatch.setattr(scan, "EXACT_SHARE", 0.0)


def lead_to_the_index(cursor: Any) -> None:
    """What the planner does by itself once the table is large: at 100,000 passages it did, without being told."""
    for way in ("seqscan", "bitmapscan", "sort"):
        cursor.execute(f"SET LOCAL enable_{way} = off")
    cursor.execute("DROP INDEX IF EXISTS " + ", ".join(btrees(cursor)))


def btrees(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%%btree (account)%%' AND tablename LIKE %s",
        ["shareai_vectors_%"],
    )
    return [name for (name,) in cursor.fetchall()]


@pytest.mark.usefixtures("indexed")
class TestAFilterOfOneInAHundred:
    def test_loses_results_by_default_and_not_here(self, store: PgVectorStore, generation: Generation) -> None:
        few = crowd(generation, 3_000)
        store.refresh()
        made = Tables(generation)
        with connection.cursor() as cursor:
            assert made.has_index(cursor)
            lead_to_the_index(cursor)
            statement = made.sql(
                "SELECT passage FROM {vectors} WHERE account = %s ORDER BY vector::{half} <#> %s::{half} LIMIT 10"
            )
            cursor.execute("EXPLAIN " + statement, [few, written(VECTOR)])
            assert "_near" in str(cursor.fetchall())
            cursor.execute(statement, [few, written(VECTOR)])
            assert len(cursor.fetchall()) < 5
        expected = Reference(generation).meaning(QUERY, lambda row: row.document.account_id == few)
        leg = store.scan([], VECTOR, Scope(accounts=(few,))).meaning(10)
        assert leg.passages.tolist() == [pk for pk, _score in expected[:10]]
        assert leg.has_more

    def test_fills_up_where_the_index_gives_up(self, store: PgVectorStore, generation: Generation) -> None:
        few = crowd(generation, 2_000)
        store.refresh()
        with connection.cursor() as cursor:
            lead_to_the_index(cursor)
            cursor.execute("SET LOCAL hnsw.max_scan_tuples = 1")
        leg = store.scan([], VECTOR, Scope(accounts=(few,))).meaning(20)
        expected = Reference(generation).meaning(QUERY, lambda row: row.document.account_id == few)
        assert leg.passages.tolist() == [pk for pk, _score in expected]
        assert leg.has_more is False

    def test_takes_the_nearest_through_the_index(self, store: PgVectorStore, generation: Generation) -> None:
        crowd(generation, 2_000)
        store.refresh()
        expected = [pk for pk, _score in Reference(generation).meaning(QUERY)[:20]]
        leg = store.scan([], VECTOR, Scope()).meaning(20)
        assert len(set(leg.passages.tolist()) & set(expected)) >= 18
        assert leg.scores.tolist() == sorted(leg.scores.tolist(), reverse=True)


class TestTheTables:
    def test_follow_ours_row_by_row(self, store: PgVectorStore, index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
        documents = [index.add(f"harbour number{number}", "rain", title="Boats") for number in range(6)]
        store.refresh()
        index.change(Passage.objects.earliest("pk"), "storm")
        index.remove(documents[-1])
        index.add("harbour storm")
        store.refresh()
        state = store._current()
        assert state is not None
        assert state.changes.passages == 0
        assert state.stored.passages == Passage.objects.count() == 11
        reference = Reference(index.generation)
        leg = store.scan(["harbour", "storm"], VECTOR, Scope()).keywords(100)
        expected = reference.keywords(["harbour", "storm"])
        assert leg.scores.tolist() == pytest.approx([score for _pk, score in expected], abs=1e-5)
        assert store.frequencies(["harbour", "storm", "number5", "boats"]) == {"harbour": 5, "storm": 2, "boats": 10}

    def test_are_made_anew_for_another_index(self, store: PgVectorStore, index: Index) -> None:
        from shareai_cms.models import SearchClock

        index.add("harbour")
        store.refresh()
        SearchClock.objects.all().delete()
        clock.tick()
        index.add("harbour")
        store.refresh()
        assert len(store.scan(["harbour"], None, Scope()).keywords(5).passages) == 2

    def test_of_another_release_stay_apart(
        self, store: PgVectorStore, index: Index, generation: Generation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        index.add("harbour")
        store.refresh()
        monkeypatch.setattr(tables, "FORMAT", tables.FORMAT + 1)
        other = PgVectorStore(generation)
        assert other._current() is None
        other.refresh()
        assert other._current() is not None
        assert store._current() is not None

    def test_that_are_not_there_yet_are_stood_in_for(self, store: PgVectorStore, index: Index) -> None:
        index.add("harbour")
        assert store._current() is None
        assert len(store.scan(["harbour"], VECTOR, Scope()).meaning(5).passages) == 1
        assert store.frequencies(["harbour"]) == {"harbour": 1}
        assert store.similar_words("arbour") == ("harbour",)

    def test_of_many_dimensions_are_half_as_precise(self, store: PgVectorStore) -> None:
        large = Generation.objects.create(model="large", dimensions=2_500)
        index = Index(large)
        vector = unit(random.Random(1), 2_500)
        index.add("harbour", vectors=[vector])
        other = store_for(large)
        other.refresh()
        assert isinstance(other, PgVectorStore)
        leg = other.scan([], np.array(vector, dtype=np.float32), Scope()).meaning(5)
        assert leg.scores.tolist() == pytest.approx([1.0], abs=1e-3)

    def test_of_generations_that_are_gone_go(self, store: PgVectorStore, index: Index) -> None:
        old = Generation.objects.create(model="old", dimensions=DIMENSIONS)
        store_for(old).refresh()
        names = [Tables(old).sql("{vectors}"), Tables(old).sql("{state}")]
        assert all(map(table_exists, names))
        old.delete()
        index.add("harbour")
        store.refresh()
        assert not any(map(table_exists, names))
        assert table_exists(store._tables.sql("{vectors}"))


def table_exists(name: str) -> bool:
    with connection.cursor() as cursor:
        return name in connection.introspection.table_names(cursor)


@pytest.mark.usefixtures("chosen")
class TestWhereItIsMissing:
    def test_the_snapshot_answers_and_the_log_says_so(
        self, generation: Generation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        if connection.vendor == "postgresql":
            monkeypatch.setattr(extension, "_version", lambda connection: "")
            monkeypatch.setattr(extension, "_CREATE", "CREATE EXTENSION IF NOT EXISTS no_such_extension")
        caplog.set_level(logging.WARNING, logger="shareai_cms.search")
        Index(generation).add("harbour")
        store = store_for(generation)
        assert isinstance(store, SnapshotStore)
        assert len(store.scan(["harbour"], VECTOR, Scope()).meaning(5).passages) == 1
        reason = "missing" if connection.vendor == "postgresql" else "not_postgresql"
        assert f"pgvector={reason}" in caplog.text

    def test_an_older_one_counts_as_missing(
        self, generation: Generation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("pgvector is an extension of PostgreSQL")
        monkeypatch.setattr(extension, "_version", lambda connection: "0.7.4")
        assert isinstance(store_for(generation), SnapshotStore)
        assert "pgvector=old" in caplog.text

    def test_a_failure_leaves_the_transaction_as_it_was(
        self, generation: Generation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("pgvector is an extension of PostgreSQL")
        monkeypatch.setattr(extension, "_version", lambda connection: "")
        monkeypatch.setattr(extension, "_CREATE", "CREATE EXTENSION no_such_extension")
        with transaction.atomic():
            assert not extension.is_there()
            assert Generation.objects.count() == 1
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION no_such_extension")
