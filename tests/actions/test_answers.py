"""What each action makes of a model's answer: the wrong forms cost nothing, additions are known as such."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shareai_cms import actions
from shareai_cms.actions import ActionInput
from shareai_cms.actions.codecs import PlainText
from shareai_cms.errors import InputEmpty, InputTooLong, OutputEmpty, OutputInvalid, OutputRefused, OutputUnsafe

TEXT = "The lamps are lit at dusk. " * 20
REWORKING = ["rewrite", "correct", "shorten", "simplify", "tone", "expand", "summarise", "translate", "page-summary"]
ADDING = ["continue", "draft"]
CHOOSING = ["title-alternatives", "meta-description"]


def given(text: str = TEXT, **more: Any) -> ActionInput:
    codec = PlainText.like(text, is_multiline=True, max_length=more.get("max_length"))
    return ActionInput(codec=codec, text=text, **more)


def decoded(slug: str, output: str, **more: Any) -> dict[str, Any]:
    return actions.get(slug).decode(output, given(**more))


class TestEveryAnswer:
    @pytest.mark.parametrize("slug", [*REWORKING, *ADDING, *CHOOSING])
    @pytest.mark.parametrize("output", ["", "  \n", "```\n```", "\x00"])
    def test_nothing_is_empty(self, slug: str, output: str) -> None:
        with pytest.raises(OutputEmpty):
            decoded(slug, output)

    @pytest.mark.parametrize("slug", [*REWORKING, *ADDING, *CHOOSING])
    def test_a_script_is_refused(self, slug: str) -> None:
        with pytest.raises(OutputRefused):
            decoded(slug, "<script>alert(1)</script>")

    @pytest.mark.parametrize("slug", [*REWORKING, *ADDING])
    def test_a_script_goes_and_the_words_stay(self, slug: str) -> None:
        result = decoded(slug, "Words<script>alert(1)</script>.")
        assert result.get("addition", result) == {"kind": "text", "text": "Words."}

    @pytest.mark.parametrize("slug", REWORKING)
    def test_longer_than_the_field_is_refused(self, slug: str) -> None:
        with pytest.raises(OutputInvalid, match="11 characters, the field takes 10"):
            decoded(slug, "x" * 11, text="Short.", max_length=10)

    @pytest.mark.parametrize("slug", REWORKING)
    def test_it_takes_the_place_of_the_text(self, slug: str) -> None:
        assert decoded(slug, "Other words.") == {"kind": "text", "text": "Other words."}


class TestAdditions:
    @pytest.mark.parametrize("slug", ADDING)
    def test_they_are_no_replacement(self, slug: str) -> None:
        result = decoded(slug, "And then it rained.")
        assert result == {"kind": "addition", "addition": {"kind": "text", "text": "And then it rained."}}

    @pytest.mark.parametrize("slug", ADDING)
    def test_they_have_the_room_that_the_text_leaves(self, slug: str) -> None:
        assert decoded(slug, "x" * 8, text="y" * 10, max_length=20)
        with pytest.raises(OutputInvalid, match="9 characters, the field takes 8"):
            decoded(slug, "x" * 9, text="y" * 10, max_length=20)

    def test_an_empty_field_has_all_its_room(self) -> None:
        assert decoded("draft", "x" * 20, text=" ", max_length=20)

    def test_a_full_field_has_none(self) -> None:
        with pytest.raises(OutputInvalid):
            decoded("continue", "x", text="y" * 30, max_length=20)


class TestChoices:
    def test_descriptions_that_search_engines_would_cut_are_left_out(self) -> None:
        output = json.dumps(["A good one.", "x" * 156, "Another."])
        assert decoded("meta-description", output)["items"] == ["A good one.", "Another."]

    def test_a_field_that_takes_less_decides(self) -> None:
        assert decoded("meta-description", '["12345", "123456"]', max_length=5)["items"] == ["12345"]

    def test_there_are_at_most_three(self) -> None:
        output = json.dumps([f"Number {number}." for number in range(9)])
        assert len(decoded("meta-description", output)["items"]) == 3

    @pytest.mark.parametrize("output", ["[", "[1, 2]", "[[]]"])
    def test_another_form_is_refused(self, output: str) -> None:
        with pytest.raises(OutputRefused):
            decoded("meta-description", output)

    @pytest.mark.parametrize("slug", CHOOSING)
    @pytest.mark.parametrize(
        "output",
        [
            "I am afraid that I would rather talk about the weather.",
            "I'm sorry, but I can't help with that.",
            "Here are five titles:",
            "I'm sorry.\n\nI can't help with that.\nAsk me something else.",
            "Sorry [1], no titles.",
            "- only one",
        ],
    )
    def test_prose_is_no_choice(self, slug: str, output: str) -> None:
        with pytest.raises(OutputInvalid):
            decoded(slug, output)

    @pytest.mark.parametrize("slug", CHOOSING)
    def test_the_talk_around_a_list_is_no_item(self, slug: str) -> None:
        output = "Here are two:\n\n1. Fog at sea [1]\n2. Lamps at dusk\n\nShall I go on?"
        assert decoded(slug, output)["items"] == ["Fog at sea [1]", "Lamps at dusk"]


class TestEnoughText:
    @pytest.mark.parametrize(
        ("slug", "least"),
        [("shorten", 60), ("simplify", 20), ("tone", 10), ("expand", 20), ("continue", 40), ("summarise", 200)],
    )
    def test_too_little_is_refused_before_anything_is_held(self, slug: str, least: int) -> None:
        action = actions.get(slug)
        action.check(given("x" * least))
        with pytest.raises(InputEmpty) as caught:
            action.check(given("x" * (least - 1)))
        assert str(caught.value.sentence) == "The text is too short for this action."
        assert str(caught.value.remedy) == f"Write at least {least} characters first."

    def test_markup_and_spaces_are_not_text(self) -> None:
        words = "<p>" + " " * 80 + "</p>" * 20 + "Words"
        with pytest.raises(InputEmpty, match="5 characters, the action needs 60"):
            actions.get("shorten").check(given(words, format="html"))

    @pytest.mark.parametrize("slug", [*REWORKING, *CHOOSING, "continue"])
    def test_nothing_is_too_little_for_all_but_drafts(self, slug: str) -> None:
        with pytest.raises(InputEmpty) as caught:
            actions.get(slug).check(given(" \n"))
        assert str(caught.value.sentence) == "There is no text to work on."

    def test_a_draft_needs_none(self) -> None:
        actions.get("draft").check(given(""))
        with pytest.raises(InputTooLong):
            actions.get("draft").check(given("x" * 20_001))


class TestRoomForAnAnswer:
    @pytest.mark.parametrize("slug", [*REWORKING, *ADDING])
    def test_a_cut_answer_is_worth_nothing_so_there_is_plenty(self, slug: str) -> None:
        action = actions.get(slug)
        assert action.max_tokens(given()) >= 400
        if slug in ("translate", "expand"):
            assert action.max_tokens(given()) > 2 * len(TEXT)

    def test_only_a_script_is_unsafe(self) -> None:
        with pytest.raises(OutputUnsafe):
            decoded("continue", "<style>p {}</style>")
