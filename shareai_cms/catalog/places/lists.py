"""The category of a product, and its tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shareai_cms.catalog.paths import Problem, field_of, label_later, list_problems, unknown, wrong
from shareai_cms.catalog.places.base import Pen, Place, not_allowed, refuse, texts
from shareai_cms.catalog.places.columns import Column
from shareai_cms.catalog.places.options import Allowed, Options, options_of
from shareai_cms.catalog.places.rows import is_to_many, rows_of
from shareai_cms.marketplace.text import clean

#: Tags of a relation that are looked through; of more, the first.
MOST_KNOWN = 2_000


class Category(Column):
    """The one category of an object: a choice or a related object. Only what is allowed is ever written."""

    def read_category(self, obj: Any) -> tuple[str, tuple[str, ...]]:
        """What it is in, and what it may be in."""
        options = self.options(obj)
        values = self.values(obj, options)
        may_be = options.labels if options is not None and self.may_write(self.field(obj)) else ()
        return (values[0] if values else ""), may_be

    def write(self, obj: Any, key: str, value: Any, pen: Pen) -> None:
        if self.options(obj) is None:
            raise refuse(label_later(type(obj), self.name), _("it is not written by AI."), field_name=self.name)
        super().write(obj, key, value, pen)

    def problems(self, model: type[models.Model], where: str) -> Iterator[Problem]:
        yield from super().problems(model, where)
        if is_to_many(field_of(model, self.name)):
            yield wrong(
                f"{where} names {self.name!r}, which leads to several objects.", "Declare it among attributes or tags."
            )


class Tags(Place):
    """Tags: of django-taggit, of a many-to-many relation, in a JSON list, or in a text between commas."""

    def __init__(
        self,
        name: str,
        *,
        allowed: Allowed | None = None,
        shown: str = "name",
        may_add: bool = False,
        most: int | None = None,
    ) -> None:
        self.name, self.allowed = name, allowed
        #: Of a related object: the field that holds the tag's text.
        self.shown = shown
        #: Whether a tag that no object has yet is made; django-taggit always does.
        self.may_add = may_add
        self.most = most

    def fields(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, obj: Any) -> tuple[str, ...]:
        field = field_of(type(obj), self.name)
        if is_to_many(field):
            return tuple(str(getattr(tag, self._shown(obj))) for tag in rows_of(obj, self.name))
        value = getattr(obj, self.name)
        if isinstance(value, str):
            value = value.split(",")
        return tuple(text for each in value or () if (text := str(each).strip()))

    def labels(self, obj: Any) -> tuple[str, ...]:
        """The only tags that it takes; empty where any will do."""
        if self.allowed is not None:
            return (options_of(None, self.allowed, obj) or Options(())).labels
        field = field_of(type(obj), self.name)
        if self.may_add or not is_to_many(field) or _is_taggit(getattr(obj, self.name)):
            return ()
        known = field.related_model._default_manager.order_by("pk").values_list(self.shown, flat=True)
        return tuple(str(each) for each in known[:MOST_KNOWN])

    def _shown(self, obj: Any) -> str:
        return "name" if _is_taggit(getattr(obj, self.name)) else self.shown

    def write(self, obj: Any, value: Any, pen: Pen) -> None:
        label, field = label_later(type(obj), self.name), field_of(type(obj), self.name)
        wanted = list(dict.fromkeys(text for each in texts(label, value) if (text := " ".join(clean(each).split()))))
        if self.allowed is not None and not pen.is_restored:
            options, standing = options_of(None, self.allowed, obj) or Options(()), self.read(obj)
            # What stands there stays, whatever is allowed by now.
            wanted = [each if each in standing else self._allowed(each, options, label) for each in wanted]
        if is_to_many(field):
            self._write_related(obj, wanted, label, pen)
            return
        if not isinstance(field, models.JSONField):
            if any("," in each for each in wanted):
                raise refuse(label, _("a tag has no comma."), field_name=self.name)
            setattr(obj, self.name, ", ".join(wanted))
        else:
            setattr(obj, self.name, wanted)
        pen.touch(self.name)

    def _allowed(self, value: str, options: Options, label: Any) -> str:
        try:
            return str(options.stored(value))
        except KeyError:
            raise not_allowed(label, value) from None

    def _write_related(self, obj: Any, wanted: list[str], label: Any, pen: Pen) -> None:
        manager = getattr(obj, self.name)
        if _is_taggit(manager):
            if hasattr(manager, "get_tagged_item_manager"):
                # Kept in memory until the object is saved, or in its draft.
                manager.set(wanted)
                pen.touch(self._taggings(manager))
            else:
                pen.rest.append(lambda: manager.set(wanted))
            return
        found = [self._tag(manager.model, each, label) for each in wanted]
        if hasattr(manager, "commit"):
            manager.set(found)
            pen.touch(self.name)
        else:
            pen.rest.append(lambda: manager.set(found))

    def _tag(self, model: Any, text: str, label: Any) -> Any:
        found = model._default_manager.filter(**{f"{self.shown}__iexact": text}).first()
        if found is None and not self.may_add:
            raise not_allowed(label, text)
        return found or model._default_manager.create(**{self.shown: text})

    def _taggings(self, manager: Any) -> str:
        return str(manager.through._meta.get_field("content_object").remote_field.get_accessor_name())

    def problems(self, model: type[models.Model], where: str) -> Iterator[Problem]:
        yield from list_problems(self.allowed, f"{where}: allowed of {self.name!r}")
        field = field_of(model, self.name)
        if field is None:
            yield unknown(model, self.name, where)
        elif not is_to_many(field) and not isinstance(field, models.JSONField | models.CharField | models.TextField):
            yield wrong(
                f"{where} names {self.name!r}, and that field of {model._meta.label} holds no tags.",
                "Name a tag manager, a many-to-many field, a JSONField or a text field.",
            )
        elif is_to_many(field) and field_of(field.related_model, self.shown) is None:
            yield unknown(field.related_model, self.shown, where)

    def relations(self, model: type[models.Model]) -> tuple[list[str], list[str]]:
        return [], ([self.name] if is_to_many(field_of(model, self.name)) else [])


def _is_taggit(manager: Any) -> bool:
    return hasattr(manager, "names") and hasattr(manager, "similar_objects")
