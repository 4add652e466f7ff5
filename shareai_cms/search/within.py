"""What the caller may see: candidates are held against the caller's own querysets, so that no stale right counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from shareai_cms.search.lookups import Numbers, is_numbered, numbers_of, parts, rows_of
from shareai_cms.search.stores.base import Scope

if TYPE_CHECKING:
    from shareai_cms.search.stores.base import Ids

#: Up to here the keys of everything permitted are fetched first, and nothing else is scored.
MOST_KEYS = 5_000


class UnsearchableQuerySet(ValueError):
    """A search was given a queryset that it cannot narrow down to what was found."""


class Place(NamedTuple):
    """Where a document's object is loaded from."""

    queryset: int
    key: Any


class Within:
    """The caller's querysets, asked as few times as possible."""

    def __init__(self, querysets: Sequence[QuerySet[Any]]) -> None:
        for queryset in querysets:
            refuse_unsearchable(queryset)
        self._querysets = [queryset.order_by() for queryset in querysets]
        self._types = [types_of(queryset.model) for queryset in querysets]
        self._lookups = [Numbers(queryset) for queryset in self._querysets]
        self._numbers = self._fetch_numbers()
        self._places: dict[int, Place | None] = {}

    @property
    def is_empty(self) -> bool:
        """Nothing at all is permitted."""
        return self._numbers is not None and not any(len(numbers) for numbers in self._numbers)

    def scope(self) -> Scope:
        """The narrowest scope that holds everything permitted; more may lie in it."""
        types = tuple(sorted(set().union(*self._types)))
        if self._numbers is None:
            return Scope(object_types=types)
        return Scope(object_types=types, ref_numbers=np.unique(np.concatenate([*self._numbers, _NONE])))

    def permitted(self, documents: Ids) -> Any:
        """A mask over the documents: whose objects the caller may see."""
        unique, places = np.unique(documents, return_inverse=True)
        wanted = unique.tolist()
        self._look_up([document for document in wanted if document not in self._places])
        found = map(self._places.__getitem__, wanted)
        return np.fromiter((place is not None for place in found), dtype=bool, count=len(wanted))[places]

    def count(self, documents: Ids, most: int) -> int:
        """How many of the documents the caller may see, at most this many; no more are looked up than that takes."""
        wanted = np.unique(documents).tolist()
        waiting = [document for document in wanted if document not in self._places]
        found = sum(self._places.get(document) is not None for document in wanted)
        number = 0
        while waiting and found < most:
            # As many as are missing, then twice as many each time, because some are not permitted.
            number = max(most - found, number * 2)
            self._look_up(waiting[:number])
            found += sum(self._places[document] is not None for document in waiting[:number])
            waiting = waiting[number:]
        return min(most, found)

    def load(self, documents: Sequence[int]) -> dict[int, Any]:
        """The objects of permitted documents, by document; one that is gone by now is left out."""
        loaded: dict[int, Any] = {}
        for number, queryset in enumerate(self._querysets):
            places = {document: self._places.get(document) for document in documents}
            keys = {document: place.key for document, place in places.items() if place and place.queryset == number}
            if keys:
                found = {obj.pk: obj for part in parts(queryset, list(keys.values())) for obj in part}
                loaded.update({document: found[key] for document, key in keys.items() if key in found})
        return loaded

    def keys(self, documents: Sequence[int]) -> list[tuple[QuerySet[Any], list[Any]]]:
        """The permitted documents' keys by the queryset that permits them."""
        places = [place for document in documents if (place := self._places.get(document))]
        return [
            (queryset, [place.key for place in places if place.queryset == number])
            for number, queryset in enumerate(self._querysets)
        ]

    def _fetch_numbers(self) -> list[Ids] | None:
        """``ref_number`` of everything permitted, queryset by queryset; None where that is too much."""
        fetched, room = [], MOST_KEYS
        for queryset in self._querysets:
            numbers = numbers_of(queryset[: room + 1])
            if len(numbers) > room:
                return None
            room -= len(numbers)
            fetched.append(np.unique(numbers))
        return fetched

    def _look_up(self, documents: list[int]) -> None:
        """Find out where each of these documents' objects is loaded from, None where it is not permitted."""
        self._places.update(dict.fromkeys(documents))
        named = rows_of(documents, has_references=not all(is_numbered(each.model) for each in self._querysets))
        for number, queryset in enumerate(self._querysets):
            waiting = [row for row in named if self._places[row[0]] is None and row[1] in self._types[number]]
            keys = dict(self._keyed(queryset.model, waiting))
            for document in self._verified(number, keys, waiting):
                self._places[document] = Place(number, keys[document])

    @staticmethod
    def _keyed(model: type[Model], named: list[Any]) -> Iterator[tuple[int, Any]]:
        if is_numbered(model):
            yield from ((row[0], row[3]) for row in named)
            return
        for document, _type, reference, _number in named:
            try:
                yield document, model._meta.pk.to_python(reference)
            except ValidationError:
                continue  # the model's key was of another kind when this was indexed

    def _verified(self, number: int, keys: dict[int, Any], named: list[Any]) -> set[int]:
        if not keys:
            return set()
        if self._numbers is not None:
            known = np.isin([row[3] for row in named], self._numbers[number])
            return {row[0] for row, is_known in zip(named, known.tolist(), strict=True) if is_known and row[0] in keys}
        queryset = self._querysets[number]
        wanted = list(keys.values())
        if is_numbered(queryset.model):
            alive = set(self._lookups[number].among(wanted).tolist())
        else:
            alive = {key for part in parts(queryset, wanted) for key in part.values_list("pk", flat=True)}
        return {document for document, key in keys.items() if key in alive}


_NONE = np.empty(0, dtype=np.int64)


def refuse_unsearchable(queryset: QuerySet[Any]) -> None:
    """Raises ``UnsearchableQuerySet`` for what Django would not filter any more, or what yields no objects."""
    name = queryset.model._meta.label
    if queryset.query.is_sliced:
        raise UnsearchableQuerySet(f"Search the whole queryset of {name}, and slice the results instead.")
    if queryset.query.combinator:
        raise UnsearchableQuerySet(f"Give the querysets of {name} one by one, not their {queryset.query.combinator}.")
    # The only sign of values() and values_list().
    if getattr(queryset, "_fields", None) is not None:
        raise UnsearchableQuerySet(f"Search needs objects of {name}, not values() of them.")
    if queryset.query.distinct_fields:
        raise UnsearchableQuerySet(f"distinct() with fields chooses among rows of {name} before the search; drop it.")
    if len(queryset.model._meta.pk_fields) > 1:
        raise UnsearchableQuerySet(f"{name} has a key of several fields, which the index cannot name.")


def types_of(model: type[Model]) -> frozenset[str]:
    """The labels of the model and of the models derived from it."""
    base = model._meta.concrete_model or model
    return frozenset(each._meta.label_lower for each in apps.get_models() if issubclass(each, base))
