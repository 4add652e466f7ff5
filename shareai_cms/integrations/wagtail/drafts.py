"""The text of an object as its editors see it: the latest draft, not what is published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from wagtail.fields import RichTextField, StreamField
from wagtail.models import RevisionMixin
from wagtail.rich_text import get_text_for_indexing

from shareai_cms.conf import conf
from shareai_cms.integrations.wagtail import fields


def latest(obj: Any) -> Any:
    """The object with the content of its newest revision, where it keeps revisions."""
    if obj.pk is not None and isinstance(obj, RevisionMixin) and obj.latest_revision_id:
        return obj.get_latest_revision_as_object()
    return obj


def text_of(obj: Any, user: Any) -> str:
    """The words in the text, rich text and stream fields that this person sees, within the input limit.

    Addresses, codes and choices are left out, and so is what ``EXCLUDED_FIELDS`` names.
    """
    draft = latest(obj)
    parts = (" ".join(part.split()) for part in _texts(draft, fields.hidden_from(user, type(draft))))
    return "\n\n".join(dict.fromkeys(part for part in parts if part))[: conf.max_input_characters]


def _texts(obj: Any, hidden: frozenset[str]) -> Iterator[str]:
    model = type(obj)
    for field in model._meta.get_fields():
        if not isinstance(field, models.Field) or fields.is_excluded(model, field.name) or field.name in hidden:
            continue
        if isinstance(field, RichTextField):
            yield get_text_for_indexing(getattr(obj, field.name) or "")
        elif isinstance(field, StreamField):
            yield from map(str, field.get_searchable_content(getattr(obj, field.name)))
        elif fields.is_prose(model, field.name):
            yield str(getattr(obj, field.name) or "")
