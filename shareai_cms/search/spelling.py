"""Words that the site does not know, put right by words that it knows.

One misspelt word spoils keywords and vectors alike. A word that exists is never touched, nor one with a digit, a short
one, or one in quotation marks: those are article numbers, names, and what is meant to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shareai_cms.metering.retry import rows
from shareai_cms.models import SearchDocument
from shareai_cms.search.question import Question, quoted, read
from shareai_cms.search.rest import Rest
from shareai_cms.search.stopwords import LISTS
from shareai_cms.search.stores.base import Scope, Store
from shareai_cms.search.words import fold, primary, spans, stems

if TYPE_CHECKING:
    from shareai_cms.search.within import Within

SHORTEST = 4
#: Of a word that has lost a letter.
SHORTEST_LOST = 3
#: Of each half of a word that is two words.
SHORTEST_HALF = 3
#: Words of the site that are looked at for one misspelt word, and unknown words of one search.
CANDIDATES = 12
MOST_UNKNOWN = 5
#: Documents in which the language of a candidate is looked for.
SEEN_IN = 20
#: Passages with a word of which one has to be permitted.
LOOKED_AT = 200
#: Passages that make any near word of the site likelier than a word it does not have.
FREQUENT = 10
#: Whole answers to the rest of the question that make a word likelier than one that the site does not have, and for a
#: word of three letters. Chosen by typing errors put right and foreign words kept; between 1 and 3 it matters little.
TOGETHER = 2.0
TOGETHER_SHORT = 4.0
#: Letters from which two words are hardly ever near by chance.
LONG = 7
#: How much likelier a slip is than a wrong letter, for a word as frequent.
SLIP = 20

#: Scripts that write only some vowels.
_WITHOUT_VOWELS = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    word: str


def correct(question: Question, store: Store, within: Within | None = None) -> Question:
    """The question with its unknown words replaced where one of the site's words is clearly meant; else itself.

    ``within`` leaves out words of which nothing may be seen: of another site, or of what has left the index.
    """
    tokens = list(_tokens(question))
    known = store.frequencies([token.word for token in tokens])
    unknown = [token for token in tokens if token.word not in known and _may_be_wrong(token.word)]
    unknown = [token for token in unknown[:MOST_UNKNOWN] if not _is_a_form(token.word, question, store)]
    if not unknown:
        return question
    text = question.text
    # From the end, so that the places before stay right.
    changes = _changes(tokens, unknown, question, store, lambda word: _is_seen(word, question, store, within))
    for start, end, instead in sorted(changes, reverse=True):
        text = text[:start] + _cased(instead, text[start:end]) + text[end:]
    return question if text == question.text else read(text, question.languages)


def _tokens(question: Question) -> Iterator[_Token]:
    """The question's plain words, outside of quotation marks, in order."""
    phrases = [(at, at + len(phrase)) for phrase in quoted(question.text) for at in [question.text.find(phrase)]]
    for span in spans(question.text, question.languages[0] if len(question.languages) == 1 else ""):
        is_quoted = any(first <= span.start < last for first, last in phrases)
        if len(span.words) == 1 and not is_quoted:
            yield _Token(span.start, span.end, span.words[0])


def _may_be_wrong(word: str) -> bool:
    # Only scripts with letters that are mistyped one by one; bigrams of unspaced scripts are shorter.
    return len(word) >= SHORTEST_LOST and word.isalpha()


def _is_a_form(word: str, question: Question, store: Store) -> bool:
    """Whether the site has another form of the word, and the word is no misspelt one of them."""
    found = [(tag, stem) for tag in question.languages for stem in stems([word], tag) if _is_stem_of(stem, word)]
    known = [(tag, stem) for tag, stem in found if len(store.scan([stem], None, Scope()).keywords(1).passages)]
    if not known:
        return False
    return not any(
        is_one_step(word, other) and not _differ_at_the_end(word, other)
        for other in store.similar_words(word)[:CANDIDATES]
        if any(stems([other], tag) == [stem] for tag, stem in known)
    )


def _is_stem_of(stem: str, word: str) -> bool:
    """A short rest of a long word is a stem by chance."""
    return len(stem) >= SHORTEST or len(word) - len(stem) <= 1


def _differ_at_the_end(word: str, other: str) -> bool:
    """As forms do: ``raincoats`` and ``raincoat``, not ``gameing`` and ``gaming``."""
    kept = min(len(word), len(other)) - 1
    return fold(word)[:kept] == fold(other)[:kept]


def _changes(
    tokens: Sequence[_Token],
    unknown: Sequence[_Token],
    question: Question,
    store: Store,
    is_seen: Callable[[str], bool],
) -> Iterator[tuple[int, int, str]]:
    """Places of the text, and what belongs there."""
    done: set[int] = set()
    for token in unknown:
        if token.start in done:
            continue
        if (joined := _joined(token, tokens, question, store)) and is_seen(joined[2]):
            first, last, _word = joined
            done |= {other.start for other in tokens if first <= other.start < last}
            yield joined
        elif instead := _similar(token.word, question, store, is_seen) or _split(token.word, question, store, is_seen):
            yield token.start, token.end, instead


def _is_seen(word: str, question: Question, store: Store, within: Within | None) -> bool:
    """Whether the word stands in anything that the caller may see."""
    if within is None:
        return True
    terms = tuple(dict.fromkeys(stem for tag in question.languages for stem in stems([word], tag)))
    found = store.scan(terms, None, within.scope()).keywords(LOOKED_AT).documents
    return bool(within.permitted(found).any())


def _joined(token: _Token, tokens: Sequence[_Token], question: Question, store: Store) -> tuple[int, int, str] | None:
    """The word and its neighbour as one word of the site: a space too many."""
    at = tokens.index(token)
    pairs = [(tokens[at], tokens[at + 1])] if at + 1 < len(tokens) else []
    pairs += [(tokens[at - 1], tokens[at])] if at else []
    for first, second in pairs:
        word = first.word + second.word
        if question.text[first.end : second.start] == " " and store.frequencies([word]):
            return first.start, second.end, word
    return None


def _similar(word: str, question: Question, store: Store, is_seen: Callable[[str], bool]) -> str:
    """The word of the question's language, one typing error away, that was most likely meant; empty if there is none.

    In a sentence, words like "which" are the most frequent ones.
    """
    stop_words = _near_stop_words(word, question)
    if len(word) < SHORTEST and stop_words:
        return ""
    candidates = store.similar_words(word)[:CANDIDATES]
    often, rest = store.frequencies(candidates), Rest(question, word, store)
    near = [_Near(other, often.get(other, 0), rest.weight(other), _is_slip(word, other)) for other in candidates]
    meant = sorted((each for each in near if _is_meant(word, each)), key=lambda each: -each.likelihood(rest))
    if stop_words and not _is_likelier(meant, word, stop_words[0]):
        return stop_words[0]
    return next(filter(is_seen, _of_language([each.word for each in meant], question, store)), "")


@dataclass(frozen=True)
class _Near:
    """A word of the site, one typing error away."""

    word: str
    #: Passages with it, and their weight for the rest of the question.
    often: int
    together: float
    is_slip: bool

    def likelihood(self, rest: Rest) -> float:
        return (self.together if rest.is_known else self.often) * (SLIP if self.is_slip else 1)


def _is_meant(word: str, near: _Near) -> bool:
    """Whether it is rather a typing error of a word that is near than a word that the site does not have."""
    is_frequent = near.often >= FREQUENT
    if len(word) < SHORTEST:
        return len(near.word) > len(word) and is_frequent and near.together >= TOGETHER_SHORT
    if is_frequent and (near.word[0] == word[0] or near.together >= TOGETHER):
        return True
    return _is_likely(word, near.word)


def _is_likelier(meant: Sequence[_Near], word: str, stop_word: str) -> bool:
    """Whether a slip of a word that goes well with the rest explains it better than another error of a stop word."""
    is_meant = bool(meant) and meant[0].is_slip and meant[0].together >= TOGETHER
    return is_meant and not _is_slip(word, stop_word)


def _is_slip(word: str, other: str) -> bool:
    """Whether two letters were swapped or one was lost, which leave few ways to have happened.

    A wrong letter could have been any of the alphabet's: a noisy channel as in Kernighan, Church and Gale, "A Spelling
    Correction Program Based on a Noisy Channel Model" (1990).
    """
    return len(other) > len(word) or sorted(word) == sorted(other)


def _is_likely(word: str, other: str) -> bool:
    """Whether it is rather a typing error than a word that the site happens not to have.

    Short words have neighbours by chance: ``park`` and ``dark``, ``early`` and ``nearly``, ``stains`` and ``stairs``.
    """
    is_inside = len(word) != len(other) and word[0] == other[0] and word[-1] == other[-1]
    if _WITHOUT_VOWELS.search(word):
        is_inside = False  # a vowel more makes another word: "walking" and "the walker"
    return len(word) >= LONG or sorted(word) == sorted(other) or is_inside


def _is_sentence(question: Question) -> bool:
    """Whether it has words like "the", so that a misspelt word may be one of them."""
    return len(question.text.split()) > len(question.words)


def _near_stop_words(word: str, question: Question) -> list[str]:
    """Those that may have been meant in a sentence, the likeliest first."""
    if not _is_sentence(question):
        return []
    near = [
        other
        for tag in question.languages
        for other in LISTS.get(primary(tag), "").split()
        if len(other) >= SHORTEST and is_one_step(word, other) and (len(word) < SHORTEST or _is_likely(word, other))
    ]
    # People seldom mistype the first letter, and lose or add fewer letters than they mistake.
    return sorted(near, key=lambda other: (other[0] != word[0], abs(len(other) - len(word))))


def _of_language(candidates: Sequence[str], question: Question, store: Store) -> list[str]:
    """Those that stand in a document of one of the question's languages."""
    tags = {primary(tag) for tag in question.languages}
    if len(candidates) == 0 or len(question.languages) > 1 or tags == {""}:
        return list(candidates)
    seen = {word: _documents_with(word, question, store) for word in candidates}
    wanted = set().union(*seen.values())
    languages = dict(rows(SearchDocument).filter(pk__in=wanted).values_list("pk", "language"))
    return [word for word in candidates if any(primary(languages.get(each, "")) in {*tags, ""} for each in seen[word])]


def _documents_with(word: str, question: Question, store: Store) -> list[int]:
    found = store.scan(stems([word], question.languages[0]), None, Scope()).keywords(SEEN_IN)
    return [int(document) for document in found.documents]


def _split(word: str, question: Question, store: Store, is_seen: Callable[[str], bool]) -> str:
    """The word as two words that stand together in a passage: a space too few."""
    halves = [(word[:at], word[at:]) for at in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)]
    known = store.frequencies([half for pair in halves for half in pair])
    pairs = [pair for pair in halves if pair[0] in known and pair[1] in known]
    # The rarer half decides: everything ends in some frequent word.
    pairs.sort(key=lambda pair: -min(known[pair[0]], known[pair[1]]))
    together = (pair for pair in pairs if _stand_together(pair, question, store))
    return next((" ".join(pair) for pair in together if all(map(is_seen, pair))), "")


def _stand_together(pair: tuple[str, str], question: Question, store: Store) -> bool:
    one, other = (store.scan(stems([word], question.languages[0]), None, Scope()) for word in pair)
    passages = one.keywords(1_000).passages
    return bool(len(passages) and (other.scores_of(passages)[0] > 0).any())


def _cased(word: str, typed: str) -> str:
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word


def is_one_step(one: str, other: str) -> bool:
    """Damerau-Levenshtein distance 1: a letter changed, lost or added, or two neighbours swapped."""
    one, other = sorted((fold(one), fold(other)), key=len)
    if one == other or len(other) - len(one) > 1:
        return False
    at = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    is_swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return one[at + 1 :] == other[at + 1 :] or is_swapped
