"""A product, and answers about it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from shareai_cms import actions
from shareai_cms.actions.enriching.given import EnrichInput
from shareai_cms.actions.facts import Attribute, ImageFact, PartSpec, ProductFacts, Review

JPEG = b"\xff\xd8\xff\xe0 a picture"
TABLE = ProductFacts(
    name="Harbour table",
    language="en",
    brand="Quayside",
    description="<p>A table of oak for six people. The top is oiled by hand.</p>",
    description_format="html",
    attributes=(
        Attribute(key="width", label="Width", values=("180 cm",)),
        Attribute(key="material", label="Material", allowed=("Oak", "Pine")),
        Attribute(key="rooms", label="Rooms", values=("Kitchen",), allowed=("Kitchen", "Hall"), is_multiple=True),
        Attribute(key="care", label="Care", max_length=40),
        Attribute(key="number", label="Article number", is_writable=False),
    ),
    tags=("dining",),
    categories=("Tables", "Chairs"),
    images=tuple(ImageFact(key=f"i{n}", title=f"View {n}", load=lambda: JPEG) for n in range(1, 3)),
    reviews=(Review(text="Very sturdy.", rating=5), Review(text="Sturdy, and easy to clean.", rating=4)),
)
PARTS = {
    "description": PartSpec(part="description", label="Description", format="html", tags=("p", "ul", "li", "a")),
    "short_description": PartSpec(part="short_description", label="Short description"),
    "seo_title": PartSpec(part="seo_title", label="SEO title", max_length=60),
    "seo_description": PartSpec(part="seo_description", label="SEO description"),
    "attribute": PartSpec(part="attribute", label="Attributes"),
    "tags": PartSpec(part="tags", label="Tags"),
    "category": PartSpec(part="category", label="Category"),
    "alt_text": PartSpec(part="alt_text", label="Alt texts"),
    "review_summary": PartSpec(part="review_summary", label="Review summary"),
    "name": PartSpec(part="name", label="Name"),
}


def given(*parts: str, facts: ProductFacts = TABLE, target: str = "", **more: Any) -> EnrichInput:
    """The input for these parts, all where none are named; more fields go to the facts."""
    specs = tuple(PARTS[part] for part in parts or PARTS)
    return EnrichInput(facts=replace(facts, **more), parts=specs, target=target)


def decided(answer: object, what: EnrichInput | None = None) -> dict[str, Any]:
    """What becomes of an answer: a text as it is, anything else as JSON."""
    output = answer if isinstance(answer, str) else json.dumps(answer)
    return actions.get("enrich-product").decode(output, what or given())


def after(answer: object, what: EnrichInput | None = None) -> dict[Any, Any]:
    """The proposed values by part, or by key where the part has several."""
    return {part["key"] or part["part"]: part["after"] for part in decided(answer, what)["parts"]}


def reasons(answer: object, what: EnrichInput | None = None) -> dict[str, str]:
    """Why something was left out, by its key, its part or its label."""
    missing = decided(answer, what)["missing"]
    return {each["key"] or each["part"] or each["label"]: each["reason"] for each in missing}
