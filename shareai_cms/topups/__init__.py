"""Top-ups: bundles of units, orders for them, payments and what becomes of them.

Names are imported on first use: a site that starts sells nothing yet.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shareai_cms.topups.alerts import find_alerts
    from shareai_cms.topups.bundles import Offer, offer_of, offers
    from shareai_cms.topups.events import erase_bodies, receive, retry_events
    from shareai_cms.topups.fulfilment import fulfil, hear
    from shareai_cms.topups.levels import banner_text, level_of
    from shareai_cms.topups.links import register_admin_url
    from shareai_cms.topups.orders import (
        Urls,
        begin,
        cancel,
        clean_reference,
        confirm,
        may_see,
        paid_with,
        place,
        unpaid,
    )
    from shareai_cms.topups.people import register_language
    from shareai_cms.topups.reconciling import is_waiting, look, reconcile
    from shareai_cms.topups.returns import Returned, returned_units
    from shareai_cms.topups.wishes import WishState, wish

#: What other rooms use, and where it is.
_PLACES = {
    "Offer": "bundles",
    "Returned": "returns",
    "Urls": "orders",
    "WishState": "wishes",
    "banner_text": "levels",
    "begin": "orders",
    "cancel": "orders",
    "clean_reference": "orders",
    "confirm": "orders",
    "erase_bodies": "events",
    "find_alerts": "alerts",
    "fulfil": "fulfilment",
    "hear": "fulfilment",
    "is_waiting": "reconciling",
    "level_of": "levels",
    "look": "reconciling",
    "may_see": "orders",
    "offer_of": "bundles",
    "offers": "bundles",
    "paid_with": "orders",
    "place": "orders",
    "receive": "events",
    "reconcile": "reconciling",
    "register_admin_url": "links",
    "register_language": "people",
    "retry_events": "events",
    "returned_units": "returns",
    "unpaid": "orders",
    "wish": "wishes",
}

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


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
