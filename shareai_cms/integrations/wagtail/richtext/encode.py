"""From ContentState to the HTML that a model, or a preview, is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import Literal

from shareai_cms.integrations.wagtail.richtext.rules import ATOMIC, BLOCKS, LISTS, STYLES, UNSTYLED
from shareai_cms.integrations.wagtail.richtext.state import Block, Content, Span


@dataclass(frozen=True, kw_only=True)
class Ref:
    """What a number in the prompt stands for."""

    kind: Literal["block", "style", "entity", "atomic"]
    #: Block type, style name, or entity key.
    name: str = ""
    block: Block | None = None


@dataclass(kw_only=True)
class Prompt:
    """The HTML for the model and the meaning of its refs."""

    html: str = ""
    refs: dict[str, Ref] = field(default_factory=dict)


class Encoder:
    """Walks the blocks once; each link, atomic block and custom format becomes the next number."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._refs: dict[str, Ref] = {}
        self._numbers: dict[tuple[str, str], str] = {}
        self._lists: list[str] = []
        self._out: list[str] = []

    def encode(self) -> Prompt:
        for block in self._content.blocks:
            if block.type in LISTS:
                self._list_item(block)
            else:
                self._close_lists(0)
                self._out.append(self._atomic(block) if block.type == ATOMIC else self._paragraph(block))
                self._out.append("\n")
        self._close_lists(0)
        return Prompt(html="".join(self._out).strip("\n"), refs=self._refs)

    def _list_item(self, block: Block) -> None:
        tag, wanted = LISTS[block.type], block.depth + 1
        self._close_lists(wanted)
        if len(self._lists) == wanted:
            if self._lists[-1] == tag:
                self._out.append("</li>\n<li>")
            else:
                self._close_lists(wanted - 1)
        while len(self._lists) < wanted:
            self._lists.append(tag)
            self._out.append(f"<{tag}>\n<li>")
        self._out.append(self._inline(block))

    def _close_lists(self, depth: int) -> None:
        while len(self._lists) > depth:
            self._out.append(f"</li>\n</{self._lists.pop()}>\n")

    def _paragraph(self, block: Block) -> str:
        text = self._inline(block)
        if block.type == UNSTYLED:
            return f"<p>{text}</p>"
        if block.type in BLOCKS:
            return f"<{BLOCKS[block.type]}>{text}</{BLOCKS[block.type]}>"
        return f'<div ref="{self._ref(Ref(kind="block", name=block.type))}">{text}</div>'

    def _atomic(self, block: Block) -> str:
        return f'<embed ref="{self._ref(Ref(kind="atomic", block=block))}">'

    def _inline(self, block: Block) -> str:
        """Entities outside, styles inside, so that every tag closes where it should."""
        out: list[str] = []
        for entity, pieces in _by_entity(block):
            inner = "".join(self._styled(text, styles) for text, styles in pieces)
            out.append(self._linked(entity, inner) if entity else inner)
        return "".join(out)

    def _styled(self, text: str, styles: tuple[str, ...]) -> str:
        html = escape(text, quote=False).replace("\n", "<br>")
        for style in reversed(styles):
            tag = STYLES.get(style)
            if tag:
                html = f"<{tag}>{html}</{tag}>"
            else:
                html = f'<span ref="{self._ref(Ref(kind="style", name=style))}">{html}</span>'
        return html

    def _linked(self, key: str, inner: str) -> str:
        tag = "a" if self._content.entities[key].get("type") in ("LINK", "DOCUMENT") else "span"
        return f'<{tag} ref="{self._ref(Ref(kind="entity", name=key))}">{inner}</{tag}>'

    def _ref(self, ref: Ref) -> str:
        known = self._numbers.get((ref.kind, ref.name)) if ref.kind != "atomic" else None
        if known is not None:
            return known
        number = str(len(self._refs) + 1)
        self._refs[number] = ref
        self._numbers[ref.kind, ref.name] = number
        return number


Piece = tuple[str, tuple[str, ...]]


def _by_entity(block: Block) -> Iterator[tuple[str, list[Piece]]]:
    """The text cut wherever an entity or a style begins or ends, pieces of one entity together."""
    cuts = {0, len(block.text)}
    for span in (*block.styles, *block.entities):
        cuts.update((span.start, span.end))
    edges = sorted(cuts)
    current: tuple[str, list[Piece]] | None = None
    for start, end in pairwise(edges):
        entity = next(iter(_covering(block.entities, start)), "")
        piece = (block.text[start:end], tuple(sorted(set(_covering(block.styles, start)))))
        if current is not None and current[0] == entity:
            current[1].append(piece)
            continue
        if current is not None:
            yield current
        current = (entity, [piece])
    if current is not None:
        yield current


def _covering(spans: list[Span], position: int) -> Iterator[str]:
    return (span.name for span in spans if span.start <= position < span.end)
