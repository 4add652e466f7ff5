"""Title alternatives out of a text's own words."""

# ruff: noqa: RUF001 -- punctuation of several scripts is the subject here

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from .language import STOP_WORDS, WORD, capitalise, clip, keywords, split_sentences
from .rewriting import is_title

_LETTER = re.compile(r"\{(\w+)\}")
_SEPARATOR = re.compile(r"[,;:،؛](?=\s|$)|[()“”\"]|\s[–—-]\s")
_LEADING = re.compile(
    r"^(?:and|but|so|or|then|also|however|und|aber|denn|doch|also|in short:?|kurz gesagt:?|ولكن|لكن|ثم)\s+",
    re.IGNORECASE,
)
_LEANING_WORDS = """
it they them this that these those he she his her their its there here who which when if because although while since
once as to of for particularly especially elsewhere
er sie es dies diese dieser dieses das dort hier wer ob wenn weil obwohl während als da dass darüber außerdem zudem
besonders
هو هي هم هذا هذه ذلك التي الذي إذا عندما
"""
#: A title that begins with one of these leans on the sentence before it.
_LEANING = frozenset(_LEANING_WORDS.split())
#: ``{A}`` begins with a capital, ``{a}`` is as it stands in the text, ``{ta}`` with the article it has there.
_PATTERNS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "{A}, {b} and {c} at a glance",
        "A closer look at {ta}",
        "{A} and {b}: what to know",
        "From {ta} to {tb}: a short guide",
        "All about {ta}",
        "{A} and {b} at a glance",
    ),
    "de": (
        "{A}, {b} und {c} auf einen Blick",
        "{A} und {b}: das Wichtigste",
        "Rund um {a} und {b}",
        "{A} – ein kurzer Überblick",
        "{A}, kurz erklärt",
    ),
    "ar": (
        "نظرة على {a} و{b}",
        "{a} و{b}: أهم ما يجب معرفته",
        "كل ما يهم عن {a}",
        "{a} باختصار",
        "دليل قصير إلى {a} و{b}",
    ),
    "": ("{A} · {b} · {c}", "{A} – {b}", "{B} – {a}", "{C}: {a}, {b}"),
}
#: With a topic alone.
_ONE: Mapping[str, tuple[str, ...]] = {
    "en": ("{A} at a glance", "{A}: what to know", "All about {a}", "{A}, explained", "A short guide to {a}"),
    "de": ("{A} auf einen Blick", "{A}: das Wichtigste", "Alles über {a}", "{A}, kurz erklärt", "Rund um {a}"),
    "ar": ("نظرة على {a}", "{a}: أهم النقاط", "كل ما يهم عن {a}", "{a} باختصار", "دليل قصير إلى {a}"),
    "": ("{A} …", "« {A} »"),
}


def suggest_titles(text: str, language: str, *, most: int, limit: int, known: Sequence[str] = ()) -> list[str]:
    """Up to ``most`` titles that differ from each other and from those already known."""
    key = language if language in _PATTERNS else ""
    patterns = _filled(_PATTERNS[key], keywords(text, language, most=3), text)
    clauses = _clauses(text, language, limit)
    topic = clip(next(iter(known), "") or _first_line(text), limit, language)
    # Sentences of the text and patterns take turns: people compare them more easily so.
    ordered = [title for pair in zip(clauses[:2], patterns[:2], strict=False) for title in pair]
    spare = _filled(_ONE[key], [topic] if topic else [], text)
    found = [*ordered, *patterns, *clauses, *spare, topic]
    return _different([*spare, *found] if is_title(text) else found, most=most, limit=limit, known=known)


def _filled(patterns: Iterable[str], words: Sequence[str], text: str) -> list[str]:
    """The patterns for which there are words enough."""
    names: dict[str, str] = {}
    for letter, word in zip("abc", words, strict=False):
        has_article = re.search(rf"\bthe {re.escape(word)}\b", text, re.IGNORECASE) is not None
        names |= {letter: word, letter.upper(): capitalise(word), f"t{letter}": f"the {word}" if has_article else word}
    return [pattern.format(**names) for pattern in patterns if set(_LETTER.findall(pattern)) <= set(names)]


def _clauses(text: str, language: str, limit: int) -> list[str]:
    """Parts of sentences that can stand alone, those with most of the text's keywords first."""
    weighty = {word.lower() for word in keywords(text, language, most=8)}
    stop = STOP_WORDS.get(language, frozenset())
    found: dict[str, float] = {}
    for place, sentence in enumerate(split_sentences(text[:20_000])[:60]):
        # What follows a comma leans on what stands before it.
        for part in (line.strip() for line in re.split(r"[;:؛]\s|\n", sentence)):
            clause = _LEADING.sub("", _SEPARATOR.split(part)[0].strip(" .!?؟…。！？'’»«")).strip()
            words = WORD.findall(clause.lower())
            if not 3 <= len(words) <= 9 or len(clause) > limit or words[0] in _LEANING or words[-1] in stop:
                continue
            found.setdefault(capitalise(clause), len(weighty & set(words)) + 1 / (1 + place))
    return sorted(found, key=lambda clause: -found[clause])


def _first_line(text: str) -> str:
    sentences = split_sentences(text.strip()[:2_000].split("\n")[0])
    return sentences[0].strip(" .!?؟…。！？") if sentences else ""


def _different(titles: Iterable[str], *, most: int, limit: int, known: Sequence[str]) -> list[str]:
    seen = {title.strip().casefold() for title in known}
    chosen: list[str] = []
    for title in titles:
        if title and len(title) <= limit and title.casefold() not in seen and len(chosen) < most:
            seen.add(title.casefold())
            chosen.append(title)
    return chosen
