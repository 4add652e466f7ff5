"""What is shown of a passage: the sentences that answer best, with the words that match."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shareai_cms.metering.retry import rows
from shareai_cms.models import Passage
from shareai_cms.search.question import Question
from shareai_cms.search.words import FOLDED_FIRST, fold, primary, spans, stems

LONGEST = 240
ELLIPSIS = "…"
#: Letters shown before the first match of a sentence that is too long to be shown.
LEAD = 60

#: Of a passage; what lies beyond is never shown. Passages are far shorter.
MOST_READ = 10_000

#: A sentence ends at its mark and a space, at the mark of a script without spaces, or with its line. The look behind
#: keeps a long run of marks from being tried from each of its places.
_ENDS = ".!?…\u061f\u06d4\u0589\u0964"
_WIDE_ENDS = "\u3002\uff01\uff1f"
_BREAK = re.compile(
    rf"(?<![{_ENDS}])[{_ENDS}]++[\"”“»’')\]]*+(?=\s)|(?<![{_WIDE_ENDS}])[{_WIDE_ENDS}]++[\u300d\u300f\uff09]*+|\n"
)
_SPACE = re.compile(r"\s+")
#: The end of a line that ends no sentence, as the items of a list do.
_ITEM_END = re.compile(rf"(?<![{_ENDS}{_WIDE_ENDS}:;,\s\"”“»’')\]])[ \t]*\n\s*")
#: Between two of them, once they stand in one line.
BETWEEN_ITEMS = " ·"

Parts = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Excerpt:
    """A piece of a passage in parts, each with whether it matches."""

    heading: str = ""
    parts: Parts = ()
    #: The document's, as in ``SearchDocument.language``.
    language: str = ""


@dataclass(frozen=True)
class _Match:
    """A word of the passage that was asked for."""

    start: int
    end: int
    terms: frozenset[str]


def excerpts(passages: Sequence[int], question: Question) -> dict[int, Excerpt]:
    """The excerpts of these passages; an empty one for a passage that is gone."""
    found = dict.fromkeys(passages, Excerpt())
    named = rows(Passage).filter(pk__in=passages)
    for key, heading, text, language in named.values_list("pk", "heading", "text", "document__language"):
        found[key] = Excerpt(heading, excerpt(text, question, language), language)
    return found


def excerpt(text: str, question: Question, language: str = "", longest: int = LONGEST) -> Parts:
    """At most ``longest`` characters of the text in parts, each with whether it matches; cut between words."""
    text = _ITEM_END.sub(f"{BETWEEN_ITEMS}\n", text[:MOST_READ].strip())
    matches = _matches(text, frozenset(question.terms), language)
    start, end = _window(text, matches, question, longest)
    start, end = _fitted(text, start, end, matches, longest)
    return _parts(text, start, end, matches)


def _matches(text: str, terms: frozenset[str], language: str) -> list[_Match]:
    found = []
    # Where stemmers leave a word's beginning alone, most words need none to be told from the search's.
    firsts = frozenset(term[0] for term in terms) if primary(language) in FOLDED_FIRST else frozenset[str]()
    for span in spans(text, language, firsts):
        if firsts and not any(fold(word)[:1] in firsts for word in span.words):
            continue
        shared = terms.intersection(stems(span.words, language))
        if shared:
            found.append(_Match(span.start, span.end, shared))
    return found


def _window(text: str, matches: Sequence[_Match], question: Question, longest: int) -> tuple[int, int]:
    """The run of whole sentences within ``longest`` that answers best; the earlier of two equal ones."""
    sentences = _sentences(text)
    if not matches:
        return _similar(text, sentences, question, longest)
    starts = [match.start for match in matches]
    best, most = sentences[0], 0
    for number, (start, end) in enumerate(sentences):
        first = bisect_left(starts, start)
        if first == bisect_left(starts, end):
            continue  # what is shown begins with a sentence that matches
        end = _reach(sentences, number, longest)
        terms = frozenset[str]().union(*(match.terms for match in matches[first : bisect_left(starts, end)]))
        if len(terms) > most:
            best, most = (start, end), len(terms)
    return best


def _sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences begin and end, without the space between them; at least one."""
    ends = [match.end() for match in _BREAK.finditer(text)]
    found = []
    for first, last in zip([0, *ends], [*ends, len(text)], strict=True):
        sentence = text[first:last]
        if stripped := sentence.strip():
            start = first + sentence.index(stripped[0])
            found.append((start, start + len(stripped)))
    return found or [(0, len(text))]


def _reach(sentences: Sequence[tuple[int, int]], first: int, longest: int) -> int:
    """Where the sentences from ``first`` on end that fit in together; at least one."""
    start, end = sentences[first]
    for _start, later in sentences[first + 1 :]:
        if later - start > longest:
            break
        end = later
    return end


def _similar(text: str, sentences: Sequence[tuple[int, int]], question: Question, longest: int) -> tuple[int, int]:
    """Where no word matches: the sentence that shares most with the question's words, else the beginning."""
    asked = _trigrams(" ".join(question.words))
    shares = [_share(_trigrams(text[start:end].casefold()), asked) for start, end in sentences]
    number = shares.index(max(shares))
    return sentences[number][0], _reach(sentences, number, longest)


def _trigrams(text: str) -> set[str]:
    return {word[at : at + 3] for word in text.split() for at in range(len(word) - 2)}


def _share(found: set[str], asked: set[str]) -> float:
    """A third and more counts: fewer letters in common are chance."""
    share = len(found & asked) / len(asked) if asked else 0.0
    return share if share >= 1 / 3 else 0.0


def _fitted(text: str, start: int, end: int, matches: Sequence[_Match], longest: int) -> tuple[int, int]:
    """The same piece, cut between words around its first match where it is too long."""
    if end - start <= longest:
        return start, end
    first = next((match.start for match in matches if start <= match.start < end), start)
    room = longest - 2 * len(ELLIPSIS)
    if first - start > LEAD:
        start = _word_start(text, max(start, min(first - LEAD, end - room)), first)
    return start, _word_end(text, start, min(end, start + room))


def _word_start(text: str, place: int, latest: int) -> int:
    space = _SPACE.search(text, max(place - 1, 0), latest)
    return space.end() if space else _letter(text, place)


def _word_end(text: str, start: int, place: int) -> int:
    if place >= len(text) or text[place].isspace():
        return place
    spaces = list(_SPACE.finditer(text, start, place))
    # A script without spaces, or one endless word, is cut between letters.
    if not spaces or spaces[-1].start() - start < (place - start) // 2:
        return _letter(text, place)
    return spaces[-1].start()


def _letter(text: str, place: int) -> int:
    """The place, or the next before it that parts no letter from its marks and no emoji from its other half."""
    while 0 < place < len(text) and (_is_joined(text[place]) or text[place - 1] == "\u200d"):
        place -= 1
    return place


def _is_joined(letter: str) -> bool:
    return letter == "\u200d" or unicodedata.category(letter) in ("Mn", "Mc", "Me") or "🏻" <= letter <= "🏿"


def _parts(text: str, start: int, end: int, matches: Sequence[_Match]) -> Parts:
    made: list[tuple[str, bool]] = []
    place = start
    for first, last in _merged(matches, start, end):
        made += [(text[place:first], False), (text[first:last], True)]
        place = last
    rest = text[place:end]
    made.append((rest.rstrip().removesuffix(BETWEEN_ITEMS) if end < len(text) else rest, False))
    # Whole sentences need no sign that there are others.
    if text[:start].strip() and not _ends_here(text, start):
        made.insert(0, (ELLIPSIS, False))
    if text[end:].strip() and not _ends_here(text, end):
        made.append((ELLIPSIS, False))
    return _joined((_SPACE.sub(" ", piece), is_match) for piece, is_match in made if piece)


def _ends_here(text: str, place: int) -> bool:
    """Whether a sentence or a line has just ended."""
    before = text[:place].rstrip()
    return "\n" in text[len(before) : place + 1] or any(match.end() == len(before) for match in _BREAK.finditer(text))


def _merged(matches: Sequence[_Match], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Places of the matches within a piece, overlapping ones as one."""
    place = start
    pending: tuple[int, int] | None = None
    for match in matches:
        first, last = max(match.start, place), min(match.end, end)
        if first >= last:
            continue
        if pending and first <= pending[1]:
            pending = (pending[0], last)
        else:
            if pending:
                yield pending
            pending = (first, last)
        place = last
    if pending:
        yield pending


def _joined(parts: Iterable[tuple[str, bool]]) -> Parts:
    """Neighbours of the same kind as one part."""
    made: list[tuple[str, bool]] = []
    for piece, is_match in parts:
        if made and made[-1][1] == is_match:
            made[-1] = (made[-1][0] + piece, is_match)
        else:
            made.append((piece, is_match))
    return tuple(made)
