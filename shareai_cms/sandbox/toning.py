"""The same in another tone: a few words change, some go, and an opening shows where it went."""

from __future__ import annotations

from .language import capitalise
from .markup import Piece, change_html, open_html
from .phrases.tones import DROPPED, OPENINGS, SWAPS
from .swapping import Swapper

_SWAPS = {(tone, code): Swapper(table) for tone, by in SWAPS.items() for code, table in by.items()}
_DROPS = {(tone, code): Swapper(dict.fromkeys(words, "")) for tone, by in DROPPED.items() for code, words in by.items()}
#: Tones that are heard by their beginning, whatever else changes.
_ANNOUNCED = frozenset(("friendly", "playful"))


def tone_plain(text: str, tone: str, language: str) -> str:
    toned = "\n".join(_tone(line, tone, language) for line in text.split("\n"))
    opening = _opening(text, toned, tone, language)
    return f"{opening} {toned.lstrip()}" if opening else toned


def tone_html(source: str, tone: str, language: str) -> str:
    def toned(text: str, piece: Piece) -> str:
        return text if piece.is_label else _tone(text, tone, language)

    changed = change_html(source, toned)
    opening = _opening(source, changed, tone, language)
    return open_html(changed, opening) if opening else changed


def _tone(text: str, tone: str, language: str) -> str:
    if swapper := _SWAPS.get((tone, language)):
        text = swapper.apply(text)
    if dropper := _DROPS.get((tone, language)):
        text = dropper.drop(text)
    if tone in ("neutral", "formal"):
        text = text.replace("!", ".")
    if tone == "playful" and text.endswith("."):
        text = f"{text[:-1]}!"
    return text


def _opening(before: str, after: str, tone: str, language: str) -> str:
    words = OPENINGS.get(tone, {}).get(language, f"{capitalise(tone)}:")
    return words if words not in before and (before == after or tone in _ANNOUNCED) else ""
