"""What a list of rich text features allows, and the HTML it is shown as."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wagtail.rich_text import features as feature_registry

UNSTYLED = "unstyled"
ATOMIC = "atomic"
LISTS = {"unordered-list-item": "ul", "ordered-list-item": "ol"}
LIST_TAGS = {tag: block_type for block_type, tag in LISTS.items()}

BLOCKS = {
    "header-one": "h1",
    "header-two": "h2",
    "header-three": "h3",
    "header-four": "h4",
    "header-five": "h5",
    "header-six": "h6",
    "blockquote": "blockquote",
    "code-block": "pre",
}
BLOCK_TAGS = {tag: block_type for block_type, tag in BLOCKS.items()}

STYLES = {
    "BOLD": "b",
    "ITALIC": "i",
    "UNDERLINE": "u",
    "STRIKETHROUGH": "s",
    "SUPERSCRIPT": "sup",
    "SUBSCRIPT": "sub",
    "CODE": "code",
    "MARK": "mark",
    "QUOTATION": "q",
    "SMALL": "small",
    "KEYBOARD": "kbd",
}
STYLE_TAGS = {tag: style for style, tag in STYLES.items()} | {
    "strong": "BOLD",
    "em": "ITALIC",
    "del": "STRIKETHROUGH",
    "strike": "STRIKETHROUGH",
}
#: A page has one title and it is not in the text; code is not written by order.
_NOT_FOR_PROSE = frozenset(("h1", "pre"))
_EMPHASIS = frozenset(("b", "i"))
#: Boxes that say nothing about the text in them but that it stands on its own.
FLOW_TAGS = frozenset(
    ("p", "div", "section", "article", "header", "footer", "main", "aside", "figure", "figcaption", "address")
) | frozenset(("table", "caption", "thead", "tbody", "tfoot", "tr", "dl", "dt", "dd", "center", "details", "summary"))


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Block types, inline styles and entities that a field keeps when it is saved."""

    blocks: frozenset[str]
    styles: frozenset[str]
    entities: frozenset[str]

    @property
    def tags(self) -> tuple[str, ...]:
        """HTML tags that a new text may use beside paragraphs."""
        blocks = [tag for block_type, tag in BLOCKS.items() if block_type in self.blocks and tag not in _NOT_FOR_PROSE]
        lists = [tag for block_type, tag in LISTS.items() if block_type in self.blocks]
        styles = [tag for style, tag in STYLES.items() if style in self.styles and tag in _EMPHASIS]
        return (*blocks, *lists, *(("li",) if lists else ()), *styles)

    @classmethod
    def of(cls, features: Iterable[str]) -> Rules:
        """Read from the same registry that Wagtail's own converter is built from."""
        found: dict[str, set[str]] = {"block_map": {UNSTYLED, ATOMIC}, "style_map": set(), "entity_decorators": set()}
        for feature in features:
            rule = feature_registry.get_converter_rule("contentstate", feature) or {}
            for part, names in rule.get("to_database_format", {}).items():
                found.setdefault(part, set()).update(names)
        return cls(
            blocks=frozenset(found["block_map"]),
            styles=frozenset(found["style_map"]),
            entities=frozenset(found["entity_decorators"]),
        )
