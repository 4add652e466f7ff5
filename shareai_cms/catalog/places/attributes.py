"""Attributes that a shop's own people name: rows of name and value, or keys of a JSON field."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.codecs import without_hidden
from shareai_cms.actions.facts import Attribute
from shareai_cms.catalog.paths import Problem, field_of, list_problems, path_problems, text_at, unknown, wrong
from shareai_cms.catalog.places.base import Pen, not_allowed, refuse, texts
from shareai_cms.catalog.places.columns import Attributes, is_scalar, is_structure
from shareai_cms.catalog.places.options import Allowed, Options, label_of_object, options_of, standing_options
from shareai_cms.catalog.places.rows import add_row, change_row, drop_row, is_to_many, rows_of
from shareai_cms.errors import ObjectNotFound
from shareai_cms.marketplace.text import clean

#: What attributes take, by their keys, or asked of each key.
AllowedByKey = Mapping[str, Allowed] | Callable[[str], Iterable[Any] | None]


def allowed_for(declared: AllowedByKey | None, key: str) -> Allowed | None:
    if declared is None:
        return None
    return declared(key) if callable(declared) else declared.get(key)


class Rows(Attributes):
    """Attributes in rows of another table, each with a name and a value; several rows of one name are its values."""

    def __init__(
        self,
        relation: str,
        *,
        name: str,
        value: str,
        key: str = "",
        allowed: AllowedByKey | None = None,
        keys: Allowed = (),
        shown: str = "",
        is_multiple: bool = False,
        is_writable: bool = True,
    ) -> None:
        self.relation, self.name, self.value = relation, name, value
        #: Path to what names the attribute for good, such as a code; its name where nothing else does.
        self.key = key or name
        self.allowed = allowed
        #: Attributes that an object may get, whether it has a row of them or not: keys, or pairs of key and name.
        self.keys = keys
        self.shown = shown
        self.is_multiple = is_multiple
        self._is_writable = is_writable

    @property
    def is_writable(self) -> bool:
        return self._is_writable

    def fields(self) -> tuple[str, ...]:
        return (self.relation,)

    def reads(self) -> tuple[str, ...]:
        return tuple(f"{self.relation}__{path}" for path in (self.name, self.value))

    def read(self, obj: Any) -> Iterator[Attribute]:
        rows = self._by_key(obj)
        named = {str(key): label for key, label in self._known(obj).pairs}
        # Where nothing is said of a key, all of them take the same, which is asked for once.
        same: list[Options | None] = []
        for key in [*rows, *(key for key in named if key not in rows)]:
            found = rows.get(key, [])
            is_own = allowed_for(self.allowed, key) is not None
            options = self.options(obj, key) if is_own or not same else same[0]
            if not is_own and not same:
                same.append(options)
            yield Attribute(
                key=key,
                label=text_at(found[0], self.name) if found else named[key],
                values=tuple(text for row in found if (text := self._text(row, options))),
                allowed=options.labels if options is not None else (),
                is_multiple=self.is_multiple or len(found) > 1,
                max_length=None if options is not None else self._column(obj).max_length,
                is_writable=self._is_writable,
                row=() if "__" in self.name else (self.relation, self.name, self.value),
            )

    def known_keys(self, obj: Any) -> Collection[str]:
        return {*self._by_key(obj), *(str(key) for key, _label in self._known(obj).pairs)}

    def options(self, obj: Any, key: str) -> Options | None:
        return options_of(self._column(obj), allowed_for(self.allowed, key), obj, label=self.shown)

    def _known(self, obj: Any) -> Options:
        return options_of(None, self.keys, obj) or Options(())

    def _rows_model(self, model: type[models.Model]) -> Any:
        return field_of(model, self.relation).related_model

    def _column(self, obj: Any) -> Any:
        return self._rows_model(type(obj))._meta.get_field(self.value)

    def _by_key(self, obj: Any) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for row in rows_of(obj, self.relation, *self._heads(type(obj))):
            if key := text_at(row, self.key):
                found.setdefault(key, []).append(row)
        return found

    def _text(self, row: Any, options: Options | None) -> str:
        field = type(row)._meta.get_field(self.value)
        stored = getattr(row, field.attname)
        if stored is None or stored == "":
            return ""
        if field.is_relation and (options is None or stored not in dict(options.pairs)):
            return label_of_object(getattr(row, self.value), self.shown)
        return options.shown(stored) if options is not None else str(stored)

    def write(self, obj: Any, key: str, value: Any, pen: Pen) -> None:
        rows, options, known = self._by_key(obj).get(key, []), self.options(obj, key), self._known(obj)
        label = text_at(rows[0], self.name) if rows else known.shown(key)
        wanted = texts(label, value)
        if not self._is_writable or (len(wanted) > 1 and not self.is_multiple and len(rows) <= 1):
            raise refuse(label, _("it takes a single text.") if self._is_writable else _("it is not written by AI."))
        name = self._column(obj).attname
        standing = {self._text(row, options): getattr(row, name) for row in rows}
        stored = [
            standing[each] if each in standing else self._stored(obj, each, options, label, pen) for each in wanted
        ]
        if rows and not stored and key not in {str(each) for each, _label in known.pairs}:
            # The row was there before, empty: without it, nobody would know of the attribute any more.
            stored = [None if self._column(obj).null else ""]
        for row, each in zip(rows, stored, strict=False):
            setattr(row, name, each)
            change_row(obj, self.relation, row, [self.value], pen)
        for row in rows[len(stored) :]:
            drop_row(obj, self.relation, row, pen)
        for each in stored[len(rows) :]:
            row = self._new(obj, key, label)
            setattr(row, name, each)
            add_row(obj, self.relation, row, pen)

    def _stored(self, obj: Any, value: str, options: Options | None, label: str, pen: Pen) -> Any:
        if options is None:
            return without_hidden(clean(value))
        column = self._column(obj)
        try:
            return options.stored(value)
        except KeyError:
            if pen.is_restored and not column.is_relation:
                return value
        try:
            return (standing_options(column, self.shown) if pen.is_restored else Options(())).stored(value)
        except KeyError:
            raise not_allowed(label, value) from None

    def _new(self, obj: Any, key: str, label: str) -> Any:
        """A row of an attribute that the object does not have yet; raises ``ObjectNotFound`` for an unknown one."""
        model = self._rows_model(type(obj))
        row = model()
        for path, text in ((self.name, label), (self.key, key)):
            head, _sep, rest = path.partition("__")
            if not rest:
                setattr(row, head, text)
        head, _sep, rest = self.key.partition("__")
        if rest:
            named = model._meta.get_field(head).related_model
            found = named._default_manager.filter(**{rest: key}).first()
            if found is None:
                raise ObjectNotFound(f"{named._meta.label_lower} {rest}")
            setattr(row, head, found)
        return row

    def problems(self, model: type[models.Model], where: str) -> Iterator[Problem]:
        field = field_of(model, self.relation)
        if field is None:
            yield unknown(model, self.relation, where, is_of_rows=True)
            return
        if not is_to_many(field) or field.many_to_many:
            yield wrong(
                f"{where} names {self.relation!r}, and {model._meta.label} has no rows of its own there.",
                "Name the related_name of a foreign key of another model to this one.",
            )
            return
        yield from _list_problems(self, f"of {self.relation!r}", where)
        for path in dict.fromkeys((self.name, self.key)):
            yield from path_problems(field.related_model, path, where)
        if field_of(field.related_model, self.value) is None:
            yield unknown(field.related_model, self.value, where)

    def relations(self, model: type[models.Model]) -> tuple[list[str], list[str]]:
        return [], [self.relation, *(f"{self.relation}__{head}" for head in self._heads(model))]

    def _heads(self, model: type[models.Model]) -> list[str]:
        """The relations of a row that its name, its key and its value stand behind."""
        heads = {path.rpartition("__")[0] for path in (self.name, self.key) if "__" in path}
        if self._rows_model(model)._meta.get_field(self.value).is_relation:
            heads.add(self.value)
        return sorted(heads)


class JSONKeys(Attributes):
    """Attributes in a JSON field, each a key with a text, a number or a list of texts."""

    def __init__(
        self,
        name: str,
        *,
        keys: Allowed = (),
        allowed: AllowedByKey | None = None,
        is_writable: bool = True,
    ) -> None:
        self.name, self.allowed = name, allowed
        #: Attributes that an object may get, beside those that it has: keys, or pairs of key and name.
        self.keys = keys
        self._is_writable = is_writable

    @property
    def is_writable(self) -> bool:
        return self._is_writable

    def fields(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, obj: Any) -> Iterator[Attribute]:
        held = self._held(obj)
        if held is None:
            return
        named = {str(key): label for key, label in self._known(obj).pairs}
        for key in [*held, *(key for key in named if key not in held)]:
            value = held.get(key)
            if is_structure(value):
                continue  # of which nothing says how to read it
            options = self.options(obj, key)
            values: list[Any] = value if isinstance(value, list) else [value]
            shown = [each for each in values if is_scalar(each) and each != ""]
            yield Attribute(
                key=key,
                label=named.get(key) or _words(key),
                values=tuple(_shown(each, options) for each in shown),
                allowed=options.labels if options is not None else (),
                is_multiple=isinstance(value, list),
                # A yes or no would become a text, in whatever language.
                is_writable=self._is_writable and (options is not None or not isinstance(value, bool)),
            )

    def known_keys(self, obj: Any) -> Collection[str]:
        held = self._held(obj)
        if held is None:
            return ()
        named = {*held, *(str(key) for key, _label in self._known(obj).pairs)}
        return {key for key in named if not is_structure(held.get(key))}

    def options(self, obj: Any, key: str) -> Options | None:
        return options_of(None, allowed_for(self.allowed, key), obj)

    def _known(self, obj: Any) -> Options:
        return options_of(None, self.keys, obj) or Options(())

    def _held(self, obj: Any) -> dict[str, Any] | None:
        """The keys with their values; None where the field holds something else, which stays as it is."""
        held = getattr(obj, self.name)
        if isinstance(held, Mapping):
            return dict(held)
        return {} if held in (None, "", []) else None

    def write(self, obj: Any, key: str, value: Any, pen: Pen) -> None:
        held, options = self._held(obj), self.options(obj, key)
        known = {str(each): label for each, label in self._known(obj).pairs}
        label = known.get(key) or _words(key)
        now = held.get(key) if held is not None else None
        is_fact = is_structure(now) or (options is None and isinstance(now, bool))
        if held is None or not self._is_writable or is_fact:
            raise refuse(label, _("it is not written by AI."), field_name=self.name)
        wanted = texts(label, value)
        if len(wanted) > 1 and key in held and not isinstance(now, list):
            raise refuse(label, _("it takes a single text."), field_name=self.name)
        standing = {_shown(each, options): each for each in (now if isinstance(now, list) else ())}
        stored = [
            standing[each] if each in standing else self._stored(each, now, options, label, pen) for each in wanted
        ]
        if isinstance(now, list) or len(stored) > 1:
            held[key] = stored
        elif stored:
            held[key] = stored[0]
        elif key in known:
            held.pop(key, None)
        else:
            # The key was there before, with nothing in it: without it, nobody would know of the attribute any more.
            held[key] = ""
        setattr(obj, self.name, held)
        pen.touch(self.name)

    def _stored(self, value: str, now: Any, options: Options | None, label: str, pen: Pen) -> Any:
        if options is not None:
            try:
                return options.stored(value)
            except KeyError:
                if pen.is_restored:
                    return value
                raise not_allowed(label, value) from None
        if not isinstance(now, int | float):
            return without_hidden(clean(value))
        try:
            found = type(now)(value)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise refuse(label, _("it takes a number."), field_name=self.name)
        return found

    def problems(self, model: type[models.Model], where: str) -> Iterator[Problem]:
        yield from _list_problems(self, f"of {self.name!r}", where)
        field = field_of(model, self.name)
        if field is None:
            yield unknown(model, self.name, where)
        elif not isinstance(field, models.JSONField):
            yield wrong(f"{where} names {self.name!r}, which is no JSON field.", "Name a JSONField of the model.")


def _list_problems(place: Rows | JSONKeys, of: str, where: str) -> Iterator[Problem]:
    yield from list_problems(place.keys, f"{where}: keys {of}")
    allowed: Any = place.allowed
    if isinstance(allowed, Mapping):
        for key, values in allowed.items():
            yield from list_problems(values, f"{where}: allowed[{key!r}] {of}")
    elif allowed is not None and not callable(allowed):
        yield wrong(f"{where}: allowed {of} is no mapping.", "Say for each key what it takes: {'finish': ('matt',)}.")


def _words(key: str) -> str:
    """The key of a JSON field as a label."""
    words = key.replace("_", " ")
    return words[:1].upper() + words[1:]


def _shown(value: str | int | float, options: Options | None) -> str:
    return options.shown(value) if options is not None else _json_text(value)


def _json_text(value: str | int | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
