"""Names of fields, and paths of fields through relations (``category__name``): what they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.utils.functional import lazy

#: A field, a path of fields through relations, an attribute or a method of the object; or a function of the object.
Path = str | Callable[[Any], Any]
#: Names of a model that a hint lists.
_MOST_NAMES = 12


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A mistake in a declaration, in words for whoever wrote it."""

    #: Whether it names something that is not there; otherwise something of the wrong kind.
    is_unknown: bool
    text: str
    hint: str


def values_at(obj: Any, path: Path) -> list[Any]:
    """What is found at a path; several values where it leads through a relation to many."""
    found = [path(obj)] if callable(path) else _followed([obj], path.split("__"))
    return [value for value in found if value is not None and value != ""]


def text_at(obj: Any, path: Path) -> str:
    """What is found at a path as one text, choices by their labels."""
    if isinstance(path, str) and "__" not in path and (shown := getattr(obj, f"get_{path}_display", None)):
        return str(shown() or "")
    return ", ".join(str(value) for value in values_at(obj, path))


def _followed(objects: Iterable[Any], names: list[str]) -> list[Any]:
    if not names:
        return list(objects)
    found: list[Any] = []
    for obj in objects:
        try:
            value = getattr(obj, names[0])
        except ObjectDoesNotExist:
            continue  # a relation to one that has none
        if hasattr(value, "all"):
            found += value.all()
        elif value is not None:
            found.append(value() if callable(value) else value)
    return _followed(found, names[1:])


def field_of(model: type[models.Model], name: str) -> Any:
    """A field or relation by its name or by the name under which objects reach it; None where there is none."""
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return next((each for each in model._meta.related_objects if each.get_accessor_name() == name), None)


def label_of(model: type[models.Model], name: str) -> str:
    """A field in words."""
    field = field_of(model, name)
    text = str(getattr(field, "verbose_name", name.replace("_", " ")))
    return text[:1].upper() + text[1:]


#: The same, in the language of whoever reads it.
label_later = lazy(label_of, str)


def relations_of(model: type[models.Model], path: Path) -> tuple[list[str], list[str]]:
    """What to select and what to prefetch so that reading a path asks nothing more."""
    select: list[str] = []
    if callable(path):
        return [], []
    for index, name in enumerate(names := path.split("__")):
        field = field_of(model, name)
        if field is None or not field.is_relation or field.related_model is None:
            break
        if field.one_to_many or field.many_to_many:
            return select[-1:], ["__".join(names[: index + 1])]
        select.append("__".join(names[: index + 1]))
        model = field.related_model
    return select[-1:], []


def path_problems(model: type[models.Model], path: Path, where: str) -> Iterator[Problem]:
    """Whether a path that is only read leads anywhere."""
    if callable(path):
        return
    current: type[models.Model] | None = model
    for name in path.split("__"):
        if current is None:
            return  # an attribute of a value: known when there is one
        field = field_of(current, name)
        if field is None and not hasattr(current, name):
            yield unknown(current, name, where)
            return
        current = getattr(field, "related_model", None) if field is not None else None


def unknown(model: type[models.Model], name: str, where: str, *, is_of_rows: bool = False) -> Problem:
    """The problem of a name that the model does not have; ``is_of_rows`` where rows of another table are meant."""
    fields, rows = fields_of(model), rows_names_of(model)
    close = get_close_matches(name, [*fields, *rows], n=1)
    names = [*rows, *fields] if is_of_rows else [*fields, *rows]
    shown = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else ".")
    hint = f"Did you mean {close[0]!r}?" if close else f"It has: {shown}"
    return Problem(
        is_unknown=True, text=f"{where} names {name!r}, and {model._meta.label} has no such field.", hint=hint
    )


def fields_of(model: type[models.Model]) -> list[str]:
    """The fields that somebody has written for the model, in their order, and then what its abstract bases bring."""
    bases = [base._meta for base in model.__mro__ if hasattr(base, "_meta") and base._meta.abstract]
    inherited = {field.name for base in bases for field in base.get_fields()}
    own = [field for field in (*model._meta.fields, *model._meta.many_to_many) if not field.auto_created]
    names = [field.name for field in own if not field.name.startswith("_")]
    return sorted(names, key=lambda name: name in inherited)


def rows_names_of(model: type[models.Model]) -> list[str]:
    """The names under which objects of the model reach rows of others that belong to them."""
    names = (relation.get_accessor_name() for relation in model._meta.related_objects if not relation.hidden)
    return [name for name in names if name]


def wrong(text: str, hint: str) -> Problem:
    """The problem of a field that cannot hold what it is declared for."""
    return Problem(is_unknown=False, text=text, hint=hint)


def list_problems(given: Any, where: str) -> Iterator[Problem]:
    """A text where a list of them is wanted, which Python would read letter by letter."""
    if isinstance(given, str):
        yield wrong(f"{where} is the text {given!r}, and a list is wanted.", f"Did you mean ({given!r},)?")
