from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shareai_cms.marketplace.text import Joiner, clean, in_digits, label

#: Any text that JSON can bring, halves of surrogate pairs included.
wild = st.text(alphabet=st.characters(exclude_categories=()), max_size=40)


class TestCleanText:
    @settings(deadline=None)
    @given(text=wild)
    def test_can_be_stored_and_sent(self, text: str) -> None:
        assert "\x00" not in clean(text).encode().decode()

    @settings(deadline=None)
    @given(text=st.text(max_size=40))
    def test_is_left_alone_when_it_is_fine(self, text: str) -> None:
        assert clean(text) == text.replace("\x00", "")

    def test_halves_of_an_emoji_are_joined(self) -> None:
        assert clean("\ud83d\ude00") == "😀"

    def test_a_lone_half_is_replaced(self) -> None:
        assert clean("a\ud83db") == "a\ufffdb"


class TestPieces:
    @settings(deadline=None)
    @given(text=st.text(max_size=20))
    def test_halves_in_two_pieces_are_joined(self, text: str) -> None:
        utf_16 = text.encode("utf-16-le", "surrogatepass")
        units = [utf_16[start : start + 2].decode("utf-16-le", "surrogatepass") for start in range(0, len(utf_16), 2)]
        joiner = Joiner()
        assert "".join(joiner.add(unit) for unit in units) == clean(text)


class TestLabels:
    @pytest.mark.parametrize("value", [None, 3, {"a": 1}, "two\nlines", "emoji 😀", "\x1b[31m", ""])
    def test_what_is_no_name_is_dropped(self, value: object) -> None:
        assert label(value) == ""

    def test_a_name_is_kept_and_cut(self) -> None:
        assert label("  model-a ") == "model-a"
        assert label("x" * 300) == "x" * 255

    def test_a_name_that_repeats_the_key_is_dropped(self) -> None:
        assert label("no sk-12345678 here", secret="sk-12345678") == ""

    def test_the_sandbox_s_word_for_a_key_may_be_part_of_a_name(self) -> None:
        assert label("sandbox-standard", secret="sandbox") == "sandbox-standard"


def test_large_numbers_are_grouped() -> None:
    assert in_digits(1234567) == "1 234 567"
