"""Rich text and stream fields as texts of a catalogue."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text import RichText

from shareai_cms.catalog.paths import Problem, label_of, wrong
from shareai_cms.catalog.places.base import Pen, refuse
from shareai_cms.catalog.places.texts import Text, TextKind
from shareai_cms.integrations.wagtail.features import block_features, field_features
from shareai_cms.integrations.wagtail.search.streams import blocks_of_block

#: Draftail's names of paragraphs, new at each saving. They say nothing, and would pass for words or numbers.
_KEYS = re.compile(r' data-block-key="[^"<>]*"')


def kind_of(field: Any, text: Text) -> TextKind | None:
    """How a field of Wagtail's keeps its text."""
    if isinstance(field, RichTextField):
        return RichTextKind(field, text)
    if isinstance(field, StreamField):
        return StreamKind(field, text)
    return None


def draftail_of(html: str, features: Iterable[str], standing: str = "") -> dict[str, Any]:
    """HTML from outside as the ContentState of an editor with these features: what they do not allow is unwrapped.

    Of the rich text that stands there, images and embeds stay, and links where their words do.
    """
    from shareai_cms.integrations.wagtail.catalog.standing import kept
    from shareai_cms.integrations.wagtail.richtext.decode import decode
    from shareai_cms.integrations.wagtail.richtext.rules import Rules
    from shareai_cms.integrations.wagtail.richtext.state import write

    features = list(features)
    return write(kept(decode(html, {}, Rules.of(features)), standing, features))


def stored_html(html: str, features: Iterable[str], standing: str = "") -> str:
    """HTML from outside as a rich text with these features stores it, in the place of the one that stands there."""
    # Not at the top, which is read when the site starts: it brings all of Draftail along.
    from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

    features = list(features)
    raw = json.dumps(draftail_of(html, features, standing))
    return _KEYS.sub("", ContentstateConverter(features).to_database_format(raw))


def _tags(features: Iterable[str]) -> tuple[str, ...]:
    from shareai_cms.integrations.wagtail.richtext.rules import Rules

    return ("p", *Rules.of(features).tags)


class RichTextKind(TextKind):
    """A rich text field, which keeps what its features allow."""

    @property
    def format(self) -> Literal["plain", "html"]:
        return "html"

    @property
    def tags(self) -> tuple[str, ...]:
        return _tags(field_features(self.field))

    def read(self, obj: Any) -> str:
        return _KEYS.sub("", super().read(obj))

    def write(self, obj: Any, text: str, pen: Pen) -> None:
        if not pen.is_restored:
            text = stored_html(text, field_features(self.field), super().read(obj))
        setattr(obj, self.field.attname, text)


class StreamKind(TextKind):
    """The first text of a stream, or the first one in the declared block. All other blocks stay as they are."""

    def __init__(self, field: Any, text: Text) -> None:
        super().__init__(field, text)
        self.stream = field.stream_block
        self.path = text.block.split(".") if text.block else self._first()

    def _first(self) -> list[str]:
        """The type of the first block that holds a text: rich text before plain, since descriptions have paragraphs."""
        children = self.stream.child_blocks
        for kind in (blocks.RichTextBlock, blocks.TextBlock):
            for name, block in children.items():
                if isinstance(block, kind):
                    return [name]
        return []

    @property
    def leaf(self) -> Any:
        """The block definition that is written; None where the declaration leads to none."""
        block: Any = self.stream
        for name in self.path:
            block = getattr(block, "child_blocks", {}).get(name)
        is_text = isinstance(block, blocks.RichTextBlock | blocks.TextBlock | blocks.CharBlock)
        return block if self.path and is_text else None

    @property
    def format(self) -> Literal["plain", "html"]:
        return "html" if isinstance(self.leaf, blocks.RichTextBlock) else "plain"

    @property
    def tags(self) -> tuple[str, ...]:
        return _tags(block_features(self.leaf)) if self.format == "html" else ()

    @property
    def max_length(self) -> int | None:
        longest: int | None = getattr(self.leaf.field, "max_length", None)
        return longest

    def fits(self) -> bool:
        return True

    def problems(self, where: str) -> Iterator[Problem]:
        if self.leaf is None:
            named = f"no text block {self.text.block!r}" if self.text.block else "no text block of its own"
            yield wrong(
                f"{where} names {self.text.name!r}, and that stream has {named}.",
                f"Name one with Text({self.text.name!r}, block=…): it has {', '.join(self.stream.child_blocks)}.",
            )

    def _index(self, value: Any) -> int | None:
        return next((n for n, child in enumerate(value) if child.block_type == self.path[0]), None)

    def read(self, obj: Any) -> str:
        value = getattr(obj, self.field.attname)
        index = self._index(value)
        found = None if index is None else value[index].value
        for name in self.path[1:]:
            found = found.get(name) if found is not None else None
        if isinstance(found, RichText):
            found = _KEYS.sub("", found.source)
        return str(found or "")

    def rest(self, obj: Any) -> str:
        value = getattr(obj, self.field.attname)
        index = self._index(value)
        others = (child for n, child in enumerate(value) if n != index or len(self.path) > 1)
        texts = [block.text for child in others for block in blocks_of_block(child)]
        return "\n\n".join(dict.fromkeys(text for text in texts if text))

    def write(self, obj: Any, text: str, pen: Pen) -> None:
        value = getattr(obj, self.field.attname)
        index = self._index(value)
        if not text and index is None:
            return
        if not text and len(self.path) == 1:
            # Nothing is written by leaving a block empty: an editor would have to remove it.
            del value[index]
            return
        leaf = self._leaf_value(text, pen, self.read(obj))
        if index is None:
            value.insert(0, (self.path[0], self._around(leaf)))
        elif len(self.path) == 1:
            value[index] = (self.path[0], leaf, value[index].id)
        else:
            self._set_inside(value[index].value, leaf)

    def _leaf_value(self, text: str, pen: Pen, standing: str) -> Any:
        given = text
        if self.format == "html" and not pen.is_restored:
            given = stored_html(text, block_features(self.leaf), standing)
        try:
            return self.leaf.clean(self.leaf.to_python(given)) if text else self.leaf.to_python(given)
        except ValidationError as error:
            label = f"{label_of(type(pen.obj), self.text.name)} ({self.leaf.label})"
            reason = " ".join(error.messages) or _("it does not take this text.")
            raise refuse(label, reason, field_name=self.text.name) from None

    def _around(self, leaf: Any) -> Any:
        """A new block of the declared type, with the text in its place."""
        if len(self.path) == 1:
            return leaf
        block = self.stream.child_blocks[self.path[0]]
        value = block.get_default()
        self._set_inside(value, leaf)
        return value

    def _set_inside(self, value: Any, leaf: Any) -> None:
        for name in self.path[1:-1]:
            value = value[name]
        value[self.path[-1]] = leaf
