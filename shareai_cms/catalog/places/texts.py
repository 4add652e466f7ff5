"""Descriptions, names and SEO texts: a column of plain text or HTML, or what an integration knows of a field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, Literal

from django.db import models

from shareai_cms.actions.codecs import without_hidden
from shareai_cms.catalog.paths import Problem, field_of, label_later, unknown, wrong
from shareai_cms.catalog.places.base import Pen, Place, one_text
from shareai_cms.marketplace.text import clean

#: What HTML in a plain text column may consist of, where the declaration does not say.
HTML_TAGS = ("h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "b", "i", "br")


class Text(Place):
    """A text of the object.

    A field's name alone says the same: rich text and stream fields are known as such.
    """

    def __init__(self, name: str, *, is_html: bool = False, tags: tuple[str, ...] = HTML_TAGS, block: str = "") -> None:
        self.name = name
        #: Whether a plain text column holds HTML.
        self.is_html = is_html
        self.tags = tags
        #: Of a stream: the block that is written, by its type; ``section.text`` for one in a structure.
        self.block = block

    def fields(self) -> tuple[str, ...]:
        return (self.name,)

    def kind(self, model: type[models.Model]) -> TextKind:
        """How the field keeps its text."""
        field = model._meta.get_field(self.name)
        found = (maker(field, self) for maker in reversed(_makers))
        return next((kind for kind in found if kind is not None), None) or TextKind(field, self)

    def read(self, obj: Any) -> str:
        return self.kind(type(obj)).read(obj)

    def write(self, obj: Any, value: Any, pen: Pen) -> None:
        text = clean(one_text(label_later(type(obj), self.name), value))
        self.kind(type(obj)).write(obj, text, pen)
        pen.touch(self.name)

    def problems(self, model: type[models.Model], where: str) -> Iterator[Problem]:
        field = field_of(model, self.name)
        if field is None:
            yield unknown(model, self.name, where)
        elif not isinstance(field, models.Field) or not self.kind(model).fits():
            yield wrong(
                f"{where} names {self.name!r}, and that field of {model._meta.label} holds no text.",
                "Name a text, rich text or stream field of the model itself.",
            )
        else:
            yield from self.kind(model).problems(where)


class TextKind:
    """A column of plain text, or of HTML where it is declared so."""

    def __init__(self, field: Any, text: Text) -> None:
        self.field, self.text = field, text

    @property
    def format(self) -> Literal["plain", "html"]:
        return "html" if self.text.is_html else "plain"

    @property
    def tags(self) -> tuple[str, ...]:
        """Names of the HTML tags that it keeps."""
        return self.text.tags if self.text.is_html else ()

    @property
    def max_length(self) -> int | None:
        longest: int | None = self.field.max_length
        return longest

    def fits(self) -> bool:
        """Whether the field is one that it can work with."""
        return isinstance(self.field, models.CharField | models.TextField)

    def problems(self, where: str) -> Iterator[Problem]:
        if self.text.block:
            yield wrong(f"{where} names a block, and {self.text.name!r} is no stream field.", "Leave block out.")

    def read(self, obj: Any) -> str:
        return str(getattr(obj, self.field.attname) or "")

    def rest(self, obj: Any) -> str:
        """Texts beside the one that is written, which are facts and stay as they are."""
        return ""

    def write(self, obj: Any, text: str, pen: Pen) -> None:
        if self.text.is_html and not pen.is_restored:
            text = _cleaned(text, self.text.tags, self.read(obj))
        elif not pen.is_restored:
            text = without_hidden(text.replace("\r\n", "\n"))
            text = text if isinstance(self.field, models.TextField) else " ".join(text.split())
        setattr(obj, self.field.attname, text if text or not self.field.null else None)


def _cleaned(text: str, tags: Collection[str], standing: str) -> str:
    """HTML of these tags; of links, those that stand there already."""
    import nh3

    from shareai_cms.actions.enriching.fitting import links_of

    known = links_of(standing)
    return nh3.clean(
        text,
        tags=set(tags),
        attributes={"a": {"href"}} if "a" in tags else {},
        attribute_filter=lambda _tag, _name, value: value if value in known else None,
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
    )


#: Of a field and its declaration: how it keeps its text, or None where another maker or the base has to say.
Maker = Callable[[Any, Text], TextKind | None]

_makers: list[Maker] = []


def register_text_kind(maker: Maker) -> None:
    """Let an integration say how fields of its own keep their text."""
    _makers.append(maker)
