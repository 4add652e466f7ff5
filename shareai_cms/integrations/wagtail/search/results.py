"""Results of the search backend: a list of objects that behaves as Wagtail's others do."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from wagtail.search.backends.base import BaseSearchQueryCompiler, BaseSearchResults, FilterFieldError
from wagtail.search.index import class_is_indexed

from shareai_cms.integrations.wagtail.search import asking
from shareai_cms.integrations.wagtail.search.reading import Reading, read
from shareai_cms.search.results import Asker, Hit, Outcome, Query

#: Nothing is found beyond this place.
MOST = 1_000
#: Values of a facet.
MOST_VALUES = 100


class MeaningQueryCompiler(BaseSearchQueryCompiler):
    """A query and the queryset in which it is answered; searches once, for all slices and counts of its results.

    What is found is looked up in that very queryset, so it may filter and order by anything, with or without
    a ``FilterField``.
    """

    HANDLES_ORDER_BY_EXPRESSIONS = True

    def __init__(self, queryset: QuerySet[Any], query: Any, *, keywords: Any, **kwargs: Any) -> None:
        super().__init__(queryset, query, **kwargs)
        self.keywords = keywords
        self.reading: Reading = read(self.query)
        # Taken now: the results may be read when the request is long over.
        self.asker: Asker | None = asking.named()

    def check(self) -> None:
        """Every filter and order is one for the database, which says itself what it cannot do."""

    @cached_property
    def permitted(self) -> QuerySet[Any]:
        """The caller's queryset without what is not wanted."""
        queryset: QuerySet[Any] = self.queryset
        for query in self.reading.unwanted:
            unwanted = self.keywords.search(query, self.queryset)
            queryset = queryset.exclude(pk__in=[obj.pk for obj in unwanted])
        return queryset

    @cached_property
    def found(self) -> Any:
        """The results of ``shareai_cms.search``; None where no words are searched for, or no site is there to pay."""
        from shareai_cms.search import search

        if not self.reading.text:
            return None
        asker = self.asker or asking.asker_for(self.queryset)
        if asker is None:
            return None
        within = (self.permitted,)
        language = asking.language_of(self.queryset)
        return search(Query(text=self.reading.text, within=within, asker=asker, language=language))


class MeaningResults(BaseSearchResults):
    """One slice of what a query finds."""

    supports_facet = True

    @property
    def found(self) -> Any:
        return self.query_compiler.found

    @property
    def outcome(self) -> Outcome | None:
        """How it was answered: corrected words, and whether by meaning or by keywords alone."""
        return self.found.outcome if self.found is not None else None

    @property
    def hits(self) -> list[Hit]:
        """The same results with their best passages; empty where nothing was searched for by words."""
        return list(self.found[self.start : self._end]) if self.found is not None else []

    def facet(self, field_name: str) -> OrderedDict[Any, int]:
        """How many of the results have each value of a field, the most frequent first."""
        _check_facet(self.query_compiler.queryset.model, field_name)
        if self.found is None:
            counted = self._everything().order_by().values_list(field_name).annotate(count=Count("pk"))
            return OrderedDict(counted.order_by("-count", field_name))
        return OrderedDict(self.found.facets(field_name, MOST_VALUES))

    def _do_search(self) -> Iterable[Any]:
        if self.found is None:
            return self._scored((obj, None) for obj in self._everything()[self.start : self.stop])
        if self.query_compiler.order_by_relevance:
            return self._scored((hit.obj, hit.score) for hit in self.hits)
        return self._scored(self._in_order()[self.start : self._end])

    def _do_count(self) -> int:
        total = self._everything().count() if self.found is None else int(self.found.count())
        end = total if self.stop is None else min(total, self.stop)
        return max(0, end - self.start)

    @property
    def _end(self) -> int:
        return MOST if self.stop is None else min(self.stop, MOST)

    def _everything(self) -> QuerySet[Any]:
        permitted: QuerySet[Any] = self.query_compiler.permitted
        if self.query_compiler.reading.text:
            return permitted.none()
        return permitted if permitted.ordered else permitted.order_by("pk")

    def _in_order(self) -> list[tuple[Any, float]]:
        """Everything that was found, in the order of the caller's queryset."""
        scores = {hit.obj.pk: hit.score for hit in self.found[:MOST]}
        permitted: QuerySet[Any] = self.query_compiler.permitted
        queryset = permitted if permitted.ordered else permitted.order_by("-pk")
        return [(obj, scores[obj.pk]) for obj in queryset.filter(pk__in=list(scores))]

    def _scored(self, pairs: Iterable[tuple[Any, float | None]]) -> Iterable[Any]:
        for obj, score in pairs:
            if self._score_field:
                setattr(obj, self._score_field, score)
            yield obj


def _check_facet(model: Any, field_name: str) -> None:
    """As Wagtail's other backends have it, so that a view works with each; others' models have no such fields."""
    if not class_is_indexed(model):
        return
    if field_name not in {field.get_attname(model) for field in model.get_filterable_search_fields()}:
        raise FilterFieldError(
            f'Cannot facet search results with field "{field_name}". Please add '
            f"index.FilterField('{field_name}') to {model.__name__}.search_fields.",
            field_name=field_name,
        )
