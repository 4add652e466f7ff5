"""Whose texts a person may see in a run: those of objects that they may change, as everywhere in the admin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from shareai_cms.catalog.base import Catalogue
from shareai_cms.models import RunItem
from shareai_cms.runs.desks import Thing


def seen_by(user: Any, items: Sequence[RunItem], things: Mapping[int, Thing]) -> frozenset[int]:
    """The keys of the items whose texts this person may see; ``things`` are their objects, by the items' keys.

    Of an object that is gone nobody can tell any more who might change it, so it is not among them.
    """
    by_catalogue: dict[Catalogue, list[RunItem]] = defaultdict(list)
    for item in items:
        thing = things[item.pk]
        if thing.catalogue is not None and thing.obj is not None:
            by_catalogue[thing.catalogue].append(item)
    seen: set[int] = set()
    for catalogue, found in by_catalogue.items():
        may = catalogue.editable(user, [(things[item.pk].obj, item.language) for item in found])
        seen |= {item.pk for item, is_editable in zip(found, may, strict=True) if is_editable}
    return frozenset(seen)
