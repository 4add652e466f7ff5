"""The sandbox enriches a product from the facts of the prompt, and from nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shareai_cms.sandbox.chat import ChatRequest, make_answer
from shareai_cms.sandbox.enriching import CLAIM_EVERY, enrich
from shareai_cms.sandbox.faults import Fault
from shareai_cms.sandbox.phrases.products import CLAIMS
from shareai_cms.sandbox.prompts import Job

FACTS: dict[str, Any] = {
    "name": "Harbour table",
    "brand": "Quayside",
    "description": "<p>A table of oak for six people. The top is oiled by hand.</p>",
    "attributes": [
        {"key": "width", "label": "Width", "values": ["180 cm"]},
        {"key": "material", "label": "Material", "may_have": ["Pine", "Oak"]},
        {"key": "rooms", "label": "Rooms", "may_have": ["Kitchen", "Hall"], "several": True},
    ],
    "allowed_categories": ["Chairs", "Dining tables"],
    "reviews": [
        {"review": 1, "rating": 5, "text": "Very sturdy, and easy to clean."},
        {"review": 2, "rating": 4, "text": "Sturdy."},
        {"review": 3, "rating": 1, "text": "It took weeks to be delivered."},
        {"review": 4, "rating": None, "text": "Too expensive, unfortunately."},
    ],
}
ALL = ("description", "short_description", "seo_title", "seo_description", "attributes", "tags", "category",
       "review_summary", "missing")  # fmt: skip


def asked(*parts: str, form: str = "", language: str = "English (language tag en)", **facts: Any) -> Job:
    lines = "\n".join(f'- "{part}": a string{form}' for part in parts or ALL)
    return Job(
        task="enrich-product",
        instructions=f"Task: enrich-product\nAnswer with one JSON object.\n{lines}\nWrite in {language}.",
        content=json.dumps({**FACTS, **facts}),
        format="json",
        language="en",
    )


def made(*parts: str, **more: Any) -> dict[str, Any]:
    return json.loads(enrich(asked(*parts, **more)))


def test_everything_comes_from_the_facts() -> None:
    answer = made()
    assert "oiled by hand" in answer["description"]
    assert "180 cm" in answer["description"]
    assert answer["seo_title"] == "Harbour table – Quayside"
    assert answer["attributes"] == [{"key": "material", "values": ["Oak"], "because": "A table of oak for six people."}]
    assert answer["category"] == "Dining tables"
    assert "Quayside" in answer["tags"]
    assert answer["missing"] == ["Rooms"]


def test_reviews_are_counted_by_what_several_speak_of() -> None:
    summary = made()["review_summary"]
    assert summary["pros"][0] == {"text": "Good quality", "reviews": [1, 2]}
    assert {point["text"] for point in summary["cons"]} == {"Trouble with delivery", "Expensive"}


def test_it_answers_what_is_asked_and_no_more() -> None:
    assert set(made("tags", "category")) == {"tags", "category"}


def test_it_keeps_to_limits_and_tags() -> None:
    assert len(made("seo_title", form=", at most 15 characters")["seo_title"]) <= 15
    markup = made("description", form=", HTML of these tags alone: p, ul, li, at most 900 characters")["description"]
    assert markup.startswith("<p>Harbour table by Quayside.")
    assert "<li>Width: 180 cm</li>" in markup


@pytest.mark.parametrize("content", ["", "no JSON", "[1]", '{"attributes": 3, "reviews": {"a": 1}, "name": 7}'])
def test_content_that_is_no_product_is_answered_all_the_same(content: str) -> None:
    assert isinstance(json.loads(enrich(Job(task="enrich-product", content=content))), dict)


def test_one_product_in_ten_gets_a_claim_that_its_facts_do_not_hold() -> None:
    claimed = [CLAIMS["en"] in made("description", name=f"Table {n}")["description"] for n in range(300)]
    assert claimed == [CLAIMS["en"] in made("description", name=f"Table {n}")["description"] for n in range(300)]
    assert 0.5 < sum(claimed) / 300 * CLAIM_EVERY < 1.5


class TestFaults:
    def answered(self, fault: str) -> str:
        job = asked("description", "tags")
        text = f'{job.instructions}\n<content id="1" format="json" language="en">\n{job.content}\n</content id="1">'
        request = ChatRequest(model="", messages=({"role": "user", "content": text},))
        return make_answer(request, Fault.parse(fault)).text

    def test_unsupported_claims_something_for_every_product(self) -> None:
        assert CLAIMS["en"] not in json.loads(self.answered(""))["description"]
        assert CLAIMS["en"] in json.loads(self.answered("unsupported"))["description"]

    def test_wrong_types_are_json_of_another_form(self) -> None:
        assert isinstance(json.loads(self.answered("wrong-types"))["description"], dict)

    def test_a_cut_answer_is_half_of_it(self) -> None:
        assert self.answered("").startswith(self.answered("cut-answer"))
        with pytest.raises(ValueError):
            json.loads(self.answered("cut-answer"))

    def test_scripts_stand_in_every_text(self) -> None:
        answer = json.loads(self.answered("script-output"))
        assert "<script>" in answer["description"]
        assert all("<script>" in tag for tag in answer["tags"])
