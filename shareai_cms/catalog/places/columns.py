"""An attribute in a column of the model: text, number, choice, a related object, or several of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from shareai_cms.actions.codecs import without_hidden
from shareai_cms.actions.facts import Attribute
from shareai_cms.catalog.paths import Problem, field_of, label_of, unknown, wrong
from shareai_cms.catalog.places.base import Pen, Place, not_allowed, one_text, refuse, texts
from shareai_cms.catalog.places.options import Allowed, Options, label_of_object, options_of
from shareai_cms.catalog.places.rows import rows_of
from shareai_cms.marketplace.text import clean

_UNREADABLE = (models.FileField, models.BinaryField)


class Attributes(Place):
    """Where attributes of one kind stand."""

    @abstractmethod
    def read(self, obj: Any) -> Iterator[Attribute]:
        """The attributes that an object has here, or has a place for."""

    @abstractmethod
    def write(self, obj: Any, key: str, value: Any, pen: Pen) -> None:
        """Write one attribute; raises ``ChangeRefused``."""

    @property
    def is_writable(self) -> bool:
        return True


class Column(Attributes):
    """One column of the model; choices, related objects and ``allowed`` say what it takes."""

    def __init__(
        self,
        name: str,
        *,
        label: str = "",
        allowed: Allowed | None = None,
        shown: str = "",
        is_writable: bool = True,
    ) -> None:
        self.name, self.label, self.allowed = name, label, allowed
        #: Of a related object: the attribute that names it; otherwise what ``str()`` says.
        self.shown = shown
        self._is_writable = is_writable

    @property
    def is_writable(self) -> bool:
        return self._is_writable

    def fields(self) -> tuple[str, ...]:
        return (self.name,)

    def words(self, model: type[models.Model]) -> str:
        return str(self.label) or label_of(model, self.name)

    def read(self, obj: Any) -> Iterator[Attribute]:
        field, options = self.field(obj), self.options(obj)
        yield Attribute(
            key=self.name,
            label=self.words(type(obj)),
            values=tuple(self.values(obj, options)),
            allowed=options.labels if options is not None else (),
            is_multiple=self.is_multiple(field),
            max_length=None if options is not None else field.max_length,
            is_writable=self.may_write(field),
        )

    def field(self, obj: Any) -> Any:
        return field_of(type(obj), self.name)

    def options(self, obj: Any) -> Options | None:
        return options_of(self.field(obj), self.allowed, obj, label=self.shown)

    def is_multiple(self, field: Any) -> bool:
        return bool(field.many_to_many) or isinstance(field, models.JSONField)

    def may_write(self, field: Any) -> bool:
        # Article numbers and the like: what identifies is a fact, not a proposal.
        is_key = bool(getattr(field, "primary_key", False) or getattr(field, "unique", False))
        return self._is_writable and bool(field.editable) and not is_key

    def values(self, obj: Any, options: Options | None) -> list[str]:
        """What stands there, as it is shown."""
        field = self.field(obj)
        if field.many_to_many:
            return [self._shown(each.pk, each, options) for each in rows_of(obj, self.name)]
        stored = getattr(obj, field.attname)
        if stored is None or stored == "":
            return []
        if field.is_relation:
            related = None if options is not None else getattr(obj, self.name, None)
            return [self._shown(stored, related, options)]
        if isinstance(field, models.JSONField):
            stored = stored if isinstance(stored, list) else [stored]
            return [self._shown(each, None, options) for each in stored if isinstance(each, str | int | float)]
        return [self._shown(stored, None, options)]

    def _shown(self, stored: Any, related: Any, options: Options | None) -> str:
        if options is not None and any(str(each) == str(stored) for each, _label in options.pairs):
            return options.shown(stored)
        return label_of_object(related, self.shown) if related is not None else str(stored)

    def write(self, obj: Any, key: str, value: Any, pen: Pen) -> None:
        field, options, label = self.field(obj), self.options(obj), self.words(type(obj))
        if not self.may_write(field):
            raise refuse(label, _("it is not written by AI."), field_name=self.name)
        if self.is_multiple(field):
            stored = [self._stored(each, options, label) for each in texts(label, value)]
            if field.many_to_many:
                _set_many(obj, self.name, stored, pen)
                return
        else:
            text = one_text(label, value)
            stored = self._stored(text, options, label) if text else _nothing(field, label)
        setattr(obj, field.attname, stored)
        pen.touch(self.name)

    def _stored(self, value: str, options: Options | None, label: str) -> Any:
        if options is None:
            return without_hidden(clean(value))
        try:
            return options.stored(value)
        except KeyError:
            raise not_allowed(label, value) from None

    def problems(self, model: type[models.Model], where: str) -> Iterator[Problem]:
        field = field_of(model, self.name)
        if field is None:
            yield unknown(model, self.name, where)
        elif not isinstance(field, models.Field) or isinstance(field, _UNREADABLE):
            yield wrong(
                f"{where} names {self.name!r}, and {model._meta.label} does not keep that in a column.",
                "Name a field of the model, or declare Rows for rows of another table.",
            )

    def relations(self, model: type[models.Model]) -> tuple[list[str], list[str]]:
        field = field_of(model, self.name)
        if field is None or not field.is_relation:
            return [], []
        return ([], [self.name]) if field.many_to_many else ([self.name], [])


def _nothing(field: Any, label: str) -> Any:
    """What a column holds that holds nothing; raises ``ChangeRefused`` where it must hold something."""
    if field.null:
        return None
    if field.empty_strings_allowed:
        return ""
    raise refuse(label, _("it must not be empty."))


def _set_many(obj: Any, name: str, stored: list[Any], pen: Pen) -> None:
    manager = getattr(obj, name)
    wanted = list(manager.model._default_manager.filter(pk__in=stored))
    if hasattr(manager, "commit"):
        # Kept in memory until the object is saved, or in its draft.
        manager.set(wanted)
        pen.touch(name)
    else:
        pen.rest.append(lambda: manager.set(wanted))
