"""Products, pages and images behind one protocol: reading facts, writing changes, and taking them back.

Names are imported on first use: models are not there yet when an app is read.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shareai_cms.catalog.base import Catalogue, Written
    from shareai_cms.catalog.model_catalog import ModelCatalog
    from shareai_cms.catalog.places.attributes import JSONKeys, Rows
    from shareai_cms.catalog.places.columns import Column
    from shareai_cms.catalog.places.lists import Category, Tags
    from shareai_cms.catalog.places.pictures import Images
    from shareai_cms.catalog.places.reviews import Reviews, Summary
    from shareai_cms.catalog.places.texts import Text
    from shareai_cms.catalog.registry import catalogue_for, register

#: What a site uses, and where it is.
_PLACES = {
    "Catalogue": "base",
    "Category": "places.lists",
    "Column": "places.columns",
    "Images": "places.pictures",
    "JSONKeys": "places.attributes",
    "ModelCatalog": "model_catalog",
    "Reviews": "places.reviews",
    "Rows": "places.attributes",
    "Summary": "places.reviews",
    "Tags": "places.lists",
    "Text": "places.texts",
    "Written": "base",
    "catalogue_for": "registry",
    "register": "registry",
}

__all__ = [
    "Catalogue",
    "Category",
    "Column",
    "Images",
    "JSONKeys",
    "ModelCatalog",
    "Reviews",
    "Rows",
    "Summary",
    "Tags",
    "Text",
    "Written",
    "catalogue_for",
    "register",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
