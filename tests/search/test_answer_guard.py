"""One visitor's answers: their rate, and a rest for whoever keeps stopping them before the first word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from shareai_cms.errors import TooManySearches
from shareai_cms.search.answer_guard import AnswerGuard


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


class TestTheRate:
    def test_weighs_an_answer_as_the_searches_it_costs(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"SEARCH_RATE": 15}
        guard = AnswerGuard("203.0.113.7")
        for _answer in range(3):
            guard.check_rate()
        with pytest.raises(TooManySearches, match="more than 3 answers a minute"):
            guard.check_rate()
        AnswerGuard("203.0.113.8").check_rate()

    def test_leaves_one_where_few_searches_are_allowed(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"SEARCH_RATE": 2}
        AnswerGuard("203.0.113.7").check_rate()
        with pytest.raises(TooManySearches):
            AnswerGuard("203.0.113.7").check_rate()

    def test_is_nobodys_where_no_client_is_known(self) -> None:
        for _answer in range(50):
            AnswerGuard("").check_rate()


class TestTheRest:
    def test_comes_after_five_stops_and_to_that_visitor_alone(self) -> None:
        guard = AnswerGuard("203.0.113.7")
        for _stop in range(4):
            guard.note_stop()
        assert guard.resting_until() is None
        guard.note_stop()
        until = guard.resting_until()
        assert until is not None
        assert timezone.now() < until <= timezone.now() + timedelta(minutes=10)
        assert AnswerGuard("203.0.113.8").resting_until() is None

    def test_is_nobodys_where_the_cache_is_gone(self, settings: Any) -> None:
        settings.CACHES = {"default": {"BACKEND": "tests.search.broken_cache.BrokenCache"}}
        guard = AnswerGuard("203.0.113.7")
        for _stop in range(9):
            guard.note_stop()
        guard.check_rate()
        assert guard.resting_until() is None

    def test_keeps_no_address(self) -> None:
        AnswerGuard("203.0.113.7").note_stop()
        assert not [key for key in cache._cache if "203.0.113" in key]
