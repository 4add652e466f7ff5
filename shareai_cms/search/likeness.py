"""What is like an object: its own vectors are the question, so that nothing is asked or counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet

from shareai_cms.conf import conf
from shareai_cms.metering.retry import rows
from shareai_cms.models import Generation, SearchDocument
from shareai_cms.search.fusing import Ranking, Weights
from shareai_cms.search.question import read
from shareai_cms.search.references import reference_of
from shareai_cms.search.stores.base import Scan, Store
from shareai_cms.search.stores.current import store_for
from shareai_cms.search.within import Within, types_of

if TYPE_CHECKING:
    from shareai_cms.search.stores.base import Floats

#: What a model calls the key that all translations of an object share, as Wagtail's do.
TRANSLATION_KEY = "translation_key"


def related(obj: Model, *, within: QuerySet[Any] | Sequence[QuerySet[Any]], limit: int = 5) -> list[Any]:
    """The objects most like this one among those permitted, without itself and its translations; no call is made.

    By meaning, or by the words of its title while there are no vectors. Raises ``UnsearchableQuerySet``.
    """
    querysets = [within] if isinstance(within, QuerySet) else list(within)
    permitted = Within([_without(obj, queryset) for queryset in querysets])
    document = _document_of(obj)
    if document is None or permitted.is_empty or limit <= 0:
        return []
    generation = rows(Generation).filter(state=Generation.State.ACTIVE).first() if conf.search else None
    store = store_for(generation)
    vector = _mean(store.vectors_of(document.pk)) if generation else None
    ranking = Ranking(
        _scan(store, document, vector, permitted),
        permitted,
        Weights(meaning=1.0, keywords=0.0),
        has_vector=vector is not None,
        floor=generation.floor if generation else None,
    )
    found = [ranked.document for ranked in ranking.first(limit)]
    objects = permitted.load(found)
    return [objects[each] for each in found if each in objects]


def _without(obj: Model, queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The queryset without the object and its translations; left alone where it is of something else."""
    base = queryset.model._meta.concrete_model
    if queryset.query.is_sliced or base is None or not (isinstance(obj, base) or issubclass(base, type(obj))):
        return queryset
    queryset = queryset.exclude(pk=obj.pk)
    key = getattr(obj, TRANSLATION_KEY, None)
    try:
        base._meta.get_field(TRANSLATION_KEY)
    except FieldDoesNotExist:
        return queryset
    return queryset.exclude(**{TRANSLATION_KEY: key}) if key else queryset


def _document_of(obj: Model) -> SearchDocument | None:
    """What the index has of the object, which may be given as an object of a base class."""
    if obj.pk is None:
        return None
    named = rows(SearchDocument).filter(object_type__in=types_of(type(obj)), object_ref=reference_of(obj.pk))
    return named.order_by("pk").first()


def _mean(vectors: Floats) -> Floats | None:
    """(passages, dimensions) → one vector of length 1; None where there are none, or they cancel out."""
    if not len(vectors):
        return None
    mean = vectors.mean(axis=0)
    length = float(np.linalg.norm(mean))
    return (mean / length).astype(np.float32) if length > 0 else None


def _scan(store: Store, document: SearchDocument, vector: Floats | None, permitted: Within) -> Scan:
    terms = () if vector is not None else read(document.title, (document.language,)).terms
    return store.scan(terms, vector, permitted.scope())
