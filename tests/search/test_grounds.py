"""What an answer may draw on: the passages that were found, what follows them, and no more than fits."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shareai_cms.actions.answers import MOST_PASSAGES, PASSAGES_CHARACTERS
from shareai_cms.metering import open_account
from shareai_cms.models import Passage, SearchDocument, SiteAccount
from shareai_cms.search.grounds import PASSAGE_CHARACTERS, grounds
from shareai_cms.search.results import Hit

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def press(db: None) -> SiteAccount:
    return open_account(platform="django", reference="press")


def hit(account: SiteAccount, name: str, texts: list[str], *, best: int = 0) -> Hit:
    document = SearchDocument.objects.create(
        account=account,
        source="test",
        object_type="app.page",
        object_ref=name,
        ref_number=SearchDocument.objects.count() + 1,
        digest="d",
        indexed_at=timezone.now(),
    )
    rows = [
        Passage.objects.create(document=document, position=place, text=text, digest="d", version=1, heading=f"H{place}")
        for place, text in enumerate(texts)
    ]
    obj = type("Thing", (SimpleNamespace,), {"__str__": lambda self: name})(name=name)
    return Hit(obj=obj, score=1.0, document=document.pk, passage=rows[best].pk, heading="", excerpt=())


def texts(hits: list[Hit]) -> list[str]:
    return [passage.text for passage in grounds(hits, lambda obj: f"/{obj.name}/")]


class TestGrounds:
    def test_begin_with_what_was_found_in_its_order(self, press: SiteAccount) -> None:
        hits = [hit(press, "a", ["a0", "a1", "a2"], best=1), hit(press, "b", ["b0"])]
        assert texts(hits) == ["a1", "b0", "a2", "a0"]

    def test_are_of_one_source_a_page(self, press: SiteAccount) -> None:
        found = grounds([hit(press, "a", ["a0", "a1"])], lambda obj: f"/{obj.name}/")
        assert {(each.source.title, each.source.url) for each in found} == {("a", "/a/")}
        assert [each.heading for each in found] == ["H0", "H1"]

    def test_are_no_more_than_an_answer_takes(self, press: SiteAccount) -> None:
        hits = [hit(press, f"p{number}", ["x" * 400] * 4) for number in range(9)]
        assert len(texts(hits)) == MOST_PASSAGES

    def test_fit_into_their_characters(self, press: SiteAccount) -> None:
        hits = [hit(press, f"p{number}", ["x" * 20_000]) for number in range(6)]
        found = texts(hits)
        assert [len(text) for text in found] == [PASSAGE_CHARACTERS] * 4
        assert sum(map(len, found)) <= PASSAGES_CHARACTERS

    def test_are_none_without_hits_and_of_a_page_that_went_away(self, press: SiteAccount) -> None:
        assert texts([]) == []
        gone = hit(press, "a", ["a0"])
        SearchDocument.objects.all().delete()
        assert texts([gone]) == []

    def test_take_one_query(self, press: SiteAccount) -> None:
        hits = [hit(press, f"p{number}", ["x", "y"]) for number in range(6)]
        with CaptureQueriesContext(connection) as seen:
            texts(hits)
        assert len(seen) == 1
