"""The figures of searches: sums over rows that anybody could count by hand, on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shareai_cms.models import Generation, SearchLog, SiteAccount
from shareai_cms.reports.searches import (
    KEYWORDS,
    KNOWN,
    MEANING,
    SearchFilter,
    corrected_searches,
    current_floor,
    every_word,
    search_figures,
    searched_words,
)
from tests.reports.world import VIENNA, local, site

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
DAY = local(VIENNA, 2026, 3, 10, 12)


def searched(account: SiteAccount, text: str = "tide", at: datetime = DAY, **columns: Any) -> SearchLog:
    given: dict[str, Any] = {"surface": "site", "mode": "meaning", "results": 3, "best_cosine": 0.7, "units": 1}
    return SearchLog.objects.create(account=account, created_at=at, text=text, **{**given, **columns})


def asked(*accounts: SiteAccount, first: date = date(2026, 3, 1), last: date = date(2026, 3, 31), **more: str) -> Any:
    found = SiteAccount.objects.select_related("wallet").filter(pk__in=[account.pk for account in accounts])
    return SearchFilter(accounts=tuple(found), first=first, last=last, **more)


@pytest.fixture
def press(db: None) -> SiteAccount:
    return site("Press", zone=VIENNA)


@pytest.fixture
def floor(db: None) -> Generation:
    return Generation.objects.create(state="active", model="m", floor=0.4, activated_at=DAY - timedelta(days=3))


class TestTheFigures:
    def test_tell_kinds_apart(self, press: SiteAccount) -> None:
        searched(press)
        searched(press, is_cached=True, units=0)
        searched(press, mode="keywords", reason="no_units", best_cosine=None, units=0, results=0)
        searched(press, mode="keywords", best_cosine=None, units=0, corrected="tide")
        found = search_figures(asked(press))
        assert {kind: found.of(kind).searches for kind in (MEANING, KNOWN, KEYWORDS)} == {
            MEANING: 1, KNOWN: 1, KEYWORDS: 2,
        }  # fmt: skip
        total = found.total
        assert (total.searches, total.units, total.without_results, total.corrected) == (4, 1, 1, 1)
        assert dict(found.reasons) == {"no_units": 1, "": 1}

    def test_are_of_the_days_of_the_wallets_zone(self, press: SiteAccount) -> None:
        searched(press, at=local(VIENNA, 2026, 3, 1, 0, 10))
        searched(press, at=local(VIENNA, 2026, 2, 28, 23, 50))
        searched(press, at=local(VIENNA, 2026, 3, 31, 23, 50))
        searched(press, at=local(VIENNA, 2026, 4, 1, 0, 10))
        found = search_figures(asked(press))
        assert dict(found.days) == {(date(2026, 3, 1), MEANING): 1, (date(2026, 3, 31), MEANING): 1}

    def test_are_of_several_zones_at_once(self, press: SiteAccount) -> None:
        there = site("Tokyo", zone="Asia/Tokyo")
        searched(press, at=local(VIENNA, 2026, 3, 10, 20))
        searched(there, at=local(VIENNA, 2026, 3, 10, 20))
        found = search_figures(asked(press, there))
        assert dict(found.days) == {(date(2026, 3, 10), MEANING): 1, (date(2026, 3, 11), MEANING): 1}

    def test_leave_other_accounts_alone(self, press: SiteAccount) -> None:
        searched(site("Chandlery"), "their secret")
        assert search_figures(asked(press)).total.searches == 0
        assert searched_words(asked(press), None).top == ()
        assert search_figures(asked()).total.searches == 0

    def test_are_narrowed_down(self, press: SiteAccount) -> None:
        searched(press, surface="json", language="de")
        searched(press, surface="site", language="de")
        assert search_figures(asked(press, surface="json")).total.searches == 1
        assert search_figures(asked(press, language="de", surface="site")).total.searches == 1
        assert search_figures(asked(press, language="fr")).total.searches == 0


class TestWeakness:
    def test_is_near_the_floor_of_the_model_in_use(self, press: SiteAccount, floor: Generation) -> None:
        searched(press, "weak", best_cosine=0.39)
        searched(press, "good", best_cosine=0.4)
        searched(press, "empty", best_cosine=0.1, results=0)
        searched(press, "keywords", best_cosine=None, mode="keywords")
        searched(press, "older model", best_cosine=0.1, at=DAY - timedelta(days=4))
        now = current_floor()
        assert search_figures(asked(press)).total.weak == 1
        assert [line.text for line in searched_words(asked(press), now).weak] == ["weak"]

    def test_is_unknown_without_one(self, press: SiteAccount) -> None:
        searched(press, best_cosine=0.01)
        assert current_floor() is None
        assert search_figures(asked(press)).total.weak == 0
        assert searched_words(asked(press), None).weak == ()


class TestTheTablesOfWords:
    def test_put_the_most_frequent_first_whatever_their_case(self, press: SiteAccount, floor: Generation) -> None:
        for text in ("Tide", "tide", "TIDE", "ferry", "ferry", "fog"):
            searched(press, text, results=0 if text == "ferry" else 2)
        searched(press, "")
        tables = searched_words(asked(press), current_floor())
        assert [(line.text, line.searches) for line in tables.top] == [("tide", 3), ("ferry", 2), ("fog", 1)]
        assert [(line.text, line.without_results, line.results) for line in tables.empty] == [("ferry", 2, 0)]

    def test_are_short(self, press: SiteAccount) -> None:
        for number in range(30):
            searched(press, f"word {number:02d}")
        assert len(searched_words(asked(press), None, 7).top) == 7
        assert len(list(every_word(asked(press), None, 25))) == 25

    def test_say_what_was_searched_for_instead(self, press: SiteAccount) -> None:
        searched(press, "tyde", corrected="tide")
        searched(press, "Tyde", corrected="Tide")
        searched(press, "tide")
        [line] = corrected_searches(asked(press), None)
        assert (line.text, line.corrected, line.searches) == ("tyde", "tide", 2)

    def test_bear_what_people_type(self, press: SiteAccount) -> None:
        texts = ["%s %(a)s 100%", "'; drop table x; --", "🦀", "مد وجزر", '"quoted" {{ x }}']
        for text in texts:
            searched(press, text)
        assert {line.text for line in searched_words(asked(press, surface="site"), None).top} == set(texts)


class TestTheCost:
    def test_does_not_grow_with_rows(self, press: SiteAccount, floor: Generation) -> None:
        def queries() -> int:
            wanted = asked(press)
            with CaptureQueriesContext(connection) as seen:
                now = search_figures(wanted).floor
                searched_words(wanted, now)
                corrected_searches(wanted, now)
            return len(seen)

        searched(press)
        few = queries()
        SearchLog.objects.bulk_create(
            SearchLog(
                account=press,
                created_at=DAY + timedelta(minutes=number),
                text=f"word {number % 400}",
                surface="site",
                mode="meaning",
                results=number % 5,
                best_cosine=number / 2_000,
            )
            for number in range(2_000)
        )
        assert queries() == few == 4
