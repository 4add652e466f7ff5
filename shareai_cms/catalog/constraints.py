"""What a table does not take although every validation let it pass: the refusal that names the field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connections, router
from django.db.models import Model
from django.utils.translation import gettext as _

from shareai_cms.catalog.paths import label_of
from shareai_cms.catalog.places.base import refuse
from shareai_cms.errors import ChangeRefused
from shareai_cms.errors.places import place_of

#: SQLite says no more than this: ``UNIQUE constraint failed: shop_product.maker_id, shop_product.sku``.
_TOLD = re.compile(r"constraint failed: ((?:\w+\.\w+(?:, )?)+)")


def refusal_of(error: DatabaseError, proposed: Iterable[str] = ()) -> ChangeRefused:
    """The refusal, naming the column that the database names; else what was ``proposed``, by its labels."""
    table, columns = _named(error)
    model = _model_of(table)
    names = [field.name for field in model._meta.concrete_fields if field.column in columns] if model else []
    labels = [label_of(model, name) for name in names] if model else []
    if not labels and not (labels := list(dict.fromkeys(proposed))):
        return ChangeRefused(place_of(error))
    reason = _("the database does not take this value.")
    return refuse(", ".join(labels), reason, field_name=", ".join(names) or place_of(error))


def _named(error: DatabaseError) -> tuple[str, list[str]]:
    """The table and its columns, as far as the database tells. Its message may hold content, and goes nowhere."""
    if found := _TOLD.search(str(error)):
        pairs = [pair.partition(".") for pair in found[1].split(", ")]
        return pairs[0][0], [column for _table, _dot, column in pairs]
    told: Any = getattr(error.__cause__, "diag", None)
    table = str(getattr(told, "table_name", None) or "")
    if column := getattr(told, "column_name", None):
        return table, [column]
    return table, _columns_of(table, getattr(told, "constraint_name", None))


def _columns_of(table: str, constraint: str | None) -> list[str]:
    model = _model_of(table)
    if model is None or not constraint:
        return []
    connection = connections[router.db_for_write(model)]
    with connection.cursor() as cursor:
        found: dict[str, Any] = connection.introspection.get_constraints(cursor, table)
    return list(found.get(constraint, {}).get("columns") or ())


def _model_of(table: str) -> type[Model] | None:
    return next((model for model in apps.get_models() if model._meta.db_table == table), None) if table else None
