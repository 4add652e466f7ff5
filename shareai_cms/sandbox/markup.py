"""Rewording HTML: every tag stays where it is, only the text between them changes."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from .language import SENTENCE_ENDS
from .rewriting import opening, replace_phrases, rewrite_run, tagline

#: Everything is bounded and nothing tried twice, so that broken markup costs no more than its length.
TAG = re.compile(
    r"<!--.{0,500}?-->|</?[a-zA-Z!](?:\"[^\"]{0,20000}+\"|'[^']{0,20000}+'|[^'\"<>]++){0,64}+>",
    re.DOTALL,
)
_NAME = re.compile(r"</?([a-zA-Z][\w:-]*)")
_BLOCK_NAMES = (
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote div section article table thead tbody tr td th dl dt dd hr br figure "
    "figcaption embed address header footer"
)
BLOCKS = frozenset(_BLOCK_NAMES.split())
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "th", "dt"))
#: What stands in these is no prose.
VERBATIM = frozenset(("code", "pre", "kbd", "samp", "script", "style", "textarea", "svg", "math"))


@dataclass
class Piece:
    """A tag, or a run of text with what is known of its place."""

    raw: str
    is_text: bool = False
    block: str = ""
    """The innermost heading or block the text stands in."""
    is_link: bool = False
    starts: bool = False
    """Whether the text begins a block or follows a sentence's end."""
    opens: bool = False
    """Whether nothing, not even an inline tag, stands before the text in its block."""
    ends: bool = False
    """Whether the block ends with the text."""

    @property
    def is_label(self) -> bool:
        """Whether the text names something instead of being a part of a sentence."""
        return self.block in HEADINGS or self.is_link

    @property
    def is_whole(self) -> bool:
        """Whether the text is all that its block holds."""
        return self.opens and self.ends


def rewrite_html(source: str, language: str) -> str:
    """The same markup around other words."""

    def reworded(text: str, piece: Piece) -> str:
        if piece.is_label:
            return replace_phrases(text, language)
        return rewrite_run(text, language, starts=piece.starts, ends=piece.ends)

    changed = change_html(source, reworded)
    return changed if changed != source else _change_anyway(source, language)


def change_html(source: str, change: Callable[[str, Piece], str]) -> str:
    """The same markup around text that ``change`` has been given, run by run."""
    return "".join(_changed(piece, change) for piece in parse(source))


def open_html(source: str, words: str) -> str:
    """The same markup with a few words more at the beginning of its first prose."""
    pieces = parse(source)
    chosen, _is_prose = _first(pieces)
    if chosen is not None:
        chosen.raw = f"{escape(words)} {chosen.raw.lstrip()}"
    return "".join(piece.raw for piece in pieces)


def visible_text(source: str) -> str:
    """The text without markup, a line per block."""
    pieces = parse(source)
    parts = [html.unescape(piece.raw) if piece.is_text else "\n" * (_name(piece.raw) in BLOCKS) for piece in pieces]
    lines = (line.strip() for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line)


def parse(source: str) -> list[Piece]:
    """The markup cut into tags and text; joined the pieces are the source again."""
    pieces: list[Piece] = []
    position = 0
    for tag in TAG.finditer(source):
        if tag.start() > position:
            pieces.append(Piece(source[position : tag.start()], is_text=True))
        pieces.append(Piece(tag[0]))
        position = tag.end()
    if position < len(source):
        pieces.append(Piece(source[position:], is_text=True))
    _place(pieces)
    return pieces


def _place(pieces: list[Piece]) -> None:
    block, is_link, at_start, verbatim = "p", False, True, ""
    for index, piece in enumerate(pieces):
        if not piece.is_text:
            name, is_closing = _name(piece.raw), piece.raw.startswith("</")
            if name in VERBATIM and not piece.raw.endswith("/>"):
                verbatim = "" if is_closing and name == verbatim else (verbatim or ("" if is_closing else name))
            if name == "a":
                is_link = not is_closing
            if name in BLOCKS:
                block, at_start = ("p" if is_closing else name), True
            continue
        following = _name(pieces[index + 1].raw) if index + 1 < len(pieces) else "p"
        piece.block, piece.is_link = (verbatim or block), is_link
        before = _name(pieces[index - 1].raw) if index else "p"
        piece.starts, piece.opens, piece.ends = at_start, before in BLOCKS, following in BLOCKS
        if piece.raw.strip():
            at_start = piece.raw.rstrip().endswith(SENTENCE_ENDS)


def _name(tag: str) -> str:
    match = _NAME.match(tag)
    return match[1].lower() if match else ""


def _changed(piece: Piece, change: Callable[[str, Piece], str]) -> str:
    if not piece.is_text or not piece.raw.strip() or piece.block in VERBATIM:
        return piece.raw
    text = html.unescape(piece.raw)
    body = text.strip()
    other = change(body, piece)
    return piece.raw if other == body else escape(text.replace(body, other, 1))


def _first(pieces: list[Piece]) -> tuple[Piece | None, bool]:
    """The first run of prose, or of anything where there is none, and whether it is prose."""
    texts = [piece for piece in pieces if piece.is_text and piece.raw.strip() and piece.block not in VERBATIM]
    prose = [piece for piece in texts if not piece.is_label and piece.starts]
    prose = [piece for piece in prose if piece.opens] or prose
    return next(iter(prose or texts), None), bool(prose)


def _change_anyway(source: str, language: str) -> str:
    """An opening sentence in the first paragraph; a tag line where there are only headings."""
    pieces = parse(source)
    chosen, is_prose = _first(pieces)
    if chosen is None or not re.search(r"[^\W\d_]", visible_text(source)):
        return source
    if is_prose:
        return open_html(source, opening(visible_text(source), language))
    first = chosen.raw.lstrip()
    space = chosen.raw[: len(chosen.raw) - len(first)]
    chosen.raw = space + escape(tagline(html.unescape(first.rstrip()), language))
    return "".join(piece.raw for piece in pieces)


def escape(text: str) -> str:
    """Text as HTML writes it; a space that must not break stays visible to whoever reads the source."""
    return html.escape(text, quote=False).replace("\u00a0", "&nbsp;")
