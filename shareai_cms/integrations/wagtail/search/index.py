"""What Wagtail tells a search backend to index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from wagtail.search.backends.base import BaseIndex

from shareai_cms.search import indexing
from shareai_cms.search.references import reference_of
from shareai_cms.search.sources.registry import source_for


class MeaningIndex(BaseIndex):
    """Our index hears of changes by itself; what is passed on goes to a keyword index that nobody else keeps."""

    def __init__(self, backend: Any, keywords: Any) -> None:
        super().__init__(backend)
        self.keywords = keywords

    def get_key(self) -> Any:
        return self.keywords.get_key() if self.keywords else super().get_key()

    def add_model(self, model: type[Model]) -> None:
        if self.keywords:
            self.keywords.add_model(model)

    def refresh(self) -> None:
        if self.keywords:
            self.keywords.refresh()

    def reset(self) -> None:
        """Empties the keyword index alone: vectors were paid for, and go with their objects."""
        if self.keywords:
            self.keywords.reset()

    def add_items(self, model: type[Model], items: Iterable[Any]) -> None:
        """``update_index`` puts every object up for a look; what has not changed costs nothing then."""
        items = list(items)
        if self.keywords:
            self.keywords.add_items(model, items)
        if source_for(model) is not None:
            indexing.enqueue((model._meta.label_lower, reference_of(item.pk)) for item in items)

    def delete_item(self, item: Any) -> None:
        if self.keywords:
            self.keywords.delete_item(item)

    def __str__(self) -> str:
        return "meaning"


class Rebuilder:
    """``manage.py update_index``: the search goes on with what there is while the worker looks at each object."""

    def __init__(self, index: MeaningIndex) -> None:
        self._index = index
        backend = index.backend.keywords if index.keywords else None
        cls = getattr(backend, "rebuilder_class", None)
        self._keywords = cls(index.keywords) if cls else None

    def start(self) -> MeaningIndex:
        if self._keywords:
            self._index.keywords = self._keywords.start()
        return self._index

    def finish(self) -> None:
        if self._keywords:
            self._keywords.finish()
