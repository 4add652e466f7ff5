"""Generations: built beside the one in use, put to use in a moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from shareai_cms.errors import MarketplaceBusy
from shareai_cms.models import Embedding, Generation, IndexJob, Passage
from shareai_cms.search import building, clock, indexing, jobs, vectors
from shareai_cms.search.probes import PROBES
from shareai_cms.search.stores.base import Scope
from tests.demo.models import Person
from tests.search.people import has_vectors, make_due, named, person, sent, several, work

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.usefixtures("people", "sandbox")]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Any, settings: Any, sandbox: Any) -> None:
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_DIR": str(tmp_path)}


def indexed(number: int = 5) -> list[Person]:
    people = several(number)
    indexing.enqueue(named(each) for each in people)
    work()
    return people


def built() -> Generation:
    """A generation put to use as a worker does it."""
    generation = building.begin()
    jobs.request_vectors(generation.pk)
    work()
    generation.refresh_from_db()
    return generation


class TestABuild:
    def test_ends_in_use_with_all_vectors_and_a_floor(self) -> None:
        indexed()
        generation = built()
        assert generation.state == Generation.State.ACTIVE
        assert (generation.model, generation.dimensions) == ("sandbox-embedding", 384)
        assert has_vectors(generation)
        assert generation.floor is not None
        assert 0 < generation.floor < 1

    def test_replaces_the_one_in_use_which_goes_after_an_hour(self) -> None:
        indexed()
        first = built()
        second = built()
        first.refresh_from_db()
        assert (first.state, second.state) == (Generation.State.RETIRED, Generation.State.ACTIVE)
        assert building.purge() == 0
        Generation.objects.filter(pk=first.pk).update(retired_at=timezone.now() - timedelta(hours=2))
        assert building.purge() == 5 + len(PROBES)
        assert list(Generation.objects.all()) == [second]

    def test_of_another_model_leaves_the_old_one_in_use_until_it_is_done(self, settings: Any) -> None:
        indexed()
        first = built()
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EMBEDDING_DIMENSIONS": 64}
        assert building.has_model_changed()
        second = building.begin()
        assert building.active() == first
        jobs.request_vectors(second.pk)
        work()
        second.refresh_from_db()
        assert building.active() == second
        assert second.dimensions == 64
        assert not building.has_model_changed()

    def test_knows_which_length_was_asked_for(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EMBEDDING_DIMENSIONS": 64}
        indexed()
        assert built().dimensions_asked == 64
        assert not building.has_model_changed()
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EMBEDDING_DIMENSIONS": None}
        assert building.has_model_changed()
        assert building.target() is None

    def test_that_was_begun_for_a_model_no_longer_wanted_is_dropped(self, settings: Any) -> None:
        indexed()
        first = building.begin()
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EMBEDDING_MODEL": "premium"}
        assert building.target() is None
        second = building.begin()
        assert not Generation.objects.filter(pk=first.pk).exists()
        assert second.model_asked == "premium"
        assert building.target() == second

    def test_waits_for_passages_that_come_meanwhile(self, monkeypatch: pytest.MonkeyPatch) -> None:
        indexed()
        generation = building.begin()
        assert not building.put_to_use(generation)
        assert IndexJob.objects.get(object_type=jobs.VECTORS).object_ref == str(generation.pk)
        assert building.active() is None

    def test_shows_what_came_while_its_store_was_made(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # As if each step were committed: within a transaction a store is made anew for whoever looks.
        monkeypatch.setattr(clock, "is_ticking", lambda _shown=None: False)
        indexed()
        store_for = building.store_for

        def meanwhile(generation: Generation) -> Any:
            indexing.enqueue([named(person("Late", "A lamp for the fog."))])
            [job] = jobs.claim(9)
            assert indexing.index(job)
            # The store is made between the passage and its vector.
            store = store_for(generation)
            store.refresh()
            assert store.scan(["lamp"], None, Scope()).keywords(5).passages.size == 1
            fill()
            return store

        def fill() -> None:
            [job] = jobs.claim(1, of_vectors=True)
            assert vectors.fill(job, lambda: True)

        generation = building.begin()
        jobs.request_vectors(generation.pk)
        fill()
        monkeypatch.setattr(building, "store_for", meanwhile)
        assert building.complete(generation)
        late = Passage.objects.get(document__title="Late")
        vector = np.frombuffer(Embedding.objects.get(digest=late.digest).vector, dtype="<f4")
        scan = store_for(generation).scan(["lamp"], vector, Scope())
        assert list(scan.keywords(5).passages) == [late.pk]
        assert scan.meaning(1).passages[0] == late.pk

    def test_whose_end_fails_is_tried_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        indexed()
        with monkeypatch.context() as patch:

            def busy(*_arguments: Any) -> None:
                raise MarketplaceBusy("later")

            patch.setattr(building, "measure", busy)
            generation = built()
        assert generation.state == Generation.State.BUILDING
        job = IndexJob.objects.get(object_type=jobs.VECTORS)
        assert (job.failures, job.error) == (1, "marketplace_busy")
        make_due()
        work()
        assert building.active() == generation

    def test_that_a_command_left_behind_is_ended_by_a_worker(self) -> None:
        indexed()
        generation = building.begin()
        building.resume()
        work()
        assert building.active() == generation

    def test_is_begun_once_by_two(self) -> None:
        first = building.begin()
        assert building.target() == first

    def test_of_nothing_is_not_put_to_use_by_a_worker_with_nobody_to_pay(self) -> None:
        generation = built()
        assert generation.floor is None


class TestTheFloor:
    def test_is_above_nearly_all_sentences_about_nothing(self) -> None:
        indexed()
        generation = built()
        assert generation.floor is not None
        digests = list(building.probe_digests())
        rows = Embedding.objects.filter(generation=generation)

        def matrix(found: Any) -> Any:
            return np.stack([np.frombuffer(row.vector, dtype="<f4") for row in found])

        best = (matrix(rows.filter(digest__in=digests)) @ matrix(rows.exclude(digest__in=digests)).T).max(axis=1)
        assert len(best) == 64
        assert 2 <= (best > generation.floor).sum() <= 4

    def test_costs_its_probes_once(self) -> None:
        indexed()
        generation = built()
        before = sent()
        account = building.payer()
        assert account is not None
        building.measure(generation, account)
        assert sent() == before == 5 + 64

    def test_is_asked_of_sentences_in_several_languages(self) -> None:
        assert len(set(PROBES)) == len(PROBES) == 64
