"""The log of searches: what is kept, for how long, and that it never stands in a search's way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from shareai_cms.metering import open_account
from shareai_cms.models import SearchLog, SiteAccount
from shareai_cms.search import logbook
from shareai_cms.search.reasons import Reason
from shareai_cms.search.results import Asker, Outcome, Query
from shareai_cms.work import Turn, duties, waiting_duties

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def press(db: None) -> SiteAccount:
    return open_account(platform="django", reference="press", label="Harbour Press")


def log(press: SiteAccount, typed: str = "tide tables", results: int = 3, **more: Any) -> None:
    asker = Asker(account=press, client=more.pop("client", ""), is_logged=more.pop("is_logged", True))
    by_meaning = more.pop("by_meaning", True)
    query = Query(text=typed, within=(), asker=asker, language=more.pop("language", "en"), by_meaning=by_meaning)
    outcome = Outcome(**{"text": typed, "units": 1, "best_cosine": 0.71, **more})
    logbook.record(asker, query, outcome, results, 12)


def only_row() -> SearchLog:
    return SearchLog.objects.get()


class TestARow:
    def test_says_how_the_search_was_answered(self, press: SiteAccount) -> None:
        log(press, "tide tabels", text="tide tables", corrected_from="tide tabels")
        row = only_row()
        assert (row.account, row.text, row.corrected) == (press, "tide tabels", "tide tables")
        assert (row.mode, row.reason, row.results, row.units, row.duration_ms) == ("meaning", "", 3, 1, 12)
        assert (row.language, row.surface, row.best_cosine) == ("en", "site", 0.71)

    def test_says_why_only_keywords_were_used(self, press: SiteAccount) -> None:
        log(press, reason=Reason.NO_UNITS, units=0, best_cosine=None)
        row = only_row()
        assert (row.mode, row.reason, row.best_cosine) == ("keywords", "no_units", None)

    def test_is_of_keywords_where_no_meaning_was_asked_for(self, press: SiteAccount) -> None:
        log(press, by_meaning=False, units=0, best_cosine=None)
        assert (only_row().mode, only_row().reason) == ("keywords", "")

    def test_holds_no_address_in_any_column(self, press: SiteAccount) -> None:
        log(press, client="203.0.113.77")
        values = SearchLog.objects.values().get()
        assert not [name for name, value in values.items() if "203.0.113" in str(value)]

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("  tide \x00 \n\r\t tables  ", "tide tables"),
            ("a" * 10_000, "a" * 200),
            ("🦀" * 300, "🦀" * 200),
            ("\ud83d", "\ufffd"),
            ("\u202egnp.exe\u202c", "gnp.exe"),
            ("جداول المد", "جداول المد"),
            ("' OR 1=1 --", "' OR 1=1 --"),
            ("", ""),
        ],
    )
    def test_keeps_one_clean_short_line(self, press: SiteAccount, typed: str, kept: str) -> None:
        log(press, typed)
        assert only_row().text == kept

    def test_keeps_no_words_where_the_site_keeps_none(self, press: SiteAccount, settings: Any) -> None:
        settings.SHAREAI_CMS = {"SEARCH_QUERY_DAYS": 0}
        log(press, corrected_from="tide tabels")
        assert (only_row().text, only_row().corrected, only_row().results) == ("", "", 3)


class TestWhatIsNotWritten:
    def test_is_the_second_page_of_a_search(self, press: SiteAccount) -> None:
        log(press, is_logged=False)
        assert not SearchLog.objects.exists()

    def test_is_what_one_visitor_searches_beyond_the_rate(self, press: SiteAccount, settings: Any) -> None:
        settings.SHAREAI_CMS = {"SEARCH_RATE": 5}
        for number in range(20):
            log(press, f"flood {number}", client="203.0.113.77")
        log(press, "somebody else", client="203.0.113.78")
        assert SearchLog.objects.filter(text__startswith="flood").count() == 5
        assert SearchLog.objects.filter(text="somebody else").count() == 1

    def test_is_a_search_that_the_rate_refused(self, press: SiteAccount) -> None:
        log(press, reason=Reason.RATE, units=0)
        assert not SearchLog.objects.exists()

    def test_is_what_an_account_gets_beyond_its_room(self, press: SiteAccount, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(logbook, "MOST_A_MINUTE", 8)
        monkeypatch.setattr(logbook, "MOST_A_DAY", 6)
        other = open_account(platform="django", reference="chandlery")
        for number in range(12):
            log(press, client=f"203.0.113.{number}")
        log(other)
        assert SearchLog.objects.filter(account=press).count() == 6
        assert SearchLog.objects.filter(account=other).count() == 1


class TestABadDay:
    def test_loses_the_row_and_not_the_search(
        self, press: SiteAccount, caplog: pytest.LogCaptureFixture, django_db_blocker: Any
    ) -> None:
        gone = SiteAccount(pk=press.pk, platform="django", reference="press")
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE shareai_cms_searchlog RENAME TO searchlog_gone")
        log(gone, "words of a visitor")
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE searchlog_gone RENAME TO shareai_cms_searchlog")
        # The caller's transaction is still good.
        log(press, "the next one")
        assert only_row().text == "the next one"
        assert "search=unwritten" in caplog.text
        assert "words of a visitor" not in caplog.text

    def test_of_the_cache_is_none_of_the_search(
        self, press: SiteAccount, settings: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.CACHES = {"default": {"BACKEND": "tests.search.broken_cache.BrokenCache"}}
        log(press, client="203.0.113.77")
        assert only_row().results == 3
        assert "limit=uncounted error=ConnectionError" in caplog.text
        assert "203.0.113" not in caplog.text

    def test_without_a_cache_still_writes(self, press: SiteAccount, settings: Any) -> None:
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
        log(press, client="203.0.113.77")
        assert only_row().results == 3


class TestTheDuty:
    @pytest.fixture
    def aged(self, press: SiteAccount) -> dict[str, SearchLog]:
        rows = {}
        for name, days in {"new": 1, "month": 31, "old": 401}.items():
            log(press, name, corrected_from=name)
            SearchLog.objects.filter(text=name).update(created_at=timezone.now() - timedelta(days=days))
            rows[name] = SearchLog.objects.get(text=name)
        return rows

    def test_empties_words_and_deletes_the_oldest_rows(self, aged: dict[str, SearchLog]) -> None:
        assert duties.erase_searches(Turn()) == 3
        assert not SearchLog.objects.filter(pk=aged["old"].pk).exists()
        month = SearchLog.objects.get(pk=aged["month"].pk)
        assert (month.text, month.corrected, month.results) == ("", "", 3)
        assert SearchLog.objects.get(pk=aged["new"].pk).text == "new"
        assert duties.erase_searches(Turn()) == 0

    def test_goes_by_the_setting(self, aged: dict[str, SearchLog], settings: Any) -> None:
        settings.SHAREAI_CMS = {"SEARCH_QUERY_DAYS": 90}
        duties.erase_searches(Turn())
        assert SearchLog.objects.get(pk=aged["month"].pk).text == "month"

    def test_stops_when_its_turn_is_over(self, aged: dict[str, SearchLog]) -> None:
        turn = Turn(seconds=0)
        assert (duties.erase_searches(turn), turn.has_more) == (0, True)
        assert SearchLog.objects.exclude(text="").count() == 3

    def test_goes_through_more_rows_than_one_statement_takes(
        self, aged: dict[str, SearchLog], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(logbook, "BATCH", 1)
        assert duties.erase_searches(Turn()) == 3

    def test_is_what_managers_hear_of_where_nobody_works(self, aged: dict[str, SearchLog]) -> None:
        duties.register_duties()
        assert "search-log" in waiting_duties()
        duties.erase_searches(Turn())
        assert "search-log" not in waiting_duties()
