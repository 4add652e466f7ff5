"""The declared form of an answer, and what is read from it: JSON checked by a few rules of our own.

A wrong type refuses the whole answer, since nobody knows what else is wrong with it. What is of the right form and
says too much is dropped later, part by part.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shareai_cms.actions.codecs import unwrap
from shareai_cms.actions.facts import CATEGORY, DESCRIPTION, NAME, SEO_DESCRIPTION, SEO_TITLE, SHORT_DESCRIPTION, TAGS
from shareai_cms.errors import OutputEmpty, OutputInvalid

#: Parts that are one text each.
TEXTS = (NAME, DESCRIPTION, SHORT_DESCRIPTION, SEO_TITLE, SEO_DESCRIPTION, CATEGORY)
LISTS = (TAGS, "missing")
KEYS = frozenset((*TEXTS, *LISTS, "attributes", "alt_texts", "review_summary"))
#: Longest answer that is read, longest text in it, and most entries of each list.
LONGEST_ANSWER, LONGEST_TEXT = 400_000, 60_000
MOST_ENTRIES = 250
_OBJECT = re.compile(r'\{\s*"')
_NAMES: Mapping[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


@dataclass(frozen=True, kw_only=True)
class AttributeAnswer:
    """Values for one attribute, and the words of the facts that are said to support them."""

    key: str
    values: tuple[str, ...]
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class Point:
    """Something that several reviews say."""

    text: str
    reviews: tuple[int, ...]
    #: As the answer states it; None where it does not.
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class EnrichAnswer:
    """An answer of the declared form."""

    texts: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    attributes: tuple[AttributeAnswer, ...] = ()
    #: By the number of the image.
    alt_texts: Mapping[int, str] = field(default_factory=dict)
    pros: tuple[Point, ...] = ()
    cons: tuple[Point, ...] = ()
    missing: tuple[str, ...] = ()


def read(output: str) -> EnrichAnswer:
    """The answer's JSON, wherever it stands in it; raises ``OutputEmpty`` or ``OutputInvalid``."""
    found = _object_in(output)
    summary = _typed(found, "review_summary", dict) or {}
    return EnrichAnswer(
        texts={name: text for name in TEXTS if (text := _text(found, name, name))},
        tags=_texts(found, TAGS, TAGS),
        attributes=tuple(_attributes(found)),
        alt_texts=_alt_texts(found),
        pros=_points(summary, "pros"),
        cons=_points(summary, "cons"),
        missing=_missing(found),
    )


def _object_in(output: str) -> dict[str, Any]:
    if len(output) > LONGEST_ANSWER:
        raise OutputInvalid(f"{len(output)} characters, at most {LONGEST_ANSWER} are read")
    text = unwrap(output)
    if not text:
        raise OutputEmpty()
    start = _OBJECT.search(text)
    if start is None:
        raise OutputInvalid("no JSON object")
    try:
        found, _end = json.JSONDecoder(parse_constant=_refuse).raw_decode(text, start.start())
    except (ValueError, RecursionError):
        # What stands inside a cut object is not tried: half of an answer would pass for a whole one.
        raise OutputInvalid("the JSON object does not end, or is none") from None
    if not isinstance(found, dict) or not KEYS & found.keys():
        raise OutputInvalid("the JSON object has none of the keys that were asked for")
    return found


def _refuse(constant: str) -> None:
    """NaN and Infinity, which are no JSON, and say nothing of a product."""
    raise ValueError(constant)


def _typed(found: Mapping[str, Any], name: str, *kinds: type, where: str = "") -> Any:
    value = found.get(name)
    if value is None:
        return None
    if type(value) not in kinds:
        wanted = " or ".join(dict.fromkeys(_NAMES[kind] for kind in kinds))
        raise OutputInvalid(f"{where or name} must be {wanted}, not {_NAMES.get(type(value), 'that')}")
    if isinstance(value, list | dict) and len(value) > MOST_ENTRIES:
        raise OutputInvalid(f"{where or name} has {len(value)} entries, at most {MOST_ENTRIES} are read")
    return value


def _text(found: Mapping[str, Any], name: str, where: str) -> str:
    value: str | None = _typed(found, name, str, where=where)
    if value is not None and len(value) > LONGEST_TEXT:
        raise OutputInvalid(f"{where} has {len(value)} characters, at most {LONGEST_TEXT} are read")
    return (value or "").strip()


def _texts(found: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    """A list of texts; a single text and plain numbers are understood too."""
    value = _typed(found, name, list, str, int, float, where=where)
    if value is None:
        return ()
    entries = value if isinstance(value, list) else [value]
    if not all(type(entry) in (str, int, float) and entry not in (math.inf, -math.inf) for entry in entries):
        raise OutputInvalid(f"{where} must hold texts alone")
    if any(len(str(entry)) > LONGEST_TEXT for entry in entries):
        raise OutputInvalid(f"{where} holds a text of more than {LONGEST_TEXT} characters")
    return tuple(str(entry).strip() for entry in entries if str(entry).strip())


def _objects(found: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    entries = _typed(found, name, list) or []
    if not all(isinstance(entry, dict) for entry in entries):
        raise OutputInvalid(f"{name} must hold objects alone")
    return list(entries)


def _attributes(found: Mapping[str, Any]) -> list[AttributeAnswer]:
    given = found.get("attributes")
    if isinstance(given, dict):
        # {"colour": "Red"} says the same as the list that was asked for.
        _typed(found, "attributes", dict)
        return [
            AttributeAnswer(key=key, values=_texts(given, key, "attributes: the values of an attribute"))
            for key in given
        ]
    return [
        AttributeAnswer(
            key=_text(entry, "key", "attributes: key"),
            values=_texts(entry, "values", "attributes: values") or _texts(entry, "value", "attributes: value"),
            because=_text(entry, "because", "attributes: because"),
        )
        for entry in _objects(found, "attributes")
    ]


def _alt_texts(found: Mapping[str, Any]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for entry in _objects(found, "alt_texts"):
        number = _typed(entry, "image", int, where="alt_texts: image")
        text = _text(entry, "text", "alt_texts: text")
        if number is not None and text:
            texts.setdefault(number, text)
    return texts


def _points(summary: Mapping[str, Any], name: str) -> tuple[Point, ...]:
    found: list[Point] = []
    for entry in _objects(summary, name):
        numbers = _typed(entry, "reviews", list, where=f"{name}: reviews") or []
        if not all(type(number) is int for number in numbers):
            raise OutputInvalid(f"{name}: reviews must hold numbers of reviews alone")
        count = _typed(entry, "count", int, where=f"{name}: count")
        found.append(Point(text=_text(entry, "text", f"{name}: text"), reviews=tuple(numbers), count=count))
    return tuple(found)


def _missing(found: Mapping[str, Any]) -> tuple[str, ...]:
    entries = _typed(found, "missing", list, str) or []
    if isinstance(entries, str):
        return (entries,)
    labels = [entry.get("label") if isinstance(entry, dict) else entry for entry in entries]
    texts = [label.strip() for label in labels if isinstance(label, str)]
    if len(texts) < len(labels):
        raise OutputInvalid("missing must hold texts alone")
    return tuple(text for text in texts if text)
