"""Every catalogue of the site: those of integrations, and those of any app with a ``shareai_catalog.py``."""

from __future__ import annotations

import re
from typing import TypeVar

from django.db.models import Model
from django.utils.module_loading import autodiscover_modules

from shareai_cms.catalog.base import Catalogue

_SLUG = re.compile(r"[a-z][a-z0-9._-]{1,63}\Z")

_registered: dict[str, Catalogue] = {}

CatalogueClass = TypeVar("CatalogueClass", bound=type[Catalogue])


def register(cls: CatalogueClass) -> CatalogueClass:
    """Class decorator: let AI enrich what this catalogue knows. A later one of the same slug replaces the first."""
    catalogue = cls()
    if not _SLUG.match(catalogue.slug):
        raise ValueError(f"{cls.__name__}.slug must be lower-case words joined by hyphens, not {catalogue.slug!r}.")
    # The latest is asked first, a replacement too.
    _registered.pop(catalogue.slug, None)
    _registered[catalogue.slug] = catalogue
    return cls


def register_fallback(cls: CatalogueClass) -> CatalogueClass:
    """Class decorator: as ``register``, for what any declaration of the site's goes before, whichever came first."""
    declared = dict(_registered)
    _registered.clear()
    register(cls)
    _registered.update(declared)
    return cls


def unregister(slug: str) -> None:
    """Take a catalogue off this site; unknown slugs are ignored."""
    _registered.pop(slug, None)


def all_catalogues() -> tuple[Catalogue, ...]:
    """Every registered catalogue, in order of registration."""
    return tuple(_registered.values())


def catalogue_for(model: type[Model]) -> Catalogue | None:
    """The catalogue that knows the objects of this very class; the latest registered wins."""
    return next((each for each in reversed(all_catalogues()) if model in each.models()), None)


def autodiscover() -> None:
    """Import ``shareai_catalog`` of every installed app."""
    autodiscover_modules("shareai_catalog")
