"""Finds names of the vocabularies in a text: the longest that fits, in their inflected forms, and in compounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from shareai_cms.actions.grounding.inflections import compound_rests, forms_of
from shareai_cms.actions.grounding.kinds import BRAND, CERTIFICATION, COLOUR, MATERIAL
from shareai_cms.actions.grounding.reading import LANGUAGES, Word, plain, words_of
from shareai_cms.actions.grounding.words.brands import BRANDS
from shareai_cms.actions.grounding.words.colours import COLOURS, DARK, LIGHT, SHADE_FOLLOWS
from shareai_cms.actions.grounding.words.idioms import IDIOMS, NOT_COMPOUNDS
from shareai_cms.actions.grounding.words.marks import CERTIFICATIONS
from shareai_cms.actions.grounding.words.materials import MATERIALS
from shareai_cms.actions.grounding.words.nearby import AFTER, BEFORE, FREE, LOOKS, LOOKS_BEFORE, ORDINARY, WITHOUT

#: Kind of a phrase that means nothing that is checked.
IDIOM = "idiom"
_LONGEST_GAP = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of a vocabulary."""

    kind: str
    concept: str
    needs_context: bool = False
    needs_capital: bool = False
    is_capitals: bool = False


class Found(NamedTuple):
    """A name that stands in a text."""

    kind: str
    concept: str
    start: int
    end: int


class Table:
    """The names of one language, with those of English where that is another."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._entries: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        self._stems: dict[str, Entry] = {}
        column = LANGUAGES.index(language)
        # Idioms come first: of two that are as long, the first is taken.
        for spoken in dict.fromkeys((language, "en")):
            for phrase in IDIOMS[spoken].split("|"):
                self._add(words_in(phrase), Entry(IDIOM, ""))
        for rows, kind in ((MATERIALS, MATERIAL), (COLOURS, COLOUR), (CERTIFICATIONS, CERTIFICATION)):
            for concept, names in rows_of(rows):
                self._add_names(kind, concept, names[column], language)
                if language != "en":
                    self._add_names(kind, concept, names[0], "en")
        for name in BRANDS:
            self._add(words_in(name), Entry(BRAND, name, needs_capital=True))
        for found in self._entries.values():
            found.sort(key=lambda each: -len(each[0]))

    def _add_names(self, kind: str, concept: str, names: str, language: str) -> None:
        for written in (name.strip() for name in names.split(",")):
            name = written.lstrip("~^")
            words = words_in(name)
            if not words:
                continue
            is_code = name.isupper() and len(words) == 1 and name.isascii()
            entry = Entry(kind, concept, written[0] == "~", written[0] == "^", is_code and kind == CERTIFICATION)
            if name.endswith("-") and language == "de":
                self._stems[words[0]] = entry
            elif len(words) == 1 and not is_code:
                if words[0] not in ORDINARY.get(self.language, ()) or language == self.language:
                    for form in forms_of(words[0], language, kind):
                        self._add((form,), entry)
            else:
                self._add(words, entry)
                if language in ("de", "fr", "es") and not is_code:
                    for form in forms_of(words[0], language, COLOUR):
                        self._add((form, *words[1:]), entry)

    def _add(self, words: tuple[str, ...], entry: Entry) -> None:
        if words:
            known = self._entries.setdefault(words[0], [])
            if not any(rest == words[1:] for rest, _entry in known):
                known.append((words[1:], entry))

    def find(self, text: str, words: Sequence[Word], *, is_fact: bool = False) -> Iterator[Found]:
        """The names in a text, from its beginning, none within another; idioms too, so that nobody else takes them."""
        place, is_plain, entries = 0, self.language not in ("de", "ar"), self._entries
        while place < len(words):
            if is_plain and words[place][0] not in entries:
                place += 1
                continue
            entry, length = self._longest(text, words, place, is_fact=is_fact)
            if entry is None:
                place += 1
                continue
            yield self._found(entry, text, words, place, length)
            place += length

    def _longest(self, text: str, words: Sequence[Word], place: int, *, is_fact: bool) -> tuple[Entry | None, int]:
        word = words[place]
        for rest, entry in self._entries.get(word.key, ()):
            if rest and not _follows(text, words, place, rest):
                continue
            if _is_meant(entry, text, words, place, len(rest) + 1, is_fact=is_fact):
                return entry, len(rest) + 1
        if self.language == "de" and len(word.key) > 5:
            return self._compound(word.key), 1
        if self.language == "ar" and len(word.key) > 3:
            return self._prefixed(word.key), 1
        return None, 1

    def _compound(self, word: str) -> Entry | None:
        """ "Eichentisch" is of what "Eichen-" begins."""
        if word in NOT_COMPOUNDS:
            return None
        for length in range(min(len(word) - 3, 16), 2, -1):
            entry = self._stems.get(word[:length])
            if entry is not None:
                rest = word[length:]
                if rest.startswith("frei"):
                    return Entry(entry.kind, f"{entry.concept}-free")
                if rest.startswith(("optik", "look", "imitat", "effekt", "farb")):
                    return Entry(entry.kind, f"{entry.concept}-look")
                return entry if compound_rests(rest) else None
        return self._shaded(word)

    def _shaded(self, word: str) -> Entry | None:
        """ "dunkelblau": a shade joined to its colour."""
        for shade, table in (("dark", DARK), ("light", LIGHT)):
            for prefix in table["de"].split()[:4]:
                rest = self._entries.get(word.removeprefix(prefix)) if word.startswith(prefix) else None
                if rest and not rest[-1][0] and rest[-1][1].kind == COLOUR:
                    return Entry(COLOUR, f"{shade}-{rest[-1][1].concept}")
        return None

    def _prefixed(self, word: str) -> Entry | None:
        """An Arabic word with an article, or a word joined before it."""
        for prefix in ("وال", "بال", "لل", "كال", "فال", "ال", "و", "ب", "ل"):
            if word.startswith(prefix):
                for rest, entry in self._entries.get(word[len(prefix) :], ()):
                    if not rest and not entry.needs_context:
                        return entry
        return None

    def _found(self, entry: Entry, text: str, words: Sequence[Word], place: int, length: int) -> Found:
        first, last = place, place + length - 1
        kind, concept = entry.kind, entry.concept
        if concept in ("gold", "silver") and first and words[first - 1].key in ("in", "colour", "color", "farbe"):
            kind, concept = COLOUR, f"{concept}-colour"
        if kind == COLOUR and not concept.startswith(("dark-", "light-")):
            shade, first, last = self._shade(text, words, first, last)
            concept = f"{shade}-{concept}" if shade else concept
        if kind in (MATERIAL, COLOUR):
            concept, last = _qualified(concept, text, words, first, last)
        return Found(kind, concept, words[first].start, words[last].end)

    def _shade(self, text: str, words: Sequence[Word], first: int, last: int) -> tuple[str, int, int]:
        step = 1 if self.language in SHADE_FOLLOWS else -1
        place = last + 1 if step > 0 else first - 1
        if 0 <= place < len(words) and _touch(text, words[min(place, place - step)], words[max(place, place - step)]):
            for shade, table in (("dark", DARK), ("light", LIGHT)):
                if words[place].key in table[self.language].split():
                    return shade, min(first, place), max(last, place)
        return "", first, last


def _qualified(concept: str, text: str, words: Sequence[Word], first: int, last: int) -> tuple[str, int]:
    """ "oak effect" is no oak, and "without leather" none of leather."""
    after = words[last + 1] if last + 1 < len(words) and _touch(text, words[last], words[last + 1]) else None
    if after is not None and after.key in LOOKS:
        return f"{concept}-look", last + 1
    if after is not None and after.key in FREE:
        return f"{concept}-free", last + 1
    before = words[first - 1] if first and _touch(text, words[first - 1], words[first]) else None
    if before is not None and before.key in WITHOUT:
        return f"{concept}-free", last
    if before is not None and before.key in LOOKS_BEFORE:
        return f"{concept}-look", last
    return concept, last


def _follows(text: str, words: Sequence[Word], place: int, rest: tuple[str, ...]) -> bool:
    if place + len(rest) >= len(words):
        return False
    for step, key in enumerate(rest, start=1):
        word = words[place + step]
        is_last = step == len(rest)
        if word.key != key and not (is_last and len(key) > 3 and word.key == f"{key}s"):
            return False
        if not _touch(text, words[place + step - 1], word):
            return False
    return True


def _touch(text: str, one: Word, other: Word) -> bool:
    """Whether nothing but a space, a hyphen, an apostrophe or an "&" stands between two words."""
    gap = text[one.end : other.start]
    return len(gap) <= _LONGEST_GAP and not gap.strip(" -'&")


def _is_meant(entry: Entry, text: str, words: Sequence[Word], place: int, length: int, *, is_fact: bool) -> bool:
    written = text[words[place].start : words[place + length - 1].end]
    if entry.is_capitals and not written.isupper():
        return False
    if entry.needs_capital and written.islower():
        return False
    # A fact is short, such as a word beside the name of an attribute.
    if is_fact or not entry.needs_context:
        return True
    before = words[place - 1].key if place else ""
    after = words[place + length].key if place + length < len(words) else ""
    is_alone = length == len(words)
    return before in BEFORE or after in AFTER or is_alone


def rows_of(table: str) -> Iterator[tuple[str, list[str]]]:
    """Each concept with its names, a text for each language."""
    for line in table.strip().splitlines():
        concept, *names = (cell.strip() for cell in line.split("|"))
        yield concept.split()[0], [*names, *[""] * (len(LANGUAGES) - len(names))]


def parents() -> dict[str, tuple[str, ...]]:
    """By concept, what it also is."""
    found: dict[str, tuple[str, ...]] = {}
    for table in (MATERIALS, COLOURS, CERTIFICATIONS):
        for line in table.strip().splitlines():
            concept, *also = line.split("|")[0].split()
            found[concept] = tuple(name.lstrip("<") for name in also)
    return found


def words_in(phrase: str) -> tuple[str, ...]:
    return tuple(word.key for word in words_of(plain(phrase)))


@cache
def table_for(language: str) -> Table:
    """The names of a language; of one without a vocabulary, those of English."""
    return Table(language or "en")
