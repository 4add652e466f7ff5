"""Wordings that the sandbox knows: what is said at length, and how it is said shorter.

Every entry keeps the grammar around it as it is, which is why some familiar ones are missing.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import arabic, english, german

_LANGUAGES = {"en": english, "de": german, "ar": arabic}


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.strip().splitlines())


def _table(text: str) -> dict[str, str]:
    return dict(line.split(" = ", 1) for line in _lines(text))


#: Words that say nothing; the sentence goes on without them.
EMPTY: Mapping[str, tuple[str, ...]] = {code: _lines(words.EMPTY) for code, words in _LANGUAGES.items()}
#: Asides that a sentence loses together with the two commas around them.
ASIDES: Mapping[str, tuple[str, ...]] = {code: _lines(words.ASIDES) for code, words in _LANGUAGES.items()}
#: What is said at length, and its short form.
SHORTER: Mapping[str, Mapping[str, str]] = {code: _table(words.SHORTER) for code, words in _LANGUAGES.items()}
#: Ordinary words with a twin, for a sentence in which nothing was said at length.
TWINS: Mapping[str, Mapping[str, str]] = {code: _table(words.TWINS) for code, words in _LANGUAGES.items()}
