"""What waits to be indexed, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from shareai_cms.models import IndexJob
from shareai_cms.search import jobs
from shareai_cms.work import is_left_undone, waiting_duties

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ONE = ("demo.person", "1")


def only() -> IndexJob:
    return IndexJob.objects.get()


class TestARequest:
    def test_for_an_object_that_waits_already_is_the_same_job(self) -> None:
        assert jobs.request([ONE, ONE]) == 1
        first = only()
        jobs.request([ONE])
        assert only().pk == first.pk
        assert only().attempt > first.attempt

    def test_takes_the_job_from_whoever_reads_an_older_state(self) -> None:
        jobs.request([ONE])
        [taken] = jobs.claim(5)
        jobs.request([ONE])
        assert not jobs.renew(taken)
        assert not jobs.finish(taken)
        assert not jobs.fail(taken, "late")
        [again] = jobs.claim(5)
        assert jobs.finish(again)
        assert not IndexJob.objects.exists()

    def test_for_many_objects_takes_few_statements(self, django_assert_max_num_queries: Any) -> None:
        with django_assert_max_num_queries(20):
            jobs.request(("demo.person", str(number)) for number in range(1_200))
        assert IndexJob.objects.count() == 1_200

    def test_for_vectors_leaves_the_job_to_the_worker_that_has_it(self) -> None:
        jobs.request_vectors(1)
        [taken] = jobs.claim(1, of_vectors=True)
        jobs.request_vectors(1)
        assert jobs.renew(taken)
        assert not jobs.finish_vectors(taken)
        assert jobs.finish_vectors(taken)

    def test_of_any_text_is_kept_as_it_is(self) -> None:
        references = ["", "'; DROP TABLE x; --", "日本", "🌊" * 60, "%_"]
        jobs.request(("demo.person", reference) for reference in references)
        assert {job.object_ref for job in jobs.claim(9)} == set(references)


class TestATaking:
    def test_is_nobody_elses_until_its_lease_ends(self) -> None:
        jobs.request([ONE])
        now = timezone.now()
        assert len(jobs.claim(5, now=now)) == 1
        assert jobs.claim(5, now=now + jobs.LEASE - timedelta(seconds=1)) == []
        assert len(jobs.claim(5, now=now + jobs.LEASE)) == 1

    def test_after_a_failure_waits_longer_each_time(self) -> None:
        jobs.request([ONE])
        now, pauses = timezone.now(), []
        for _time in range(9):
            [job] = jobs.claim(1, now=now)
            assert jobs.fail(job, "marketplace_busy", now=now)
            pauses.append((only().not_before - now).total_seconds())
            now = only().not_before
        assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
        assert (only().failures, only().error) == (9, "marketplace_busy")

    def test_of_a_lease_from_a_clock_that_ran_ahead_is_possible(self) -> None:
        jobs.request([ONE])
        IndexJob.objects.update(leased_until=timezone.now() + timedelta(days=400))
        assert len(jobs.claim(1)) == 1

    def test_is_seen_to_be_missing_when_nobody_does_it(self) -> None:
        jobs.request([ONE], now=timezone.now() - timedelta(minutes=20))
        since = timezone.now() - timedelta(minutes=15)
        assert jobs.is_waiting(since)
        assert "search-index" in waiting_duties()
        assert is_left_undone()
        jobs.claim(1)
        assert not jobs.is_waiting(since)


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_never_have_the_same_job(self) -> None:
        jobs.request(("demo.person", str(number)) for number in range(60))
        taken: list[int] = []
        start = threading.Barrier(4)

        def worker() -> None:
            start.wait()
            while found := jobs.claim(7):
                taken.extend(job.pk for job in found)
            connections.close_all()

        threads = [threading.Thread(target=worker) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(taken) == len(set(taken)) == 60
