"""Misspelt words: put right by the site's own words, and only where that is clearly meant."""

from __future__ import annotations

import pytest

from shareai_cms.search.spelling import is_one_step
from tests.search.query.library import Library

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def shop(keywords_only: Library) -> Library:
    for number in range(3):
        keywords_only.put(f"Raincoat {number}", "A waterproof raincoat for storms at the lighthouse.")
    keywords_only.put("Rope", "Ropes and anchors, article AB-1234.")
    keywords_only.put("Hut", "A storm lantern hangs at the garden gate.")
    keywords_only.put("Wanderschuh", "Ein Wanderschuh mit fester Sohle. Die Strasse ist nass.", language="de")
    return keywords_only


def corrected(shop: Library, text: str, language: str = "en") -> str:
    """What was searched for instead, empty where that is what was typed."""
    outcome = shop.search(text, language=language).outcome
    assert outcome.corrected_from in ("", text)
    assert bool(outcome.corrected_from) == (outcome.text != text)
    return outcome.text if outcome.corrected_from else ""


class TestAMisspeltWord:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("raincoot", "raincoat"),  # a wrong letter
            ("raincat", "raincoat"),  # a lost one
            ("rainncoat", "raincoat"),  # one too many
            ("raincaot", "raincoat"),  # two swapped
            ("Raincoot", "Raincoat"),
            ("a RAINCOOT, please", "a Raincoat, please"),
            ("lighthuose in the sotrm", "lighthouse in the storm"),
            ("waterproff ropes", "waterproof ropes"),
        ],
    )
    def test_is_put_right(self, shop: Library, typed: str, meant: str) -> None:
        assert corrected(shop, typed) == meant

    def test_finds_what_was_meant(self, shop: Library) -> None:
        assert sorted(shop.names("raincaot")) == ["Raincoat 0", "Raincoat 1", "Raincoat 2"]

    def test_stays_where_the_visitor_insists(self, shop: Library) -> None:
        results = shop.search("raincaot", is_corrected=False)
        assert (results.outcome.text, results.outcome.corrected_from, list(results)) == ("raincaot", "", [])

    def test_becomes_the_most_frequent_word_that_is_near(self, shop: Library) -> None:
        for number in range(2):
            shop.put(f"Boat {number}", "A boot is no boat.")
        shop.put("Moat", "A boat in the moat.")
        assert corrected(shop, "broat") == "boat"

    def test_becomes_a_word_of_its_own_language(self, shop: Library) -> None:
        shop.put("Sohlen", "Sohle, Sohle und Sole.", language="de")
        shop.put("Sole", "The sole is a flat fish.")
        assert corrected(shop, "sohl", "en") == ""
        assert corrected(shop, "sohel", "de") == "sohle"

    def test_becomes_the_word_that_stands_together_with_the_rest(self, shop: Library) -> None:
        for number in range(12):
            shop.put(f"Player {number}", "A player for every dvd.")
            shop.put(f"Layer {number}", "A layer of wool, and a layer of silk. Each layer is warm.")
        # Neither the first letter nor three letters are trusted alone.
        assert corrected(shop, "dvd xlayer") == "dvd player"
        assert corrected(shop, "wool xlayer") == "wool layer"
        assert corrected(shop, "silk woo") == "silk wool"
        assert corrected(shop, "dvd woo") == ""
        assert corrected(shop, "woo") == ""

    def test_becomes_no_stop_word_where_a_lost_letter_explains_it(self, shop: Library) -> None:
        for number in range(4):
            shop.put(f"Theory {number}", "A theory of tides.")
        assert corrected(shop, "what is the theoy of tides") == "what is the theory of tides"
        assert corrected(shop, "where are theoy") == "where are they"

    def test_of_three_letters_may_be_a_stop_word_and_stays(self, shop: Library) -> None:
        for number in range(12):
            shop.put(f"Heat {number}", "The heat of a storm.")
        assert corrected(shop, "hat storm") == "heat storm"
        assert corrected(shop, "hat is the storm") == ""

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [("rain coat", "raincoat"), ("garden gates lighthouse storm", ""), ("gardengate", "garden gate")],
    )
    def test_may_be_a_space_too_many_or_too_few(self, shop: Library, typed: str, meant: str) -> None:
        assert corrected(shop, typed) == meant


class TestAWordThatStays:
    def test_where_a_vowel_more_makes_another_word(self, shop: Library) -> None:
        shop.put("الماشي", "الماشي على الشاطئ.", language="ar")
        assert corrected(shop, "المشي عند الجزر", "ar") == ""
        assert corrected(shop, "اشلاطئ", "ar") == "الشاطئ"

    @pytest.mark.parametrize(
        "typed",
        [
            "raincoats",  # another form
            "storm",
            "rop",  # too short
            "AB-1243",  # an article number
            "raincoat2",
            '"raincaot"',
            "„raincaot“ lighthouse",
            "zzzzzz",
            "lanternrope",  # never side by side
            "雨衣",
            "🧥🧥🧥🧥",
            "the",
            "gardens",
            "stormy",
            "harden",  # a word that the site does not have, beside garden
        ],
    )
    def test_is_left_as_it_was_typed(self, shop: Library, typed: str) -> None:
        assert corrected(shop, typed) == ""

    def test_is_a_form_of_a_known_word(self, shop: Library) -> None:
        assert corrected(shop, "Wanderschuhe", "de") == ""
        assert shop.names("Wanderschuhen", language="de") == ["Wanderschuh"]

    def test_may_become_a_stop_word_in_a_sentence_alone(self, shop: Library) -> None:
        shop.put("Thread", "Thera is a ship.")
        assert corrected(shop, "is thera raincoat ship") == ""
        assert corrected(shop, "is tehre a raincoat") == "is there a raincoat"
        assert corrected(shop, "waht is a raincoat") == "what is a raincoat"
        assert corrected(shop, "waht raincoat") == ""


class TestOneStep:
    @pytest.mark.parametrize(
        ("one", "other", "is_one"),
        [
            ("boat", "boot", True), ("boat", "boats", True), ("boat", "bot", True), ("boat", "baot", True),
            ("boat", "tboa", False), ("boat", "boat", False), ("boat", "bt", False), ("", "a", True), ("", "", False),
            ("ab", "ba", True), ("abcd", "badc", False), ("abc", "cba", False), ("über", "uber", False),
        ],
    )  # fmt: skip
    def test_is_a_letter_changed_lost_added_or_swapped(self, one: str, other: str, *, is_one: bool) -> None:
        assert is_one_step(one, other) is is_one
        assert is_one_step(other, one) is is_one
