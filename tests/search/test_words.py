"""The same words come out of a text when it is indexed and when it is asked for."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareai_cms.search import words as module
from shareai_cms.search.question import read
from shareai_cms.search.stopwords import LISTS
from shareai_cms.search.words import LONGEST, fold, is_content_word, primary, spans, stems, words


class TestWords:
    @pytest.mark.parametrize(
        ("text", "language", "expected"),
        [
            ("The children's coats", "en", "children coats"),
            ("Don't worry, you’re fine", "en", "worry fine"),
            ("O'Neill", "en", "oneill"),
            ("L'eau d’été n'est pas jusqu'ici", "fr", "eau été ici"),
            ("dell'acqua", "it", "acqua"),
            ("Wi-Fi", "en", "wifi wi fi"),
            ("T-shirt", "en", "tshirt shirt"),
            ("state-of-the-art", "en", "state art"),
            ("red and/or blue.Next", "en", "red blue next"),
            ("AB-1234-X", "en", "ab1234x ab 1234"),
            ("ab1234x", "en", "ab1234x"),
            ("DIN 4.12/7", "en", "din 4127 4 12 7"),
            ("1,234.50 and 1.234,50", "en", "1234.50 1234 50 1234.50 1234 50"),
            ("1,000 2,5 2.5", "de", "1000 2.5 2 5 2.5 2 5"),
            ("2024-05-01", "en", "20240501 2024 05 01"),
            ("Straße ÜBER Häuser", "de", "strasse häuser"),
            ("cafe\u0301 CAFÉ", "fr", "café café"),
            ("ﬁnd Ｆｕｌｌ m²", "en", "find full m2"),
            ("الْمَدْرَسَة المـدرسة ١٢", "ar", "المدرسة المدرسة 12"),
            ("می‌خواهم", "fa", "میخواهم"),
            ("co\u00adoperate", "en", "cooperate"),
            ("हिन्दी में", "hi", "हिन्दी में"),
            ("東京都の猫", "ja", "東京 京都 都の の猫"),
            ("猫", "ja", "猫"),
            ("iPhone用", "ja", "iphone 用"),
            ("สวัสดี", "th", "สวั วัส สดี"),
            ("서울시", "ko", "서울 울시"),
            ("İstanbul", "tr", "istanbul"),
            ("👍🏽 ❤ --- ___ \x00", "en", ""),
            ("", "", ""),
            ("the and of", "", "the and of"),
        ],
    )
    def test_are_what_a_reader_would_name(self, text: str, language: str, expected: str) -> None:
        assert words(text, language) == expected.split()

    @given(st.text(max_size=200), st.sampled_from(["", "en", "de", "fr", "es", "ar", "ja", "tr", "ru", "el", "hi"]))
    def test_are_stored_and_read_back_whatever_was_typed(self, text: str, language: str) -> None:
        found = words(text, language)
        assert " ".join(found).split() == found
        assert all(0 < len(word) <= LONGEST for word in found)
        assert all(len(stem.split()) == 1 for stem in stems(found, language))
        assert [word for span in spans(text, language) for word in span.words] == found

    @given(st.text(alphabet="aé'-.,/1٣のカ猫ก็ُـ\u200dß ", max_size=40))
    def test_have_places_in_the_text(self, text: str) -> None:
        for span in spans(text):
            assert 0 <= span.start < span.end <= len(text)
            assert words(text[span.start : span.end]) == list(span.words)

    def test_are_made_of_anything_in_linear_time(self) -> None:
        began = time.process_time()
        for text in ("a" * 300_000, "a-" * 150_000, "1," * 150_000, "猫" * 100_000, "\u0301" * 300_000, "a'" * 150_000):
            words(text)
            list(spans(text))
        assert time.process_time() - began < 10

    def test_keep_their_caches_small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "CACHED", 100)
        monkeypatch.setattr(module, "_expansions", {})
        monkeypatch.setattr(module, "_stems", {})
        stems(words(" ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}s" for n in range(600)), "en"), "en")
        assert 0 < len(module._expansions) <= 100
        assert 0 < len(module._stems["en"]) <= 100

    def test_of_the_stop_lists_are_words_of_ours(self) -> None:
        for language, listed in LISTS.items():
            assert words(listed, language) == []
            assert len(listed.split()) > 90


class TestStems:
    @pytest.mark.parametrize(
        ("language", "forms"),
        [
            ("en", "connect connected connection connections"),
            ("en", "café cafe cafés"),
            ("de", "Haus Häuser Haeuser Hauser"),
            ("de-AT", "Bücher Bucher Buecher"),
            ("fr", "général generaux generalement"),
            ("es", "canción cancion canciones"),
            ("ar", "مدرسة المدرسة"),
            ("ar", "أحمد احمد إحمد"),
            ("ru", "тёплый теплый теплая"),
            ("tr", "ısı isi"),
            ("xx", "naïve naive"),
            ("pl", "łódź lodz"),
        ],
    )
    def test_bring_forms_together(self, language: str, forms: str) -> None:
        assert len(set(stems(words(forms, language), language))) == 1

    def test_leave_numbers_of_articles_alone(self) -> None:
        assert stems(["ab1234s7", "1234.50"], "en") == ["ab1234s7", "1234.50"]

    def test_are_one_for_each_word(self) -> None:
        assert stems(["", "running", "running"], "en") == ["", "run", "run"]

    def test_come_out_the_same_in_many_threads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plain = [
            f"{stem}{end}" for stem in ("walk", "talk", "jump", "climb", "paint") for end in ("ing", "ed", "s", "er")
        ]
        expected = stems(plain, "en")
        monkeypatch.setattr(module, "CACHED", 3)
        monkeypatch.setattr(module, "_stems", {})
        with ThreadPoolExecutor(8) as pool:
            assert all(made == expected for made in pool.map(lambda _: stems(plain, "en"), range(200)))

    def test_of_a_folded_word_are_those_of_the_word(self) -> None:
        for language in ("en", "de", "fr", "es"):
            for word in ("généralement", "corazón", "übung", "naïve", "élève", "año"):
                assert stems([fold(word)], language) == stems([word], language)


class TestContentWords:
    @pytest.mark.parametrize(
        ("word", "language", "expected"),
        [
            ("the", "en", False),
            ("the", "de", True),
            ("für", "de", False),
            ("fur", "de", False),
            ("a", "", False),
            ("7", "en", True),
            ("猫", "ja", True),
            ("coat", "en", True),
        ],
    )
    def test_mean_something(self, word: str, language: str, expected: bool) -> None:
        assert is_content_word(word, language) is expected


class TestGeneralWords:
    @pytest.mark.parametrize(
        ("text", "language", "strong"),
        [
            ("best pizza in Naples", "en", ("pizza", "napl")),
            ("beste Pizza in Neapel", "de", ("pizza", "neapel")),
            ("la meilleure pizza", "fr", ("pizz",)),
            ("la mejor pizza", "es", ("pizz",)),
            ("أفضل مقهى", "ar", ("مقهي",)),
            ("best pizza", "de", ("best", "pizza")),
        ],
    )
    def test_count_for_less_than_the_others(self, text: str, language: str, strong: tuple[str, ...]) -> None:
        assert read(text, (language,)).strong_terms == strong

    @pytest.mark.parametrize("text", ["best", "New", "the best time"])
    def test_count_where_there_are_no_others(self, text: str) -> None:
        question = read(text, ("en",))
        assert question.strong_terms == question.terms != ()


def test_tags_are_read_as_people_write_them() -> None:
    assert [primary(tag) for tag in ("de-AT", "pt_BR", "EN", "")] == ["de", "pt", "en", ""]
