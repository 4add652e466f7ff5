"""Finds sizes that are names: of clothes, shoes, beds and paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LETTER = r"(?:\d?X{1,3}[SL]|XXS|XS|S|M|L|XL|XXL|\d{1,2}XL)"
_AREA = r"(?:EU|UK|US|FR|DE|IT)"
#: A number before a unit, or one of dimensions, is no name of a size.
_NO_UNIT = r"(?!\d)(?! ?(?:[x*] ?\d|(?:cm|mm|m|in|inch|kg|g|l|ml|W|V)\b|[%°€$£]))"
_NUMBER = rf"(?:{_AREA}[ -]?)?\d{{1,3}}(?:[.,]5| ?½)?{_NO_UNIT}"
_ITEM = rf"(?:{_LETTER}(?![\w'])|{_NUMBER})"
_AND = r"(?:to|bis|à|a|al|hasta|and|und|et|y|or|oder|ou|o)"
_BETWEEN = rf"(?: ?(?:,|/|-|–|{_AND}|إلى|و) ?)"
_NAMED = re.compile(
    r"\b(?:[Ss]izes?|SIZES?|[Gg]rößen?|Gr\.|[Tt]ailles?|[Pp]ointures?|[Tt]allas?|[Nn]úmeros?|[Kk]onfektionsgrößen?"
    r"|مقاسات|المقاسات|مقاس|المقاس)"
    r"(?: (?:from|von|de|du|of|range|available|erhältlich|disponibles?|in|en|dal|den))*[:]? ?"
    rf"(?P<list>{_ITEM}(?:{_BETWEEN}{_ITEM})*)"
)
_BARE = re.compile(
    r"(?<![\w'-])(?:(?P<letter>\d?X{1,3}[SL]|XS)"
    rf"|(?P<area>{_AREA}[ -]?\d{{1,2}}(?:[.,]5)?)|(?:DIN )?(?P<paper>A[0-6]))(?![\w'])"
)
_ROW = re.compile(rf"(?<![\w'])(?:{_LETTER})(?:(?:, ?| ?/ ?| ?- ?| ?– ?| {_AND} )(?:{_LETTER}))+(?![\w'])")
_WORDED = (
    r"one size|one-size|einheitsgröße|taille unique|talla única|king[ -]size|queen[ -]size|twin[ -]size|super[ -]king",
    r"plus[ -]size|übergröße|grande taille|talla grande|extra[ -]large size",
    r"(?:size|size:) ?(?:extra[ -]large|extra[ -]small|small|medium|large)",
    r"(?:extra[ -]large|extra[ -]small|small|medium|large) size",
)
_WORDS = re.compile(rf"\b(?P<word>{'|'.join(_WORDED)})\b", re.IGNORECASE)
#: A text without any of these has no size, and most have none.
_HINTS = re.compile(
    r"[Ss][Ii][Zz][Ee]|[Gg]rö(?:ß|ss)e|GRÖ|Gr\.|[Tt]aill|[Pp]ointure|[Tt]alla|[Nn]úmero|مقاس"
    r"|\b(?:[SMLX]|X+[SL]|\d?X+[SL]|[A-Z]{2}[ -]?\d+|A\d)\b"
)
_PIECE = re.compile(_ITEM)
_ORDER = ("XXXS", "XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL", "4XL", "5XL", "6XL")
_SAME = {
    "2XL": "XXL",
    "3XL": "XXXL",
    "2XS": "XXS",
    "EXTRALARGE": "XL",
    "EXTRASMALL": "XS",
    "SMALL": "S",
    "MEDIUM": "M",
    "LARGE": "L",
}
_UNIQUE = frozenset(("ONESIZE", "EINHEITSGRÖSSE", "TAILLEUNIQUE", "TALLAÚNICA"))


@dataclass(frozen=True, slots=True)
class Size:
    """A size that stands in a text, in the one spelling that is compared."""

    name: str
    text: str
    start: int
    end: int


def sizes_in(text: str) -> list[Size]:
    """The sizes in a text that went through ``plain``, none within another."""
    found: list[Size] = []
    if not _HINTS.search(text):
        return found
    for size in (*_named(text), *_rows(text), *_worded(text), *_bare(text)):
        if not any(size.start < other.end and other.start < size.end for other in found if size.text != other.text):
            found.append(size)
    return sorted(found, key=lambda size: size.start)


def _named(text: str) -> Iterator[Size]:
    for match in _NAMED.finditer(text):
        for piece in _PIECE.finditer(text, match.start("list"), match.end("list")):
            yield Size(spelled(piece[0]), text[match.start() : match.end()], match.start(), match.end())


def _rows(text: str) -> Iterator[Size]:
    for match in _ROW.finditer(text):
        for piece in _PIECE.finditer(text, match.start(), match.end()):
            yield Size(spelled(piece[0]), match[0], match.start(), match.end())


def _worded(text: str) -> Iterator[Size]:
    for match in _WORDS.finditer(text):
        yield Size(
            spelled(re.sub(r"(?i)^size:? ?|(?<!one)(?<!one[ -])[ -]size$", "", match[0])),
            match[0],
            match.start(),
            match.end(),
        )


def _bare(text: str) -> Iterator[Size]:
    for match in _BARE.finditer(text):
        yield Size(spelled(match["letter"] or match["area"] or match["paper"]), match[0], match.start(), match.end())


def spelled(written: str) -> str:
    """One spelling: ``2XL`` and ``XXL`` are the same."""
    name = re.sub(r"[ -]", "", written).upper().replace(",", ".").replace("½", ".5")
    name = "UNIQUE" if name in _UNIQUE else name
    return _SAME.get(name, name)


def between(first: str, last: str) -> frozenset[str]:
    """The sizes of a range, its ends included; whole numbers one by one."""
    if first in _ORDER and last in _ORDER:
        low, high = _ORDER.index(first), _ORDER.index(last)
        return frozenset(_ORDER[low : high + 1])
    low_area, low_number = _parted(first)
    area, high_number = _parted(last)
    if low_number and high_number and 0 < high_number - low_number <= 60 and area in ("", low_area):
        return frozenset(f"{low_area}{number}" for number in range(low_number, high_number + 1))
    return frozenset((first, last))


def _parted(name: str) -> tuple[str, int]:
    match = re.fullmatch(r"([A-Z]*)(\d{1,3})", name)
    return (match[1], int(match[2])) if match else ("", 0)


_RANGE = re.compile(rf"({_ITEM})(?: ?(?:-|–) ?| (?:to|bis|à|a|al|hasta|إلى) )({_ITEM})")


def sizes_of_facts(text: str) -> frozenset[str]:
    """Every size that the facts state, those within ranges too, with and without the name of its system."""
    names: set[str] = set()
    for size in sizes_in(text):
        names.add(size.name)
        for match in _RANGE.finditer(size.text):
            names |= between(spelled(match[1]), spelled(match[2]))
    return frozenset(names | {re.sub(r"^(?:EU|DE)(?=\d)", "", name) for name in names})
