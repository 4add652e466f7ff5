"""What an action asks for is declared by the server, and the browser's answers are checked against it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from shareai_cms import actions
from shareai_cms.actions import ActionInput, Option
from shareai_cms.actions.codecs import PlainText
from shareai_cms.actions.languages import english_name, other_languages
from shareai_cms.actions.options import read_options
from shareai_cms.errors import ActionRefused, InputEmpty, InputTooLong, InvalidRequest

TONE = Option(name="tone", label="Tone", choices=(("warm", "Warm"), ("cool", "Cool")), default="warm")
LANGUAGE = Option(name="language", label="Into", choices=lambda own: tuple(c for c in LANGUAGES if c[0] != own))
BRIEF = Option(name="brief", label="Brief", kind="text", max_length=10)
WISH = Option(name="wish", label="Wish", kind="text", is_required=False)
LANGUAGES = (("en", "English"), ("de", "German"))


def read(declared: Option, answer: Any, language: str = "en") -> str:
    return read_options((declared,), {declared.name: answer}, language)[declared.name]


class TestAnswers:
    def test_a_declared_choice_is_taken(self) -> None:
        assert read(TONE, "cool") == "cool"

    def test_choices_may_depend_on_the_language_of_the_content(self) -> None:
        assert read(LANGUAGE, "de", "en") == "de"
        with pytest.raises(InvalidRequest):
            read(LANGUAGE, "de", "de")

    @pytest.mark.parametrize("given", [None, {}, {"tone": ""}])
    def test_the_default_answers_where_nobody_did(self, given: Any) -> None:
        assert read_options((TONE,), given, "en") == {"tone": "warm"}

    def test_a_text_is_cleaned_and_trimmed(self) -> None:
        assert read(BRIEF, " a\r\nb\x00 ") == "a\nb"

    def test_what_is_optional_may_be_empty(self) -> None:
        assert read_options((WISH,), {}, "en") == {"wish": ""}


class TestRefusals:
    def assert_told(self, error: ActionRefused, words: str) -> None:
        assert words in str(error.sentence)
        assert str(error.sentence).endswith(".")
        assert str(error.remedy).endswith(".")

    @pytest.mark.parametrize("answer", ["hot", "WARM", "warm; drop table", "x" * 10_000])
    def test_a_choice_that_is_none(self, answer: str) -> None:
        with pytest.raises(InvalidRequest) as caught:
            read(TONE, answer)
        self.assert_told(caught.value, "What was chosen for “Tone” is not offered here.")
        assert answer not in str(caught.value), "what came from outside is not repeated"

    @pytest.mark.parametrize("answer", ["", "  \n", "\x00"])
    def test_a_required_answer_that_is_missing(self, answer: str) -> None:
        with pytest.raises(InputEmpty) as caught:
            read(BRIEF, answer)
        self.assert_told(caught.value, "“Brief” was left empty.")

    def test_an_answer_that_is_too_long(self) -> None:
        with pytest.raises(InputTooLong) as caught:
            read(BRIEF, "x" * 11)
        self.assert_told(caught.value, "“Brief” has 11 characters, of which 10 are taken.")

    @pytest.mark.parametrize("answer", [None, 3, True, ["cool"], {"cool": 1}])
    def test_an_answer_that_is_no_text(self, answer: Any) -> None:
        with pytest.raises(InvalidRequest, match=r"options\.tone must be a text"):
            read(TONE, answer)

    @pytest.mark.parametrize("given", [{"mood": "cool"}, {"tone": "cool", "mood": "x"}, {3: "x"}, {"": ""}])
    def test_a_name_that_is_not_declared(self, given: Any) -> None:
        with pytest.raises(InvalidRequest, match="does not declare"):
            read_options((TONE,), given, "en")

    @pytest.mark.parametrize("given", ["tone", ["tone"], 3, True])
    def test_options_that_are_no_object(self, given: Any) -> None:
        with pytest.raises(InvalidRequest, match="options must be an object"):
            read_options((TONE,), given, "en")


class TestDeclaring:
    @pytest.mark.parametrize("names", [("tone", "tone"), ("Tone",), ("a b",), ('x"',), ("",), ("x" * 33,)])
    def test_names_that_no_tag_could_carry(self, names: tuple[str, ...]) -> None:
        options = tuple(Option(name=name, label="") for name in names)
        with pytest.raises(ValueError, match=r"Bad\.options must have different names of lower-case letters"):
            actions.register(type("Bad", (actions.Action,), {"slug": "bad", "options": options}))

    @pytest.mark.parametrize("routes", [(), ("cheap",), ("standard", "fallback")])
    def test_routes_that_do_not_exist(self, routes: tuple[str, ...]) -> None:
        with pytest.raises(ValueError, match=r"Bad\.routes must name some of standard, premium, not "):
            actions.register(type("Bad", (actions.Action,), {"slug": "bad", "routes": routes}))

    def test_an_action_with_nothing_to_choose_from_is_not_offered(self, settings: Any) -> None:
        settings.LANGUAGES = [("en", "English")]
        settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES
        assert not actions.get("translate").is_available("en")
        assert actions.get("translate").is_available("de")


class TestTheFingerprint:
    def test_other_answers_are_another_request(self) -> None:
        one, other = (ActionInput(codec=PlainText(), text="x", options={"tone": tone}) for tone in ("warm", "cool"))
        assert one.digest() != other.digest()


class TestLanguages:
    def test_those_of_the_content_come_before_those_of_the_interface(self, settings: Any) -> None:
        settings.LANGUAGES = [("en", "English"), ("fr", "French"), ("it", "Italian")]
        settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("fr", "French")]
        assert other_languages("en") == (("fr", "French"),)
        del settings.WAGTAIL_CONTENT_LANGUAGES
        assert [code for code, _name in other_languages("EN")] == ["fr", "it"]

    def test_their_names_are_in_the_readers_language(self, settings: Any) -> None:
        settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("x-sea", "Sailor's cant")]
        with translation.override("de"):
            assert other_languages("en") == (("de", "Deutsch"), ("x-sea", "Sailor's cant"))
        with translation.override("fr"):
            assert dict(other_languages("de"))["en"] == "Anglais"

    @pytest.mark.parametrize(("code", "name"), [("de", "German"), ("de-AT", "German"), ("x-sea", "x-sea")])
    def test_models_are_told_in_english(self, code: str, name: str) -> None:
        assert english_name(code) == name
