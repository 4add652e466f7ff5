"""Which sentences of an answer are held up by the passages that it was given.

A sentence is shown only when it names its passages by numbers that exist, and when every figure and every address in
it stands in one of them or in the question. What a model makes up, or was talked into by a passage, fails at that.
"""

# ruff: noqa: RUF001 -- punctuation of several scripts is the subject here

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from shareai_cms.actions.codecs import has_markup, without_hidden
from shareai_cms.actions.events import Delta
from shareai_cms.actions.sentences import Sentence, SentenceSplitter
from shareai_cms.marketplace.text import clean

#: What a model answers when the passages do not hold the answer.
NOT_FOUND = "NOT_FOUND"

_CITATION = re.compile(r"[\[【]\s*(\d[\d\s,;–-]*)[\]】]")
_SAYS_NOT_FOUND = re.compile(r"\bNOT[_ ]FOUND\b")
#: Marks of lists, quotations and headings at the beginning of a line.
_LINE_MARK = re.compile(r"\A(?:[-*•>#]+\s+|\d{1,2}[.)]\s+)+")
#: Emphasis and code as Markdown has them; an underscore inside a word stays.
_EMPHASIS = re.compile(r"\*{1,3}|`+|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)")
_SPACE_BEFORE = re.compile(r"\s+(?=[.,;:!?…؟،。！？])")
_FIGURE = re.compile(r"\d+(?:[.,:/'’\u00a0\u202f ]\d+)*")
_DIGITS = re.compile(r"\d+")


@cache
def _addresses() -> re.Pattern[str]:
    """Web and mail addresses, with or without what comes before the host; made at the first answer: it takes long."""
    return re.compile(
        r"[a-z][a-z0-9+.-]*://\S+|(?:mailto|javascript|data|tel):\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
        r"|(?<![\w@])(?:[\w-]+\.)+[^\W\d_]{2,}(?:/\S*)?",
        re.IGNORECASE,
    )


@dataclass(frozen=True, kw_only=True)
class Source:
    """A page that an answer may point to."""

    title: str
    #: Empty where it has no page of its own.
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class CitedPassage:
    """A passage that an answer may draw on; several may be of one source."""

    source: Source
    text: str
    heading: str = ""

    @property
    def words(self) -> str:
        """Everything that a model is shown of it."""
        return "\n".join(filter(None, (self.source.title, self.heading, self.text)))


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence with the passages that hold it, by their places from 0."""

    text: str
    passages: tuple[int, ...]
    begins_line: bool = False


def claim_of(sentence: Sentence, passages: tuple[CitedPassage, ...], question: str) -> Claim | None:
    """The sentence as it may be shown; None for one that must not be."""
    numbers = _numbers(sentence.text)
    if not numbers or any(not 1 <= number <= len(passages) for number in numbers):
        return None
    text = _plain(sentence.text)
    places = tuple(dict.fromkeys(number - 1 for number in numbers))
    grounds = [*(passages[place].words for place in places), question]
    if not any(character.isalpha() for character in text) or has_markup(text) or not _is_held(text, grounds):
        return None
    return Claim(text=text, passages=places, begins_line=sentence.begins_line)


@dataclass(kw_only=True)
class CitationSieve:
    """Lets through what ``claim_of`` does, while the answer is written; sources are numbered as they are cited."""

    passages: tuple[CitedPassage, ...]
    question: str
    sentences: list[dict[str, Any]] = field(default_factory=list)
    sources: dict[Source, int] = field(default_factory=dict)
    #: Sentences that were not let through.
    left_out: int = 0
    says_not_found: bool = False
    _splitter: SentenceSplitter = field(default_factory=SentenceSplitter, repr=False)

    def feed(self, piece: str) -> Iterator[Delta]:
        """What may be shown now that this piece has come."""
        yield from self._sift(self._splitter.feed(piece))

    def end(self) -> Iterator[Delta]:
        """What may be shown of the rest."""
        yield from self._sift(self._splitter.end())

    def _sift(self, sentences: Iterable[Sentence]) -> Iterator[Delta]:
        for sentence in sentences:
            if _SAYS_NOT_FOUND.search(sentence.text):
                self.says_not_found = True
                continue
            claim = claim_of(sentence, self.passages, self.question)
            if claim is not None:
                yield self._shown(claim)
            elif any(character.isalpha() for character in sentence.text):
                self.left_out += 1

    def _shown(self, claim: Claim) -> Delta:
        known = len(self.sources)
        for place in claim.passages:
            self.sources.setdefault(self.passages[place].source, len(self.sources) + 1)
        numbers = sorted({self.sources[self.passages[place].source] for place in claim.passages})
        told = {"text": claim.text, "sources": numbers, "begins_line": claim.begins_line and bool(self.sentences)}
        self.sentences.append(told)
        return Delta(text=claim.text, more={**told, "new_sources": self.listed()[known:]})

    def listed(self) -> list[dict[str, Any]]:
        """The sources cited so far, in the order of their numbers."""
        return [{"number": number, "title": source.title, "url": source.url} for source, number in self.sources.items()]


def _numbers(text: str) -> list[int]:
    found: list[int] = []
    for group in _CITATION.findall(text):
        for part in re.split(r"[\s,;]+", group.strip(" ,;–-")):
            ends = [int(number) for number in _DIGITS.findall(part)[:2]]
            if not ends:
                continue
            # "[2-4]" names all three; a longer row is no citation.
            first, last = ends[0], ends[-1]
            found += range(first, last + 1) if first <= last < first + 20 else [0]
    return found


def _plain(text: str) -> str:
    text = without_hidden(clean(_CITATION.sub("", text)))
    text = _EMPHASIS.sub("", _LINE_MARK.sub("", text.strip()))
    return _SPACE_BEFORE.sub("", " ".join(text.split()))


def _is_held(text: str, grounds: list[str]) -> bool:
    """Whether each figure and address of a text stands in what it is said to be taken from."""
    known = "\n".join(grounds)
    folded = known.casefold()
    if any(address.rstrip(".,;:!?)'\"”»").casefold() not in folded for address in _addresses().findall(text)):
        return False
    figures = {form for figure in _FIGURE.findall(known) for form in _forms(figure)}
    return all(_is_known(figure, figures) for figure in _FIGURE.findall(text))


def _forms(figure: str) -> Iterator[str]:
    parts = _DIGITS.findall(figure)
    yield _value("".join(parts))
    yield from map(_value, parts)


def _is_known(figure: str, known: set[str]) -> bool:
    """Written otherwise it is the same: "9:00" for "9", "1,000" for "1 000"."""
    parts = _DIGITS.findall(figure)
    return _value("".join(parts)) in known or all(_value(part) in known for part in parts if int(part))


def _value(digits: str) -> str:
    # Digits of any script, without zeros in front.
    return str(int(digits[:40]))
