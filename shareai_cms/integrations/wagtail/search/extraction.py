"""What an object says by its own ``search_fields``; by all its texts where they name none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from taggit.managers import TaggableManager
from wagtail.blocks import StreamValue
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text import RichText
from wagtail.search import index

from shareai_cms.integrations.wagtail import compat, fields
from shareai_cms.integrations.wagtail.search.streams import blocks_of_stream
from shareai_cms.search.markup import blocks_of, blocks_of_html, blocks_of_text
from shareai_cms.search.sources.base import Block

#: The title stands with every passage anyway.
_TITLES = frozenset(("title", "draft_title"))


def blocks_of_page(page: Any) -> tuple[Block, ...]:
    """A page's blocks in the order of its ``search_fields``; what it says to search engines where they hold no text."""
    blocks = tuple(_own_blocks(page))
    if any(block.text.strip() for block in blocks):
        return blocks
    return tuple(blocks_of_text(getattr(page, "search_description", "") or ""))


def _own_blocks(page: Any) -> Iterator[Block]:
    declared = [field for field in type(page).get_search_fields() if _is_read(field)]
    if declared:
        yield from _of_fields(page, declared)
        return
    for field in own_fields(type(page)):
        yield from _of_value(page, field, getattr(page, field.name))


def own_fields(model: Any) -> Iterator[models.Field[Any, Any]]:
    """The texts that a page type adds to the base page, in their order."""
    inherited = {field.name for field in compat.base_page_model()._meta.get_fields()}
    for field in model._meta.get_fields():
        is_text = isinstance(field, StreamField | RichTextField | models.TextField)
        if is_text and field.name not in inherited and not fields.is_excluded(model, field.name):
            yield field


def _is_read(field: Any) -> bool:
    if isinstance(field, index.RelatedFields):
        return any(_is_read(inner) for inner in field.fields)
    return isinstance(field, index.SearchField) and field.field_name not in _TITLES


def _of_fields(obj: Any, declared: Iterable[Any], *, is_related: bool = False) -> Iterator[Block]:
    for field in declared:
        if isinstance(field, index.RelatedFields):
            for related in _related(field, obj):
                yield from _of_fields(related, field.fields, is_related=True)
        elif isinstance(field, index.SearchField) and (is_related or field.field_name not in _TITLES):
            yield from _of_field(obj, field.field_name)


def _related(field: Any, obj: Any) -> Iterable[Any]:
    try:
        value = field.get_value(obj)
    except (ObjectDoesNotExist, FieldDoesNotExist):
        return ()
    if value is None:
        return ()
    return value.all() if hasattr(value, "all") else (value,)


def _of_field(obj: Any, name: str) -> Iterator[Block]:
    """A field, a property or a method by its name; nothing where the object has none of that name."""
    try:
        field = obj._meta.get_field(name)
    except FieldDoesNotExist:
        value = getattr(obj, name, None)
        yield from _of_anything(value() if callable(value) else value)
        return
    try:
        yield from _of_value(obj, field, getattr(obj, name, None))
    except ObjectDoesNotExist:
        return  # a relation to an object that has none


def _of_value(obj: Any, field: Any, value: Any) -> Iterator[Block]:
    if isinstance(field, RichTextField):
        yield from blocks_of_html(str(value or ""))
    elif isinstance(field, TaggableManager):
        yield from blocks_of_text(", ".join(sorted(str(tag) for tag in value.all())))
    elif getattr(field, "choices", None):
        yield from _of_anything(getattr(obj, f"get_{field.name}_display")())
    elif not isinstance(field, StreamField) and hasattr(field, "get_searchable_content"):
        yield from _of_anything(field.get_searchable_content(value))
    else:
        yield from _of_anything(value)


def _of_anything(value: Any) -> Iterator[Block]:
    if value is None or isinstance(value, bool | bytes):
        return
    if isinstance(value, Block):
        yield value
    elif isinstance(value, StreamValue):
        yield from blocks_of_stream(value)
    elif isinstance(value, RichText):
        yield from blocks_of_html(value.source)
    elif isinstance(value, models.Manager):
        yield from _of_anything(list(value.all()))
    elif isinstance(value, str) or not isinstance(value, Iterable):
        yield from blocks_of(value)
    else:
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _of_anything(each)
