"""The report of searches: who sees it, what it says in plain words, and what leaves it as a file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from shareai_cms.models import Generation, SearchLog, SiteAccount
from shareai_cms.reports import roll_up
from tests.reports.world import site, use
from tests.views.test_usage import body, person, signed_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.urls_plain")]

REPORT = "/shareai/searches/"


def searched(account: SiteAccount, text: str, number: int = 1, **columns: Any) -> None:
    given: dict[str, Any] = {"surface": "site", "mode": "meaning", "results": 3, "best_cosine": 0.8, "units": 1}
    at = timezone.now() - timedelta(days=1)
    rows = [SearchLog(account=account, created_at=at, text=text, **{**given, **columns}) for _each in range(number)]
    SearchLog.objects.bulk_create(rows)


@pytest.fixture
def press() -> SiteAccount:
    return site("Press")


@pytest.fixture
def clients(press: SiteAccount) -> SimpleNamespace:
    """Two clients of one agency whose visitors searched yesterday."""
    theirs = site("Chandlery")
    yesterday = timezone.now() - timedelta(days=1)
    Generation.objects.create(state="active", model="m", floor=0.4, activated_at=timezone.now() - timedelta(days=9))
    searched(press, "tide tables", 4)
    searched(press, "Tide tables", 2, is_cached=True, units=0)
    searched(press, "ferry to nowhere", 2, results=0, mode="keywords", reason="no_units", best_cosine=None, units=0)
    searched(press, "lamp", best_cosine=0.38)
    searched(press, "tyde", corrected="tide")
    searched(theirs, "their secret rope", 7)
    use(press, yesterday, meter="searches", units=6, feature="search", cost_millionths=2_500)
    use(press, yesterday, meter="indexing", units=120, feature="indexing")
    return SimpleNamespace(
        press=press,
        theirs=theirs,
        manager=person("client-manager", "manage", account=press),
        agency=person("agency", "manage"),
    )


class TestWhoSeesIt:
    def test_is_not_strangers(self, clients: SimpleNamespace) -> None:
        assert Client().get(REPORT).status_code == 302

    @pytest.mark.parametrize("rights", [(), ("use", "bulk", "buy")])
    def test_is_nobody_who_manages_nothing(self, clients: SimpleNamespace, rights: tuple[str, ...]) -> None:
        client = signed_in(person("editor", *rights))
        assert [client.get(REPORT + more).status_code for more in ("", "?export=csv")] == [403, 403]

    def test_is_each_manager_for_their_own_sites(self, clients: SimpleNamespace) -> None:
        assert "17 searches" in words(signed_in(clients.agency).get(REPORT))
        own = signed_in(clients.manager)
        for question in (
            "",
            f"?account={clients.theirs.pk}",
            f"?account={clients.press.pk}&account={clients.theirs.pk}",
        ):
            told = words(own.get(REPORT + question))
            assert "10 searches" in told
            assert "secret rope" not in told
        assert "7 searches" in words(signed_in(clients.agency).get(f"{REPORT}?account={clients.theirs.pk}"))
        assert b"secret rope" not in body(own.get(f"{REPORT}?export=csv&account={clients.theirs.pk}"))


class TestTheWayThere:
    def test_leads_from_the_usage_where_there_are_searches(self, clients: SimpleNamespace, settings: Any) -> None:
        client = signed_in(clients.manager)
        link = f'href="{REPORT}"'.encode()
        assert link in client.get("/shareai/usage/").content
        settings.SHAREAI_CMS = {"SEARCH": False}
        assert link not in client.get("/shareai/usage/").content


class TestWhatItSays:
    @pytest.fixture
    def told(self, clients: SimpleNamespace) -> str:
        return words(signed_in(clients.manager).get(REPORT))

    def test_is_how_searches_were_answered(self, told: str) -> None:
        assert "10 searches" in told
        assert "80 % answered by meaning" in told
        assert "20 % had been asked before and took no unit" in told
        assert "20 % by keywords alone" in told
        assert "20 % found nothing" in told
        assert "10 % had weak results" in told

    def test_is_why_keywords_had_to_do(self, told: str) -> None:
        assert "No searches were left. 2 20 %" in told

    def test_is_what_it_cost_as_far_as_it_is_known(self, told: str) -> None:
        assert "6 units counted" in told
        assert "Estimated cost 0.0025; a price is known for 1 of 1 requests." in told

    def test_is_what_indexing_took_apart(self, told: str) -> None:
        assert "Indexing: 120 indexed passages. It is not counted against any allowance." in told
        assert told.count("Estimated cost") == 1

    def test_is_how_long_words_are_kept(self, told: str, clients: SimpleNamespace, settings: Any) -> None:
        assert "The words of searches are erased after 30 days." in told
        settings.SHAREAI_CMS = {"SEARCH_QUERY_DAYS": 0}
        assert "The words of searches are not kept on this site" in words(signed_in(clients.manager).get(REPORT))

    def test_is_what_weak_means(self, told: str) -> None:
        assert "no passage reaches the cosine of 0.40 from which on it counts as found" in told

    def test_is_that_the_sandbox_only_guesses_at_likeness(
        self, told: str, clients: SimpleNamespace, settings: Any
    ) -> None:
        sentence = "what it takes for similar is only roughly so."
        assert sentence in told
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production"}
        assert sentence not in words(signed_in(person("late", "manage", account=clients.press)).get(REPORT))

    def test_is_said_where_nobody_searched(self, press: SiteAccount) -> None:
        told = words(signed_in(person("manager", "manage", account=press)).get(REPORT))
        assert "Nobody has searched in this period." in told

    def test_has_a_table_for_each_kind_of_trouble(self, clients: SimpleNamespace) -> None:
        page = BeautifulSoup(signed_in(clients.manager).get(REPORT).content, "html.parser")
        tables = {
            each.h2.get_text(): [
                [cell.get_text() for cell in row.find_all(("th", "td"))] for row in each.select("tbody tr")
            ]
            for each in page.select(".shareai-words section")
        }
        assert tables == {
            "Searches without results": [["ferry to nowhere", "2"]],
            "Searches with weak results": [["lamp", "1"]],
            "Most frequent searches": [["tide tables", "6"], ["ferry to nowhere", "2"], ["lamp", "1"], ["tyde", "1"]],
            "Corrected searches": [["tyde", "tide", "1"]],
        }

    def test_draws_kinds_by_day(self, clients: SimpleNamespace) -> None:
        page = BeautifulSoup(signed_in(clients.manager).get(REPORT).content, "html.parser")
        assert page.select_one(".shareai-chart__title").get_text() == "Searches per day"
        legend = [" ".join(each.get_text().split()) for each in page.select(".shareai-legend li")]
        assert legend == ["By meaning, counted 6", "By keywords alone 2", "By meaning, asked before 2"]

    def test_shows_words_as_text(self, press: SiteAccount) -> None:
        searched(press, "<script>alert(1)</script>")
        page = signed_in(person("manager", "manage", account=press)).get(REPORT)
        assert b"<script>alert" not in page.content
        assert "<script>alert(1)</script>" in words(page)

    def test_bears_filters_of_any_kind(self, clients: SimpleNamespace) -> None:
        client = signed_in(clients.agency)
        for question in (
            "?first=2026-99-99",
            "?surface=x",
            "?account=9%27",
            "?language=%00",
            "?first=2026-05-02&last=2026-05-01",
        ):
            assert "Correct the filters above" in words(client.get(REPORT + question)), question
        assert "Nobody has searched" in words(client.get(f"{REPORT}?surface=json"))


class TestAFile:
    def test_holds_sums_and_no_moment(self, clients: SimpleNamespace) -> None:
        searched(clients.press, "=HYPERLINK(1)")
        answer = signed_in(clients.manager).get(f"{REPORT}?export=csv")
        assert answer["Content-Type"].startswith("text/csv")
        rows = list(csv.reader(io.StringIO(body(answer).decode("utf-8-sig"))))
        assert rows[0] == ["Search", "Searches", "Without results", "Weak", "Most results", "Best cosine"]
        assert rows[1] == ["tide tables", "6", "0", "0", "3", "0.8"]
        assert ["'=hyperlink(1)", "1", "0", "0", "3", "0.8"] in rows

    def test_is_a_workbook_too(self, clients: SimpleNamespace) -> None:
        answer = signed_in(clients.manager).get(f"{REPORT}?export=xlsx")
        sheet = load_workbook(io.BytesIO(body(answer))).active
        assert [cell.value for cell in sheet[2]][:2] == ["tide tables", 6]


class TestTheQueries:
    def test_do_not_grow_with_rows(self, clients: SimpleNamespace) -> None:
        client = signed_in(clients.manager)

        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                client.get(REPORT)
            return len(seen)

        roll_up()
        few = queries()
        searched(clients.press, "more", 500)
        for number in range(40):
            searched(clients.press, f"another {number}")
        assert queries() == few
        assert few <= 15
