"""The text of an object as its editors see it: the latest draft, not what is published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin
from wagtail.rich_text import get_text_for_indexing

from shareai_cms.catalog.paths import field_of
from shareai_cms.conf import conf
from shareai_cms.errors import ChangeRefused
from shareai_cms.integrations.wagtail import fields


def latest(obj: Any) -> Any:
    """The object with the content of its draft, where there is one; raises ``ChangeRefused`` for a broken one.

    What has revisions and no drafts is as it stands in its table, like in Wagtail's own editor.
    """
    if obj.pk is None or not isinstance(obj, DraftStateMixin) or not obj.has_unpublished_changes:
        return obj
    revision = obj.get_latest_revision()
    if revision is None:
        return obj
    try:
        # Revision.as_object() would ask for the object once more.
        return obj.with_content_json(revision.content)
    # modelcluster raises a bare Exception for what a draft refers to and is gone, and the block of a stream whose
    # definition has changed raises whatever it likes: each means that nobody can open this draft.
    except Exception as error:  # noqa: BLE001
        raise ChangeRefused(
            type(error).__name__,
            sentence=_("The latest draft cannot be opened: what it refers to may have been deleted."),
            remedy=_("Open it in the editor and save it again, or go back to an earlier version."),
        ) from None


def holds(model: type[models.Model], name: str) -> bool:
    """Whether revisions keep the value of this field or relation: not so relations that are saved at once."""
    field = field_of(model, name)
    if isinstance(field, ParentalManyToManyField | ClusterTaggableManager):
        return True
    is_column = bool(field.concrete and not field.many_to_many)
    return is_column or isinstance(field.remote_field, ParentalKey)


def text_of(obj: Any, user: Any) -> str:
    """The words in the text, rich text and stream fields that this person sees, within the input limit.

    Addresses, codes and choices are left out, and so is what ``EXCLUDED_FIELDS`` names.
    """
    return words_of(latest(obj), user)


def words_of(draft: Any, user: Any = None) -> str:
    """The words of a draft that was opened; where nobody is asking, what only some editors see is left out."""
    hidden = fields.hidden_from(user or AnonymousUser(), type(draft))
    parts = (" ".join(part.split()) for part in _texts(draft, hidden))
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
