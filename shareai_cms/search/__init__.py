"""Search by meaning and by keywords, over whatever a site declares."""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: What a site uses, and where it is. Imported on first use: models are not there yet when an app is read.
_PLACES = {
    "Block": "shareai_cms.search.sources.base",
    "Extract": "shareai_cms.search.sources.base",
    "ModelSource": "shareai_cms.search.sources.model_source",
    "Source": "shareai_cms.search.sources.base",
    "register": "shareai_cms.search.sources.registry",
}

__all__ = ["Block", "Extract", "ModelSource", "Source", "register"]


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
