"""Numbers as people write them: separators of each language, fractions, and words."""

from __future__ import annotations

import re
from fractions import Fraction

from shareai_cms.actions.grounding.words import counting

#: Languages that write one and a half with a point.
POINT = frozenset(("en", "ar"))
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125, "⅜": 0.375, "⅝": 0.625, "⅞": 0.875}
FRACTION_MARKS = "".join(_FRACTIONS)
_GROUPED = re.compile(r"\d{1,3}(?:([., '])\d{3})(?:\1\d{3})*(?:[.,]\d+)?\Z")

_OTHERWISE = counting.by_language(counting.OTHERWISE)
CROWDS, COUNTED = counting.by_language(counting.CROWDS), counting.by_language(counting.COUNTED)
JOINING = counting.by_language(counting.JOINING)
#: A German word such as "dreiteilig" or "viertürig".
_JOINED = re.compile(
    r"(zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)"
    r"(?:teilig|fach|türig|lagig|stufig|flammig|sitzig|sitzer|beinig|strahlig|zeilig|lichtig|personen)\w{0,2}\Z"
)


def _table() -> dict[str, dict[str, float]]:
    ones, tens, more = map(counting.in_order, (counting.ONES, counting.TENS, counting.MORE))
    found = {language: {word: float(value) for value, word in enumerate(words)} for language, words in ones.items()}
    for language, words in found.items():
        words |= {word: float(value * 10) for value, word in enumerate(tens[language], start=3)}
        words |= {word: float(value) for word, _, value in (each.partition("=") for each in more[language])}
    return found


NUMBER_WORDS = _table()


#: What a German word with a number in it begins with.
NUMBER_BEGINNINGS = ("zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf")


def value_of_word(word: str, language: str) -> float | None:
    """The number that a word says, also one that begins a German compound; None for other words."""
    value = NUMBER_WORDS.get(language, {}).get(word)
    if value is None and language == "de" and (joined := _JOINED.match(word)):
        return NUMBER_WORDS["de"][joined[1]]
    return value


def is_joined(word: str) -> bool:
    return _JOINED.match(word) is not None


def is_meant(word: str, language: str) -> bool:
    """Whether a number word counts something without a unit after it."""
    return word not in _OTHERWISE.get(language, frozenset())


def readings(written: str, language: str) -> tuple[float, ...]:
    """What a numeral says, the likelier reading first; more than one where languages differ."""
    text = written.strip()
    if text[-1] in _FRACTIONS:
        whole = text[:-1].strip()
        return ((float(whole) if whole.isdigit() else 0.0) + _FRACTIONS[text[-1]],)
    if "/" in text:
        whole, _, part = text.rpartition(" ") if " " in text else ("0", "", text)
        top, bottom = part.split("/")
        return (float(int(whole) + Fraction(int(top), int(bottom))),) if int(bottom) else ()
    if text.isdecimal():
        return (float(text),)
    if not _GROUPED.match(text):
        return (_decimal(text),)
    separators = [character for character in text if not character.isdigit()]
    joined = re.sub(r"[., ']", "", text)
    if len(set(separators)) > 1:
        # The last one is of the decimals: 1.234,5
        whole, _, rest = text.rpartition(separators[-1])
        return (float(f"{re.sub(r'[^0-9]', '', whole)}.{rest}"),)
    if len(separators) > 1 or separators[0] in " '":
        return (float(joined),)
    grouped, decimal = float(joined), _decimal(text)
    is_decimal = (separators[0] == ".") == (language in POINT or not language)
    if text.startswith("0"):
        return (decimal,)
    return (decimal, grouped) if is_decimal else (grouped, decimal)


def _decimal(text: str) -> float:
    whole, _, rest = text.replace(",", ".").rpartition(".")
    digits = re.sub(r"[^0-9]", "", whole)
    return float(f"{digits or '0'}.{rest}") if whole or "." in text.replace(",", ".") else float(rest)


def decimals_of(written: str, value: float) -> int:
    """Places behind the point, as far as they were written."""
    if value == int(value):
        return 0
    _whole, _, rest = written.replace(",", ".").rpartition(".")
    return len(rest) if rest.isdigit() and "." in written.replace(",", ".") else 3
