"""Everything that takes units: the actions behind buttons, and what visitors' searches take.

Searches are no actions of the registry, as no field offers them, and yet their units are included, sold and explained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.answers import ANSWER
from shareai_cms.actions.base import RouteOffer
from shareai_cms.actions.registry import all_actions
from shareai_cms.conf import conf

_SEARCH = "search"
#: What has no button.
_NAMES = {_SEARCH: _("Search by meaning"), ANSWER.slug: ANSWER.label, "indexing": _("Indexing for search")}


@dataclass(frozen=True, kw_only=True)
class Priced:
    """Something that takes units, and the ways to get it."""

    slug: str
    label: Any
    meter: str
    offers: tuple[RouteOffer, ...]


def priced() -> tuple[Priced, ...]:
    """All of it, in the order in which it is explained; searches where the site has them."""
    buttons = [
        Priced(slug=action.slug, label=action.label, meter=action.meter, offers=action.offers())
        for action in all_actions()
    ]
    return (*buttons, *_searches()) if conf.search else tuple(buttons)


def used_meters() -> frozenset[str]:
    """The units that something on this site takes: others are of no use to anybody."""
    return frozenset(each.meter for each in priced())


def feature_names() -> dict[str, str]:
    """What people know everything as that a usage row may name, whether or not it is switched on, by slug."""
    buttons = {action.slug: str(action.label) for action in all_actions()}
    return {**buttons, **{slug: str(name) for slug, name in _NAMES.items()}}


def _searches() -> tuple[Priced, ...]:
    one = RouteOffer(route="standard", label=_("Standard"), units=1)
    label = _("A search by meaning that was not asked before")
    search = Priced(slug=_SEARCH, label=label, meter=ANSWER.meter, offers=(one,))
    answer = Priced(slug=ANSWER.slug, label=ANSWER.label, meter=ANSWER.meter, offers=ANSWER.offers())
    return (search, answer) if conf.search_answers else (search,)
