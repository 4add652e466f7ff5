"""A search backend of Wagtail that finds by meaning.

::

    WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "wagtail.search.backends.database"},
        "semantic": {"BACKEND": "shareai_cms.integrations.wagtail.search.backend"},
    }

    Page.objects.live().public().search("something warm for a rainy hike", backend="semantic")

What only a keyword index can do (autocomplete, ``fields=``, "not this") is handed to the site's default backend,
or to the one named in ``KEYWORDS``. Where that is this backend itself, Wagtail's database backend does it, and is
kept up to date through this one.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from wagtail.search.backends import get_search_backend, import_backend
from wagtail.search.backends.base import BaseSearchBackend, EmptySearchResults

from shareai_cms.integrations.wagtail.search.index import MeaningIndex, Rebuilder
from shareai_cms.integrations.wagtail.search.results import MeaningQueryCompiler, MeaningResults
from shareai_cms.search.sources.registry import indexed_models

DATABASE = "wagtail.search.backends.database"


class MeaningBackend(BaseSearchBackend):
    """Searches by meaning and by keywords at once; the ranking decides, so ``operator`` changes nothing."""

    query_compiler_class = MeaningQueryCompiler
    rebuilder_class = Rebuilder
    results_class = MeaningResults

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._keywords = str(params.get("KEYWORDS") or "default")

    @property
    def feeds_keywords(self) -> bool:
        """Whether the keyword backend is reached through this one alone, and so has to be kept up to date by it."""
        named = _configuration().get(self._keywords)
        return named is None or _is_ours(named)

    @property
    def keywords(self) -> Any:
        """The backend for what meaning cannot do."""
        named = _configuration().get(self._keywords)
        is_ours = named is not None and _is_ours(named)
        return get_search_backend(DATABASE if is_ours else self._keywords)

    def get_index_for_model(self, model: type[Model]) -> MeaningIndex:
        return MeaningIndex(self, self.keywords.get_index_for_model(model) if self.feeds_keywords else None)

    def add(self, obj: Model) -> None:
        # A save: our own index hears of it by itself.
        if self.feeds_keywords:
            self.keywords.add(obj)

    def delete(self, obj: Model) -> None:
        if self.feeds_keywords:
            self.keywords.delete(obj)

    def autocomplete(self, query: Any, model_or_queryset: Any, *args: Any, **kwargs: Any) -> Any:
        """The beginning of a word has no meaning yet, and nothing may be counted for each letter."""
        return self.keywords.autocomplete(query, model_or_queryset, *args, **kwargs)

    def search(
        self,
        query: Any,
        model_or_queryset: Any,
        fields: Any = None,
        operator: str | None = None,
        order_by_relevance: bool = True,
    ) -> Any:
        asked = {"fields": fields, "operator": operator, "order_by_relevance": order_by_relevance}
        if fields is not None:
            # A passage does not know which field it came from.
            return self.keywords.search(query, model_or_queryset, **asked)
        queryset = _queryset(model_or_queryset)
        compiler = self.query_compiler_class(queryset, query, keywords=self.keywords, **asked)
        if compiler.reading.is_foreign or not _is_read(queryset.model):
            return self.keywords.search(query, model_or_queryset, **asked)
        if compiler.reading.is_nothing:
            return EmptySearchResults()
        compiler.check()
        return self.results_class(self, compiler)


#: What Wagtail looks for in the module that ``BACKEND`` names.
SearchBackend = MeaningBackend


def _queryset(given: Any) -> QuerySet[Any]:
    return given if isinstance(given, QuerySet) else given.objects.all()


def _is_read(model: type[Model]) -> bool:
    """Whether our index holds objects of the class, or of classes derived from it: images, say, are not in it."""
    return any(issubclass(read, model) for _source, read in indexed_models())


def _configuration() -> dict[str, Any]:
    found: dict[str, Any] = apps.get_app_config("wagtailsearch").get_search_backend_config()  # type: ignore[attr-defined]
    return found


def _is_ours(named: dict[str, Any]) -> bool:
    cls = import_backend(named["BACKEND"])
    return isinstance(cls, type) and issubclass(cls, MeaningBackend)
