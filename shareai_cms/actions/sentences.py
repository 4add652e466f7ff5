"""Cuts an answer that is still being written into sentences, each with the citations that stand after it."""

# ruff: noqa: RUF001 -- punctuation of several scripts is the subject here

from __future__ import annotations

import re
from dataclasses import dataclass

#: A longer one is handed over as it is: no answer that keeps to its rules has such a sentence.
LONGEST = 1_500

_CITATION = r"[\[【]\s*\d[\d\s,;–-]*[\]】]"
#: The end of a sentence, and the citations after it; a full stop only where a space or a citation follows.
_END = re.compile(rf"(?:(?P<mark>[.!?؟…]+)[\"”’»)*_]*(?=\s|[\[【])|[。！？]+[”’」』)]*|\n)(?:\s*{_CITATION})*")
#: What may still become a citation.
_OPENED = re.compile(r"[\[【][\d\s,;–-]*\Z")
_LAST_WORD = re.compile(r"([^\s(\"“„«'’\[]+)\Z")
#: After these a full stop ends no sentence, in the languages that the interface speaks.
_ABBREVIATED = (
    "e.g i.e etc dr mr mrs ms prof st no nr vs z.b d.h u.a bzw ca vgl approx inc ltd co vol fig tel m mme mlle "
    "p.ex c.-à-d sr sra srta ud uds p.ej núm pág av"
)
ABBREVIATIONS = frozenset(_ABBREVIATED.split())


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence as it was written, without the space around it."""

    text: str
    #: Whether it begins a line.
    begins_line: bool = False


class SentenceSplitter:
    """Takes pieces of any size and gives back whole sentences; joined, they hold all that was written."""

    def __init__(self) -> None:
        self._rest = ""
        self._begins_line = True

    def feed(self, piece: str) -> list[Sentence]:
        """The sentences that are certain to be complete by now."""
        found: list[Sentence] = []
        # A whole answer may come at once: what is looked through again and again stays short.
        for start in range(0, len(piece), LONGEST):
            self._rest += piece[start : start + LONGEST]
            while (end := self._end_of_first()) is not None:
                self._cut(end, found)
        return found

    def end(self) -> list[Sentence]:
        """What is left when nothing more comes."""
        found = self.feed("\n\x00")
        self._rest = ""
        return found

    def _cut(self, end: int, found: list[Sentence]) -> None:
        text, self._rest = self._rest[:end], self._rest[end:]
        if text.strip():
            found.append(Sentence(text=text.strip(), begins_line=self._begins_line))
            self._begins_line = False
        if text.rstrip(" \t") != text.rstrip() or "\n" in self._gap():
            self._begins_line = True

    def _gap(self) -> str:
        return self._rest[: len(self._rest) - len(self._rest.lstrip())]

    def _end_of_first(self) -> int | None:
        for match in _END.finditer(self._rest):
            after = self._rest[match.end() :].lstrip()
            if not after or _OPENED.match(after[:40]):
                # Whether a citation follows will be known with the next piece.
                break
            if not self._is_abbreviation(match):
                return match.end()
        return LONGEST if len(self._rest) > LONGEST else None

    def _is_abbreviation(self, match: re.Match[str]) -> bool:
        if match["mark"] != "." or match.end() > match.end("mark"):
            return False
        found = _LAST_WORD.search(self._rest, max(0, match.start() - 20), match.start())
        word = found[1].lower() if found else ""
        # "3. Mai" and "J. Smith"; a year does end a sentence.
        is_ordinal = word.isdigit() and len(word) < 3
        return word in ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or is_ordinal
