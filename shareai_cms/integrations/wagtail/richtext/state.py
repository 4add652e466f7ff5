"""Draft.js ContentState: read from the browser with care, written back with fresh keys."""

from __future__ import annotations

import math
import secrets
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shareai_cms.conf import conf
from shareai_cms.errors import InputTooLong, InvalidRequest
from shareai_cms.integrations.wagtail.richtext.rules import ATOMIC, UNSTYLED, Rules

_KEY_CHARACTERS = string.ascii_lowercase + string.digits
_MOST_BLOCKS = 2_000
#: Per block, and in all blocks together.
_MOST_RANGES, _MOST_RANGES_IN_ALL = 500, 5_000
_DEEPEST = 10
#: Per entity: how deep its data may be nested, how many values and how many characters it may hold.
_DEEPEST_DATA, _MOST_DATA, _LONGEST_DATA = 8, 500, 20_000


@dataclass(frozen=True, kw_only=True)
class Span:
    """A style or an entity over part of a block's text; offsets count code points, as Draft.js does."""

    start: int
    end: int
    #: Name of the style, or key of the entity.
    name: str


@dataclass(kw_only=True)
class Block:
    """One paragraph, heading, list item or atomic block."""

    type: str = UNSTYLED
    depth: int = 0
    text: str = ""
    styles: list[Span] = field(default_factory=list)
    entities: list[Span] = field(default_factory=list)


@dataclass(kw_only=True)
class Content:
    """Some blocks and the entities that they use, by key."""

    blocks: list[Block]
    entities: dict[str, Mapping[str, Any]]

    @property
    def has_words(self) -> bool:
        return any(block.text.strip() for block in self.blocks if block.type != ATOMIC)


def read(raw: Any, rules: Rules) -> Content:
    """Content of a raw ContentState, without what the field does not keep; raises ``InvalidRequest``."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("blocks"), list):
        raise InvalidRequest("input.raw must be a ContentState")
    _limit(raw["blocks"])
    entities = _entities(raw.get("entityMap"), rules)
    blocks = [_block(item, rules, entities) for item in raw["blocks"]]
    return Content(blocks=[block for block in blocks if block is not None], entities=entities)


def _limit(blocks: list[Any]) -> None:
    """Refuse what is too much before anything is done with it."""
    if len(blocks) > _MOST_BLOCKS:
        raise InvalidRequest(f"input.raw has more than {_MOST_BLOCKS} blocks")
    known = [block for block in blocks if isinstance(block, Mapping)]
    characters = sum(_length(block, "text", str) for block in known)
    if characters > conf.max_input_characters:
        raise InputTooLong(f"{characters} characters, the limit is {conf.max_input_characters}")
    ranges = sum(_length(block, name, list) for block in known for name in ("inlineStyleRanges", "entityRanges"))
    if ranges > _MOST_RANGES_IN_ALL:
        raise InvalidRequest(f"input.raw has more than {_MOST_RANGES_IN_ALL} ranges")


def _length(block: Mapping[str, Any], name: str, kind: type[str] | type[list[Any]]) -> int:
    value = block.get(name)
    return len(value) if isinstance(value, kind) else 0


def _entities(given: Any, rules: Rules) -> dict[str, Mapping[str, Any]]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InvalidRequest("input.raw.entityMap must be an object")
    entities = {}
    for key, entity in given.items():
        if not isinstance(entity, Mapping) or not isinstance(entity.get("type"), str):
            raise InvalidRequest("an entity of input.raw is not of the form of Draft.js")
        if entity["type"] in rules.entities:
            entities[str(key)] = _Storable().copy(entity)
    return entities


class _Storable:
    """Copies one entity into what every database can keep as JSON; raises ``InvalidRequest`` where it cannot.

    The entity comes back with the result and is stored with it, after the model has been paid.
    """

    def __init__(self) -> None:
        self._values = 0
        self._characters = 0

    def copy(self, value: Any, depth: int = 0) -> Any:
        self._values += 1
        if depth > _DEEPEST_DATA or self._values > _MOST_DATA:
            raise InvalidRequest("an entity of input.raw holds too much")
        if isinstance(value, Mapping):
            return {self._text(str(key)): self.copy(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self.copy(item, depth + 1) for item in value]
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, int | float) and not math.isfinite(_as_float(value)):
            raise InvalidRequest("an entity of input.raw holds a number that is none")
        return value

    def _text(self, text: str) -> str:
        self._characters += len(text)
        if self._characters > _LONGEST_DATA:
            raise InvalidRequest("an entity of input.raw holds too much")
        return whole_characters(text)


def _as_float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _block(given: Any, rules: Rules, entities: Mapping[str, Any]) -> Block | None:
    if not isinstance(given, Mapping):
        raise InvalidRequest("input.raw.blocks must hold objects")
    text, depth, kind = given.get("text"), given.get("depth", 0), given.get("type")
    if not isinstance(text, str) or not isinstance(kind, str) or type(depth) is not int:
        raise InvalidRequest("a block of input.raw is not of the form of Draft.js")
    text = whole_characters(text)
    block = Block(
        type=kind if kind in rules.blocks else UNSTYLED,
        depth=min(max(depth, 0), _DEEPEST),
        text=text,
        styles=_spans(given.get("inlineStyleRanges"), "style", len(text), rules.styles),
        entities=_spans(given.get("entityRanges"), "key", len(text), entities),
    )
    # An atomic block is its entity: without one that the field keeps, nothing of it would be saved.
    return None if kind == ATOMIC and not block.entities else block


def _spans(given: Any, name: str, length: int, known: Iterable[str]) -> list[Span]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(item, Mapping) for item in given):
        raise InvalidRequest("a block of input.raw has ranges that are not a list of objects")
    if len(given) > _MOST_RANGES:
        raise InvalidRequest(f"a block of input.raw has more than {_MOST_RANGES} ranges")
    spans = []
    for item in given:
        start, size = item.get("offset"), item.get("length")
        if type(start) is not int or type(size) is not int:
            raise InvalidRequest("a range of input.raw is not of the form of Draft.js")
        end = min(start + size, length)
        label = item.get(name)
        if isinstance(label, str | int) and str(label) in known and 0 <= start < end:
            spans.append(Span(start=start, end=end, name=str(label)))
    return spans


def whole_characters(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON allows and UTF-8 does not."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "")


def write(content: Content, taken: Iterable[str] = ()) -> dict[str, Any]:
    """Raw ContentState with keys that neither repeat nor meet ``taken`` ones."""
    used, numbers = set(taken), dict[str, int]()
    blocks = [_raw_block(block, _fresh_key(used), numbers) for block in content.blocks]
    entity_map = {str(number): dict(content.entities[key]) for key, number in numbers.items()}
    return {"blocks": blocks, "entityMap": entity_map}


def _raw_block(block: Block, key: str, numbers: dict[str, int]) -> dict[str, Any]:
    return {
        "key": key,
        "type": block.type,
        "depth": block.depth,
        "text": block.text,
        "inlineStyleRanges": [
            {"offset": span.start, "length": span.end - span.start, "style": span.name} for span in block.styles
        ],
        "entityRanges": [
            {
                "offset": span.start,
                "length": span.end - span.start,
                "key": numbers.setdefault(span.name, len(numbers)),
            }
            for span in block.entities
        ],
    }


def _fresh_key(used: set[str]) -> str:
    while True:
        key = "".join(secrets.choice(_KEY_CHARACTERS) for _ in range(5))
        if key not in used:
            used.add(key)
            return key
