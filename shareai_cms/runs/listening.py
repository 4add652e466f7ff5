"""What runs hear of; apart from ``waking``, so that a site that starts imports nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shareai_cms.signals import order_fulfilled

if TYPE_CHECKING:
    from shareai_cms.models import Order


def hear_order(order: Order, **_: Any) -> None:
    """Units were bought: the wallet's runs that had none left go on."""
    from shareai_cms.runs import waking

    waking.go_on_after(order)


def connect() -> None:
    """Called once, when the app is ready."""
    order_fulfilled.connect(hear_order, dispatch_uid="shareai_cms.runs.listening")
