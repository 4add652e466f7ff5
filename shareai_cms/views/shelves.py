"""The bundles on sale, by the kind of unit that they hold; those that somebody ran out of come first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shareai_cms import topups
from shareai_cms.metering.meters import all_meters, get_meter
from shareai_cms.models import SiteAccount
from shareai_cms.views.buying import buy_url


@dataclass(frozen=True, kw_only=True)
class Card:
    """A bundle on sale; ``buy_url`` is empty for people who may not buy, and where nothing can be sold."""

    offer: topups.Offer
    buy_url: str


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Bundles of one kind of unit, or of several."""

    #: Empty for bundles of several kinds.
    meter: str
    name: str
    cards: tuple[Card, ...]
    #: It has what is needed where the buyer comes from.
    is_wanted: bool


def known_meter(given: str) -> str:
    """The meter of this name; empty where the site has none."""
    return given if given in all_meters() else ""


def shelves(
    offers: Iterable[topups.Offer], account: SiteAccount, way_back: str | None, wanted: str = ""
) -> tuple[Shelf, ...]:
    """``way_back`` is None where nothing can be bought; ``wanted`` is the meter that the buyer needs, or empty."""
    found = (_shelf(meter, group, account, way_back, wanted) for meter, group in _by_meter(offers))
    # Bundles of several kinds hold it too, but what is needed alone is nearer.
    return tuple(sorted(found, key=lambda shelf: (not shelf.is_wanted, shelf.is_wanted and not shelf.meter)))


def _by_meter(offers: Iterable[topups.Offer]) -> Iterator[tuple[str, list[topups.Offer]]]:
    """The offers of each kind of unit, then those of several kinds; each in its order."""
    groups: dict[str, list[topups.Offer]] = {slug: [] for slug in (*all_meters(), "")}
    for offer in offers:
        groups[offer.contents[0][0] if len(offer.contents) == 1 else ""].append(offer)
    yield from ((slug, group) for slug, group in groups.items() if group)


def _shelf(meter: str, offers: list[topups.Offer], account: SiteAccount, way_back: str | None, wanted: str) -> Shelf:
    words = str(get_meter(meter).plural) if meter else _("Several kinds of units")
    return Shelf(
        meter=meter,
        name=words[:1].upper() + words[1:],
        cards=tuple(
            Card(offer=each, buy_url="" if way_back is None else buy_url(each.bundle.pk, account, way_back))
            for each in offers
        ),
        is_wanted=any(wanted == held for offer in offers for held, _units in offer.contents),
    )
