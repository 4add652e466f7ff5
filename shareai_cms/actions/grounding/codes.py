"""Finds standards and classes that are written as codes: ISO 9001, EN 71-3, IP67, energy class A+++."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BODIES = "DIN|EN|ISO|ASTM|ANSI|IEC|UNE|NF|BS|MIL-STD|VDE|ÖNORM|SATRA"
_CLASSES = (
    r"[Ee]nergy (?:efficiency )?(?:class|rating)|[Ee]nergie(?:effizienz)?klasse|[Cc]lasse (?:énergétique|énergie)"
    r"|[Cc]lase (?:energética|de eficiencia energética)"
)
_CODES = re.compile(
    rf"\b(?:(?P<standard>(?:{_BODIES})(?:[ -](?:EN|ISO|IEC))*[ -]?[A-Z]?\d{{2,6}}(?:[-:]\d+)*[A-Z]?)"
    r"|(?P<ip>IP ?[X\d][X\d]|IPX ?\d)|(?P<uv>UV ?\d{3}|(?:UPF|SPF|LSF|FPS) ?\d{1,3}\+?)"
    rf"|(?P<energy>(?:{_CLASSES}):? ?[A-G]\+{{0,3}}))(?!\w)|(?P<plus>\bA\+{{1,3}})(?![\w+])"
)
_CLASS = re.compile(r"[A-G]\+{0,3}\Z")
_SUN = re.compile(r"\A(?:SPF|LSF|FPS)")


@dataclass(frozen=True, slots=True)
class Code:
    """A code in the spelling that is compared."""

    name: str
    text: str
    start: int
    end: int


def codes_in(text: str) -> Iterator[Code]:
    """The codes of a text that went through ``plain``."""
    for match in _CODES.finditer(text):
        yield Code(_spelled(match), match[0], match.start(), match.end())


def _spelled(match: re.Match[str]) -> str:
    if match["energy"] or match["plus"]:
        found = _CLASS.search(match[0])
        return f"CLASS {found[0] if found else ''}"
    return _SUN.sub("SPF", re.sub(r"[ :-]", "", match[0].upper()))
