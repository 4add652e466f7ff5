"""Splits what a source has read into passages: bounded by headings and blocks, the same ones every time.

An edit must change as few passages as possible, since each changed one is embedded again: so no passage reaches over a
heading, and nothing of its neighbours goes into the text that is embedded.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from shareai_cms.marketplace.text import clean
from shareai_cms.search.markup import tidy
from shareai_cms.search.sources.base import Block, Extract

#: Characters of a passage at most.
LONGEST = 900
#: A section shorter than this is kept with the one it stands under, if both fit.
SHORTEST = 200
#: Passages of one document at most; what comes after is not found.
MOST = 500
#: As long as the columns.
LONGEST_TITLE = 255
#: Counted up when the same text is split in another way, so that everything is indexed again.
RULES = 2

#: Where a sentence ends: behind its mark and closing quotes, before a space; without one where none are written.
_SENTENCE = re.compile("(?<=[.!?\u2026\u061f\u06d4\u0964])[\"'\u201d\u2019\u00bb)\\]]*\\s+|(?<=[\u3002\uff01\uff1f])")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A passage before it is in the tables."""

    heading: str
    text: str
    #: SHA-256 of ``embedded_text``.
    digest: str


@dataclass(kw_only=True)
class _Section:
    heading: str = ""
    level: int = 0
    paragraphs: list[str] = field(default_factory=list)
    #: Nothing but a heading, as above pictures: what it says belongs to what stands before it.
    is_bare: bool = False

    @property
    def size(self) -> int:
        return sum(len(text) + 1 for text in self.paragraphs)


def split(extract: Extract) -> tuple[Piece, ...]:
    """The passages of a document in order; one without text where only a title is known, none without that."""
    title = title_of(extract)
    pieces: list[Piece] = []
    for section in _merged(_sections(extract.blocks)):
        for text in _packed(section.paragraphs):
            pieces.append(_piece(title, section.heading, text))
            if len(pieces) == MOST:
                return tuple(pieces)
    if not pieces and title:
        pieces.append(_piece(title, "", ""))
    return tuple(pieces)


def title_of(extract: Extract) -> str:
    """The title as it is kept and embedded."""
    return _line(extract.title)


def embedded_text(title: str, heading: str, text: str) -> str:
    """What is sent to be embedded: the title, the heading and the passage."""
    return f"{title}\n\n{heading}\n{text}" if heading else f"{title}\n\n{text}"


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def document_digest(extract: Extract, pieces: Iterable[Piece]) -> str:
    """The same one means that the object says the same as when it was indexed."""
    said = [RULES, title_of(extract), extract.language, [[piece.heading, piece.text] for piece in pieces]]
    return digest_of(json.dumps(said))


def _piece(title: str, heading: str, text: str) -> Piece:
    return Piece(heading=heading, text=text, digest=digest_of(embedded_text(title, heading, text)))


def _line(text: str) -> str:
    return " ".join(clean(text).split())[:LONGEST_TITLE].rstrip()


def _sections(blocks: Iterable[Block]) -> Iterator[_Section]:
    """A section for each heading; a heading without a text of its own is said with the one below it."""
    section = _Section()
    for block in blocks:
        if not block.level:
            text = tidy(clean(block.text))
            if text:
                section.paragraphs.append(text)
            continue
        heading = _line(block.text)
        if not heading:
            continue
        if section.paragraphs:
            yield section
        elif section.heading and block.level > section.level:
            section.heading = _line(f"{section.heading} – {heading}")
            continue
        elif section.heading:
            yield _Section(level=section.level, paragraphs=[section.heading], is_bare=True)
        section = _Section(heading=heading, level=block.level)
    if section.paragraphs:
        yield section
    elif section.heading:
        yield _Section(level=section.level, paragraphs=[section.heading], is_bare=True)


def _merged(sections: Iterable[_Section]) -> Iterator[_Section]:
    """Short sections below a heading go with it, and bare headings, as long as all of it fits into one passage."""
    above: _Section | None = None
    for section in sections:
        added = len(section.heading) + 1 + section.size
        is_small = above is not None and added < SHORTEST and section.level > above.level > 0
        if above is not None and (is_small or section.is_bare) and above.size + added <= LONGEST:
            above.paragraphs += [*([section.heading] if section.heading else []), *section.paragraphs]
            continue
        if above is not None:
            yield above
        above = section
    if above is not None:
        yield above


def _packed(paragraphs: Iterable[str]) -> Iterator[str]:
    """Paragraphs joined up to the longest passage; a longer one is split where its sentences end."""
    packed: list[str] = []
    size = 0
    for part in (part for paragraph in paragraphs for part in _parts(paragraph)):
        if packed and size + 1 + len(part) > LONGEST:
            yield "\n".join(packed)
            packed, size = [], 0
        size += len(part) + (1 if packed else 0)
        packed.append(part)
    if packed:
        yield "\n".join(packed)


def _parts(paragraph: str) -> Iterator[str]:
    if len(paragraph) <= LONGEST:
        yield paragraph
        return
    part = ""
    for sentence in _short_sentences(paragraph):
        if part and len(part) + 1 + len(sentence) > LONGEST:
            yield part
            part = ""
        part = f"{part} {sentence}" if part else sentence
    if part:
        yield part


def _short_sentences(paragraph: str) -> Iterator[str]:
    """Sentences and lines; one that is no sentence at all is cut at a space, or anywhere."""
    for line in paragraph.split("\n"):
        start = 0
        for end in [*(match.end() for match in _SENTENCE.finditer(line)), len(line)]:
            sentence = line[start:end].strip()
            start = end
            while len(sentence) > LONGEST:
                cut = sentence.rfind(" ", LONGEST // 2, LONGEST) + 1 or LONGEST
                yield sentence[:cut].rstrip()
                sentence = sentence[cut:].lstrip()
            if sentence:
                yield sentence
