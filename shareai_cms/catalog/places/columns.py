"""An attribute in a column of the model: text, number, choice, a related object, or several of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.codecs import without_hidden
from shareai_cms.actions.facts import Attribute
from shareai_cms.catalog.paths import Problem, field_of, label_later, label_of, list_problems, unknown, wrong
from shareai_cms.catalog.places.base import Pen, Place, not_allowed, one_text, refuse, texts
from shareai_cms.catalog.places.options import Allowed, Options, label_of_object, options_of, standing_options
from shareai_cms.catalog.places.rows import rows_of
from shareai_cms.marketplace.text import clean

_UNREADABLE = (models.FileField, models.BinaryField)


class Attributes(Place):
    """Where attributes of one kind stand."""

    @abstractmethod
    def read(self, obj: Any) -> Iterator[Attribute]:
        """The attributes that an object has here, or has a place for."""

    def known_keys(self, obj: Any) -> Collection[str]:
        """Their keys, without what reading them asks of the database."""
        return {each.key for each in self.read(obj)}

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
            is_writable=self.may_write(field) and not self._is_structure(obj, field),
            # A form shows JSON as code, which is nothing to write a value into.
            field="" if isinstance(field, models.JSONField) else self.name,
        )

    def known_keys(self, obj: Any) -> Collection[str]:
        return (self.name,)

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
        return [shown for shown, _stored in self._standing(obj, options)]

    def _standing(self, obj: Any, options: Options | None) -> list[tuple[str, Any]]:
        """What stands there, as it is shown and as it is stored."""
        field = self.field(obj)
        if field.many_to_many:
            return [
                (self._shown(each.pk, partial(_itself, each), options), each.pk) for each in rows_of(obj, self.name)
            ]
        stored = getattr(obj, field.attname)
        if stored is None or stored == "":
            return []
        if field.is_relation:
            # None of those that it may lead to by now, perhaps: a category that was closed has its name still.
            return [(self._shown(stored, partial(getattr, obj, self.name, None), options), stored)]
        held = stored if isinstance(field, models.JSONField) and isinstance(stored, list) else [stored]
        return [(self._shown(each, None, options), each) for each in held if is_scalar(each, field)]

    def _shown(self, stored: Any, related: Callable[[], Any] | None, options: Options | None) -> str:
        if options is not None and any(str(each) == str(stored) for each, _label in options.pairs):
            return options.shown(stored)
        found = related() if related is not None else None
        return label_of_object(found, self.shown) if found is not None else str(stored)

    def _is_structure(self, obj: Any, field: Any) -> bool:
        """Whether it is JSON of a form that nothing says how to read, and that a list would overwrite."""
        return isinstance(field, models.JSONField) and is_structure(getattr(obj, field.attname))

    def write(self, obj: Any, key: str, value: Any, pen: Pen) -> None:
        field, options = self.field(obj), self.options(obj)
        label = self.label or label_later(type(obj), self.name)
        if not self.may_write(field) or self._is_structure(obj, field):
            raise refuse(label, _("it is not written by AI."), field_name=self.name)
        if self.is_multiple(field):
            standing = dict(self._standing(obj, options))
            wanted = texts(label, value)
            stored: Any = [
                standing[each] if each in standing else self._stored(obj, each, options, pen) for each in wanted
            ]
            if field.many_to_many:
                _set_many(obj, self.name, stored, pen)
                return
            stored = stored if stored or not field.null or not pen.is_restored else None
        else:
            text = one_text(label, value)
            stored = self._stored(obj, text, options, pen) if text else _nothing(field, label)
        setattr(obj, field.attname, stored)
        pen.touch(self.name)

    def _stored(self, obj: Any, value: str, options: Options | None, pen: Pen) -> Any:
        field = self.field(obj)
        if options is None:
            return without_hidden(clean(value))
        try:
            return options.stored(value)
        except KeyError:
            pass
        if pen.is_restored and not field.is_relation:
            return value
        try:
            return (standing_options(field, self.shown) if pen.is_restored else Options(())).stored(value)
        except KeyError:
            raise not_allowed(self.label or label_later(type(obj), self.name), value) from None

    def problems(self, model: type[models.Model], where: str) -> Iterator[Problem]:
        yield from list_problems(self.allowed, f"{where}: allowed of {self.name!r}")
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


def _itself(obj: Any) -> Any:
    return obj


def is_scalar(value: Any, field: Any = None) -> bool:
    """Whether a value is one that people read: of JSON, a text, a number, or a yes or no."""
    return isinstance(value, str | int | float) or not (field is None or isinstance(field, models.JSONField))


def is_structure(value: Any) -> bool:
    """Whether JSON holds more than a value, or a list of them."""
    held = value if isinstance(value, list) else [] if value in (None, {}) else [value]
    return not all(is_scalar(each) for each in held)


def _nothing(field: Any, label: Any) -> Any:
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
