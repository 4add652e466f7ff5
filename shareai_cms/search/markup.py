"""HTML to blocks: headings, paragraphs, lists and tables in reading order, without scripts and menus."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from shareai_cms.marketplace.text import clean
from shareai_cms.search.sources.base import Block

#: What no reader reads as text of the page.
_DROPPED = frozenset(
    (
        "audio", "button", "canvas", "form", "head", "iframe", "math", "nav", "noscript", "object", "script", "select",
        "style", "svg", "template", "video",
    )
)  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
#: Where a block ends. Lists and tables stay one block, with a line for each item and row.
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "details", "div", "dl", "fieldset", "figcaption", "figure",
        "footer", "header", "hr", "html", "main", "ol", "p", "pre", "section", "summary", "table", "ul",
    )
)  # fmt: skip
_LINES = frozenset(("br", "caption", "dd", "dt", "li", "tr"))
_CELLS = frozenset(("td", "th"))
_ALTERNATIVES = frozenset(("img", "embed", "area"))
_SPACES = re.compile(r"[^\S\n]+")
_LOOKS_LIKE_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")


def blocks_of_html(html: str) -> tuple[Block, ...]:
    """The blocks of an HTML text, however broken it is."""
    reader = _Reader()
    reader.feed(clean(html))
    reader.close()
    reader.end_block()
    return tuple(reader.blocks)


def blocks_of_text(text: str) -> tuple[Block, ...]:
    """The paragraphs of a plain text, which blank lines separate."""
    found = (tidy(part) for part in re.split(r"\n\s*\n", clean(text).replace("\r\n", "\n").replace("\r", "\n")))
    return tuple(Block(text=part) for part in found if part)


def blocks_of(value: object) -> tuple[Block, ...]:
    """The blocks of a text that may be HTML or may be plain."""
    text = str(value)
    return blocks_of_html(text) if _LOOKS_LIKE_MARKUP.search(text) else blocks_of_text(text)


def tidy(text: str) -> str:
    """Single spaces, no blank lines, nothing at the ends."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._level = 0
        self._dropped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropped or tag in _DROPPED:
            # An unclosed one would swallow the rest only up to the end of what is around it.
            if tag in _DROPPED:
                self._dropped.append(tag)
            return
        if tag in _ALTERNATIVES:
            self._add_alternative(dict(attrs))
        elif tag in _HEADINGS:
            self.end_block()
            self._level = _HEADINGS[tag]
        elif tag in _BLOCKS:
            self.end_block()
        elif tag in _LINES:
            self._parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._dropped:
            if tag in self._dropped:
                while self._dropped.pop() != tag:
                    pass
        elif tag in _HEADINGS or tag in _BLOCKS:
            self.end_block()
        elif tag in _LINES:
            self._parts.append("\n")
        elif tag in _CELLS:
            self._parts.append(" | ")

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            # A line end in the source is a space to the reader.
            self._parts.append(data.replace("\r", " ").replace("\n", " "))

    def end_block(self) -> None:
        lines = tidy("".join(self._parts)).split("\n")
        text = "\n".join(line for line in (line.strip(" |") for line in lines) if line)
        if text:
            self.blocks.append(Block(text=text, level=self._level))
        self._parts, self._level = [], 0

    def _add_alternative(self, attributes: dict[str, str | None]) -> None:
        said = attributes.get("alt")
        if said:
            self._parts.append(f" {said} ")
