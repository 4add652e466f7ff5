"""Answers a question from numbered passages: whole sentences of theirs, each with its number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .concepts import concepts_of
from .language import STOP_WORDS, WORD, language_of, split_sentences
from .prompts import Job

NOT_FOUND = "NOT_FOUND"
MOST = 4
#: What a sentence must share with the question: so much of its words, by weight.
LEAST_SHARE = 0.3
_BLANKS = re.compile(r"\s+")
_STEM = 6


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    number: str
    place: int
    text: str
    score: float


def answer_from_passages(job: Job) -> str:
    """The sentences that share most words with the question, or the word that stands for none."""
    language = language_of(job.content)
    asked = _stems(job.content, language)
    found = [candidate for candidate in _candidates(job, asked) if candidate.score >= LEAST_SHARE]
    best = sorted(found, key=lambda candidate: (-candidate.score, candidate.place))[:MOST]
    if not best:
        return NOT_FOUND
    # A passing mention is left out where another sentence is to the point.
    kept = [candidate for candidate in best if candidate.score * 2 > best[0].score]
    return " ".join(f"{candidate.text} [{candidate.number}]" for candidate in kept)


def _candidates(job: Job, asked: frozenset[str]) -> list[_Candidate]:
    found: dict[str, _Candidate] = {}
    for number, passage in job.context.items():
        if not number.isdigit():
            continue
        head, _, body = passage.partition("\n")
        context = _stems(head, language_of(passage))
        for sentence in split_sentences(body):
            text = _BLANKS.sub(" ", sentence).strip()
            if len(text) < 2 or text in found:
                continue
            score = _score(_stems(text, language_of(passage)), context, asked)
            found[text] = _Candidate(number=number, place=len(found), text=text, score=score)
    return list(found.values())


def _score(words: frozenset[str], context: frozenset[str], asked: frozenset[str]) -> float:
    """Share of the question's words that a sentence has itself; those of the passage's title count a little."""
    own = asked & words
    if not asked or not own:
        return 0.0
    return (len(own) + 0.3 * len((asked & context) - own)) / len(asked)


def _stems(text: str, language: str) -> frozenset[str]:
    stop = STOP_WORDS.get(language, frozenset())
    words = (word.casefold() for word in WORD.findall(text))
    return frozenset(_meaning(word) for word in words if word not in stop and len(word) > 2)


def _meaning(word: str) -> str:
    """The group of general words that it belongs to, else its beginning: "opens" is "opening" is "hours"."""
    concepts = concepts_of(word)
    return f"#{concepts[0]}" if concepts else word[:_STEM].rstrip("s")
