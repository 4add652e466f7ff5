"""Spelling and grammar, as far as a table and a few rules go; whatever is right stays as it is."""

from __future__ import annotations

import re

from .language import capitalise, split_sentences
from .markup import Piece, change_html
from .phrases.mistakes import MISTAKES
from .swapping import Swapper

_SWAPPERS = {language: Swapper(table) for language, table in MISTAKES.items()}
_DOUBLED = re.compile(r"\b([^\W\d_]{2,})(\s+)\1\b", re.IGNORECASE)
#: May well stand twice in a row.
_TWICE = frozenset(("that", "had", "is", "do", "die", "das", "der", "den", "sie", "was", "wir", "nun", "so", "very"))
_WRONG_SIDE = re.compile(r"(?<=\w) +([,;،؛])(?=[^\W\d_])")
_NO_SPACE_AFTER = re.compile(r"(?<=[^\W\d_]{2})([,;،؛])(?=[^\W\d_]{2})")
_NO_SPACE_BETWEEN = re.compile(r"(?<=[a-zäöüß]{3})([.!?])(?=[A-ZÄÖÜ][a-zäöüß])")
_SPACE_BEFORE = re.compile(r"(?<=\w) +(?=[,.;:!?،؛؟](?:\s|$))")
_SPACES = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")
_A_VOWEL = re.compile(r"\b([Aa]) (?=(?:[aei]|o(?!n(?:e|ce)\b))(?!u)[a-z]{2})")
_AN_CONSONANT = re.compile(r"\b([Aa])n (?=[bcdfgjklmnpqrstvwxyz][a-z]{2})")


def correct_plain(text: str, language: str) -> str:
    return "".join(
        line[: len(line) - len(body)] + _correct(body, language, starts=True)
        for line in text.splitlines(keepends=True)
        for body in (line.lstrip(),)
    )


def correct_html(source: str, language: str) -> str:
    def corrected(text: str, piece: Piece) -> str:
        return _correct(text, language, starts=piece.starts and not piece.is_link)

    return change_html(source, corrected)


def _correct(text: str, language: str, *, starts: bool) -> str:
    if language in _SWAPPERS:
        text = _SWAPPERS[language].apply(text)
    text = _DOUBLED.sub(lambda match: match[0] if match[1].lower() in _TWICE else match[1], text)
    text = _WRONG_SIDE.sub(r"\1 ", _SPACES.sub(" ", text))
    if language != "fr":
        text = _SPACE_BEFORE.sub("", text)
    text = _NO_SPACE_BETWEEN.sub(r"\1 ", _NO_SPACE_AFTER.sub(r"\1 ", text))
    if language == "en":
        text = re.sub(r"\bi(?=\s|'[mdlv])", "I", text)
        text = _AN_CONSONANT.sub(r"\1 ", _A_VOWEL.sub(r"\1n ", text))
    return _capitals(text, starts=starts)


def _capitals(text: str, *, starts: bool) -> str:
    """A capital where a sentence begins; a lone word or a name in small letters is left alone."""
    sentences = split_sentences(text)
    if len(sentences) == 1 and not text.rstrip().endswith((".", "!", "?")):
        return text
    return "".join(
        capitalise(sentence) if (place or starts) and sentence[:2].isalpha() else sentence
        for place, sentence in enumerate(sentences)
    )
