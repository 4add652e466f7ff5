"""Finds numbers in a text: with their unit, in ranges and dimensions, as digits and as words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from shareai_cms.actions.grounding.numbers import (
    COUNTED,
    CROWDS,
    FRACTION_MARKS,
    JOINING,
    NUMBER_BEGINNINGS,
    NUMBER_WORDS,
    decimals_of,
    is_joined,
    is_meant,
    readings,
    value_of_word,
)
from shareai_cms.actions.grounding.reading import Word
from shareai_cms.actions.grounding.units import TEMPERATURE, Unit, unit_after, unit_named

_NUMERAL = re.compile(
    rf"(?<![\w])(?<!\d[.,])(?:(?:\d{{1,2}} )?[1-9]/(?:2|3|4|5|8|16)(?![\d/])|\d* ?[{FRACTION_MARKS}]"
    r"|\d{1,3}(?:[., ']\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?)"
)
_DIGIT = re.compile(rf"[\d{FRACTION_MARKS}]")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[xX](?=\d)")
_MONEY = re.compile(r"([€$£]) ?\Z")
_TIMES = re.compile(r" ?(?:x|\*|by|mal|sur|por) ?\Z", re.IGNORECASE)
_BETWEEN = re.compile(
    r" ?(?:-|–|—|,|/|to|up to|bis|bis zu|à|a|hasta|and|und|et|y|e|or|oder|ou|o|و|إلى|الى|حتى) ?\Z", re.IGNORECASE
)
#: Letters that stand right at a number make a name of it: "X200", "3D", "4th".
_CODE = re.compile(r"(?<![\w])(?:[A-Za-z]{1,8}-?\d[\w]*(?:-\d+)*|\d+[A-Za-z]+[\w]*)")
#: Stands where something else was found.
TAKEN = "#"
#: Names with digits that everybody uses.
_EVERYDAY = frozenset(["co2", "h2o", "mp3", "mp4", "b2b", "in-1"])
_IN_ONE = re.compile(r"[- ]in[- ](?:one|1)\b")
#: "-10 °C", but neither "20-40 °C" nor "20 - 40 °C".
_BELOW_ZERO = re.compile(r"(?:(?:^|[^\w\s%°.,)-])\s*-|(?<![\d%°CF)])\s-|(?:^|\s)(?:minus|moins|menos|ناقص|تحت)\s)\Z")
_ENUMERATED = re.compile(r"^[ *•-]*(\d{1,2})[.)](?= )", re.MULTILINE)
_SOON = re.compile(r"[ -]([^\W\d_]+)(?:[ -]([^\W\d_]+))?")


class Quantity(NamedTuple):
    """A number that stands in a text."""

    #: Likelier reading first.
    values: tuple[float, ...]
    text: str
    start: int
    end: int
    unit: Unit | None = None
    decimals: int = 0
    #: The next words, in lower case, where nothing stands between.
    nouns: tuple[str, ...] = ()
    #: A part of "120 x 60".
    is_dimension: bool = False
    #: May be one that the facts state with its unit: nothing follows that would be counted.
    is_bare: bool = False
    #: A name such as "X200", which the facts have to hold as it is.
    code: str = ""
    #: Below zero, as only temperatures are: elsewhere a dash is one of a range or of a list.
    is_negative: bool = False

    @property
    def base(self) -> float:
        """The value in the base unit of its kind."""
        return self.bases[0]

    @property
    def bases(self) -> tuple[float, ...]:
        """Each reading in the base unit of its kind."""
        assert self.unit is not None  # noqa: S101  asked of quantities alone
        sign = -1 if self.is_negative and self.unit.dimension == TEMPERATURE else 1
        return tuple(sign * value * self.unit.factor + self.unit.offset for value in self.values)


def quantities_in(text: str, words: Sequence[Word], language: str, *, is_fact: bool = False) -> list[Quantity]:
    """The numbers in a text that went through ``plain``, in their order; of facts, every number in words."""
    found: list[Quantity] = []
    if _DIGIT.search(text):
        text = _BETWEEN_DIGITS.sub("*", text)
        skipped = {match.start(1) for match in _ENUMERATED.finditer(text)}
        found = [each for each in _numerals(text, language) if each.start not in skipped]
        taken = {place for each in found for place in range(each.start, each.end)}
        found += [code for code in _codes(text) if code.start not in taken]
    found += _said(text, words, language, is_fact=is_fact)
    return _joined(text, sorted(found, key=lambda each: each.start))


def _numerals(text: str, language: str) -> list[Quantity]:
    found: list[Quantity] = []
    for match in _NUMERAL.finditer(text):
        written = match[0]
        values = readings(written, language) if written.strip() else ()
        if not values:
            continue
        unit, end = _unit_after(text, match.end())
        if unit is None and text[match.end() : match.end() + 1].isalpha():
            continue
        start = match.start()
        if unit is None and (money := _MONEY.search(text, max(0, start - 2), start)):
            unit, start = unit_named(money[1]), money.start()
        one = _quantity(text, values, start, end, unit, language, decimals_of(written, values[0]))
        found.append(one._replace(is_negative=_BELOW_ZERO.search(text, max(0, start - 12), start) is not None))
    return found


def _quantity(
    text: str, values: tuple[float, ...], start: int, end: int, unit: Unit | None, language: str, decimals: int = 0
) -> Quantity:
    soon = _SOON.match(text, end)
    nouns = tuple(word.casefold() for word in soon.groups() if word) if soon else ()
    if nouns and nouns[0] in JOINING.get(language, ()):
        soon, nouns = None, ()
    return Quantity(
        values=values,
        text=text[start : soon.end(1) if soon and unit is None else end].replace("*", "x"),
        start=start,
        end=end,
        unit=unit,
        decimals=decimals,
        nouns=nouns if unit is None else (),
        is_bare=unit is None and not nouns,
    )


def _unit_after(text: str, end: int) -> tuple[Unit | None, int]:
    return unit_after(text, end) or (None, end)


def _codes(text: str) -> list[Quantity]:
    return [
        Quantity(values=(), text=match[0], start=match.start(), end=match.end(), code=match[0].casefold())
        for match in _CODE.finditer(text)
        if match[0].casefold() not in _EVERYDAY
    ]


def _said(text: str, words: Sequence[Word], language: str, *, is_fact: bool) -> list[Quantity]:
    """Numbers in words, where they count something that is no mere part of the text."""
    found: list[Quantity] = []
    crowds = CROWDS.get(language, frozenset())
    counted = COUNTED.get(language, frozenset())
    known = NUMBER_WORDS.get(language, {})
    joined = NUMBER_BEGINNINGS if language == "de" else ("\0",)
    for word in words:
        key = word[0]
        if not (key in known or key in crowds or (key.startswith(joined) and is_joined(key))):
            continue
        if text[word.start] == TAKEN:
            continue
        if key in crowds:
            written = text[word.start : word.end]
            found.append(Quantity(values=(), text=written, start=word.start, end=word.end, code=key))
            continue
        value = value_of_word(key, language) or 0.0
        unit, end = _unit_after(text, word.end)
        one = _quantity(text, (value,), word.start, end, unit, language)
        if unit is None and is_joined(key):
            found.append(one._replace(nouns=(), is_bare=True))
        elif (
            is_fact
            or unit is not None
            or _IN_ONE.match(text, word.end)
            or (one.nouns and one.nouns[0] not in counted and is_meant(key, language))
        ):
            found.append(one)
    return found


def _joined(text: str, found: list[Quantity]) -> list[Quantity]:
    """Units of ranges and dimensions, which stand after the last number alone."""
    has_own = [each.unit is not None for each in found]
    for place in range(len(found) - 2, -1, -1):
        one, other = found[place], found[place + 1]
        if one.code or other.code:
            continue
        gap = text[one.end : other.start]
        is_dimension = _TIMES.match(gap) is not None
        if not is_dimension and not _BETWEEN.match(gap):
            continue
        if gap.strip() == "," and has_own[place + 1]:
            # "180 x 90, 45 kg" is no list of weights, and "3, 5 and 10 cm" one of lengths.
            continue
        unit = one.unit or other.unit
        text_of_one = one.text if one.unit or other.unit is None else text[one.start : other.end].replace("*", "x")
        found[place] = one._replace(unit=unit, is_dimension=is_dimension, is_bare=True, text=text_of_one, nouns=())
        if is_dimension:
            found[place + 1] = other._replace(unit=other.unit or unit, is_dimension=True, is_bare=True)
    return found


def of_counted(quantities: Sequence[Quantity], language: str) -> list[Quantity]:
    """Those that say something of the product: "3 reasons" only counts what stands in the text."""
    counted = COUNTED.get(language, frozenset())
    return [each for each in quantities if each.unit is not None or not each.nouns or each.nouns[0] not in counted]
