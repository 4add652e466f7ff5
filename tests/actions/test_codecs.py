"""From the model's answer to a plain field: nothing unsafe gets through, nothing usable is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareai_cms.actions.codecs import Alternatives, PlainText
from shareai_cms.errors import OutputEmpty, OutputInvalid, OutputRefused, OutputUnsafe


def plain(output: str, original: str = "The quay", **options: object) -> str:
    codec = PlainText.like(original, is_multiline=bool(options.pop("is_multiline", True)), **options)  # type: ignore[arg-type]
    return str(codec.decode(output)["text"])


class TestPlainText:
    def test_keeps_paragraphs(self) -> None:
        assert plain("One.\n\nTwo.") == "One.\n\nTwo."

    def test_one_line_stays_one_line(self) -> None:
        assert plain("One\n two", is_multiline=False) == "One two"

    def test_script_goes_with_its_content(self) -> None:
        assert plain("Safe<script>alert(1)</script> words") == "Safe words"

    def test_tags_go_and_their_words_stay(self) -> None:
        assert plain('<p onclick="x()">Words &amp; more</p>') == "Words & more"

    def test_comparisons_are_not_markup(self) -> None:
        assert plain("a < b and c > d") == "a < b and c > d"

    def test_markup_stays_where_the_original_is_about_markup(self) -> None:
        assert plain("Use the <em> element.", original="How <b> works") == "Use the <em> element."

    def test_only_script_is_unsafe(self) -> None:
        with pytest.raises(OutputUnsafe):
            plain("<script>alert(1)</script>")

    @pytest.mark.parametrize("output", ["", "  \n ", "```\n\n```", "\x00\x07"])
    def test_nothing_is_empty(self, output: str) -> None:
        with pytest.raises(OutputEmpty):
            plain(output)

    def test_code_fence_is_unwrapped(self) -> None:
        assert plain("```text\nA line\n```") == "A line"

    def test_quotation_marks_around_a_title_go(self) -> None:
        assert plain("“The long quay”", is_multiline=False) == "The long quay"

    def test_quotation_marks_inside_stay(self) -> None:
        assert plain('"Quay" and "Pier"', is_multiline=False) == '"Quay" and "Pier"'

    def test_too_long_for_the_field_is_refused_and_named(self) -> None:
        with pytest.raises(OutputInvalid, match="11 characters, the field takes 10"):
            plain("x" * 11, max_length=10)

    def test_direction_overrides_and_control_characters_go(self) -> None:
        assert plain("abc\u202edef\x00\x1b[0m") == "abcdef[0m"

    def test_what_unescaping_brings_back_goes_again(self) -> None:
        assert plain("<b>a</b> &#x202e;x &#x1b;[0m &#0;") == "a x [0m �"

    def test_a_megabyte_of_unclosed_tags_is_read_once(self) -> None:
        assert plain("Words " + "<a" * 500_000).startswith("Words")

    @given(st.text())
    def test_any_answer_is_text_or_a_typed_refusal(self, output: str) -> None:
        try:
            text = plain(output)
        except OutputRefused:
            return
        assert text.strip()
        assert "<script" not in text.lower()


class TestAlternatives:
    def test_json_array(self) -> None:
        assert Alternatives().decode('["One", "Two"]')["items"] == ["One", "Two"]

    def test_array_inside_talk_and_a_fence(self) -> None:
        output = 'Here you are:\n```json\n["One",\n "Two"]\n```'
        assert Alternatives().decode(output)["items"] == ["One", "Two"]

    def test_numbered_list(self) -> None:
        assert Alternatives().decode('1. One\n2) "Two"\n- Three')["items"] == ["One", "Two", "Three"]

    def test_a_single_text_may_come_as_a_list_of_one(self) -> None:
        assert Alternatives(most=1).decode("- One")["items"] == ["One"]
        with pytest.raises(OutputInvalid, match="no list"):
            Alternatives(most=1).decode("One")

    def test_at_most_five_and_no_doubles(self) -> None:
        items = Alternatives().decode('["a1","A1","b2","c3","d4","e5","f6"]')["items"]
        assert items == ["a1", "b2", "c3", "d4", "e5"]

    def test_too_long_ones_are_left_out(self) -> None:
        assert Alternatives(max_length=4).decode('["Pier", "Harbour"]')["items"] == ["Pier"]

    def test_markup_is_dropped(self) -> None:
        items = Alternatives().decode('["<b>Bold</b>", "<script>x</script>"]')["items"]
        assert items == ["Bold"]

    def test_list_that_was_cut_is_no_title(self) -> None:
        with pytest.raises(OutputInvalid):
            Alternatives().decode('["First title", "Second ti')

    def test_escaped_nul_and_half_a_surrogate_pair_go(self) -> None:
        items = Alternatives().decode(r'["A \u0000title", "B \ud83d title"]')["items"]
        assert items[0] == "A title"
        assert "\ud83d" not in items[1]
        items[1].encode()

    def test_nothing_usable(self) -> None:
        with pytest.raises(OutputInvalid):
            Alternatives(max_length=2).decode('["Harbour"]')

    def test_empty(self) -> None:
        with pytest.raises(OutputEmpty):
            Alternatives().decode(" ")

    @given(st.text())
    def test_any_answer_is_a_list_or_a_typed_refusal(self, output: str) -> None:
        try:
            items = Alternatives().decode(output)["items"]
        except OutputRefused:
            return
        assert 1 <= len(items) <= 5
        assert all(item and "\n" not in item for item in items)
