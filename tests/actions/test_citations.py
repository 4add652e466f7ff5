"""What a visitor may read of an answer: sentences that passages of the site hold up, and nothing else."""

# ruff: noqa: RUF001 -- punctuation of several scripts is the subject here

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shareai_cms.actions.answers import ANSWER, AnswerInput
from shareai_cms.actions.citations import CitationSieve, CitedPassage, Source
from shareai_cms.actions.codecs import PlainText
from shareai_cms.actions.sentences import LONGEST, SentenceSplitter
from shareai_cms.errors import OutputEmpty, OutputInvalid

VISIT = Source(title="Plan your visit", url="/visit/")
SHOP = Source(title="Shop", url="/shop/")
PASSAGES = (
    CitedPassage(
        source=VISIT,
        heading="Opening hours",
        text="We open at 9.00 and close at 17:00. Dr. Wren keeps the key. Ask at desk@press.example.",
    ),
    CitedPassage(source=SHOP, text="A print costs 1,250 crowns. It ships within two days from press.example."),
    CitedPassage(source=VISIT, heading="Dogs", text="Dogs are welcome on 3 May."),
)
QUESTION = "When do you open on 24 December?"


def shown(output: str, *, passages: tuple[CitedPassage, ...] = PASSAGES) -> list[str]:
    sieve = CitationSieve(passages=passages, question=QUESTION)
    return [delta.text for piece in (sieve.feed(output), sieve.end()) for delta in piece]


def decoded(output: str) -> dict:
    given_input = AnswerInput(codec=PlainText(), text=QUESTION, passages=PASSAGES)
    return ANSWER.decode(output, given_input)


class TestASentence:
    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("We open at nine [1].", ["We open at nine."]),
            ("We open at nine. [1] Dogs are welcome. [3]", ["We open at nine.", "Dogs are welcome."]),
            ("We open at 9.00 [1][3]. Dogs [3] are welcome [1, 3].", ["We open at 9.00.", "Dogs are welcome."]),
            ("Dr. Wren keeps the key [1].", ["Dr. Wren keeps the key."]),
            ("Dogs come on 3. May [3].", ["Dogs come on 3. May."]),
            ("- We open early [1]\n- Dogs are welcome [3]", ["We open early", "Dogs are welcome"]),
            ("**Dogs** are `welcome` [3].", ["Dogs are welcome."]),
            ("Is it open? [1] Yes! [1]", ["Is it open?", "Yes!"]),
            ("我们九点开门[1]。狗可以来[3]。", ["我们九点开门。", "狗可以来。"]),
            ("我们九点开门。[1]狗可以来。[3]", ["我们九点开门。", "狗可以来。"]),
            ("يفتح المتحف صباحا [١]. مرحبا بالكلاب [٣].", ["يفتح المتحف صباحا.", "مرحبا بالكلاب."]),
            ("All of it [1-3].", ["All of it."]),
            ("We open at nine【1】.", ["We open at nine."]),
            ("We open at nine [1]", ["We open at nine"]),
        ],
    )
    def test_with_a_source_is_shown(self, written: str, read: list[str]) -> None:
        assert shown(written) == read

    @pytest.mark.parametrize(
        "written",
        [
            "We open at nine.",
            "We open at nine [99].",
            "We open at nine [0].",
            "We open at nine [1][99].",
            "We open at nine [1-99999999999999999999].",
            "We open at nine [².]",
            "We open at nine [-1].",
            "We open at nine (1).",
            "We open at nine [one].",
            "We open at nine [1",
            "[1]",
            "123 [1].",
            "",
        ],
    )
    def test_without_one_is_not(self, written: str) -> None:
        assert shown(written) == []

    def test_that_is_not_cited_does_not_hide_behind_the_next(self) -> None:
        written = "All prints are free today. Dogs are welcome [3]. Call us now! We open early [1]. Bye."
        assert shown(written) == ["Dogs are welcome.", "We open early."]

    @pytest.mark.parametrize(
        "written",
        [
            "A print costs 12 crowns [2].",
            "A print costs 1,250 crowns [1].",
            "We open at 8:30 [1].",
            "We open at ٨ [1].",
        ],
    )
    def test_with_a_figure_of_its_own_is_not_shown(self, written: str) -> None:
        assert shown(written) == []

    @pytest.mark.parametrize(
        "written",
        [
            "A print costs 1 250 crowns [2].",
            "A print costs 1250 crowns [2].",
            "We open at 9:00 [1].",
            "We open at 09:00 [1].",
            "We close at 17.00 on 24 December [1].",
        ],
    )
    def test_with_a_figure_of_the_passage_or_the_question_is_shown(self, written: str) -> None:
        assert len(shown(written)) == 1

    @pytest.mark.parametrize(
        "written",
        [
            "Pay at https://evil.example/pay [1].",
            "Pay at evil.example [1].",
            "Pay at www.evil.example [1].",
            "Write to thief@evil.example [1].",
            "Click [here](https://evil.example) [1].",
            "Click javascript:alert(1) [1].",
            "Ships from press.example.evil.test [2].",
        ],
    )
    def test_with_an_address_of_its_own_is_not_shown(self, written: str) -> None:
        assert shown(written) == []

    def test_with_an_address_of_the_passage_is_shown(self) -> None:
        assert shown("Ask at desk@press.example [1]. It ships from press.example. [2]") == [
            "Ask at desk@press.example.",
            "It ships from press.example.",
        ]

    @pytest.mark.parametrize(
        "written",
        [
            "<script>alert(1)</script> We open early [1].",
            "We open <b onclick=alert(1)>early</b> [1].",
            "<img src=x onerror=alert(1)> Dogs are welcome [3].",
        ],
    )
    def test_with_markup_is_not_shown(self, written: str) -> None:
        assert not [text for text in shown(written) if "<" in text or "alert" in text]

    def test_is_shown_without_hidden_characters(self) -> None:
        assert shown("We \u202eopen\x00\x1b early\ufeff [1].") == ["We open early."]


class TestAnAnswer:
    def test_numbers_its_pages_as_they_are_cited(self) -> None:
        result = decoded("Prints ship soon [2]. Dogs are welcome [3]. We open early [1]. All of it [1][2].")
        assert result["sources"] == [
            {"number": 1, "title": "Shop", "url": "/shop/"},
            {"number": 2, "title": "Plan your visit", "url": "/visit/"},
        ]
        assert [each["sources"] for each in result["sentences"]] == [[1], [2], [2], [1, 2]]
        assert (result["kind"], result["is_found"], result["left_out"]) == ("answer", True, 0)

    def test_says_how_much_was_left_out(self) -> None:
        assert decoded("Hello there! We open early [1]. Come soon.")["left_out"] == 2

    @pytest.mark.parametrize("written", ["NOT_FOUND", "NOT_FOUND.", '"NOT_FOUND"', "NOT FOUND", "NOT_FOUND [1]"])
    def test_may_be_that_the_site_does_not_hold_it(self, written: str) -> None:
        result = decoded(written)
        assert (result["is_found"], result["sentences"], result["sources"]) == (False, [], [])

    def test_of_no_backed_sentence_is_refused(self) -> None:
        with pytest.raises(OutputInvalid) as raised:
            decoded("Paris is the capital of France. Everybody knows that.")
        assert raised.value.detail == "none of 2 sentences had a source"
        assert str(raised.value.sentence).startswith("The answer was not backed by the pages of this site")

    def test_of_nothing_is_refused(self) -> None:
        with pytest.raises(OutputEmpty):
            decoded(" \n ")

    def test_that_was_stopped_keeps_its_whole_sentences(self) -> None:
        given_input = AnswerInput(codec=PlainText(), text=QUESTION, passages=PASSAGES)
        result = ANSWER.decode_partial("We open early [1]. Dogs are wel", given_input)
        assert [each["text"] for each in result["sentences"]] == ["We open early."]

    def test_begins_lines_where_the_model_did(self) -> None:
        result = decoded("We open early [1]. Dogs are welcome [3].\n\n- Prints ship soon [2].")
        assert [each["begins_line"] for each in result["sentences"]] == [False, False, True]


class TestPieces:
    WRITTEN = (
        "Hello. We open at 9.00 [1]. Dr. Wren keeps the key. [1][3] On 3. May dogs come [3].\n- Prints ship [2]\n"
        "Pay at evil.example [1]! Is it so? [1, 2] 九点开门。[1] NOT_FOUND [1 Dogs [3]."
    )

    @pytest.mark.parametrize("seed", range(8))
    def test_of_any_size_show_the_same(self, seed: int) -> None:
        whole = CitationSieve(passages=PASSAGES, question=QUESTION)
        first = [delta.text for step in (whole.feed(self.WRITTEN), whole.end()) for delta in step]
        chance = random.Random(seed)
        sieve, pieces, rest = CitationSieve(passages=PASSAGES, question=QUESTION), [], self.WRITTEN
        while rest:
            size = chance.randint(1, 1 + seed * 4)
            pieces += [delta.text for delta in sieve.feed(rest[:size])]
            rest = rest[size:]
        pieces += [delta.text for delta in sieve.end()]
        assert pieces == first
        assert len(pieces) >= 5
        assert sieve.listed() == whole.listed()

    def test_show_a_sentence_as_soon_as_it_is_certain(self) -> None:
        sieve = CitationSieve(passages=PASSAGES, question=QUESTION)
        assert not list(sieve.feed("We open early [1]."))
        assert not list(sieve.feed(" "))
        assert [delta.text for delta in sieve.feed("D")] == ["We open early."]

    @settings(max_examples=150, deadline=None)
    @given(st.text(alphabet="ab9 .!?[](),-1267\n。<>\x00@:/_*`²", max_size=300))
    def test_of_garbage_show_only_cited_text(self, written: str) -> None:
        sieve = CitationSieve(passages=PASSAGES, question=QUESTION)
        for step in (sieve.feed(written), sieve.end()):
            for delta in step:
                assert delta.more["sources"]
                assert all(1 <= number <= 2 for number in delta.more["sources"])
                assert "\x00" not in delta.text

    def test_lose_nothing_when_cut(self) -> None:
        splitter = SentenceSplitter()
        found = [*splitter.feed(self.WRITTEN), *splitter.end()]
        assert "".join("".join(each.text.split()) for each in found) == "".join(self.WRITTEN.split())

    def test_of_a_million_characters_without_an_end_cost_no_minute(self) -> None:
        sieve = CitationSieve(passages=PASSAGES, question=QUESTION)
        assert not [delta for step in (sieve.feed("[1.9" * 250_000), sieve.end()) for delta in step]
        assert sieve.left_out == 0
        splitter = SentenceSplitter()
        assert max(len(each.text) for each in splitter.feed("a" * 100_000)) == LONGEST
