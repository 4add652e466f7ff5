"""Every source of the site: those of integrations, and those of any app with a ``shareai_search.py``."""

from __future__ import annotations

import re
from typing import TypeVar

from django.db.models import Model
from django.utils.module_loading import autodiscover_modules

from shareai_cms.conf import conf
from shareai_cms.search.sources.base import Source

_SLUG = re.compile(r"[a-z][a-z0-9._-]{1,63}\Z")

_registered: dict[str, Source] = {}

SourceClass = TypeVar("SourceClass", bound=type[Source])


def register(cls: SourceClass) -> SourceClass:
    """Class decorator: let searches find what this source reads. A later one of the same slug replaces the first."""
    source = cls()
    if not _SLUG.match(source.slug):
        raise ValueError(f"{cls.__name__}.slug must be lower-case words joined by hyphens, not {source.slug!r}.")
    unregister(source.slug)
    _registered[source.slug] = source
    source.connect()
    return cls


def unregister(slug: str) -> None:
    """Take a source off this site; unknown slugs are ignored."""
    former = _registered.pop(slug, None)
    if former is not None:
        former.disconnect()


def all_sources() -> tuple[Source, ...]:
    """Every registered source, in order of registration."""
    return tuple(_registered.values())


def source_for(model: type[Model]) -> Source | None:
    """The source that reads the objects of this very class; None where they are not indexed."""
    if model._meta.label_lower in conf.search_excluded:
        return None
    # The latest wins, so that a site may read its pages in its own way.
    return next((source for source in reversed(all_sources()) if model in source.models()), None)


def indexed_models() -> tuple[tuple[Source, type[Model]], ...]:
    """Every class whose objects are indexed, with the source that reads them."""
    models = dict.fromkeys(model for source in all_sources() for model in source.models())
    found = ((source_for(model), model) for model in models)
    return tuple((source, model) for source, model in found if source is not None)


def autodiscover() -> None:
    """Import ``shareai_search`` of every installed app."""
    autodiscover_modules("shareai_search")
