"""Finds names of brands that no vocabulary has: marked ones, named ones, and capitals where words have none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from shareai_cms.actions.grounding.reading import Word
from shareai_cms.actions.grounding.words.brands import PROPER

_NAME = r"[A-ZÀ-ÖØ-Þ][\w&'.-]*[\w](?: (?:[A-ZÀ-ÖØ-Þ&][\w&'-]*))*"
_MARKED = re.compile(rf"({_NAME}) ?[®™©]")
_CUES = (
    r"[Bb]y|[Bb]rand|[Ll]abel|[Mm]ade by|[Mm]anufacturer",
    r"(?:Kult|Traditions|Design|Premium)?[Mm]arke|Markenqualität von|Original von|Herstellers?|Hause?",
    r"[Mm]arque|[Mm]aison|[Ff]abricant|[Cc]hez|[Mm]arca|[Ff]irma|[Ff]abricante",
)
_CUED = re.compile(rf"\b(?:(?:{'|'.join(_CUES)}):?|العلامة|ماركة) [\"'«]?({_NAME})")
#: Where a sentence or a line begins, a capital says nothing.
_OPENS = frozenset(".!?:;•\n-–—\"'(«»*/|،؛؟…[]·")
_LINE = re.compile(r"[^.!?:;\n]+")
#: Languages that write no other words than names with a capital.
_SMALL = frozenset(("en", "fr", "es"))
#: Of the longer words of a line, so many with a capital make it a title.
_TITLE_SHARE = 0.6


def names_in(text: str, words: Sequence[Word], language: str, known: Collection[str]) -> Iterator[tuple[str, int, int]]:
    """Names among these words of a text that are not among the known ones, with their places."""
    starts = {word.start for word in words}
    for pattern in (_MARKED, _CUED):
        for match in pattern.finditer(text):
            if match.start(1) in starts and not _is_known(match[1], known):
                yield match[1], match.start(1), match.end(1)
    if language in _SMALL:
        yield from _capitals(text, words, known)


def _capitals(text: str, words: Sequence[Word], known: Collection[str]) -> Iterator[tuple[str, int, int]]:
    place = 0
    for line in _LINE.finditer(text):
        inside: list[Word] = []
        while place < len(words) and words[place].start < line.end():
            inside.append(words[place])
            place += 1
        long = [word for word in inside if word.end - word.start > 3]
        if len(long) < 3 or sum(text[word.start].isupper() for word in long) > len(long) * _TITLE_SHARE:
            continue
        yield from _inside(text, inside, known)


def _inside(text: str, words: Sequence[Word], known: Collection[str]) -> Iterator[tuple[str, int, int]]:
    for word in words:
        written = text[word.start : word.end]
        is_name = len(written) > 2 and written[0].isupper() and written[0].isalpha() and not written.isupper()
        if is_name and not _opens(text, word.start) and not _is_known(written, known):
            yield written, word.start, word.end


def _opens(text: str, start: int) -> bool:
    before = text[:start].rstrip(" ")
    return not before or before[-1] in _OPENS


def _is_known(name: str, known: Collection[str]) -> bool:
    parts = [part for part in re.split(r"[^\w]+", name.casefold().removesuffix("'s")) if len(part) > 1]
    return all(part in known or part in PROPER or part.rstrip("s") in known for part in parts)
