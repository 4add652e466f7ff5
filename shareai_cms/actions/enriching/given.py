"""What an enrichment works on: the facts of one product, what is wanted of it, and in which language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from shareai_cms.actions.base import ActionInput, Codec
from shareai_cms.actions.codecs import PlainText, without_markup
from shareai_cms.actions.facts import (
    ALT_TEXT,
    ATTRIBUTE,
    CATEGORY,
    DESCRIPTION,
    KEYED,
    MOST_IMAGES,
    NAME,
    REVIEW_SUMMARY,
    TAGS,
    Attribute,
    ImageFact,
    PartSpec,
    ProductFacts,
    Value,
)
from shareai_cms.conf import conf
from shareai_cms.errors import ImageUnusable

#: Attributes that are looked at; a product with more is enriched from its first ones.
MOST_ATTRIBUTES = 200
#: Bytes of one picture, and of all pictures of a call.
LARGEST_IMAGE, LARGEST_IMAGES = 1_500_000, 6_000_000
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, kw_only=True)
class LoadedImage:
    """A picture as it is sent."""

    key: str
    title: str
    alt: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class EnrichInput(ActionInput):
    """One product in one language; pictures are loaded when the call is made, not before."""

    codec: Codec = field(default_factory=PlainText)
    facts: ProductFacts
    #: What the object has a place for and is wanted.
    parts: tuple[PartSpec, ...]
    #: BCP 47 tag that is written in; empty for the language of the facts.
    target: str = ""
    #: What stands in the target language where that is not the facts' own; None where nothing does.
    standing: ProductFacts | None = None
    #: Nothing is proposed for what holds a value already, in the language that is written in.
    is_only_empty: bool = False

    @property
    def written_in(self) -> str:
        """The language of the answer; empty where nobody knows."""
        return self.target or self.facts.language

    @property
    def is_translation(self) -> bool:
        """Whether the answer is in another language than the facts."""
        return bool(self.target and self.facts.language) and self.target.lower() != self.facts.language.lower()

    @cached_property
    def wanted(self) -> Mapping[str, PartSpec]:
        """What is asked for, by part: only what there is something for."""
        return {spec.part: spec for spec in self.parts if self._has_use_of(spec.part)}

    def _has_use_of(self, part: str) -> bool:
        facts = self.facts
        if part not in KEYED and self._is_kept(part):
            return False
        if self.is_translation and part in facts.shared.get(self.target, facts.shared.get("", ())):
            return False
        if part == ALT_TEXT:
            return bool(self.first_images)
        if not has_facts(facts):
            return False
        if part == NAME:
            return self.is_translation
        if part == DESCRIPTION:
            return not self.is_description_too_long
        if part == CATEGORY:
            return bool(facts.categories) and not self.is_translation
        if part == TAGS and facts.allowed_tags:
            # The same in every language.
            return not self.is_translation
        if part == REVIEW_SUMMARY:
            return bool(facts.reviews)
        return part != ATTRIBUTE or bool(self.open_attributes)

    def _is_kept(self, part: str, key: str = "") -> bool:
        if not self.is_only_empty:
            return False
        standing = self.before(part, key)
        return bool(without_markup(standing).strip() if isinstance(standing, str) else standing)

    @property
    def is_filled(self) -> bool:
        """Whether nothing is wanted because all that would be holds a value already."""
        return not self.wanted and bool(replace(self, is_only_empty=False, standing=None).wanted)

    @property
    def is_description_too_long(self) -> bool:
        """Rewriting what was only read in part would lose the rest."""
        return len(self.facts.description) > conf.max_input_characters

    @cached_property
    def open_attributes(self) -> Mapping[str, Attribute]:
        """Those that a value may be proposed for, by key.

        What the merchant has filled in is a fact: it stays, but for lists, which may grow. A translation fills in free
        texts alone, since allowed values are the same in every language.
        """
        return {each.key: each for each in self.facts.attributes[:MOST_ATTRIBUTES] if self._is_open(each)}

    def _is_open(self, attribute: Attribute) -> bool:
        if not attribute.is_writable or self._is_kept(ATTRIBUTE, attribute.key):
            return False
        if self.is_translation:
            return bool(attribute.values) and not attribute.allowed and self._has_place(ATTRIBUTE, attribute.key)
        return not attribute.values or (attribute.is_multiple and bool(attribute.allowed))

    def _has_place(self, part: str, key: str) -> bool:
        """Whether what stands in the target language has this key: its rows may have names of their own."""
        if self.standing is None:
            return True
        try:
            self.standing.value(part, key)
        except KeyError:
            return False
        return True

    def before(self, part: str, key: str = "") -> Value:
        """What stands at a part in the language that is written in; raises ``KeyError`` for an unknown key."""
        own = self.facts.value(part, key)
        if not self.is_translation:
            return own
        try:
            return self.standing.value(part, key) if self.standing is not None else type(own)()
        except KeyError:
            return type(own)()

    @cached_property
    def first_images(self) -> tuple[ImageFact, ...]:
        """Those that one unit covers."""
        shown = self.facts.images
        if self.is_translation:
            shown = tuple(image for image in shown if self._has_place(ALT_TEXT, image.key))
        return tuple(image for image in shown if not self._is_kept(ALT_TEXT, image.key))[:MOST_IMAGES]

    @cached_property
    def images(self) -> tuple[LoadedImage, ...]:
        """Those that can be sent, at most ten and bounded in bytes; loads them when first asked for."""
        return tuple(self._loaded()) if ALT_TEXT in self.wanted else ()

    def _loaded(self) -> Iterator[LoadedImage]:
        left = LARGEST_IMAGES
        for image in self.first_images:
            data = _load(image)
            if data and len(data) <= min(left, LARGEST_IMAGE):
                left -= len(data)
                yield LoadedImage(key=image.key, title=image.title, alt=image.alt, data=data)

    @cached_property
    def unusable_images(self) -> tuple[ImageFact, ...]:
        """Those that were wanted and cannot be sent."""
        if ALT_TEXT not in self.wanted:
            return ()
        sent = {image.key for image in self.images}
        return tuple(image for image in self.first_images if image.key not in sent)

    def digest(self) -> str:
        """SHA-256 of facts, wanted parts and languages; a picture is known by its key and title."""
        wanted = sorted((spec.part, spec.max_length, spec.format) for spec in self.parts)
        asked = [wanted, self.target, self.is_only_empty, dict(self.options)]
        written = json.dumps([repr(self.facts), repr(self.standing), *asked])
        return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def _load(image: ImageFact) -> bytes:
    try:
        data = image.load() if image.load is not None else b""
    except (ImageUnusable, OSError):
        return b""
    return data if data.startswith(_JPEG) else b""


def has_facts(facts: ProductFacts) -> bool:
    """Whether anything but the name is known: from a name alone, everything would be invented."""
    name = facts.name.strip().casefold()
    texts: Collection[str] = (
        without_markup(facts.description),
        facts.short_description,
        facts.seo_title,
        facts.seo_description,
        facts.category,
        facts.brand,
        *facts.tags,
        *facts.more.values(),
        *(value for attribute in facts.attributes for value in attribute.values),
        *(review.text for review in facts.reviews),
    )
    return any(text.strip() and text.strip().casefold() != name for text in texts)
