"""Statements about a thousand objects at once.

Whole numbers stand in the statement itself and come back as one text, because as parameters and rows they take Django
longer than the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import IntegerField, Model, QuerySet

from shareai_cms.metering.retry import rows
from shareai_cms.models import SearchDocument
from shareai_cms.search.references import number_of, reference_of

if TYPE_CHECKING:
    from shareai_cms.search.stores.base import Ids

    #: Key, type, reference and number of a document.
    Row = tuple[int, str, Any, int]

#: Keys in one statement, where the database sets no limit of its own.
KEYS_A_STATEMENT = 10_000
_KEYS = "/* keys */"


def is_numbered(model: type[Model]) -> bool:
    """Whether the model's keys are whole numbers, which the index has as such."""
    key: Any = model._meta.pk
    while key.remote_field is not None:
        key = key.target_field
    return isinstance(key, IntegerField)


def numbers_of(queryset: QuerySet[Any]) -> Ids:
    """The ``ref_number`` of each of the queryset's objects."""
    if is_numbered(queryset.model):
        return Numbers(queryset).all()
    keys = [number_of(reference_of(key)) for key in queryset.values_list("pk", flat=True)]
    return np.array(keys, dtype=np.int64)


class Numbers:
    """The keys of a queryset whose keys are whole numbers; its SQL is made once, however often it is asked."""

    def __init__(self, queryset: QuerySet[Any]) -> None:
        self._queryset = queryset
        self._connection = connections[queryset.db]

    def all(self) -> Ids:
        return self._ask(*_sql(self._queryset))

    def among(self, keys: Sequence[int]) -> Ids:
        """Those of these keys that the queryset has now."""
        statement, parameters = self._narrowed
        return self._ask(statement.replace(_KEYS, _written(keys)), parameters)

    @cached_property
    def _narrowed(self) -> tuple[str, tuple[Any, ...]]:
        quote = self._connection.ops.quote_name
        alias, column = self._queryset.query.get_initial_alias(), self._queryset.model._meta.pk.column
        condition = _is_one_of(f"{quote(str(alias))}.{quote(column)}", self._connection, _KEYS)
        return _sql(self._queryset.extra(where=[condition]))  # noqa: S610  names of the model's own

    def _ask(self, statement: str, parameters: tuple[Any, ...]) -> Ids:
        if not statement:
            return np.empty(0, dtype=np.int64)
        is_postgres = self._connection.vendor == "postgresql"
        joined = "STRING_AGG(number::text, ',')" if is_postgres else "GROUP_CONCAT(number)"
        with self._connection.cursor() as cursor:
            cursor.execute(f"WITH found(number) AS ({statement}) SELECT {joined} FROM found", parameters)  # noqa: S608
            [text] = cursor.fetchone()
        return np.fromstring(text or "", dtype=np.int64, sep=",")


def rows_of(documents: Sequence[int], *, has_references: bool) -> list[Row]:
    """What is known of these documents, those that are gone left out; the number for a reference nobody needs."""
    if not documents:
        return []
    connection = connections[rows(SearchDocument).db]
    reference = "object_ref" if has_references else "ref_number"
    condition = _is_one_of("id", connection, _written(documents))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, object_type, {reference}, ref_number FROM {SearchDocument._meta.db_table} WHERE {condition}"  # noqa: S608
        )
        return list(cursor.fetchall())


def parts(queryset: QuerySet[Any], keys: list[Any]) -> Iterator[QuerySet[Any]]:
    """The queryset narrowed down to these keys, in as many statements as the database needs."""
    # Half, because the queryset has parameters of its own.
    most = (connections[queryset.db].features.max_query_params or KEYS_A_STATEMENT * 2) // 2
    for first in range(0, len(keys), most):
        yield queryset.filter(pk__in=keys[first : first + most])


def _sql(queryset: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """The statement for the queryset's keys; an empty one where Django knows that there are none."""
    try:
        statement, parameters = queryset.values("pk").query.get_compiler(using=queryset.db).as_sql()
    except EmptyResultSet:
        return "", ()
    return statement, tuple(parameters)


def _is_one_of(column: str, connection: Any, keys: str) -> str:
    # PostgreSQL reads one array in a fraction of the time that it takes for a thousand constants.
    return f"{column} = ANY('{{{keys}}}'::bigint[])" if connection.vendor == "postgresql" else f"{column} IN ({keys})"


def _written(keys: Sequence[int]) -> str:
    return ",".join(map(str, map(int, keys)))
