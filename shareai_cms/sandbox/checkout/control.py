"""What tests do at the checkout: be the buyer and the bank, lose webhooks and repeat them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..chat import BadRequestError
from . import Checkout
from .desk import refused
from .events import are_webhooks_on, list_deliveries, switch_webhooks
from .requests import optional_amount
from .sessions import MOVES
from .webhooks import MOST_AT_ONCE


def control_checkout(checkout: Checkout, route: str, content: Mapping[str, Any]) -> dict[str, Any] | None:
    """What one of these addresses answers; None for any other."""
    match route:
        case "POST /sandbox/checkout":
            session = _word(content, "session")
            checkout.desk.act(session, _choice(content, "action", tuple(MOVES)))
            return checkout.desk.show(session)
        case "POST /sandbox/disputes" if "dispute" in content:
            return checkout.desk.end_dispute(_word(content, "dispute"), _choice(content, "outcome", ("won", "lost")))
        case "POST /sandbox/disputes":
            return checkout.desk.open_dispute(_word(content, "session"), optional_amount(content))
        case "POST /sandbox/webhooks" if "deliver" in content:
            return _deliver(checkout, content)
        case "POST /sandbox/webhooks":
            return switch(checkout, _choice(content, "mode", ("on", "off")))
        case "GET /sandbox/deliveries":
            with checkout.store.transaction() as db:
                return {"object": "list", "data": list_deliveries(db)}
    return None


def switch(checkout: Checkout, mode: str) -> dict[str, Any]:
    with checkout.store.transaction() as db:
        switch_webhooks(db, mode)
        return {"mode": "on" if are_webhooks_on(db) else "off"}


def _deliver(checkout: Checkout, content: Mapping[str, Any]) -> dict[str, Any]:
    times = content.get("times", 1)
    if type(times) is not int or not 1 <= times <= MOST_AT_ONCE:
        raise BadRequestError(f"times must be a whole number from 1 to {MOST_AT_ONCE}.", "times")
    is_at_once = content.get("at_once", True) is True
    found = checkout.courier.deliver(_word(content, "deliver"), times=times, is_at_once=is_at_once)
    if found is None:
        raise refused(404, "not_found", "There is no such event, or its session named no webhook_url.")
    return {"object": "list", "data": [delivery.show() for delivery in found]}


def _word(content: Mapping[str, Any], name: str) -> str:
    word = content.get(name)
    if not isinstance(word, str) or not word or not word.isascii():
        raise BadRequestError(f"{name} must be an id.", name)
    return word


def _choice(content: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    choice = content.get(name)
    if choice not in choices:
        raise BadRequestError(f"{name} must be one of {', '.join(choices)}.", name)
    return str(choice)
