from __future__ import annotations

import pytest
from wagtail.search.query import MATCH_ALL, MATCH_NONE, And, Boost, Fuzzy, Not, Or, Phrase, PlainText, SearchQuery

from shareai_cms.integrations.wagtail.search.reading import Reading, read

RAIN, HIKE = PlainText("rain"), PlainText("hike", operator="or", boost=3)


class TestTheTextOfAQuery:
    @pytest.mark.parametrize(
        "query",
        [
            "a warm coat",
            PlainText("a warm coat"),
            Phrase("a warm coat"),
            Fuzzy("a warm coat"),
            Boost(Phrase("a warm coat"), 2),
        ],
    )
    def test_is_what_it_holds(self, query: SearchQuery | str) -> None:
        assert read(query) == Reading(text="a warm coat")

    def test_of_several_is_all_of_it(self) -> None:
        assert read(RAIN & HIKE).text == read(RAIN | HIKE).text == "rain hike"
        assert read(And([RAIN, Or([HIKE, Phrase("on the coast")])])).text == "rain hike on the coast"

    def test_blank_is_nothing(self) -> None:
        assert read("  ").is_nothing
        assert read(PlainText("")).is_nothing


class TestEverythingAndNothing:
    def test_all_is_all(self) -> None:
        assert read(MATCH_ALL).is_all
        assert not read(MATCH_ALL).is_nothing

    def test_none_is_nothing(self) -> None:
        assert read(MATCH_NONE).is_nothing
        assert read(And([RAIN, MATCH_NONE])).is_nothing
        assert read(Or([MATCH_NONE])).is_nothing

    def test_all_adds_nothing_to_words_and_takes_over_beside_them(self) -> None:
        assert read(And([RAIN, MATCH_ALL])) == Reading(text="rain")
        assert read(Or([RAIN, MATCH_ALL])) == Reading(is_all=True)
        assert read(Or([RAIN, MATCH_NONE])) == Reading(text="rain")

    def test_not_nothing_is_all(self) -> None:
        assert read(Not(MATCH_NONE)) == Reading(is_all=True)


class TestWhatIsNotWanted:
    def test_is_kept_apart(self) -> None:
        query = Not(HIKE)
        assert read(And([RAIN, query])) == Reading(text="rain", unwanted=(HIKE,))
        assert read(query) == Reading(is_all=True, unwanted=(HIKE,))

    def test_beside_something_wanted_has_no_single_text(self) -> None:
        assert read(Or([RAIN, Not(HIKE)])).is_foreign
        assert read(And([RAIN, Or([HIKE, Not(RAIN)])])).is_foreign

    def test_twice_not_wanted_is_left_to_the_keyword_backend(self) -> None:
        assert read(Not(Not(RAIN))).unwanted

    def test_a_query_of_another_package_is_foreign(self) -> None:
        class Near(SearchQuery):
            pass

        assert read(Near()).is_foreign
