"""Phrases exchanged for others, in the case that they had."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .language import capitalise


class Swapper:
    """Knows a table of phrases; the longest that fits wins. An empty replacement drops the phrase."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = {phrase.lower(): other for phrase, other in table.items()}
        known = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in sorted(table, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<![\w-])(?:{known})(?![\w-])", re.IGNORECASE) if known else None

    def apply(self, text: str) -> str:
        if self._pattern is None:
            return text
        return self._pattern.sub(self._other, text)

    def _other(self, match: re.Match[str]) -> str:
        other = self._table[" ".join(match[0].lower().split())]
        return capitalise(other) if match[0][0].isupper() else other

    def drop(self, text: str) -> str:
        """The text without the phrases, and without the spaces and commas that they leave."""
        if self._pattern is None or not self._pattern.search(text):
            return text
        left = re.sub(rf",?\s*{self._pattern.pattern},?(?=\s)", "", f"{text} ", flags=re.IGNORECASE).strip()
        return capitalise(left) if text[:1].isupper() else left
