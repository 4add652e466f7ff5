"""Every writing task on real text, in several languages, plain and as HTML."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shareai_cms.sandbox.language import WORD, split_sentences
from shareai_cms.sandbox.markup import TAG, visible_text
from shareai_cms.sandbox.prompts import Job
from shareai_cms.sandbox.writing import answer

ENGLISH = (
    "The museum opens in spring (usually in April), and visitors come from all over the country because they love "
    "the old engines. The engines run on Sundays. Volunteers oil them every week. Coffee is served in the yard."
)
GERMAN = (
    "Das Museum öffnet im Frühling, und die Besucher kommen aus dem ganzen Land, weil sie die alten Maschinen lieben. "
    "Die Maschinen laufen sonntags. Freiwillige ölen sie jede Woche."
)
ARABIC = "يفتح المتحف في الربيع، ويأتي الزوار من كل مكان. تعمل الآلات القديمة يوم الأحد. القهوة في الساحة."
TEXTS = {"en": ENGLISH, "de": GERMAN, "ar": ARABIC}
HTML = (
    "<h2>Engines and visitors</h2>\n"
    '<p>The <b>old engines</b> run on Sundays, and <a ref="1">visitors</a> may watch.</p>\n'
    f'<p>{ENGLISH}</p>\n<embed ref="2">\n<ul>\n<li>Bring a coat, because the yard is cold.</li>\n</ul>'
)
TASKS = ["rewrite", "correct", "shorten", "simplify", "tone", "expand", "continue", "summarise", "translate"]
KEEPING = ["rewrite", "correct", "shorten", "simplify", "tone", "expand", "translate"]
OPTIONS = {"tone": "formal", "language": "fr", "brief": "A summer fair in the yard. Tours, coffee, music."}


def work(task: str, text: str, *, language: str = "", form: str = "plain", more: str = "", **options: str) -> str:
    given_options = options or OPTIONS
    return answer(
        Job(task=task, content=text, language=language, format=form, instructions=more, options=given_options)
    )


def tags(html: str) -> list[str]:
    return TAG.findall(html)


class TestEveryTask:
    @pytest.mark.parametrize("task", [task for task in TASKS if task not in ("correct", "simplify")])
    @pytest.mark.parametrize("language", ["en", "de", "ar"])
    def test_changes_the_text_that_it_is_given_the_same_way_each_time(self, task: str, language: str) -> None:
        text = TEXTS[language]
        once = work(task, text, language=language)
        assert once.strip()
        assert once != text
        assert once == work(task, text, language=language)

    @pytest.mark.parametrize("task", KEEPING)
    def test_keeps_every_tag_of_html_in_its_place(self, task: str) -> None:
        assert tags(work(task, HTML, form="html", language="en")) == tags(HTML)

    @pytest.mark.parametrize("task", TASKS)
    def test_says_nothing_of_code(self, task: str) -> None:
        html = "<p>Type this line first, please.</p><pre>in order to  teh = 1</pre>"
        if task in KEEPING:
            assert "<pre>in order to  teh = 1</pre>" in work(task, html, form="html", language="en")

    @pytest.mark.parametrize("task", TASKS)
    def test_keeps_to_a_limit(self, task: str) -> None:
        assert len(work(task, ENGLISH, language="en", more="Use at most 90 characters.")) <= 90

    @pytest.mark.parametrize("task", TASKS)
    @settings(max_examples=40, deadline=None)
    @given(text=st.text(max_size=200), form=st.sampled_from(["plain", "html"]))
    def test_takes_any_text(self, task: str, text: str, form: str) -> None:
        assert isinstance(work(task, text, form=form), str)


class TestShorten:
    @pytest.mark.parametrize("language", ["en", "de", "ar"])
    def test_is_shorter_and_ends_like_a_sentence(self, language: str) -> None:
        shorter = work("shorten", TEXTS[language], language=language)
        assert len(shorter) < len(TEXTS[language]) * 0.85
        assert shorter.endswith(".")

    def test_asides_and_afterthoughts_go(self) -> None:
        text = "The engine, which was built in 1911, still runs well (on coal), although it is loud."
        assert work("shorten", text, language="en") == "The engine still runs well."

    def test_one_long_sentence_is_cut_between_words(self) -> None:
        text = "Nine brave grey engines pulled twelve long heavy wagons up one steep wet hill."
        assert text.startswith(work("shorten", text, language="en").rstrip("."))


class TestCorrect:
    @pytest.mark.parametrize(
        ("language", "wrong", "right"),
        [
            ("en", "We recieve teh post.", "We receive the post."),
            ("en", "Definately the the best .", "Definitely the best."),
            ("en", "it rains. we stay in", "It rains. We stay in"),
            ("en", "You and i met a old man, an friend.", "You and I met an old man, a friend."),
            ("en", "An hour, a unit, a one-way road.", "An hour, a unit, a one-way road."),
            ("en", "He said that that was fine.", "He said that that was fine."),
            ("en", "Maps,books and  pens.The end.", "Maps, books and pens. The end."),
            ("en", "See www.example.org, pay 1,000.50 at 9.30.", "See www.example.org, pay 1,000.50 at 9.30."),
            ("de", "Vieleicht ist das Packet garnicht da.", "Vielleicht ist das Paket gar nicht da."),
            ("de", "Wer kommt ,der kommt. wir warten.", "Wer kommt, der kommt. Wir warten."),
            ("ar", "ذهب الى البحر ، لاكن ايضا الى السوق.", "ذهب إلى البحر، لكن أيضا إلى السوق."),
        ],
    )
    def test_mends(self, language: str, wrong: str, right: str) -> None:
        assert work("correct", wrong, language=language) == right

    @pytest.mark.parametrize("language", ["en", "de", "ar"])
    def test_leaves_alone_what_is_right(self, language: str) -> None:
        assert work("correct", TEXTS[language], language=language) == TEXTS[language]
        assert work("correct", HTML, form="html", language="en") == HTML

    def test_mends_between_tags(self) -> None:
        html = "<p>We <b>recieve</b> teh <a ref='1'>visitors</a>.</p>"
        assert work("correct", html, form="html", language="en") == html.replace("recieve", "receive").replace(
            "teh", "the"
        )


class TestSimplify:
    @pytest.mark.parametrize(
        ("language", "hard", "plain"),
        [
            ("en", "We require approximately ten volunteers.", "We need about ten volunteers."),
            ("en", "The gate is shut; ring the bell.", "The gate is shut. Ring the bell."),
            ("de", "Wir benötigen zahlreiche Helfer.", "Wir brauchen viele Helfer."),
            ("ar", "يأتي تقريبا عشرة زوار.", "يأتي نحو عشرة زوار."),
        ],
    )
    def test_plain_words(self, language: str, hard: str, plain: str) -> None:
        assert work("simplify", hard, language=language) == plain


class TestTone:
    @pytest.mark.parametrize("language", ["en", "de", "ar"])
    def test_every_tone_sounds_different(self, language: str) -> None:
        tones = ("friendly", "formal", "confident", "neutral", "playful")
        assert len({work("tone", TEXTS[language], language=language, tone=tone) for tone in tones}) == 5

    def test_formal_writes_out_and_confident_does_not_hedge(self) -> None:
        assert work("tone", "We don't know.", language="en", tone="formal") == "We do not know."
        assert work("tone", "It is perhaps the oldest.", language="en", tone="confident") == "It is the oldest."
        assert work("tone", "A very fine day!", language="en", tone="neutral") == "A fine day."

    def test_an_opening_stands_before_the_first_paragraph_and_not_in_a_heading(self) -> None:
        html = "<h2>Hours</h2><p>We open at nine.</p>"
        assert work("tone", html, form="html", language="en", tone="playful") == (
            "<h2>Hours</h2><p>Guess what: We open at nine!</p>"
        )


class TestMore:
    @pytest.mark.parametrize("language", ["en", "de", "ar"])
    def test_expanding_keeps_what_there_was(self, language: str) -> None:
        longer = work("expand", TEXTS[language], language=language)
        assert longer.startswith(TEXTS[language])
        assert len(longer) > len(TEXTS[language])

    @pytest.mark.parametrize("language", ["en", "de", "ar"])
    def test_a_continuation_repeats_nothing_but_words(self, language: str) -> None:
        more = work("continue", TEXTS[language], language=language)
        assert not any(sentence.strip() in more for sentence in split_sentences(TEXTS[language]))
        assert set(WORD.findall(more)) & set(WORD.findall(TEXTS[language]))

    def test_html_goes_on_in_a_paragraph(self) -> None:
        more = work("continue", HTML, form="html", language="en")
        assert re.fullmatch(r"<p>[^<]+</p>", more)


class TestSummaries:
    @pytest.mark.parametrize("language", ["en", "de", "ar"])
    def test_are_sentences_of_the_text(self, language: str) -> None:
        text = f"{TEXTS[language]} {TEXTS[language].replace('.', '!')}"
        summary = work("summarise", text, language=language)
        assert len(summary) < len(text)
        assert all(sentence.strip() in text for sentence in split_sentences(summary))

    def test_headings_are_no_sentences(self) -> None:
        assert "Engines and visitors" not in work("summarise", HTML, form="html", language="en")

    def test_of_a_page_keeps_to_what_was_asked(self) -> None:
        summary = work("page-summary", ENGLISH * 9, more="Sum it up in at most 120 characters")
        assert len(summary) <= 120


class TestDescriptions:
    def test_are_different_and_short(self) -> None:
        more = "Suggest 3 different meta descriptions, each of at most 155 characters. Answer with a JSON array."
        found = json.loads(work("meta-description", f"Opening hours\n\n{ENGLISH}", more=more))
        assert 1 < len(found) <= 3
        assert len(set(found)) == len(found)
        assert all(len(description) <= 155 for description in found)
        assert not any("Opening hours" in description for description in found)


class TestTranslate:
    @pytest.mark.parametrize(
        ("source", "target", "begins"),
        [
            ("en", "de", "[Sandbox-Übersetzung] Die museum"),
            ("en", "fr", "[Traduction d’essai] Le museum"),
            ("en", "es", "[Traducción de prueba] El museum"),
            ("de", "en", "[Sandbox translation] The Museum"),
            ("en", "it", "[sandbox → it] The museum"),
        ],
    )
    def test_says_that_it_is_none_and_begins_in_the_language(self, source: str, target: str, begins: str) -> None:
        job = Job(task="translate", content=TEXTS[source], language=source, options={"language": target})
        assert answer(job).startswith(begins)

    def test_arabic_has_its_own_comma_and_joins_and(self) -> None:
        job = Job(task="translate", content="Books, maps and letters", language="en", options={"language": "ar"})
        assert answer(job) == "[ترجمة تجريبية] الكتب، الخرائط وletters"

    def test_the_mark_stands_once_in_html(self) -> None:
        html = answer(Job(task="translate", content=HTML, format="html", language="en", options={"language": "de"}))
        assert html.count("[Sandbox-Übersetzung]") == 1
        assert 'und <a ref="1">Besucher</a>' in html


class TestDraft:
    BRIEF = "A summer fair in the yard. Tours, coffee, music."

    def test_is_made_of_the_words_of_the_brief(self) -> None:
        text = answer(Job(task="draft", options={"brief": self.BRIEF}))
        for word in ("fair", "yard", "Tours", "Coffee", "Music"):
            assert word in text
        assert "<" not in text

    def test_uses_the_tags_that_the_field_keeps(self) -> None:
        asked = "Answer with HTML of these tags alone: <p>, <h3>, <ul>, <li>."
        html = answer(Job(task="draft", options={"brief": self.BRIEF}, instructions=asked))
        assert {"<p>", "<h3>", "<ul>", "<li>"} <= set(tags(html))
        plain = answer(
            Job(task="draft", options={"brief": self.BRIEF}, instructions="Answer with HTML of these tags alone: <p>.")
        )
        assert set(tags(plain)) == {"<p>", "</p>"}

    def test_markup_in_a_brief_is_text(self) -> None:
        asked = "Answer with HTML of these tags alone: <p>, <h2>."
        html = answer(Job(task="draft", options={"brief": "<script>x</script> fair"}, instructions=asked))
        assert "<script>" not in html
        assert "script" in visible_text(html)

    @pytest.mark.parametrize(
        ("brief", "begins"),
        [("Ein Fest am Hafen im Sommer.", "Hier geht es um"), ("حفلة في الميناء.", "يدور هذا النص")],
    )
    def test_in_the_language_of_the_brief(self, brief: str, begins: str) -> None:
        assert answer(Job(task="draft", options={"brief": brief})).startswith(begins)
