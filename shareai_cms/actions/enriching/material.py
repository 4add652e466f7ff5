"""The facts as one JSON document of bounded size: what the model is told of a product."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from shareai_cms.actions.enriching.given import MOST_ATTRIBUTES, EnrichInput
from shareai_cms.actions.facts import ATTRIBUTE, CATEGORY, REVIEW_SUMMARY, TAGS, Attribute
from shareai_cms.actions.sentences import SentenceSplitter
from shareai_cms.conf import conf
from shareai_cms.marketplace.text import clean

#: Characters of each of the shorter texts, of everything that attributes say, and of all other texts.
SHORT_CHARACTERS, ATTRIBUTES_CHARACTERS, MORE_CHARACTERS = 2_000, 20_000, 6_000
VALUE_CHARACTERS = 300
#: Values that one attribute is offered; of longer lists, the first.
MOST_ALLOWED, MOST_CATEGORIES = 200, 300
#: Reviews that a summary draws on, characters of each and of all.
MOST_REVIEWS, REVIEW_CHARACTERS, REVIEWS_CHARACTERS = 200, 500, 20_000


def document(given: EnrichInput) -> str:
    """The facts, and what attributes and category may be, as JSON."""
    facts = given.facts
    known: dict[str, Any] = {
        "name": _short(facts.name),
        "brand": _short(facts.brand),
        "category": _short(facts.category),
        "description": beginning(facts.description),
        "short_description": _short(facts.short_description),
        "seo_title": _short(facts.seo_title),
        "seo_description": _short(facts.seo_description),
        "tags": [_short(tag) for tag in facts.tags[:50]],
        "attributes": list(_attributes(given)),
        "more": dict(_more(given)),
        "images": [
            {"image": number, "title": _short(image.title), "alt": _short(image.alt)}
            for number, image in enumerate(given.images, start=1)
        ],
    }
    if TAGS in given.wanted:
        known["allowed_tags"] = [_short(each) for each in facts.allowed_tags[:MOST_CATEGORIES]]
    if CATEGORY in given.wanted:
        known["allowed_categories"] = [_short(each) for each in facts.categories[:MOST_CATEGORIES]]
    if REVIEW_SUMMARY in given.wanted:
        known["reviews"] = [
            {"review": number, "rating": rating, "text": text}
            for number, (rating, text) in enumerate(reviews(given), start=1)
        ]
    told = {name: value for name, value in known.items() if value}
    return clean(json.dumps(told, ensure_ascii=False, indent=1))


def reviews(given: EnrichInput) -> list[tuple[float | None, str]]:
    """The reviews that are read, in their order."""
    left = REVIEWS_CHARACTERS
    found: list[tuple[float | None, str]] = []
    for review in given.facts.reviews[:MOST_REVIEWS]:
        text = " ".join(review.text.split())[:REVIEW_CHARACTERS]
        left -= len(text)
        if left < 0:
            break
        found.append((review.rating, text))
    return found


def beginning(text: str) -> str:
    """As much of a text as is read, up to the end of a sentence."""
    most = conf.max_input_characters
    if len(text) <= most:
        return text
    splitter = SentenceSplitter()
    sentences = splitter.feed(text[:most])
    end = text.rfind(sentences[-1].text, 0, most) + len(sentences[-1].text) if sentences else 0
    return text[: end if end > most // 2 else most]


def _short(text: str) -> str:
    return text.strip()[:SHORT_CHARACTERS]


def _attributes(given: EnrichInput) -> Iterator[dict[str, Any]]:
    left = ATTRIBUTES_CHARACTERS
    for attribute in given.facts.attributes[:MOST_ATTRIBUTES]:
        entry = _attribute(attribute, is_open=ATTRIBUTE in given.wanted and attribute.key in given.open_attributes)
        size = sum(len(str(value)) for value in entry.values())
        if size > left:
            continue  # one with long lists leaves room for others
        left -= size
        if attribute.values or "may_have" in entry or "free_text" in entry:
            yield entry


def _attribute(attribute: Attribute, *, is_open: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"key": attribute.key, "label": attribute.label[:VALUE_CHARACTERS]}
    if attribute.values:
        entry["values"] = [value[:VALUE_CHARACTERS] for value in attribute.values[:50]]
    if is_open and attribute.allowed:
        entry["may_have"] = [value[:VALUE_CHARACTERS] for value in attribute.allowed[:MOST_ALLOWED]]
    if is_open and not attribute.allowed:
        entry["free_text"] = True
    if is_open and attribute.is_multiple:
        entry["several"] = True
    return entry


def _more(given: EnrichInput) -> Iterator[tuple[str, str]]:
    left = MORE_CHARACTERS
    for name, text in given.facts.more.items():
        short = _short(text)
        if len(short) > left:
            continue
        left -= len(short)
        if short:
            yield name, short
