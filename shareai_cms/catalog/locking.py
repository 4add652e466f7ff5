"""The object as the database has it now, kept from changing until the transaction ends."""

from __future__ import annotations

from typing import Any

from django.db import models, router
from django.db.models import F

from shareai_cms.catalog.keeping import keeper_for
from shareai_cms.errors import ObjectNotFound


def locked(obj: Any) -> Any:
    """The object anew, its row locked; raises ``ObjectNotFound`` where it is gone.

    An UPDATE that changes nothing locks on every database, and comes before the first SELECT: a transaction of SQLite
    that reads first may not write any more once somebody else has.
    """
    model = type(obj)
    # Not from a copy of the database for readers alone, which may be behind.
    database = router.db_for_write(model, instance=obj)
    column = _column(model)
    # By the table that has the column: through a child's, Django would look the rows up before it updates them.
    rows = column.model._base_manager.using(database).filter(pk=obj.pk) if column is not None else None
    if rows is not None and not rows.update(**{column.name: F(column.name)}):
        raise ObjectNotFound(f"{model._meta.label_lower} {obj.pk}")
    try:
        found = model._base_manager.using(database)
        return found.select_related(*keeper_for(model).related() or (None,)).get(pk=obj.pk)
    except model.DoesNotExist:
        raise ObjectNotFound(f"{model._meta.label_lower} {obj.pk}") from None


def _column(model: type[models.Model]) -> Any:
    """Any column of the model's own table, of its parent's where it has none."""
    fields = [*model._meta.local_concrete_fields, *model._meta.concrete_fields]
    return next((field for field in fields if not field.primary_key and not field.generated), None)
