"""Words at Damerau-Levenshtein distance 1: as if one letter was left out, added, changed, or two were swapped."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence

from shareai_cms.search.words import fold


def similar(word: str, letters: str, known: Callable[[Sequence[str]], Mapping[str, int]]) -> tuple[str, ...]:
    """Known words next to this one, the most frequent first; ``known`` says how often a folded word stands."""
    key = fold(word)
    if not key or len(key) > 40:
        return ()
    found = known([each for each in dict.fromkeys(_edited(key, _of_its_script(key, letters))) if each and each != key])
    return tuple(sorted((each for each in found if fold(each) != key), key=lambda each: (-found[each], each)))


def _of_its_script(key: str, letters: str) -> str:
    """A Cyrillic letter does not slip into a Latin word."""
    scripts = {_script(letter) for letter in key}
    return "".join(letter for letter in letters if _script(letter) in scripts)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _edited(key: str, letters: str) -> Iterator[str]:
    for place in range(len(key) + 1):
        before, after = key[:place], key[place:]
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in letters)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + letter + after for letter in letters)
