"""Where a visitor searches: what there is to be found, in which language, and who pays.

An integration registers its own; a site without one searches whatever its sources read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import get_language

from shareai_cms import metering
from shareai_cms.actions.targets import TargetPolicy
from shareai_cms.models import SiteAccount
from shareai_cms.search.sources.base import Source
from shareai_cms.search.sources.registry import indexed_models, source_for

Models = tuple[type[Model], ...]


def _whole(queryset: QuerySet[Any], _models: Models) -> QuerySet[Any]:
    return queryset


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Objects as everybody may see them."""

    queryset: QuerySet[Any]
    #: The classes that they may be of.
    models: Models
    #: Keeps only objects of these very classes, which are some of ``models``.
    narrowed: Callable[[QuerySet[Any], Models], QuerySet[Any]] = _whole


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Objects that a visitor takes for the same: every class with the same name in the plural."""

    key: str
    label: str
    models: Models

    @property
    def types(self) -> frozenset[str]:
        return frozenset(model._meta.label_lower for model in self.models)


@dataclass(frozen=True, kw_only=True)
class Place:
    """What one request searches."""

    account: SiteAccount
    #: BCP 47 tag.
    language: str
    shelves: tuple[Shelf, ...]
    address: Callable[[HttpRequest, Any], str]

    def kinds(self) -> tuple[Kind, ...]:
        """Every kind that may be found, by its key."""
        named: dict[str, list[type[Model]]] = {}
        for model in dict.fromkeys(model for shelf in self.shelves for model in shelf.models):
            named.setdefault(kind_label(model), []).append(model)
        return tuple(_kind(label, models) for label, models in sorted(named.items()))

    def within(self, kind: Kind | None) -> tuple[QuerySet[Any], ...]:
        """The querysets to search, all of them or those of one kind."""
        if kind is None:
            return tuple(shelf.queryset for shelf in self.shelves)
        wanted = ((shelf, tuple(model for model in shelf.models if model in kind.models)) for shelf in self.shelves)
        return tuple(shelf.narrowed(shelf.queryset, models) for shelf, models in wanted if models)


def kind_label(model: type[Model]) -> str:
    """What visitors call objects of a class: its ``shareai_kind``, else its name in the plural."""
    return str(getattr(model, "shareai_kind", "") or capfirst(model._meta.verbose_name_plural))


def _kind(label: str, models: list[type[Model]]) -> Kind:
    key = min(model._meta.label_lower for model in models)
    return Kind(key=key, label=label, models=tuple(models))


def source_address(_request: HttpRequest, obj: Any) -> str:
    """Where the object's source says that it is read."""
    source = source_for(type(obj))
    return source.address(obj) if source is not None else ""


def has_address(source: Source, model: type[Model]) -> bool:
    """Whether its objects have pages: a result that leads nowhere is none."""
    return hasattr(model, "get_absolute_url") or type(source).address is not Source.address


def everything(_request: HttpRequest, language: str) -> Place:
    """Whatever the sources read, for the only account there is; raises ``AccountUnclear`` where there are several."""
    ref = TargetPolicy().only_account()
    return Place(
        account=metering.open_account(platform=ref.platform, reference=ref.reference, label=ref.label),
        language=language,
        shelves=tuple(_shelves(indexed_models())),
        address=source_address,
    )


def _shelves(read: Iterable[tuple[Source, type[Model]]]) -> Iterable[Shelf]:
    return (
        Shelf(queryset=source.queryset(model), models=(model,)) for source, model in read if has_address(source, model)
    )


#: Gives the place of a request and a language, or None where it is not the integration's.
Finder = Callable[[HttpRequest, str], Place | None]

_finders: list[Finder] = []


def register_place(finder: Finder) -> None:
    """Let an integration say what its visitors search; the latest registered that knows the request is asked."""
    if finder not in _finders:
        _finders.append(finder)


def place_of(request: HttpRequest, language: str = "") -> Place:
    """The place of a request, in the active language where no other is asked for."""
    language = language or get_language() or ""
    found = (finder(request, language) for finder in reversed(_finders))
    return next((place for place in found if place is not None), None) or everything(request, language)
