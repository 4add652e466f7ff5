"""Counts beside the results: how many have each value of a field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldError
from django.db.models import Count, QuerySet

from shareai_cms.metering.retry import rows
from shareai_cms.models import SearchDocument


def counts(found: Sequence[tuple[QuerySet[Any], list[Any]]], field_name: str, limit: int | None) -> dict[Any, int]:
    """Values of the field with how many of the found objects have them, the most frequent first.

    Only models with that field are counted; raises ``FieldError`` where none has it.
    """
    counted: Counter[Any] = Counter()
    errors = 0
    for queryset, keys in found:
        try:
            counted.update(_counts_of(queryset, keys, field_name))
        except FieldError:
            errors += 1
            if errors == len(found):
                raise
    # By name where as many, so that the order is the same each time; values need not be comparable.
    best = sorted(counted.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return dict(best[:limit])


def types(documents: Sequence[int]) -> dict[str, int]:
    """How many of these documents are of each class, as ``app.model``, the most frequent first."""
    named = rows(SearchDocument).filter(pk__in=documents).order_by().values_list("object_type")
    return dict(named.annotate(count=Count("pk")).order_by("-count", "object_type"))


def _counts_of(queryset: QuerySet[Any], keys: list[Any], field_name: str) -> dict[Any, int]:
    # Without the caller's annotations and joins: these keys were verified already, and grouping stays simple.
    verified = queryset.model._base_manager.using(queryset.db).filter(pk__in=keys)
    return dict(verified.order_by().values_list(field_name).annotate(Count("pk", distinct=True)))
