from __future__ import annotations

import pytest
from django.db import transaction

from shareai_cms.models import SearchClock
from shareai_cms.search import clock

pytestmark = pytest.mark.postgres


@pytest.mark.django_db(transaction=True)
class TestTheClock:
    def test_moves_on_with_every_tick(self) -> None:
        assert clock.moment() == (0, 0)
        versions = [clock.tick() for _ in range(3)]
        assert versions == sorted(set(versions))
        assert clock.now() == versions[-1]

    def test_gives_no_version_twice(self) -> None:
        with transaction.atomic():
            undone = clock.tick()
            assert clock.is_ticking()
            transaction.set_rollback(True)
        with transaction.atomic():
            assert not clock.is_ticking()
            assert clock.tick() > undone
        assert not clock.is_ticking()
        SearchClock.objects.update(version=2**60)
        assert clock.tick() == 2**60 + 1

    def test_of_a_new_index_is_another_one(self) -> None:
        clock.tick()
        before = clock.moment()
        SearchClock.objects.all().delete()
        clock.tick()
        assert clock.moment().born > before.born
