"""Catalogues as tasks ask them: by an object's own class."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from shareai_cms.actions.facts import PartSpec, ProductFacts
from shareai_cms.catalog.base import Catalogue
from shareai_cms.catalog.registry import all_catalogues, catalogue_for
from shareai_cms.errors import InvalidRequest


def catalogue_of(obj: Any) -> Catalogue:
    """The catalogue that knows the object; raises ``InvalidRequest``."""
    found = catalogue_for(type(obj))
    if found is None:
        raise InvalidRequest(f"no catalogue knows {type(obj)._meta.label_lower}")
    return found


def facts_of(obj: Any, language: str = "") -> ProductFacts:
    return catalogue_of(obj).read(obj, language)


def spec_of(obj: Any, part: str) -> PartSpec:
    """The place that the object has for a part; raises ``InvalidRequest`` where it has none."""
    for spec in catalogue_of(obj).parts(type(obj)):
        if spec.part == part:
            return spec
    raise InvalidRequest(f"{type(obj)._meta.label_lower} has no place for {part}")


def models_with(*parts: str, without: str = "") -> tuple[type[Model], ...]:
    """The classes that have a place for any of these parts, and none for another."""
    found: dict[type[Model], None] = {}
    for catalogue in all_catalogues():
        for model in catalogue.models():
            places = {spec.part for spec in catalogue.parts(model)}
            if places & set(parts) and without not in places:
                found[model] = None
    return tuple(found)
