"""Excerpts: the sentence that answers, cut between words, marked by stem, safe in any script."""

from __future__ import annotations

import pytest

from shareai_cms.search.excerpts import ELLIPSIS, LONGEST, excerpt
from shareai_cms.search.question import read
from shareai_cms.search.results import Hit

FILLER = "Nobody was there on that day, and the quay lay empty in the sun. " * 4


def shown(text: str, asked: str, language: str = "en") -> str:
    """The excerpt with what matches in square brackets."""
    parts = excerpt(text, read(asked, (language,)), language)
    assert sum(len(part) for part, _is_match in parts) <= LONGEST
    assert all(part for part, _is_match in parts)
    return "".join(f"[{part}]" if is_match else part for part, is_match in parts)


class TestAnExcerpt:
    @pytest.mark.parametrize(
        ("text", "asked", "expected"),
        [
            ("Boats leave at noon.", "boat", "[Boats] leave at noon."),
            ("Boats leave at noon.", "left", "Boats leave at noon."),
            ("The boat-house, the BOAT.", "boats", "The [boat-house], the [BOAT]."),
            ("One. Two boats! Three?", "boat", "Two [boats]! Three?"),
            ("First line\nSecond line of boats", "boat", "Second line of [boats]"),
            ("Boote fahren mittags.", "Boot", "[Boote] fahren mittags."),
            ("القارب يغادر عند الظهر.", "قارب", "[القارب] يغادر عند الظهر."),
            ("", "boat", ""),
            ("Boats", "", "Boats"),
            ("   Boats   \n\n sail ", "sail", "[sail]"),
        ],
    )
    def test_marks_what_matches_by_stem(self, text: str, asked: str, expected: str) -> None:
        language = "ar" if "ق" in asked else "de" if asked == "Boot" else "en"
        assert shown(text, asked, language).replace(f"{ELLIPSIS}", "") == expected

    def test_begins_with_the_sentence_that_answers_best(self) -> None:
        text = f"A boat. {FILLER}The red boat leaves the harbour. {FILLER}"
        assert shown(text, "when does the red boat leave the harbour").startswith(
            "The [red] [boat] [leaves] the [harbour]. Nobody"
        )

    def test_adds_sentences_while_there_is_room(self) -> None:
        assert shown("A boat leaves. It is red.", "boat") == "A [boat] leaves. It is red."

    def test_takes_the_most_similar_sentence_where_only_meaning_matched(self) -> None:
        assert "Raincoats" in shown(f"{FILLER}Raincoats hang by the door. {FILLER}", "coats for the rain")

    def test_takes_the_beginning_where_nothing_matches(self) -> None:
        assert shown(FILLER, "bicycle").startswith("Nobody was there")

    def test_of_whole_sentences_has_no_dots(self) -> None:
        assert shown(f"{FILLER}The boat leaves. {FILLER * 3}", "boat").startswith("The [boat] leaves. Nobody")
        assert ELLIPSIS not in shown(f"{FILLER}The boat leaves. {FILLER * 3}", "boat")

    def test_keeps_the_items_of_a_list_apart(self) -> None:
        assert (
            shown("A boat ticket\nA lamp\nBring them.\nThank you", "boat")
            == "A [boat] ticket · A lamp · Bring them. Thank you"
        )
        assert shown("A lamp\nThe boat\n" + "x" * 300, "boat") == "The [boat]"
        assert len(shown("a boat\n" * 200, "lamp")) <= LONGEST

    def test_is_cut_between_words(self) -> None:
        text = "word " * 100 + "boat " + "word " * 100
        made = shown(text, "boat")
        assert made.startswith(f"{ELLIPSIS}word ")
        assert made.endswith(f" word{ELLIPSIS}")
        assert "[boat]" in made

    @pytest.mark.parametrize("text", ["x" * 10_000, "雨" * 1_000, "👩‍🚀" * 500, "é" * 900, "ب" * 900, "ก็" * 500])
    def test_is_cut_between_letters_where_there_is_no_space(self, text: str) -> None:
        made = shown(text, "zebra")
        assert made.endswith(ELLIPSIS)
        body = made.removesuffix(ELLIPSIS)
        assert text.startswith(body)
        if text.startswith("👩"):
            assert not body.endswith("\u200d")
            assert len(body) % 3 == 0

    def test_of_a_script_without_spaces_marks_pairs_as_one(self) -> None:
        assert shown("今日は東京都に行く。明日は雨。", "東京都", "ja") == "今日は[東京都]に行く。明日は雨。"

    def test_shows_no_control_characters_as_lines(self) -> None:
        assert "\n" not in shown("Boats\nand\nmore boats\n\nleave", "boats")

    def test_is_fast_on_a_hostile_passage(self) -> None:
        import time

        began = time.monotonic()
        for text in (". " * 20_000, "a." * 20_000, "?!" * 20_000, '."' * 20_000, "\n" * 40_000, "boat " * 8_000):
            shown(text, "boat")
        assert time.monotonic() - began < 5


class TestHtml:
    def test_escapes_everything_but_the_marks(self) -> None:
        text = "<script>alert('boat')</script> & <mark>boats</mark>"
        parts = excerpt(text, read("boat", ("en",)), "en")
        hit = Hit(obj=None, score=1, document=1, passage=1, heading="", excerpt=parts)
        assert hit.highlighted == (
            "&lt;script&gt;alert(&#x27;<mark>boat</mark>&#x27;)&lt;/script&gt; &amp; "
            "&lt;mark&gt;<mark>boats</mark>&lt;/mark&gt;"
        )
        assert hasattr(hit.highlighted, "__html__")
