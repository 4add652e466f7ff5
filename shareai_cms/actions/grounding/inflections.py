"""Forms that the names of materials and colours take, and what may follow a material in a German compound."""

from __future__ import annotations

from shareai_cms.actions.grounding.kinds import CERTIFICATION, COLOUR

_GERMAN = ("", "e", "er", "en", "es", "em")
#: A compound's rest has a vowel, as every word has.
_VOWELS = frozenset("aeiouyäöü")


def forms_of(word: str, language: str, kind: str) -> frozenset[str]:
    """A word with its plural, its genders and its cases; some of them no word at all, which does no harm."""
    if kind == CERTIFICATION and language not in ("de", "fr", "es"):
        return frozenset((word,))
    match language:
        case "en":
            return frozenset((word, f"{word}s")) if len(word) > 2 else frozenset((word,))
        case "de":
            return frozenset(_german(word, kind))
        case "fr":
            return frozenset((word, *_french(word)))
        case "es":
            return frozenset((word, *_spanish(word)))
    return frozenset((word,))


def _german(word: str, kind: str) -> set[str]:
    forms = {word}
    is_adjective = kind in (COLOUR, CERTIFICATION) or word.endswith(("ern", "isch", "ig", "iert", "en", "romt", "nkt"))
    if is_adjective:
        stem = word[:-2] + "n" if word.endswith("en") and kind == COLOUR else word
        forms |= {stem + ending for ending in _GERMAN if not stem.endswith("e")}
        forms |= {word + ending for ending in _GERMAN if not word.endswith("e")}
    else:
        forms |= {f"{word}s"} if not word.endswith(("s", "z")) else {f"{word}es"}
        forms |= {f"{word}n"} if word.endswith("e") else {f"{word}es", f"{word}e"}
    return forms


def _french(word: str) -> set[str]:
    if word.endswith(("s", "x")):
        return {f"{word}e", f"{word}es"}
    if word.endswith("e"):
        return {f"{word}s"}
    return {f"{word}s", f"{word}e", f"{word}es"}


def _spanish(word: str) -> set[str]:
    if word.endswith("o"):
        return {word[:-1] + ending for ending in ("a", "os", "as")}
    return {f"{word}s", f"{word}es"}


def compound_rests(rest: str) -> bool:
    """Whether what follows a material could be a word of its own."""
    return len(rest) >= 3 and bool(_VOWELS & set(rest))
