"""From a model's HTML back to ContentState, whatever the model wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from shareai_cms.integrations.wagtail.richtext.encode import Ref
from shareai_cms.integrations.wagtail.richtext.nesting import check_nesting
from shareai_cms.integrations.wagtail.richtext.rules import (
    BLOCK_TAGS,
    FLOW_TAGS,
    LIST_TAGS,
    STYLE_TAGS,
    UNSTYLED,
    Rules,
)
from shareai_cms.integrations.wagtail.richtext.state import Block, Span

_KNOWN_TAGS = {"a", "br", "embed", "li", "span", "td", "th", *FLOW_TAGS, *BLOCK_TAGS, *LIST_TAGS, *STYLE_TAGS}
_DROPPED_WITH_CONTENT = {
    "script", "style", "iframe", "object", "noscript", "template", "textarea", "title", "svg", "math", "select",
}  # fmt: skip
_VOID = frozenset(("br", "embed"))
_SPACES = re.compile(r"[ \t\n\r\f]+")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")


@dataclass(kw_only=True)
class _Box:
    """An open block-level tag."""

    tag: str
    #: Type of the blocks whose text stands directly in it; empty for boxes that decide nothing.
    type: str = ""
    depth: int = 0
    has_block: bool = False


@dataclass(kw_only=True)
class _Open:
    """An open inline tag; ``name`` is empty for one that is only unwrapped."""

    tag: str
    kind: str = ""
    name: str = ""


@dataclass(kw_only=True)
class _Draft:
    """The block being filled: its pieces of text, each with the styles and entity over it."""

    block: Block
    pieces: list[tuple[str, frozenset[str], str]] = field(default_factory=list)
    #: Last character so far, to see whether a space would be one too many.
    last: str = ""

    def add(self, text: str, styles: frozenset[str], entity: str) -> None:
        self.pieces.append((text, styles, entity))
        self.last = text[-1]

    def finish(self) -> Block:
        text = "".join(piece for piece, _styles, _entity in self.pieces)
        self.block.text = text.rstrip()
        end = len(self.block.text)
        position = 0
        for piece, styles, entity in self.pieces:
            stop = min(position + len(piece), end)
            if position < stop:
                for style in sorted(styles):
                    _extend(self.block.styles, position, stop, style)
                if entity:
                    _extend(self.block.entities, position, stop, entity)
            position += len(piece)
        return self.block


def _extend(spans: list[Span], start: int, end: int, name: str) -> None:
    """Add a span, or lengthen the one of the same name that ends where it begins."""
    for index in range(len(spans) - 1, -1, -1):
        if spans[index].name == name and spans[index].end == start:
            spans[index] = Span(start=spans[index].start, end=end, name=name)
            return
        if spans[index].end < start:
            break
    spans.append(Span(start=start, end=end, name=name))


def decode(html: str, refs: Mapping[str, Ref], rules: Rules, *, empty_blocks: int = 0) -> list[Block]:
    """The blocks of a model's HTML: known refs restored, unknown ones unwrapped, the rest by the rules."""
    check_nesting(html)
    reader = _Reader(refs, rules, empty_blocks)
    reader.feed(_clean(html))
    reader.close()
    reader.finish()
    return reader.blocks


def _clean(html: str) -> str:
    """Well-formed HTML (html5ever has parsed it) of known tags without any attribute but ``ref``."""
    return nh3.clean(
        html,
        tags=_KNOWN_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes={"*": {"ref"}},
        url_schemes=set(),
        link_rel=None,
        strip_comments=True,
    )


class _Reader(HTMLParser):
    def __init__(self, refs: Mapping[str, Ref], rules: Rules, empty_blocks: int) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._refs = refs
        self._rules = rules
        #: Empty blocks are taken over while the original had some: models like to add their own.
        self._empty_blocks = empty_blocks
        self._boxes: list[_Box] = []
        self._inline: list[_Open] = []
        self._draft: _Draft | None = None
        self._atomics: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        number = dict(attrs).get("ref") or ""
        ref = self._refs.get(number)
        if tag == "br":
            self._line_break()
        elif tag == "embed":
            self._atomic(number, ref)
        elif tag in ("td", "th"):
            self._space()
        elif tag == "li" or tag in LIST_TAGS or tag in BLOCK_TAGS or tag in FLOW_TAGS:
            self._open_box(tag, ref)
        else:
            self._inline.append(self._opened(tag, ref))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or tag in ("td", "th"):
            return
        if self._inline and self._inline[-1].tag == tag:
            self._inline.pop()
        elif any(box.tag == tag for box in self._boxes):
            while self._close_box() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._boxes and not self._inline:
            # An answer without tags: an empty line ends a paragraph.
            first, *others = _EMPTY_LINE.split(data)
            self._text(first)
            for other in others:
                self._end_block()
                self._text(other)
        else:
            self._text(data)

    def finish(self) -> None:
        self._end_block()

    # Boxes decide where blocks begin and end.

    def _open_box(self, tag: str, ref: Ref | None) -> None:
        if self._in_item() and tag != "li" and tag not in LIST_TAGS:
            # A list item is one block: what would begin another is only a new line in it.
            self._soft_break()
        else:
            self._end_block()
        self._boxes.append(_Box(tag=tag, type=self._type_of(tag, ref), depth=self._depth_in(tag)))

    def _close_box(self) -> str:
        box = self._boxes.pop()
        if self._in_item() and box.tag != "li" and box.tag not in LIST_TAGS:
            self._soft_break()
        else:
            self._end_block()
        self._keep_empty(box)
        if box.has_block and self._boxes:
            self._boxes[-1].has_block = True
        return box.tag

    def _type_of(self, tag: str, ref: Ref | None) -> str:
        if ref is not None and ref.kind == "block":
            return ref.name
        if tag == "li":
            return next((box.type for box in reversed(self._boxes) if box.tag in LIST_TAGS), "")
        wanted = LIST_TAGS.get(tag) or BLOCK_TAGS.get(tag, "")
        return wanted if wanted in self._rules.blocks else ""

    def _depth_in(self, tag: str) -> int:
        lists = sum(1 for box in self._boxes if box.tag in LIST_TAGS and box.type)
        return max(0, lists - (tag == "li")) if tag in ("li", *LIST_TAGS) else 0

    def _in_item(self) -> bool:
        return any(box.tag == "li" and box.type for box in self._boxes)

    def _keep_empty(self, box: _Box) -> None:
        is_empty = not box.has_block and box.tag not in LIST_TAGS
        if is_empty and self._empty_blocks > 0 and not self._draft:
            self._empty_blocks -= 1
            self.blocks.append(Block(type=box.type or UNSTYLED, depth=box.depth if box.tag == "li" else 0))
            box.has_block = True

    # Text goes into the current block, opened by the first character that needs one.

    def _text(self, data: str) -> None:
        text = data if self._is_verbatim() else _SPACES.sub(" ", data)
        if self._draft is None and not text.strip():
            return
        draft = self._draft or self._begin_block()
        if draft.last in ("", " ", "\n") and not self._is_verbatim():
            text = text.lstrip(" ")
        if text:
            draft.add(text, self._styles(), self._entity())

    def _space(self) -> None:
        if self._draft is not None and self._draft.last not in (" ", "\n"):
            self._draft.add(" ", frozenset(), "")

    def _soft_break(self) -> None:
        if self._draft is not None and self._draft.last != "\n":
            self._line_break()

    def _line_break(self) -> None:
        if self._draft is not None and self._draft.last:
            self._draft.add("\n", self._styles(), self._entity())

    def _begin_block(self) -> _Draft:
        typed = [box for box in reversed(self._boxes) if box.type and box.tag not in LIST_TAGS]
        box = next((box for box in typed if box.tag == "li"), typed[0] if typed else None)
        for open_box in self._boxes:
            open_box.has_block = True
        block = Block(type=box.type, depth=box.depth) if box else Block()
        self._draft = _Draft(block=block)
        return self._draft

    def _end_block(self) -> None:
        if self._draft is not None:
            block = self._draft.finish()
            if block.text:
                self.blocks.append(block)
            self._draft = None

    def _atomic(self, number: str, ref: Ref | None) -> None:
        if ref is None or ref.kind != "atomic" or ref.block is None or number in self._atomics:
            return
        self._atomics.add(number)
        self._end_block()
        for box in self._boxes:
            box.has_block = True
        self.blocks.append(ref.block)

    # Inline tags.

    def _opened(self, tag: str, ref: Ref | None) -> _Open:
        if ref is not None and ref.kind in ("style", "entity"):
            return _Open(tag=tag, kind=ref.kind, name=ref.name)
        style = STYLE_TAGS.get(tag, "")
        return _Open(tag=tag, kind="style", name=style if style in self._rules.styles else "")

    def _styles(self) -> frozenset[str]:
        return frozenset(item.name for item in self._inline if item.kind == "style" and item.name)

    def _entity(self) -> str:
        return next((item.name for item in reversed(self._inline) if item.kind == "entity"), "")

    def _is_verbatim(self) -> bool:
        return any(box.type == "code-block" for box in self._boxes)
