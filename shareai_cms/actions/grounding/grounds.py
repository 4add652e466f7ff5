"""What the facts of one product say, and which values of a text they do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from shareai_cms.actions.facts import Attribute, ProductFacts
from shareai_cms.actions.grounding.claims import Claims, claims_in
from shareai_cms.actions.grounding.kinds import BRAND, CERTIFICATION, NUMBER, SIZE, UNIT, Flag
from shareai_cms.actions.grounding.names import names_in
from shareai_cms.actions.grounding.phrases import Found, parents
from shareai_cms.actions.grounding.quantities import Quantity, of_counted
from shareai_cms.actions.grounding.reading import folded, plain, visible, words_of
from shareai_cms.actions.grounding.sizes import sizes_of_facts
from shareai_cms.actions.grounding.units import unit_named
from shareai_cms.actions.grounding.words.marks import CERTIFYING
from shareai_cms.actions.grounding.words.nearby import BARE_ANSWERS

#: Between systems of units, a stated value may be the rounded one, and be off by so much at most.
ROUNDED = 0.02
#: What the unit of an attribute is called in its label: "Width (cm)", "Breite in cm".
_LABEL_UNIT = re.compile(r"[(\[] ?(?:in )?([^()\[\]]{1,12}?) ?[)\]]\s*\Z|\b(?:in|en) (\S{1,8})\Z")
_NUMERALS = re.compile(r"[\d.,x×* /–-]+\Z")
_SET = re.compile(r"(\d{1,4})-?(?:er|x|fach|tlg|teilig\w*|türig\w*|stk|pcs|pack|piece|pc)\Z")
#: Units that many leave out.
_LEFT_OUT = frozenset(("pixels",))
_SIZE_LABEL = re.compile(r"size|größe|taille|pointure|talla|مقاس", re.IGNORECASE)
_CLOSE = 1e-6
#: Characters between a seal and the word "certified".
_NEAR = 40
#: Most characters of facts that are read; longer ones are read up to here.
_LONGEST = 120_000


@dataclass(frozen=True)
class Grounds:
    """The facts, made ready for many questions."""

    language: str
    text: str
    concepts: frozenset[str]
    codes: frozenset[str]
    sizes: frozenset[str]
    #: In the base unit of each kind, with the system of the unit.
    measured: dict[str, list[tuple[float, str]]] = field(repr=False)
    #: Numbers without a unit, numbers with one, and what numbers count.
    bare: frozenset[float]
    united: frozenset[float]
    counted: dict[str, set[float]] = field(repr=False)
    words: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, facts: ProductFacts) -> Grounds:
        """The grounds that a product's facts are; what reviews say is no fact of the product."""
        return cls.from_text("\n".join(texts_of(facts)), facts.language)

    @classmethod
    def from_text(cls, text: str, language: str = "") -> Grounds:
        """The grounds that a text is, one fact or more in each line."""
        claims = claims_in(text[:_LONGEST], language, is_fact=True)
        measured: dict[str, list[tuple[float, str]]] = {}
        counted: dict[str, set[float]] = {}
        for each in claims.quantities:
            for number, value in enumerate(each.values):
                if each.unit is not None:
                    base = each.bases[number]
                    measured.setdefault(each.unit.dimension, []).append((base, each.unit.system))
                elif each.nouns:
                    counted.setdefault(_stem(each.nouns[0]), set()).add(_rounded(value))
        return cls(
            language=claims.language,
            text=f" {folded(text[:_LONGEST])} ",
            concepts=frozenset(concept for name in claims.names for concept in closed(name.concept)),
            codes=frozenset(code.name for code in claims.codes),
            sizes=sizes_of_facts(claims.text),
            measured=measured,
            bare=_values(claims.quantities, has_unit=False) | _counts(claims),
            united=_values(claims.quantities, has_unit=True),
            counted=counted,
            words=frozenset(word.key for word in claims.words),
        )

    def with_texts(self, texts: Iterable[str]) -> Grounds:
        """The same with more texts, such as the reviews that a summary draws on."""
        more = Grounds.from_text("\n".join(texts), self.language)
        measured = {name: [*self.measured.get(name, ()), *more.measured.get(name, ())] for name in _names(self, more)}
        return replace(
            self,
            text=f"{self.text}|{more.text}",
            concepts=self.concepts | more.concepts,
            codes=self.codes | more.codes,
            sizes=self.sizes | more.sizes,
            measured=measured,
            bare=self.bare | more.bare,
            united=self.united | more.united,
            words=self.words | more.words,
        )

    def knowing(self, text: str) -> Grounds:
        """The same, where the words of this text are no unknown names, such as those of a translated name."""
        return replace(self, words=self.words | {word.key for word in words_of(plain(text))})

    # Questions.

    def flags(self, text: str, language: str = "", *, is_html: bool = False) -> list[Flag]:
        """The values in a text that the facts do not support, in their order."""
        claims = claims_in(visible(text) if is_html else text, language or self.language)
        found = sorted(self._unsupported(claims), key=lambda each: each[0])
        return list(dict.fromkeys(flag for _start, flag in found))

    def says(self, value: str) -> bool:
        """Whether these very words stand in the facts; never for what says nothing by itself, such as "Yes"."""
        words = folded(value)
        is_telling = len(words) > 2 and words not in BARE_ANSWERS and not words.isdigit()
        return is_telling and f" {words} " in self.text

    def supports(self, value: str) -> bool:
        """Whether the facts name the same material, colour, size or measure, in whatever words."""
        return not claims_in(value, self.language).is_empty and not self.flags(value)

    def quotes(self, words: str) -> bool:
        """Whether the facts hold this quotation, whatever its spaces and marks."""
        quoted = folded(words)
        return len(quoted) > 2 and f" {quoted} " in self.text

    # Each kind.

    def _unsupported(self, claims: Claims) -> Iterator[tuple[int, Flag]]:
        for code in claims.codes:
            if code.name not in self.codes:
                yield code.start, Flag(kind=CERTIFICATION, text=code.text)
        for name in claims.names:
            if not self._has(name) and not _only_says_so(name, claims):
                yield name.start, Flag(kind=name.kind, text=claims.text[name.start : name.end])
        for size in claims.sizes:
            if size.name not in self.sizes:
                yield size.start, Flag(kind=SIZE, text=size.text)
        for quantity in of_counted(claims.quantities, claims.language):
            if not self._has_number(quantity):
                yield quantity.start, Flag(kind=self._kind_of(quantity), text=quantity.text)
        for name_text, start, _end in names_in(claims.text, claims.free_words(), claims.language, self.words):
            yield start, Flag(kind=BRAND, text=name_text)

    def _has(self, name: Found) -> bool:
        concept = name.concept
        if name.kind == BRAND:
            return f" {folded(concept)} " in self.text
        if concept in self.concepts:
            return True
        if concept == "certified":
            return bool(CERTIFYING & self.concepts or self.codes)
        if concept.endswith("-look"):
            return concept.removesuffix("-look") in self.concepts
        shade, _, colour = concept.partition("-")
        is_shade = shade in ("dark", "light") and colour in self.concepts
        return is_shade and any(parent.startswith(f"{shade}-") for parent in closed(colour))

    def _has_number(self, quantity: Quantity) -> bool:
        if quantity.code:
            code = folded(quantity.code)
            return f" {code} " in self.text or (len(code) > 2 and f" {code.replace(' ', '')} " in self.text)
        if quantity.unit is not None:
            return self._has_measure(quantity)
        value = _rounded(quantity.values[0])
        known = next((found for noun in quantity.nouns if (found := self.counted.get(_stem(noun)))), None)
        if known is not None and value not in known:
            return False
        return value in self.bare or (quantity.is_bare and value in self.united)

    def _has_measure(self, quantity: Quantity) -> bool:
        unit = quantity.unit
        if unit is None:
            return False
        if unit.dimension in _LEFT_OUT and _rounded(quantity.values[0]) in self.bare:
            return True
        base = quantity.base
        step = abs(0.5 * 10**-quantity.decimals * unit.factor)
        for known, system in self.measured.get(unit.dimension, ()):
            difference = abs(known - base)
            if difference <= _CLOSE * max(abs(known), _CLOSE):
                return True
            is_rounded = system != unit.system and difference <= step * (1 + _CLOSE)
            if is_rounded and difference <= abs(known) * ROUNDED:
                return True
        return False

    def _kind_of(self, quantity: Quantity) -> str:
        if quantity.is_dimension:
            return SIZE
        if quantity.unit is not None and quantity.values and _rounded(quantity.values[0]) in self.bare | self.united:
            return UNIT
        return NUMBER


def texts_of(facts: ProductFacts) -> Iterator[str]:
    """Every text that counts as a fact; what an attribute may be is none."""
    is_html = facts.description_format == "html"
    yield from (facts.name, visible(facts.description) if is_html else facts.description, facts.short_description)
    yield from (facts.seo_title, facts.seo_description, facts.category, facts.brand, *facts.tags)
    yield from (f"{name}: {text}" for name, text in facts.more.items())
    yield from (line for attribute in facts.attributes for line in lines_of(attribute))
    yield from (text for image in facts.images for text in (image.title, image.alt))


def lines_of(attribute: Attribute) -> Iterator[str]:
    """An attribute as sentences would say it, with the unit that its label names."""
    if not attribute.values:
        return
    yield f"{attribute.label}: {', '.join(attribute.values)}"
    yield from (more for value in attribute.values if (more := with_unit(attribute.label, value)) != value)
    if _SIZE_LABEL.search(attribute.label):
        yield f"Size: {', '.join(attribute.values)}"


def with_unit(label: str, value: str) -> str:
    """A value with the unit that stands in its label, where it is a number without one."""
    match = _LABEL_UNIT.search(label.strip())
    unit = (match[1] or match[2]).strip() if match else ""
    if unit and _NUMERALS.match(value.strip()) and unit_named(unit) is not None:
        return f"{value.strip()} {unit}"
    return value


def _only_says_so(name: Found, claims: Claims) -> bool:
    """ "OEKO-TEX certified": the second word says nothing more."""
    near = (each for each in claims.names if each.kind == CERTIFICATION and each.concept != "certified")
    return name.concept == "certified" and any(abs(each.start - name.start) < _NEAR for each in near)


@cache
def _parents() -> dict[str, tuple[str, ...]]:
    return parents()


def closed(concept: str) -> set[str]:
    """A concept with all that it also is: what is of oak is of wood."""
    found, waiting = set[str](), [concept]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += _parents().get(one, ())
    shade, _, colour = concept.partition("-")
    return found | closed(colour) if shade in ("dark", "light") and colour in _parents() else found


def _names(one: Grounds, other: Grounds) -> set[str]:
    return {*one.measured, *other.measured}


def _values(quantities: Iterable[Quantity], *, has_unit: bool) -> frozenset[float]:
    return frozenset(_rounded(v) for each in quantities if (each.unit is not None) is has_unit for v in each.values)


def _counts(claims: Claims) -> frozenset[float]:
    """Numbers within sizes, and in names of sets: "sizes 56 to 68", "2er-Set"."""
    named = [size.name for size in claims.sizes if size.name.isdigit()]
    sets = [match[1] for each in claims.quantities if each.code and (match := _SET.match(each.code))]
    return frozenset(float(number) for number in (*named, *sets))


def _rounded(value: float) -> float:
    return round(value, 6)


def _stem(noun: str) -> str:
    return noun[:5] if len(noun) > 5 else noun.rstrip("se")
