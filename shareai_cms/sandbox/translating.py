"""Word by word, and marked as what it is: nobody shall take it for a translation to be published."""

from __future__ import annotations

import re

from .language import capitalise
from .markup import change_html, open_html
from .phrases.dictionary import FORMS, MARKS, WORDS

#: A letter beside a digit is part of a name, such as a size of paper.
_WORD = re.compile(r"(?<!\d)[^\W\d_]+(?:['’][^\W\d_]+)?(?!\w)( ?)")
#: Joined to the word that follows, as Arabic writes "and".
_JOINED = "و"


def translate_plain(text: str, source: str, target: str) -> str:
    return f"{mark_of(target)} {_translated(text, source, target)}"


def translate_html(markup: str, source: str, target: str) -> str:
    return open_html(change_html(markup, lambda text, _piece: _translated(text, source, target)), mark_of(target))


def mark_of(target: str) -> str:
    return MARKS.get(target) or f"[sandbox → {target}]"


def _translated(text: str, source: str, target: str) -> str:
    table = WORDS.get((source, target))
    if table is None:
        return text
    forms = FORMS.get(source, {})

    def other(match: re.Match[str]) -> str:
        space = match[1]
        word = match[0].removesuffix(space)
        known = table.get(word.lower(), table.get(forms.get(word.lower(), "")))
        if known is None:
            return _joined(word, table) + space
        if known in ("", _JOINED):
            return known
        is_name = word[0].isupper() and (source != "de" or _opens(text, match.start()))
        return (capitalise(known) if is_name else known) + space

    translated = _WORD.sub(other, text)
    return capitalise(translated) if text[:1].isupper() else translated


def _opens(text: str, start: int) -> bool:
    """Whether a sentence begins here: within one, German nouns have a capital that other languages do not write."""
    before = text[:start].rstrip()
    return not before or before[-1] in ".!?:\n"


def _joined(word: str, table: dict[str, str]) -> str:
    """An Arabic word with "and" before it."""
    rest = table.get(word[1:]) if word.startswith(_JOINED) else None
    return f"{table[_JOINED]} {rest}" if rest else word
