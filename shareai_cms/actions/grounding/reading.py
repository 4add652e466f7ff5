"""A text made ready for reading: one spelling of digits, spaces and marks, cut into words with their places."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import NamedTuple

from shareai_cms.actions.codecs import has_markup, without_markup
from shareai_cms.actions.grounding.words.nearby import USUAL

LANGUAGES = ("en", "de", "fr", "es", "ar")

_DIGITS = {code: str(number) for first in (0x660, 0x6F0) for number, code in enumerate(range(first, first + 10))}
#: One character for one character, so that places stay what they are.
_SAME = str.maketrans(
    {
        **{chr(code): digit for code, digit in _DIGITS.items()},
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ", "’": "'", "‘": "'", "´": "'", "‐": "-", "‑": "-",
        "−": "-", "″": '"', "”": '"', "“": '"', "„": '"', "′": "'", "٫": ".", "٬": ",", "،": ",", "؛": ";", "؟": "?",
        "×": "x", "✕": "x", "ـ": " ",
    }
)  # fmt: skip
#: Short vowels of Arabic, which most texts leave out, and soft hyphens.
_UNSEEN = re.compile("[\u064b-\u0652\u0670\u00ad\u200b-\u200f]")
_BLOCK = re.compile(
    r"<(?:/?(?:p|div|li|ul|ol|h[1-6]|tr|table|blockquote|section|dt|dd|dl)\b|br\b)[^<>]*>", re.IGNORECASE
)
_CELL = re.compile(r"</?(?:td|th)\b[^<>]*>", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")

_ARABIC = re.compile("[\u0621-\u064a]")


class Word(NamedTuple):
    """A run of letters and digits; a tuple, since a run over many products reads millions."""

    #: In lower case, as vocabularies have it.
    key: str
    start: int
    end: int


def plain(text: str) -> str:
    """The text with one spelling of everything that is written in several ways."""
    if text.isascii():
        # Most pieces are, and of all that follows only this concerns them.
        return text.replace("\t", " ")
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(_SAME)


def visible(markup: str) -> str:
    """What a reader sees of markup, a line for each block."""
    if not has_markup(markup):
        return html.unescape(markup)
    # Without other tags than those of blocks, nothing was unescaped yet.
    return html.unescape(without_markup(_BLOCK.sub("\n", _CELL.sub(" ; ", markup))))


def words_of(text: str) -> list[Word]:
    """The words of a text that went through ``plain``."""
    if text.isascii():
        # Lower case has the same places then.
        return [Word(match[0], match.start(), match.end()) for match in _WORD.finditer(text.lower())]
    return [Word(match[0].casefold(), *match.span()) for match in _WORD.finditer(text)]


def folded(text: str) -> str:
    """The words alone, in lower case, with one space between them."""
    return " ".join(_WORD.findall(plain(text).casefold()))


def base_of(tag: str) -> str:
    """The language of a BCP 47 tag."""
    return tag.lower().replace("_", "-").split("-")[0]


def language_of(text: str, tag: str = "") -> str:
    """One of the languages of the vocabularies, or empty for another; guessed where no tag is given."""
    if tag:
        base = base_of(tag)
        return base if base in LANGUAGES else ""
    sample = text[:3_000]
    if len(_ARABIC.findall(sample)) * 2 > len(sample.replace(" ", "")):
        return "ar"
    words = _WORD.findall(sample.lower())
    counts = {name: sum(word in usual for word in words) for name, usual in USUAL.items()}
    return max(counts, key=lambda name: counts[name])
