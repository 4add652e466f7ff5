"""Readers in many threads while the index changes, is made anew, and is flipped to another generation."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.db import connection, connections, transaction

from shareai_cms.models import Generation, Passage
from shareai_cms.search import clock
from shareai_cms.search.stores import changes
from shareai_cms.search.stores.base import Scope
from shareai_cms.search.stores.current import store_for
from tests.search.stores.crowd import crowd
from tests.search.stores.reference import DIMENSIONS, Index, packed, unit

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
VECTOR = np.array(unit(random.Random(2)), dtype=np.float32)
STORES = ["snapshot", "pgvector"] if connection.vendor == "postgresql" else ["snapshot"]
READERS = 4


class Readers:
    """Ask all the time, and note what no visitor may see: an error, or fewer results than there are."""

    def __init__(self, least: int) -> None:
        self.complaints: list[str] = []
        self.asked = 0
        self._least = least
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._read) for _ in range(READERS)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(60)

    def _read(self) -> None:
        try:
            while not self._is_over.is_set():
                self._ask()
                self.asked += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, no visitor may see it
            self.complaints.append(repr(error))
        finally:
            connections.close_all()

    def _ask(self) -> None:
        generation = Generation.objects.get(state="active")
        store = store_for(generation)
        scan = store.scan(["harbour"], VECTOR, Scope())
        for leg in (scan.keywords(50), scan.meaning(50)):
            if len(leg.passages) < self._least or leg.scores.tolist() != sorted(leg.scores.tolist(), reverse=True):
                self.complaints.append(f"{len(leg.passages)} results")
        store.frequencies(["harbour"])

    def wait_for(self, more: int) -> None:
        until, wanted = time.monotonic() + 60, self.asked + more
        while self.asked < wanted and not self.complaints and time.monotonic() < until:
            time.sleep(0.01)


def embed_all(generation: Generation) -> None:
    """What the indexer does for a generation that is being built."""
    numbers = random.Random(generation.pk)
    with transaction.atomic():
        version = clock.tick()
        for passage in Passage.objects.all():
            generation.embeddings.create(digest=passage.digest, vector=packed(unit(numbers)))
        Passage.objects.update(version=version)


@pytest.mark.parametrize("kind", STORES)
class TestReaders:
    @pytest.fixture(autouse=True)
    def _kind(self, kind: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_STORE": kind}
        # A few changes are many here, so that the index is made anew again and again.
        monkeypatch.setattr(changes, "MOST", 5)
        monkeypatch.setattr(changes, "MOST_SHARE", 0.0)

    def test_see_a_whole_index_all_the_time(self, kind: str) -> None:
        generation = Generation.objects.create(model="first", dimensions=DIMENSIONS, state="active")
        crowd(generation, 60)
        index = Index(generation)
        store_for(generation).refresh()
        with Readers(50) as readers:
            for number in range(24):
                index.add(f"harbour new{number}")
                if number % 8 == 7:
                    store_for(generation).refresh()
                    readers.wait_for(READERS)
        assert readers.complaints == []
        assert readers.asked > 3 * READERS
        expected = Passage.objects.count()
        assert len(store_for(generation).scan(["harbour"], VECTOR, Scope()).meaning(1_000).passages) == expected

    def test_notice_nothing_of_a_flip(self, kind: str) -> None:
        old = Generation.objects.create(model="old", dimensions=DIMENSIONS, state="active")
        crowd(old, 60)
        store_for(old).refresh()
        with Readers(50) as readers:
            readers.wait_for(READERS)
            new = Generation.objects.create(model="new", dimensions=DIMENSIONS, state="building")
            embed_all(new)
            store_for(new).refresh()
            self.flip(old, new)
            readers.wait_for(3 * READERS)
            old.delete()
            readers.wait_for(READERS)
        assert readers.complaints == []

    @staticmethod
    def flip(old: Generation, new: Generation) -> None:
        with transaction.atomic():
            clock.tick()
            Generation.objects.filter(pk=old.pk).update(state="retired")
            Generation.objects.filter(pk=new.pk).update(state="active")


class TestALoad:
    def test_of_two_machines_ends_with_one_index(self, settings: Any, tmp_path: Any) -> None:
        """Each has a folder of its own and its own state; both answer the same."""
        generation = Generation.objects.create(model="first", dimensions=DIMENSIONS, state="active")
        crowd(generation, 40)
        found = []
        for machine in ("one", "two"):
            settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_DIR": str(tmp_path / machine)}
            store: Callable[..., Any] = store_for(generation).scan
            found.append(store(["harbour"], VECTOR, Scope()).meaning(100).passages.tolist())
        assert found[0] == found[1]
        assert len(found[0]) == 40
