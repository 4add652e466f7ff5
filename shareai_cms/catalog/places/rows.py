"""Rows of another table that belong to an object: saved at once, or kept in memory for its draft."""

from __future__ import annotations

from typing import Any

from django.db import models

from shareai_cms.catalog.keeping import validate
from shareai_cms.catalog.paths import field_of
from shareai_cms.catalog.places.base import Pen


def rows_of(obj: Any, relation: str, *paths: str) -> list[Any]:
    """The rows, with what these relations of theirs lead to; no query for what was prefetched."""
    # Managers that keep rows in memory overlook what was prefetched.
    prefetched = getattr(obj, "_prefetched_objects_cache", {}).get(relation)
    manager = getattr(obj, relation)
    rows = list(prefetched if prefetched is not None else manager.all())
    if not manager.model._meta.ordering:
        # PostgreSQL gives a row another place each time that it is changed; keys and versions count on one.
        rows.sort(key=lambda row: (row.pk is None, 0 if row.pk is None else row.pk))
    if rows and paths:
        models.prefetch_related_objects(rows, *paths)
    return rows


def is_to_many(field: Any) -> bool:
    return bool(field is not None and field.is_relation and (field.one_to_many or field.many_to_many))


def change_row(obj: Any, relation: str, row: Any, names: list[str], pen: Pen) -> None:
    """Save what was set on a row, in these of its fields."""
    manager = getattr(obj, relation)
    if not hasattr(manager, "commit"):
        pen.save_row(row, names)
        return
    validate(row, names, names if pen.is_restored else ())
    if row.pk is not None:
        # Takes the place of the row that it was read from. One that was never saved is the one in memory.
        manager.add(row)
    pen.touch(relation)


def add_row(obj: Any, relation: str, row: Any, pen: Pen) -> None:
    """Add a row; its key to the object is set here."""
    manager, key = getattr(obj, relation), key_of(type(obj), relation)
    names = [field.name for field in type(row)._meta.fields if field.name != key and not field.primary_key]
    if (order := getattr(row, "sort_order_field", None)) is not None:
        setattr(row, order, max((getattr(each, order) or 0 for each in rows_of(obj, relation)), default=-1) + 1)
    if hasattr(manager, "commit"):
        validate(row, names, names if pen.is_restored else ())
        manager.add(row)
        pen.touch(relation)
        return
    setattr(row, key, obj)
    pen.save_row(row, names)


def drop_row(obj: Any, relation: str, row: Any, pen: Pen) -> None:
    """Remove a row."""
    manager = getattr(obj, relation)
    if hasattr(manager, "commit"):
        manager.set([each for each in rows_of(obj, relation) if each is not row and (row.pk is None or each != row)])
        pen.touch(relation)
    else:
        pen.rest.append(row.delete)


def key_of(model: type[models.Model], relation: str) -> str:
    """Name of the rows' foreign key to the object."""
    return str(field_of(model, relation).field.name)
