"""Answers a question from numbered passages: whole sentences of theirs, each with its number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .concepts import concepts_of
from .language import SENTENCE_ENDS, STOP_WORDS, WORD, language_of, split_sentences
from .prompts import Job

NOT_FOUND = "NOT_FOUND"
MOST = 3
#: What a sentence must share with the question: so much of its words.
LEAST_SHARE = 0.3
#: Sentences that share less than this part of what the best one shares are passing mentions.
TO_THE_POINT = 0.7
#: What the heading above a sentence, or the question before it, adds for words that the sentence lacks.
ABOVE = 0.8
#: A sentence repeats another where the shorter one shares so much of its words with it, as a teaser does. All words
#: count, and as they stand: one more or another number makes another sentence.
SAME = 0.85
_STEM = 6


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    number: str
    text: str
    words: frozenset[str]
    score: float

    def repeats(self, other: _Candidate) -> bool:
        shorter = min(len(self.words), len(other.words))
        return len(self.words & other.words) >= SAME * shorter


def answer_from_passages(job: Job) -> str:
    """The sentences that share most words with the question, or the word that stands for none."""
    asked = _stems(job.content, language_of(job.content))
    found = [each for each in _candidates(job, asked) if each.score >= LEAST_SHARE]
    if not found:
        return NOT_FOUND
    best = max(each.score for each in found)
    ranked = sorted((each for each in found if each.score >= best * TO_THE_POINT), key=lambda each: -each.score)
    return " ".join(f"{each.text} [{each.number}]" for each in _different(ranked))


def _different(ranked: Iterable[_Candidate]) -> list[_Candidate]:
    """The first ones that do not say what a better one has said."""
    chosen: list[_Candidate] = []
    for each in ranked:
        if len(chosen) < MOST and not any(each.repeats(other) for other in chosen):
            chosen.append(each)
    return chosen


def _candidates(job: Job, asked: frozenset[str]) -> Iterator[_Candidate]:
    for number, passage in job.context.items():
        if not number.isdigit():
            continue
        language = language_of(passage)
        above: frozenset[str] = frozenset()
        for text in _sentences(passage):
            words = _stems(text, language)
            if not text.endswith(SENTENCE_ENDS) or text.endswith(("?", "؟")):
                # A heading or a question says nothing itself, and what the next sentence is about.
                above = words
                continue
            yield _Candidate(number=number, text=text, words=_all_words(text), score=_score(words, above, asked))


def _sentences(passage: str) -> Iterator[str]:
    for line in passage.splitlines():
        yield from (" ".join(sentence.split()) for sentence in split_sentences(line.strip()))


def _score(words: frozenset[str], above: frozenset[str], asked: frozenset[str]) -> float:
    own, beside = asked & words, (asked & above) - words
    return (len(own) + ABOVE * len(beside)) / len(asked) if asked else 0.0


def _all_words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in WORD.findall(text))


def _stems(text: str, language: str) -> frozenset[str]:
    stop = STOP_WORDS.get(language, frozenset())
    words = (word.casefold() for word in WORD.findall(text))
    return frozenset(_meaning(word) for word in words if word not in stop and len(word) > 2)


def _meaning(word: str) -> str:
    """The topic of general words that it belongs to, else its beginning: "opens" is "opening" is "hours"."""
    concepts = concepts_of(word)
    return f"#{concepts[0][0]}" if concepts else word[:_STEM].rstrip("s")
