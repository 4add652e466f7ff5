"""What was typed, read: safe text, its words, and the terms that the keyword index compares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shareai_cms.marketplace.text import clean
from shareai_cms.search.words import is_content_word, is_general, stems, words

#: Characters and words of a search that are looked at; nobody asks a longer question.
LONGEST = 1_000
MOST_WORDS = 64

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\s]+")
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]+)[\"”“»]")


@dataclass(frozen=True, kw_only=True)
class Question:
    """A search as the index understands it."""

    #: One line of valid Unicode, at most ``LONGEST`` characters.
    text: str
    #: BCP 47 tags of the languages that the words may be in.
    languages: tuple[str, ...]
    #: Lower case, without stop words, each once, in the order typed.
    words: tuple[str, ...]
    #: Stems of the words in every one of the languages.
    terms: tuple[str, ...]
    #: Those terms whose hit alone means something: not of a single letter nor "best" or "time", unless there are no
    #: others.
    strong_terms: tuple[str, ...]


def read(text: str, languages: Sequence[str]) -> Question:
    """Never raises, whatever was typed."""
    text = tidy(text)
    found = tuple(dict.fromkeys(word for tag in languages for word in words(text, tag)))[:MOST_WORDS]
    strong = tuple(word for word in found if _is_strong(word, languages))
    terms = _terms(found, languages)
    return Question(
        text=text,
        languages=tuple(languages),
        words=found,
        terms=terms,
        strong_terms=_terms(strong, languages) or terms,
    )


def tidy(text: str) -> str:
    """One line without control characters, cut after a word."""
    # Cut first: nobody needs ten thousand characters looked at.
    line = _UNSEEN.sub(" ", clean(text[: LONGEST * 4])).strip()
    if len(line) <= LONGEST:
        return line
    head = line[:LONGEST]
    return (head.rpartition(" ")[0] if line[LONGEST] != " " else head).rstrip() or head


def quoted(text: str) -> tuple[str, ...]:
    """What stands in quotation marks: meant to the letter."""
    return tuple(_QUOTED.findall(text))


def _is_strong(word: str, languages: Sequence[str]) -> bool:
    return is_content_word(word) and not any(is_general(word, tag) for tag in languages)


def _terms(found: Sequence[str], languages: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term for tag in languages for term in stems(found, tag)))
