"""Top-ups: bundles of units, orders for them, payments and what becomes of them."""

from __future__ import annotations

from shareai_cms.topups.bundles import Offer, offer_of, offers
from shareai_cms.topups.events import erase_bodies, receive, retry_events
from shareai_cms.topups.fulfilment import fulfil, hear
from shareai_cms.topups.orders import Urls, begin, cancel, confirm, may_see, place
from shareai_cms.topups.reconcile import is_waiting, look, reconcile

__all__ = [
    "Offer",
    "Urls",
    "begin",
    "cancel",
    "confirm",
    "erase_bodies",
    "fulfil",
    "hear",
    "is_waiting",
    "look",
    "may_see",
    "offer_of",
    "offers",
    "place",
    "receive",
    "reconcile",
    "retry_events",
]
