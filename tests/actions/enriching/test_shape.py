"""The answer's form: what is understood, and what is refused with a reason that quotes none of it."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given as with_any
from hypothesis import settings
from hypothesis import strategies as st

from shareai_cms.actions.enriching.shape import LONGEST_ANSWER, LONGEST_TEXT, read
from shareai_cms.errors import OutputEmpty, OutputInvalid, OutputRefused

WHOLE = '{"seo_title": "A {table} of oak", "tags": ["oak"]}'


class TestTalkAround:
    @pytest.mark.parametrize(
        "output",
        [
            WHOLE,
            f"```json\n{WHOLE}\n```",
            f"```\n{WHOLE}\n```",
            f"Certainly! Here is the JSON {{as asked}}:\n\n```json\n{WHOLE}\n```\nAnything else?",
            f"\ufeff{WHOLE}\x00",
            f"[{WHOLE}]",
            f"{WHOLE}{WHOLE}",
        ],
    )
    def test_is_no_part_of_the_answer(self, output: str) -> None:
        answer = read(output)
        assert answer.texts == {"seo_title": "A {table} of oak"}
        assert answer.tags == ("oak",)


class TestRefusals:
    @pytest.mark.parametrize("output", ["", "  \n", "```\n\n```", "\x00"])
    def test_of_nothing(self, output: str) -> None:
        with pytest.raises(OutputEmpty):
            read(output)

    @pytest.mark.parametrize(
        ("output", "reason"),
        [
            ("I would rather talk about the weather.", "no JSON object"),
            ("[1, 2]", "no JSON object"),
            ("{}", "no JSON object"),
            (WHOLE[:-1], "the JSON object does not end, or is none"),
            ('{"tags": [{"seo_title": "inner"}', "the JSON object does not end, or is none"),
            ('{"seo_title": ' + "[" * 100_000, "the JSON object does not end, or is none"),
            ('{"seo_title": ' + "9" * 5_000 + "}", "the JSON object does not end, or is none"),
            ('{"answer": {"seo_title": "x"}}', "the JSON object has none of the keys that were asked for"),
            ('{"seo_title": 7}', "seo_title must be a text, not a number"),
            ('{"seo_title": {"value": "x"}}', "seo_title must be a text, not an object"),
            ('{"description": ["x"]}', "description must be a text, not a list"),
            ('{"tags": {"a": "b"}}', "tags must be a list or a text or a number, not an object"),
            ('{"tags": [["x"]]}', "tags must hold texts alone"),
            ('{"attributes": "Oak"}', "attributes must be a list, not a text"),
            ('{"attributes": ["Oak"]}', "attributes must hold objects alone"),
            ('{"attributes": [{"key": 1}]}', "attributes: key must be a text, not a number"),
            ('{"attributes": [{"key": "m", "values": true}]}', "attributes: values must be a list or"),
            ('{"attributes": [{"key": "m", "values": [null]}]}', "attributes: values must hold texts alone"),
            ('{"alt_texts": [{"image": "1", "text": "x"}]}', "alt_texts: image must be a number, not a text"),
            ('{"alt_texts": [{"image": true, "text": "x"}]}', "alt_texts: image must be a number, not true or false"),
            ('{"review_summary": []}', "review_summary must be an object, not a list"),
            ('{"review_summary": {"pros": [{"text": "x", "reviews": [true]}]}}', "pros: reviews must hold numbers"),
            ('{"review_summary": {"cons": [{"text": "x", "count": "3"}]}}', "cons: count must be a number, not a text"),
            ('{"missing": [1]}', "missing must hold texts alone"),
            (json.dumps({"description": "x" * (LONGEST_TEXT + 1)}), "description has 60001 characters"),
            (json.dumps({"tags": ["x"] * 251}), "tags has 251 entries, at most 250 are read"),
            ("x" * (LONGEST_ANSWER + 1), "400001 characters, at most 400000 are read"),
        ],
    )
    def test_say_what_is_wrong(self, output: str, reason: str) -> None:
        with pytest.raises(OutputInvalid) as caught:
            read(output)
        assert reason in caught.value.detail

    def test_quote_nothing_of_the_answer(self) -> None:
        for output in ('{"seo_title": {"secret": 1}}', '{"attributes": {"secret": {"secret": 1}}}', '{"tags": "secret'):
            with pytest.raises(OutputInvalid) as caught:
                read(output)
            assert "secret" not in str(caught.value)


class TestTolerance:
    def test_takes_null_and_what_nobody_asked_for_as_absent(self) -> None:
        answer = read('{"seo_title": null, "tags": null, "price": 12, "attributes": null, "missing": null}')
        assert (answer.texts, answer.tags, answer.attributes, answer.missing) == ({}, (), (), ())

    def test_takes_one_value_for_a_list_of_one(self) -> None:
        answer = read('{"tags": "oak", "attributes": [{"key": "m", "value": "Oak"}, {"key": "n", "values": 3}]}')
        assert answer.tags == ("oak",)
        assert [each.values for each in answer.attributes] == [("Oak",), ("3",)]

    def test_takes_attributes_by_name(self) -> None:
        [one, other] = read('{"attributes": {"m": "Oak", "n": ["a", "b"]}}').attributes
        assert (one.key, one.values) == ("m", ("Oak",))
        assert (other.key, other.values) == ("n", ("a", "b"))


class TestNumbersThatAreNone:
    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "[1e999]", "[NaN]"])
    def test_are_refused(self, number: str) -> None:
        with pytest.raises(OutputInvalid):
            read(f'{{"attributes": [{{"key": "m", "values": {number}}}]}}')

    def test_a_key_that_stands_twice_is_the_last_one(self) -> None:
        assert read('{"seo_title": "A", "seo_title": "B"}').texts == {"seo_title": "B"}


@settings(max_examples=150, deadline=None)
@with_any(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["seo_title", "tags", "attributes", "alt_texts", "pros", "text"]), inner)
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused(found: object) -> None:
    with contextlib.suppress(OutputRefused):
        read(json.dumps({"review_summary": found, "tags": found, "attributes": found}))
