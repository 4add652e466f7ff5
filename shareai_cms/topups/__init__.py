"""Top-ups: bundles of units, orders for them, payments and what becomes of them."""

from __future__ import annotations

from shareai_cms.topups.alerts import find as find_alerts
from shareai_cms.topups.bundles import Offer, offer_of, offers
from shareai_cms.topups.events import erase_bodies, receive, retry_events
from shareai_cms.topups.fulfilment import fulfil, hear
from shareai_cms.topups.levels import banner_text, level_of
from shareai_cms.topups.links import register_admin_url
from shareai_cms.topups.orders import Urls, begin, cancel, clean_reference, confirm, may_see, paid_with, place, unpaid
from shareai_cms.topups.people import register_language
from shareai_cms.topups.reconcile import is_waiting, look, reconcile
from shareai_cms.topups.returns import Returned, returned_units
from shareai_cms.topups.wishes import WishState, wish

__all__ = [
    "Offer",
    "Returned",
    "Urls",
    "WishState",
    "banner_text",
    "begin",
    "cancel",
    "clean_reference",
    "confirm",
    "erase_bodies",
    "find_alerts",
    "fulfil",
    "hear",
    "is_waiting",
    "level_of",
    "look",
    "may_see",
    "offer_of",
    "offers",
    "paid_with",
    "place",
    "receive",
    "reconcile",
    "register_admin_url",
    "register_language",
    "retry_events",
    "returned_units",
    "unpaid",
    "wish",
]
