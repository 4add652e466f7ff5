"""From an answer of the right form to proposals: cleaned, fitted, compared with what stands there, and grounded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from shareai_cms.actions.enriching.attributes import Refused, chosen
from shareai_cms.actions.enriching.fitting import fit, limit_of, links_of, plain, same, shorten
from shareai_cms.actions.enriching.given import EnrichInput, LoadedImage
from shareai_cms.actions.enriching.material import reviews
from shareai_cms.actions.enriching.shape import TEXTS, AttributeAnswer, EnrichAnswer, Point
from shareai_cms.actions.facts import (
    ALT_TEXT,
    ATTRIBUTE,
    CATEGORY,
    DESCRIPTION,
    NAME,
    REVIEW_SUMMARY,
    TAGS,
    Attribute,
    PartSpec,
    Value,
    spelled,
)
from shareai_cms.actions.grounding import ATTRIBUTE as OF_ATTRIBUTE
from shareai_cms.actions.grounding import COLOUR, NUMBER, Flag, Grounds, Ties
from shareai_cms.actions.grounding.grounds import texts_of

MOST_TAGS, MOST_POINTS, MOST_MISSING = 10, 5, 20
MISSING_CHARACTERS, POINT_CHARACTERS = 120, 200

#: Why something is not proposed, beside what the facts lack.
UNKNOWN, UNSUPPORTED, TOO_LONG, NOT_ALLOWED = "unknown", "unsupported", "too_long", "not_allowed"
IMAGE_UNUSABLE, DESCRIPTION_TOO_LONG = "image_unusable", "description_too_long"


class Decision:
    """What of one answer is proposed, and what is listed as missing."""

    def __init__(self, given: EnrichInput, answer: EnrichAnswer) -> None:
        self.given, self.answer = given, answer
        self.parts: list[dict[str, Any]] = []
        self.missing: list[dict[str, str]] = []

    @cached_property
    def grounds(self) -> Grounds:
        grounds = Grounds.of(self.given.facts)
        # What the product is called in the other language is no brand that nobody knows.
        return grounds.knowing(self.answer.texts.get(NAME, "")) if self.given.is_translation else grounds

    @cached_property
    def ties(self) -> Ties:
        return Ties(texts_of(self.given.facts), self.grounds.language)

    def result(self) -> dict[str, Any]:
        """What is stored, shown and applied."""
        given = self.given
        for part, spec in given.wanted.items():
            if part in TEXTS:
                self._decide_text(spec)
            elif part == TAGS:
                self._decide_tags(spec)
            elif part == ATTRIBUTE:
                self._decide_attributes(spec)
            elif part == ALT_TEXT:
                self._decide_alt_texts(spec)
            elif part == REVIEW_SUMMARY:
                self._decide_reviews(spec)
        self._list_what_was_never_asked()
        listed = {entry["label"].casefold() for entry in self.missing}
        for label in self.answer.missing[:MOST_MISSING]:
            if plain(label).casefold() not in listed:
                self._miss("", "", plain(label)[:MISSING_CHARACTERS], UNKNOWN)
        return {
            "kind": "enrichment",
            "language": given.written_in,
            "parts": self.parts,
            "missing": self.missing,
            "needs_look": any(part["flags"] for part in self.parts),
        }

    # Each kind of part.

    def _decide_text(self, spec: PartSpec) -> None:
        said = self.answer.texts.get(spec.part, "")
        if not said:
            return
        if spec.part == CATEGORY:
            self._decide_category(spec, said)
            return
        links = links_of(self.given.facts.description) if spec.format == "html" else ()
        text = fit(said, spec, links)
        if text:
            self._propose(spec, "", str(spec.label), text, self._flags([text], is_html=spec.format == "html"))
        else:
            most = limit_of(spec)
            is_long = most is not None and len(said) > most
            self._miss(spec.part, "", str(spec.label), TOO_LONG if is_long else NOT_ALLOWED)

    def _decide_category(self, spec: PartSpec, said: str) -> None:
        known = {spelled(category): category for category in self.given.facts.categories}
        found = known.get(spelled(said)) or known.get(spelled(plain(said)))
        if found is None:
            self._miss(spec.part, "", str(spec.label), NOT_ALLOWED)
        else:
            self._propose(spec, "", str(spec.label), found, [])

    def _decide_tags(self, spec: PartSpec) -> None:
        before = self.given.before(TAGS)
        tags = {tag.casefold(): tag for tag in before} if isinstance(before, list) else {}
        standing, most = len(tags), spec.most or max(MOST_TAGS, len(tags))
        allowed = {spelled(tag): tag for tag in self.given.facts.allowed_tags}
        for said in self.answer.tags:
            tag = allowed.get(spelled(said), "") if allowed else shorten(plain(said), spec)
            if tag and len(tags) < most:
                tags.setdefault(tag.casefold(), tag)
        after = list(tags.values())
        if len(after) > standing:
            self._propose(spec, "", str(spec.label), after, self._flags(after[standing:]))

    def _decide_attributes(self, spec: PartSpec) -> None:
        is_settled = set[str]()
        for answer in self.answer.attributes:
            attribute = self._attribute_of(answer)
            if attribute is None or attribute.key in is_settled:
                continue
            is_settled.add(attribute.key)
            self._decide_attribute(spec, attribute, answer)
        for key, attribute in self.given.open_attributes.items():
            if key not in is_settled and not attribute.values:
                self._miss(ATTRIBUTE, key, attribute.label, UNKNOWN)

    def _attribute_of(self, answer: AttributeAnswer) -> Attribute | None:
        open_ones = self.given.open_attributes
        if answer.key in open_ones:
            return open_ones[answer.key]
        named = [
            each for each in open_ones.values() if answer.key.casefold() in (each.key.casefold(), each.label.casefold())
        ]
        return named[0] if len(named) == 1 else None

    def _decide_attribute(self, spec: PartSpec, attribute: Attribute, answer: AttributeAnswer) -> None:
        choice = chosen(attribute, answer, self.grounds, self.given)
        if choice.values:
            before = self.given.before(ATTRIBUTE, attribute.key)
            standing = list(before) if isinstance(before, list) and not self.given.is_translation else []
            unsaid = [value for value in choice.values if not self.grounds.says(value)]
            flags = self._flags([f"{attribute.label}: {value}" for value in unsaid])
            flags += [flag.told() for value in choice.values if (flag := self._tied(attribute, value))]
            self._propose(spec, attribute.key, attribute.label, [*standing, *choice.values], flags)
        elif not attribute.values or choice.refused is Refused.TOO_LONG:
            reason = {Refused.UNSUPPORTED: UNSUPPORTED, Refused.NOT_ALLOWED: NOT_ALLOWED, Refused.TOO_LONG: TOO_LONG}
            self._miss(ATTRIBUTE, attribute.key, attribute.label, reason.get(choice.refused, UNKNOWN))

    def _tied(self, attribute: Attribute, value: str) -> Flag | None:
        """A flag where the facts say another value beside the attribute's name; of one that takes several they may."""
        if attribute.is_multiple or self.given.is_translation:
            return None
        instead = self.ties.instead(attribute, value)
        return Flag(kind=OF_ATTRIBUTE, text=instead) if instead else None

    def _decide_alt_texts(self, spec: PartSpec) -> None:
        for number, image in enumerate(self.given.images, start=1):
            text = fit(self.answer.alt_texts.get(number, ""), spec)
            label = _label_of(image)
            if text:
                flags = [flag for flag in self._flags([text]) if not _is_seen(flag)]
                self._propose(spec, image.key, label, text, flags)
            elif number in self.answer.alt_texts:
                self._miss(ALT_TEXT, image.key, label, TOO_LONG)

    def _decide_reviews(self, spec: PartSpec) -> None:
        read = len(reviews(self.given))
        pros, cons = (self._points(points, read) for points in (self.answer.pros, self.answer.cons))
        if not pros and not cons:
            return
        texts = [point["text"] for point in (*pros, *cons)]
        grounds = self.grounds.with_texts(text for _rating, text in reviews(self.given))
        flags = [flag.told() for text in texts for flag in grounds.flags(text, self.given.written_in)]
        summary = {"pros": pros, "cons": cons, "reviews": read}
        self._propose(spec, "", str(spec.label), summary, flags)

    def _points(self, points: tuple[Point, ...], read: int) -> list[dict[str, Any]]:
        """What reviews are cited for, counted by us; a point that cites what is not there is refused."""
        found: list[dict[str, Any]] = []
        for point in points:
            cited = set(point.reviews)
            text = plain(point.text)
            is_right = all(1 <= number <= read for number in cited) and (point.count or 0) <= read
            if text and cited and is_right and len(text) <= POINT_CHARACTERS:
                found.append({"text": text, "count": len(cited)})
        return sorted(found, key=lambda point: -point["count"])[:MOST_POINTS]

    def _list_what_was_never_asked(self) -> None:
        given = self.given
        specs = {spec.part: spec for spec in given.parts}
        if DESCRIPTION in specs and given.is_description_too_long:
            self._miss(DESCRIPTION, "", str(specs[DESCRIPTION].label), DESCRIPTION_TOO_LONG)
        for image in given.unusable_images:
            self._miss(ALT_TEXT, image.key, image.title or image.key, IMAGE_UNUSABLE)

    # The lists.

    def _flags(self, texts: list[str], *, is_html: bool = False) -> list[dict[str, str]]:
        language = self.given.written_in
        found = (flag for text in texts for flag in self.grounds.flags(text, language, is_html=is_html))
        return list(_different(found))

    def _propose(self, spec: PartSpec, key: str, label: str, after: Value, flags: list[dict[str, str]]) -> None:
        before = self.given.before(spec.part, key)
        if not same(before, after):
            change = {"part": spec.part, "key": key, "label": label, "before": before, "after": after}
            self.parts.append({**change, "format": spec.format, "flags": flags})

    def _miss(self, part: str, key: str, label: str, reason: str) -> None:
        if label:
            self.missing.append({"part": part, "key": key, "label": label, "reason": reason})


def _is_seen(flag: dict[str, str]) -> bool:
    """Colours of a picture, such as its background, and what can be counted on it: no facts hold them."""
    return flag["kind"] == COLOUR or (flag["kind"] == NUMBER and not any(map(str.isdigit, flag["text"])))


def _different(flags: Iterator[Flag]) -> Iterator[dict[str, str]]:
    seen = set[tuple[str, str]]()
    for flag in flags:
        if (flag.kind, flag.text) not in seen:
            seen.add((flag.kind, flag.text))
            yield flag.told()


def _label_of(image: LoadedImage) -> str:
    return image.title or image.key
