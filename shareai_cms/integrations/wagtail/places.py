"""The texts inside streams and inline forms, found by the types on the way to them.

By types and not by ids, since a block that was never saved has no id that the server could look up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import models
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock

from shareai_cms.actions.fields import ADDRESS_CHECKS, is_secret
from shareai_cms.conf import conf
from shareai_cms.errors import NotPermitted
from shareai_cms.integrations.wagtail import compat, fields
from shareai_cms.integrations.wagtail.features import block_features, field_features, is_rich_text

#: The one step into a list: its items have no names.
ITEM = ""
#: Names of the alternative text beside an image; a description there is more likely a caption.
_ALT_TEXT_NAMES = frozenset(fields.ALT_TEXT_NAMES) - {"description"}
#: A path through nested blocks is shorter; one through relations that lead back to where they began need not be.
_MOST_STEPS = 50


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A text that actions may work on."""

    kind: str
    name: str
    max_length: int | None = None
    features: tuple[str, ...] = field(default=())
    #: Of an alternative text: the name of the chooser beside it.
    image: str = ""

    @property
    def is_short(self) -> bool:
        return self.max_length is not None and self.max_length < fields.SHORTEST


@dataclass(frozen=True, kw_only=True)
class Place:
    """A block, and what the settings exclude below it."""

    block: blocks.Block
    name: str
    excluded: frozenset[str]
    image: str = ""

    def children(self) -> Iterator[Place]:
        """The places inside this one that the settings do not exclude."""
        block = self.block
        if isinstance(block, blocks.ListBlock):
            yield Place(block=block.child_block, name=ITEM, excluded=self.excluded)
            return
        for name, child in getattr(block, "child_blocks", {}).items():
            if name.lower() not in self.excluded:
                yield Place(
                    block=child, name=name, excluded=_below(self.excluded, name), image=_chooser_beside(block, name)
                )

    def child(self, step: str) -> Place | None:
        """The place one step further: a block type in streams, a name in structures, any word in lists."""
        if isinstance(self.block, blocks.ListBlock):
            step = ITEM
        elif step.lower() in self.excluded:
            raise NotPermitted("EXCLUDED_FIELDS names this block")
        return next((place for place in self.children() if place.name == step), None)

    def leaf(self) -> Leaf | None:
        """The text that this block holds; None for blocks that hold others, and for codes and addresses."""
        block = self.block
        if is_rich_text(block):
            return Leaf(kind=fields.RICH_TEXT, name=self.name, features=block_features(block))
        is_text = isinstance(block, blocks.CharBlock | blocks.TextBlock)
        if not is_text or is_secret(self.name) or not _holds_prose(block.field):
            return None
        kind = fields.IMAGE if self.image else fields.kind_of_widget(block.field)
        return Leaf(kind=kind, name=self.name, max_length=block.field.max_length, image=self.image) if kind else None


def root(model: type[models.Model], model_field: StreamField) -> Place:
    """The stream of a model's field."""
    label = f"{model._meta.label_lower}.{model_field.name}"
    return Place(
        block=model_field.stream_block, name=model_field.name, excluded=_below(conf.excluded_fields, label.lower())
    )


def leaf_at(model: Any, field_name: str, steps: list[str]) -> Leaf | None:
    """The text at a field of a model, inside its stream or its inline forms; None where there is none.

    Raises ``FieldDoesNotExist`` for an unknown field and ``NotPermitted`` for one that the settings exclude.
    """
    if len(steps) > _MOST_STEPS:
        return None
    model_field = model._meta.get_field(field_name)
    if fields.is_excluded(model, field_name):
        raise NotPermitted("EXCLUDED_FIELDS names this field")
    if model_field.one_to_many and steps:
        related = model_field.related_model
        return None if compat.is_comment_model(related) else leaf_at(related, steps[0], steps[1:])
    if isinstance(model_field, StreamField):
        return _leaf_in(root(model, model_field), steps)
    if steps:
        return None
    return _field_leaf(model, model_field)


def _leaf_in(place: Place | None, steps: list[str]) -> Leaf | None:
    for step in steps:
        if place is None:
            return None
        place = place.child(step)
    return place.leaf() if place is not None else None


def _field_leaf(model: Any, model_field: Any) -> Leaf | None:
    name = model_field.name
    if isinstance(model_field, RichTextField):
        return Leaf(kind=fields.RICH_TEXT, name=name, features=field_features(model_field))
    if not fields.is_prose(model, name):
        return None
    kind = fields.TEXTAREA if isinstance(model_field, models.TextField) else fields.TEXT
    if fields.is_alt_text(model, name):
        kind = fields.IMAGE
    return Leaf(kind=kind, name=name, max_length=model_field.max_length)


def _holds_prose(form_field: forms.Field) -> bool:
    return not any(isinstance(check, ADDRESS_CHECKS) for check in form_field.validators)


def _chooser_beside(block: blocks.Block, name: str) -> str:
    """The only image chooser of a structure, where ``name`` is the alternative text in it."""
    if not isinstance(block, blocks.StructBlock) or name not in _ALT_TEXT_NAMES:
        return ""
    choosers = [key for key, child in block.child_blocks.items() if isinstance(child, ImageChooserBlock)]
    return choosers[0] if len(choosers) == 1 else ""


def _below(excluded: frozenset[str], name: str) -> frozenset[str]:
    """What is excluded one step further: names that count anywhere, and the rest of dotted ones."""
    start = f"{name.lower()}."
    anywhere = {each for each in conf.excluded_fields if "." not in each}
    return frozenset(anywhere | {each.removeprefix(start) for each in excluded if each.startswith(start)})
