"""Search by meaning and by keywords, over whatever a site declares.

Names are imported on first use: models are not there yet when an app is read, and NumPy is not wanted before.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shareai_cms.search.likeness import related
    from shareai_cms.search.query import Results, search
    from shareai_cms.search.reasons import Reason
    from shareai_cms.search.results import Asker, Hit, Outcome, Query
    from shareai_cms.search.sources.base import Block, Extract, Source
    from shareai_cms.search.sources.model_source import ModelSource
    from shareai_cms.search.sources.registry import register
    from shareai_cms.search.within import UnsearchableQuerySet

#: What a site uses, and where it is.
_PLACES = {
    "Asker": "results",
    "Block": "sources.base",
    "Extract": "sources.base",
    "Hit": "results",
    "ModelSource": "sources.model_source",
    "Outcome": "results",
    "Query": "results",
    "Reason": "reasons",
    "Results": "query",
    "Source": "sources.base",
    "UnsearchableQuerySet": "within",
    "register": "sources.registry",
    "related": "likeness",
    "search": "query",
}

__all__ = [
    "Asker",
    "Block",
    "Extract",
    "Hit",
    "ModelSource",
    "Outcome",
    "Query",
    "Reason",
    "Results",
    "Source",
    "UnsearchableQuerySet",
    "register",
    "related",
    "search",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
