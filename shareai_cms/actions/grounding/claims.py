"""Everything in a text that is checked, found in an order in which nothing is taken for two things."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from shareai_cms.actions.grounding.codes import Code, codes_in
from shareai_cms.actions.grounding.phrases import IDIOM, Found, table_for
from shareai_cms.actions.grounding.quantities import TAKEN, Quantity, quantities_in
from shareai_cms.actions.grounding.reading import Word, language_of, plain, words_of
from shareai_cms.actions.grounding.sizes import Size, sizes_in

#: Behind every text.
_NOWHERE = (1 << 60, 1 << 61)


@dataclass(frozen=True, slots=True)
class Claims:
    """What one text says of the checked kinds."""

    text: str
    language: str
    words: tuple[Word, ...]
    codes: tuple[Code, ...]
    names: tuple[Found, ...]
    #: Phrases in which nothing is meant that is checked.
    idioms: tuple[Found, ...]
    sizes: tuple[Size, ...]
    quantities: tuple[Quantity, ...]

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing of them."""
        return not (self.codes or self.names or self.sizes or self.quantities)

    def free_words(self) -> list[Word]:
        """The words that nothing was found in."""
        taken = [*_places(self.names), *_places(self.idioms), *_places(self.codes), *_places(self.sizes)]
        taken.sort()
        return list(_outside(self.words, taken))


def claims_in(text: str, tag: str = "", *, is_fact: bool = False) -> Claims:
    """Read a text; facts are read for every number in words, other texts for those that count something."""
    text = plain(text)
    language = language_of(text, tag)
    words = words_of(text)
    codes = tuple(codes_in(text))
    free = list(_outside(words, _places(codes)))
    found = tuple(table_for(language).find(text, free, is_fact=is_fact))
    names = tuple(each for each in found if each.kind != IDIOM)
    idioms = tuple(each for each in found if each.kind == IDIOM)
    left = _without(text, [*_places(codes), *_places(names)])
    sizes = tuple(sizes_in(left))
    left = _without(left, _places(sizes))
    quantities = tuple(quantities_in(left, words, language or "en", is_fact=is_fact))
    return Claims(text, language, tuple(words), codes, names, idioms, sizes, quantities)


def _places(found: Sequence[Code] | Sequence[Found] | Sequence[Size]) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in found]


def _outside(words: Collection[Word], taken: list[tuple[int, int]]) -> Iterator[Word]:
    if not taken:
        yield from words
        return
    places = iter(taken)
    start, end = next(places)
    for word in words:
        while word.start >= end:
            start, end = next(places, _NOWHERE)
        if word.end <= start:
            yield word


def _without(text: str, taken: list[tuple[int, int]]) -> str:
    for start, end in taken:
        text = text[:start] + TAKEN * (end - start) + text[end:]
    return text
