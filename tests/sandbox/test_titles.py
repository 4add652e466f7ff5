from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shareai_cms.sandbox.language import keywords
from shareai_cms.sandbox.prompts import Job
from shareai_cms.sandbox.writing import answer

ASKED = "Suggest 5 different titles for the content, each of at most 60 characters."
TEXTS = {
    "en": "Harbour Press prints small books about the coast. The workshop stands on the quay. Guests may see it.",
    "de": "Die Druckerei steht am Hafen. Im Zollhaus stehen alte Maschinen. Der Setzer zeigt den Gästen die Lettern.",
    "ar": "تأسست الدار لطباعة الكتب عن الساحل. تقع الورشة قرب الميناء. يزور الناس المطبعة كل سبت.",
    "fr": "Le port est calme. La mer se retire deux fois par jour. Les bateaux attendent.",
}


def titles(text: str, *, more: str = ASKED, language: str = "", **context: str) -> list[str]:
    said = answer(
        Job(
            task="title-alternatives",
            content=text,
            instructions=f"{more} Answer with a JSON array of strings.",
            language=language,
            context=context,
        )
    )
    found: list[str] = json.loads(said)
    return found


class TestTitles:
    @pytest.mark.parametrize("language", ["en", "de", "ar"])
    def test_are_five_different_ones_within_the_length(self, language: str) -> None:
        found = titles(TEXTS[language], language=language)
        assert len({title.casefold() for title in found}) == 5
        assert all(0 < len(title) <= 60 for title in found)

    @pytest.mark.parametrize("language", list(TEXTS))
    def test_use_the_words_of_the_content(self, language: str) -> None:
        words = [word.casefold() for word in keywords(TEXTS[language], language, most=8)]
        found = titles(TEXTS[language])
        assert len(found) >= 3
        assert sum(any(word in title.casefold() for word in words) for title in found) >= 3

    def test_keep_names_together(self) -> None:
        assert any("Harbour Press" in title for title in titles(TEXTS["en"]))

    def test_do_not_repeat_the_title_there_is(self) -> None:
        known = titles(TEXTS["en"])[0]
        assert known.casefold() not in [title.casefold() for title in titles(TEXTS["en"], title=known)]

    def test_of_a_title_alone(self) -> None:
        assert titles("Opening hours")[:2] == ["Opening hours at a glance", "Opening hours: what to know"]

    def test_as_many_and_as_short_as_asked(self) -> None:
        found = titles(TEXTS["en"], more="Suggest 3 titles of at most 40 characters.")
        assert len(found) == 3
        assert all(len(title) <= 40 for title in found)

    def test_one_a_line_when_no_json_is_asked_for(self) -> None:
        said = answer(Job(task="title-alternatives", content=TEXTS["en"], instructions=ASKED))
        assert len(said.splitlines()) == 5
        assert not said.startswith("[")

    def test_of_html_hold_no_tag(self) -> None:
        said = answer(
            Job(task="title-alternatives", format="html", content=f"<p>{TEXTS['en']}</p>", instructions=ASKED)
        )
        assert "<" not in said

    def test_of_nothing_are_none(self) -> None:
        assert titles("") == []

    @settings(max_examples=100, deadline=None)
    @given(st.text(max_size=200))
    def test_of_any_text_fit(self, text: str) -> None:
        assert all(0 < len(title) <= 60 for title in titles(text))


class TestOtherTasks:
    def test_extract_whole_sentences_within_the_length(self) -> None:
        said = answer(Job(task="meta-description", content=TEXTS["en"], instructions="Use at most 90 characters."))
        assert said == "Harbour Press prints small books about the coast. The workshop stands on the quay."

    def test_shorten_a_sentence_that_is_too_long(self) -> None:
        said = answer(Job(task="summary", content=TEXTS["en"], instructions="Use at most 30 characters."))
        assert said == "Harbour Press prints small"

    def test_no_task_at_all(self) -> None:
        assert answer(Job(content="The boats leave at nine.")) == "The boats leave at nine."
