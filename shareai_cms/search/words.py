"""Text to words and words to stems, the same way when the site is indexed and when a visitor asks.

``words`` keeps what a reader would recognise (accents, endings); it is stored with each passage. ``stems`` makes the
terms that the keyword index compares. Both are the same on every database, and safe to be called by many threads.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from string import ascii_letters
from typing import Any, NamedTuple

from shareai_cms.search import general
from shareai_cms.search.stopwords import ELIDED, LISTS

#: A longer run of letters is no word that anyone types: it is cut here, in the index and in the search alike.
LONGEST = 64
#: Entries of a cache before it starts anew. Words follow Zipf's law, so that nearly every one is met again.
CACHED = 50_000
#: Longer tokens are hardly met again: whole sentences of unspaced scripts, addresses.
SHORT = 24

#: Letters and digits, with the marks that stand above, below and beside them in scripts whose vowels are marks.
_LETTER = (
    r"[^\W_\u0640]|[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    r"\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0963\u0971-\u0de3\u0e31\u0e34-\u0e3a"
    r"\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f18-\u0fbc\u102b-\u103e\u17b4-\u17d3\u3099\u309a\u00ad\u200c\u200d]"
)
_RUN = rf"(?:{_LETTER})+"
#: Runs joined by a hyphen, an apostrophe or, as in numbers and article numbers, by a point, comma, slash or line.
_TOKEN = re.compile(rf"{_RUN}(?:(?:['’ʼ＇\-‐‑./_]|(?<=\d),(?=\d)){_RUN})*")
_ASCII = frozenset(ascii_letters)
_PLAIN = re.compile(r"[a-z]+|[0-9]+")
_PART = re.compile(_RUN)
_NUMBER = re.compile(r"[\d.,]+")
#: Thousands set apart as English has them, and as German or Spanish have them; a single 1.000 is left as it is.
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_GERMAN = re.compile(r"\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})")
#: Scripts that are written without spaces between words; Hangul is, with particles stuck to its words.
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    r"\uf900-\ufaff\U00020000-\U0003134f"
)
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_SCRIPTS = re.compile(rf"[{_UNSPACED}\u3099\u309a]+|[^{_UNSPACED}]+")
#: Nothing that is seen: soft hyphens, joiners, Arabic vowel marks and tatweel.
_UNSEEN = re.compile(
    r"[\u00ad\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200c\u200d]"
)
_APOSTROPHES = str.maketrans("’ʼ＇‐‑", "'''--")
_ELIDED = frozenset(ELIDED.split())
_ALEFS = str.maketrans("أإآٱ", "اااا")
_YEH = str.maketrans("ىة", "يه")
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})

#: Snowball's algorithms by primary language tag.
ALGORITHMS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish", "nl": "dutch", "en": "english",
    "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german", "el": "greek", "hi": "hindi",
    "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
#: Languages that are often typed without their accents, and whose stemmers do without: accents go first there, so
#: that both ways of typing meet. Elsewhere a stemmer needs them, and they go afterwards.
FOLDED_FIRST = frozenset({"en", "de", "fr", "es", "it", "pt", "ca", "nl"})


class Span(NamedTuple):
    """Where words stand in a text; the spans of unspaced scripts overlap."""

    start: int
    end: int
    words: tuple[str, ...]


def words(text: str, language: str = "") -> list[str]:
    """The text's words in order: NFKC, case folded, without stop words; bigrams where words are not spaced.

    What is joined by a hyphen gives its parts and the whole (``wi-fi``: wifi, wi, fi), and so does an article number
    (``AB-12``: ab12, ab, 12).
    """
    stop = _stop_words(primary(language))
    found: list[str] = []
    for token in _TOKEN.findall(text):
        for word in _expanded(token):
            if word not in stop:
                found.append(word)  # noqa: PERF401 - twice as fast as a nested comprehension through extend
    return found


def spans(text: str, language: str = "", firsts: frozenset[str] = frozenset()) -> Iterator[Span]:
    """The words of ``words`` with their places, for marking them in the text.

    Given first letters, plain words that begin with none of them are left out at once, others may still be there.
    """
    stop = _stop_words(primary(language))
    others = _ASCII.difference(firsts, map(str.upper, firsts)) if firsts else frozenset[str]()
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token[0] in others and token.isascii() and token.isalpha():
            continue
        start = match.start()
        for first, last in _pieces(token):
            kept = tuple(word for word in _expanded(token[first:last]) if word not in stop)
            if kept:
                yield Span(start + first, start + last, kept)


def stems(found: Sequence[str], language: str = "") -> list[str]:
    """The terms of these words, one each: two forms of a word, with and without accents, are the same term."""
    tag = primary(language)
    known = _known(tag)
    made = []
    for word in found:
        stem = known.get(word)
        made.append(_learn(word, tag, known) if stem is None else stem)
    return made


def fold(word: str) -> str:
    """The word without accents, as people type it: Latin and Greek, the Arabic alefs, nothing of other scripts."""
    if word.isascii():
        return word
    bare = "".join(_bare(letter) for letter in unicodedata.normalize("NFC", word))
    return bare.translate(_ALEFS).translate(_UNDECOMPOSED)


def is_content_word(word: str, language: str = "") -> bool:
    """Whether finding this word means something: no stop word, no single letter."""
    if word in _stop_words(primary(language)):
        return False
    return len(word) > 1 or word.isdigit() or bool(_HAS_UNSPACED.match(word))


def is_general(word: str, language: str) -> bool:
    """Whether any question may have this word, whatever it is about."""
    return word in _general_words(primary(language))


def primary(language: str) -> str:
    """``de-AT`` and ``de_AT`` → ``de``."""
    return language.replace("_", "-").partition("-")[0].lower()


@cache
def version() -> str:
    """Changes when words or stems may come out differently: an index made with another one is made anew."""
    from importlib.metadata import version as installed

    return f"1/{unicodedata.unidata_version}/{installed('snowballstemmer')}"


_expansions: dict[str, tuple[str, ...]] = {}


def _expanded(token: str) -> tuple[str, ...]:
    made = _expansions.get(token)
    if made is None:
        made = tuple(word for first, last in _pieces(token) for word in _expand(_normal(token[first:last])))
        if len(token) > SHORT:
            return made
        if len(_expansions) >= CACHED:
            _expansions.clear()
        _expansions[token] = made
    return made


def _normal(token: str) -> str:
    if token.isascii():
        return token.lower()
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", token.translate(_APOSTROPHES)).casefold())
    # Turkish İ is i with a dot above in lower case.
    text = unicodedata.normalize("NFKC", text).replace("i̇", "i").translate(_APOSTROPHES)
    return "".join(str(unicodedata.digit(each)) if each.isdecimal() else each for each in text)


def _expand(token: str) -> Iterator[str]:
    """The words of a normalised token: the whole where it is more than its parts, then the parts."""
    if _PLAIN.fullmatch(token):
        yield token[:LONGEST]
        return
    is_number = bool(_NUMBER.fullmatch(token))
    if is_number:
        token = _without_thousands(token)
    parts = _PART.findall(_without_apostrophes(token))
    if _is_one(token, parts):
        yield (".".join(parts) if is_number else "".join(parts))[:LONGEST]
        parts = [part for part in parts if len(part) > 1 or part.isdigit()]
    for part in parts:
        yield from _split_by_script(part)


def _without_thousands(number: str) -> str:
    """``1,234.50`` and ``1.234,50`` → 1234.50."""
    if _ENGLISH.fullmatch(number):
        return number.replace(",", "")
    return number.replace(".", "").replace(",", ".") if _GERMAN.fullmatch(number) else number


def _without_apostrophes(token: str) -> str:
    """``children's`` → children, ``l'eau`` → eau, ``o'neill`` → oneill, ``don't`` → dont."""
    if "'" not in token:
        return token
    made = []
    for run in re.split(r"([-./_,])", token):
        head, mark, tail = run.partition("'")
        if mark and head in _ELIDED and len(tail) > 1:
            run = tail
        made.append(run.removesuffix("'s").replace("'", ""))
    return "".join(made)


def _is_one(token: str, parts: list[str]) -> bool:
    """Whether the parts are also known by the whole: ``wi-fi``, ``ab-12``, ``2.5``; not ``and/or``."""
    if not 1 < len(parts) <= 6 or sum(map(len, parts)) > LONGEST or _HAS_UNSPACED.search(token):
        return False
    return any(part[0].isdigit() or part[-1].isdigit() for part in parts) or (len(parts) == 2 and "-" in token)


def _split_by_script(part: str) -> Iterator[str]:
    if not _HAS_UNSPACED.search(part):
        yield part[:LONGEST]
        return
    for run in _SCRIPTS.findall(part):
        if _HAS_UNSPACED.match(run):
            letters = _letters(run)
            yield from (run,) if len(letters) == 1 else map("".join, pairwise(letters))
        else:
            yield run[:LONGEST]


def _letters(run: str) -> list[str]:
    """The run's letters, each with the marks that belong to it."""
    made: list[str] = []
    for sign in run:
        if made and unicodedata.category(sign) in ("Mn", "Mc"):
            made[-1] += sign
        else:
            made.append(sign)
    return made


def _pieces(token: str) -> Iterator[tuple[int, int]]:
    """The token's places: one, or one for each pair of letters of an unspaced script."""
    if not _HAS_UNSPACED.search(token):
        yield 0, len(token)
        return
    for run in _SCRIPTS.finditer(token):
        start = run.start()
        if not _HAS_UNSPACED.match(run.group()):
            yield from ((start + each.start(), start + each.end()) for each in _TOKEN.finditer(run.group()))
            continue
        letters = _letters(run.group())
        places = [start]
        for letter in letters:
            places.append(places[-1] + len(letter))
        yield from ((start, run.end()),) if len(letters) == 1 else zip(places, places[2:], strict=False)


def _bare(letter: str) -> str:
    if letter.isascii():
        return letter
    base = unicodedata.normalize("NFD", letter)
    is_ours = "a" <= base[0] <= "z" or "\u0370" <= base[0] <= "\u03ff" or "\u0300" <= base[0] <= "\u036f"
    return "".join(sign for sign in base if not unicodedata.combining(sign)) if is_ours else letter


@cache
def _stop_words(tag: str) -> frozenset[str]:
    listed = LISTS.get(tag, "").split()
    return frozenset(listed) | frozenset(map(fold, listed))


@cache
def _general_words(tag: str) -> frozenset[str]:
    listed = general.LISTS.get(tag, "").split()
    return frozenset(listed) | frozenset(map(fold, listed))


_stems: dict[str, dict[str, str]] = {}
_lock = threading.Lock()


def _known(tag: str) -> dict[str, str]:
    kind = tag if tag in ALGORITHMS else ""
    return _stems.setdefault(kind, {})


def _learn(word: str, tag: str, known: dict[str, str]) -> str:
    if len(known) >= CACHED:
        known.clear()
    stem = known[word] = _stem(word, tag)
    return stem


def _stem(word: str, tag: str) -> str:
    stemmer = _stemmer(tag)
    if stemmer is None or word[-1:].isdigit():
        return fold(word)
    given = fold(word) if tag in FOLDED_FIRST else word.translate(_ALEFS)
    # A stemmer keeps the word that it works on in itself.
    with _lock:
        made = str(stemmer.stemWord(given))
    return fold(made.translate(_YEH) if tag == "ar" else made) or given


@cache
def _stemmer(tag: str) -> Any:
    """None where there is no algorithm for the language, or not in the version that is installed."""
    if tag not in ALGORITHMS:
        return None
    import snowballstemmer

    try:
        return snowballstemmer.stemmer(ALGORITHMS[tag])
    except KeyError:
        return None
