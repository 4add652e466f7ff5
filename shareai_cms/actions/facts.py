"""What is known of a product, and what may be proposed for it: plain data that every catalogue speaks."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

DESCRIPTION, SHORT_DESCRIPTION = "description", "short_description"
SEO_TITLE, SEO_DESCRIPTION = "seo_title", "seo_description"
NAME, ATTRIBUTE, TAGS, CATEGORY = "name", "attribute", "tags", "category"
ALT_TEXT, REVIEW_SUMMARY = "alt_text", "review_summary"

#: Everything that an enrichment can propose, in the order in which it is shown. The name only when translating.
PARTS = (
    NAME,
    DESCRIPTION,
    SHORT_DESCRIPTION,
    SEO_TITLE,
    SEO_DESCRIPTION,
    ATTRIBUTE,
    TAGS,
    CATEGORY,
    ALT_TEXT,
    REVIEW_SUMMARY,
)
#: Parts of which an object has several, told apart by their key.
KEYED = frozenset({ATTRIBUTE, ALT_TEXT})

#: Images that one unit covers.
MOST_IMAGES = 10

#: A text, a list of texts, or for a review summary ``{"pros": [{"text", "count"}], "cons": […], "reviews": n}``.
Value = str | list[str] | dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A property of a product by name: what is known of it, and what it may be."""

    #: Stable, such as a column, a related row's code or a JSON key.
    key: str
    label: str
    values: tuple[str, ...] = ()
    #: The only values it takes, as they are stored and shown; empty for free text.
    allowed: tuple[str, ...] = ()
    is_multiple: bool = False
    #: Longest free text, in characters.
    max_length: int | None = None
    #: False for what is only a fact, never a proposal: an article number, a price.
    is_writable: bool = True
    #: Name of the model's column, for filling an edit form; empty where it stands elsewhere.
    field: str = ""
    #: Of one that stands in rows of its own: the relation, the column of its label and that of its value.
    row: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ImageFact:
    """A picture of a product."""

    #: Stable among the object's images.
    key: str
    title: str = ""
    alt: str = ""
    #: Name of the model's own column of the text, for filling an edit form; empty where it stands elsewhere.
    column: str = ""
    #: Of one that stands in rows of its own: the relation, the column of the image and that of the text.
    row: tuple[str, ...] = ()
    #: A small clean JPEG of it; raises ``ImageUnusable``. Called in the worker, once, when alt texts are wanted.
    load: Callable[[], bytes] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a customer wrote."""

    text: str
    #: 1 to 5, None where there are no stars.
    rating: float | None = None


@dataclass(frozen=True, kw_only=True)
class ProductFacts:
    """Everything that a catalogue knows of one object, in one language."""

    name: str
    #: BCP 47 tag of the texts below.
    language: str = ""
    description: str = ""
    description_format: Literal["plain", "html"] = "plain"
    short_description: str = ""
    seo_title: str = ""
    seo_description: str = ""
    attributes: tuple[Attribute, ...] = ()
    tags: tuple[str, ...] = ()
    #: The only tags that it may get; empty where any will do.
    allowed_tags: tuple[str, ...] = ()
    category: str = ""
    #: What the category may be; empty where none may be suggested.
    categories: tuple[str, ...] = ()
    images: tuple[ImageFact, ...] = ()
    reviews: tuple[Review, ...] = ()
    review_summary: Mapping[str, Any] | str = ""
    brand: str = ""
    #: Other texts that count as facts, by name.
    more: Mapping[str, str] = field(default_factory=dict)
    #: Parts that another language has no place of its own for, by its tag; of any other language, by an empty one.
    #: Writing there would overwrite what stands in this one.
    shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def value(self, part: str, key: str = "") -> Value:
        """What stands at a part now, in the form in which it is proposed; raises ``KeyError`` for an unknown key."""
        if part == ATTRIBUTE:
            found = next((each for each in self.attributes if each.key == key), None)
            if found is None:
                raise KeyError(key)
            return list(found.values)
        if part == ALT_TEXT:
            return {image.key: image.alt for image in self.images}[key]
        if part == TAGS:
            return list(self.tags)
        if part == REVIEW_SUMMARY:
            return self.review_summary if isinstance(self.review_summary, str) else dict(self.review_summary)
        return str(getattr(self, part))


@dataclass(frozen=True, kw_only=True)
class PartSpec:
    """A part that a kind of object has a place for."""

    part: str
    label: Any
    #: Longest text, in characters; None for no limit.
    max_length: int | None = None
    format: Literal["plain", "html"] = "plain"
    #: Names of the HTML tags that the place keeps, for ``html``.
    tags: tuple[str, ...] = ()
    #: Most entries of a list, such as tags.
    most: int | None = None
    #: Name of the model's field, for error messages and for filling an edit form; empty where there is none.
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One value that is to be written."""

    part: str
    key: str = ""
    value: Value = ""
    #: A value that stood there before and is taken back: written as it was, not tidied up.
    is_restored: bool = False


def spelled(label: str) -> str:
    """The one spelling by which labels are compared: whatever their spaces, their case and their accents' coding."""
    return " ".join(unicodedata.normalize("NFC", label).split()).casefold()
