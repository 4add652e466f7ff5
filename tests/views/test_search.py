"""What a visitor's search is made of, without a site around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shareai_cms.errors import AccountUnclear
from shareai_cms.models import SiteAccount
from shareai_cms.search.reasons import Reason
from shareai_cms.views.search.found import at_heading
from shareai_cms.views.search.page import notice
from shareai_cms.views.search.places import Kind, Place, Shelf, everything, kind_label, place_of, register_place
from shareai_cms.views.search.wanted import LONGEST, Wanted, wanted
from tests.demo.models import GuidePage, InfoPage, Person, Product, StoryPage
from tests.reports.world import site


class TestWhatIsWanted:
    def test_is_read_from_the_address(self) -> None:
        given = QueryDict("q=+low++tide&type=Demo.GuidePage&p=3&exact=1&lang=de")
        assert wanted(given) == Wanted(text="low tide", kind="demo.guidepage", page=3, is_exact=True, language="de")

    def test_is_read_the_same_from_its_own_links(self) -> None:
        asked = Wanted(text="tide & time?", kind="demo.guidepage", page=3, is_exact=True, language="ar")
        assert wanted(QueryDict(asked.query())) == asked
        assert asked.query(p="", type="") == "q=tide+%26+time%3F&exact=1&lang=ar"

    @pytest.mark.parametrize("page", ["", "0", "-1", "1.5", "²", "٣", "9" * 30, "x", "\x00", "1 "])
    def test_begins_on_the_first_page_where_none_is_named(self, page: str) -> None:
        assert wanted({"p": page}).page == 1

    def test_is_cut_after_a_word(self) -> None:
        text = wanted({"q": "word " * 1_000}).text
        assert text.endswith("word")
        assert LONGEST - 5 <= len(text) <= LONGEST
        assert len(wanted({"q": "x" * 10_000}).text) == LONGEST

    @given(st.dictionaries(st.sampled_from(["q", "p", "type", "exact", "lang"]), st.text()))
    def test_is_harmless_whatever_was_sent(self, given: dict[str, str]) -> None:
        asked = wanted(given)
        assert len(asked.text) <= LONGEST
        assert asked.text == " ".join(asked.text.split())
        assert asked.page >= 1
        assert wanted(QueryDict(asked.query())).text == asked.text


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.usefixtures("english")
class TestKinds:
    def test_have_the_name_that_visitors_know(self) -> None:
        assert kind_label(GuidePage) == "Guides"
        assert kind_label(Person) == "People"

    def test_of_the_same_name_are_one(self) -> None:
        pages = Shelf(queryset=InfoPage.objects.all(), models=(InfoPage, GuidePage, StoryPage))
        goods = Shelf(queryset=Product.objects.all(), models=(Product,))
        place = Place(account=SiteAccount(), language="en", shelves=(pages, goods), address=lambda _request, _obj: "")
        kinds = place.kinds()
        assert [kind.label for kind in kinds] == ["Guides", "On our shelves", "Pages", "Stories"]
        assert place.within(None) == (pages.queryset, goods.queryset)
        assert place.within(kinds[1]) == (goods.queryset,)

    def test_know_their_types(self) -> None:
        kind = Kind(key="demo.guidepage", label="Guides", models=(GuidePage,))
        assert kind.types == {"demo.guidepage"}


class TestLinks:
    def test_lead_to_the_heading(self) -> None:
        assert at_heading("/tide/", "Ebb, flood – what else") == "/tide/#:~:text=what%20else"
        assert (
            at_heading("/tide/", "Well-known & rare, 50 %") == "/tide/#:~:text=Well%2Dknown%20%26%20rare%2C%2050%20%25"
        )

    def test_are_left_alone_where_there_is_none_or_another(self) -> None:
        assert at_heading("/tide/", "") == "/tide/"
        assert at_heading("/goods/#map", "Maps") == "/goods/#map"
        assert at_heading("", "Maps") == ""


class TestNotices:
    @pytest.mark.parametrize("reason", list(Reason))
    def test_are_for_visitors(self, reason: Reason) -> None:
        said = notice(reason).lower()
        assert not [word for word in ("unit", "marketplace", "shareai", "model", "index", "configur") if word in said]
        assert bool(said) is (reason not in (Reason.OFF, Reason.TOO_SHORT))

    @pytest.mark.parametrize("reason", list(Reason))
    def test_speak_of_no_results_where_there_are_none(self, reason: Reason) -> None:
        said = notice(reason, is_empty=True)
        assert "contain" not in said
        assert bool(said) is bool(notice(reason))

    def test_there_is_none_where_nothing_was_missing(self) -> None:
        assert notice(None) == ""


class TestASiteWithoutAnIntegration:
    def test_searches_whatever_its_sources_read(self, db: None, rf: RequestFactory) -> None:
        press = site("Press")
        place = everything(rf.get("/"), "en")
        assert place.account == press
        assert Product in {model for shelf in place.shelves for model in shelf.models}
        assert place.language == "en"

    def test_does_not_guess_who_pays(self, db: None, rf: RequestFactory) -> None:
        site("Press")
        site("Shop")
        with pytest.raises(AccountUnclear):
            everything(rf.get("/"), "en")

    def test_is_found_where_no_integration_knows_the_request(
        self, db: None, rf: RequestFactory, monkeypatch: Any
    ) -> None:
        from shareai_cms.views.search import places

        monkeypatch.setattr(places, "_finders", [])
        register_place(lambda _request, _language: None)
        press = site("Press")
        assert place_of(rf.get("/"), "de").account == press
