"""What Stripe is asked for: its payment page for one order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from shareai_cms.topups.providers.base import CheckoutRequest
from shareai_cms.topups.providers.stripe_money import to_stripe

#: https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-locale
_LOCALES = (
    "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr", "hu", "id",
    "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th",
    "tr", "vi", "zh", "zh-HK", "zh-TW",
)  # fmt: skip
_BY_LANGUAGE = {
    **{locale.lower(): locale for locale in _LOCALES},
    "no": "nb",
    "nn": "nb",
    "tl": "fil",
    "zh-hans": "zh",
    "zh-hant": "zh-TW",
    "zh-hant-hk": "zh-HK",
    "zh-mo": "zh-HK",
    **{f"es-{country}": "es-419" for country in ("ar", "cl", "co", "mx", "pe", "uy", "ve")},
}
#: Lets Stripe go by the browser.
AUTO = "auto"
#: Names that Stripe's library takes out of the parameters for itself: they say how to ask, not what for.
_NO_PARAMETERS = frozenset(
    ("api_key", "base", "content_type", "headers", "idempotency_key", "max_network_retries", "stripe_account",
     "stripe_context", "stripe_version", "usage")
)  # fmt: skip


def page_for(request: CheckoutRequest, options: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a checkout session; what is sold, to whom and where it leads is not for options to change.

    Raises ``ProviderRefused`` for a price that Stripe cannot charge exactly.
    """
    usual: dict[str, Any] = {
        "locale": locale_of(request.language),
        # The price is the one that the order page has shown, not one in the buyer's own currency.
        "adaptive_pricing": {"enabled": False},
        "line_items": [{"price_data": {"product_data": _product(request)}}],
    }
    if _is_email(request.email):
        usual["customer_email"] = request.email
    fixed = {
        "mode": "payment",
        "client_reference_id": request.number,
        "metadata": {"order": request.number},
        "payment_intent_data": {"metadata": {"order": request.number}},
        "line_items": [{"quantity": 1, "price_data": _price(request)}],
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
    }
    merged: dict[str, Any] = merge(merge(usual, options), fixed)
    return {name: value for name, value in merged.items() if name not in _NO_PARAMETERS}


def locale_of(language: str) -> str:
    """Stripe's name for a language of Django's, ``auto`` where it has none."""
    name = language.lower().replace("_", "-")
    while name:
        if name in _BY_LANGUAGE:
            return _BY_LANGUAGE[name]
        name = name.rpartition("-")[0]
    return AUTO


def merge(below: Any, above: Any) -> Any:
    """``above`` on top of ``below``: mappings by key, lists by position and as long as the one above."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        together = {name: merge(below[name], above[name]) for name in below.keys() & above.keys()}
        return {**below, **above, **together}
    if isinstance(below, list | tuple) and isinstance(above, list | tuple):
        return [merge(below[place], item) if place < len(below) else item for place, item in enumerate(above)]
    return above


def _is_email(text: str) -> bool:
    # Stripe refuses the whole session for one that it does not take as an address.
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _product(request: CheckoutRequest) -> dict[str, str]:
    # Stripe refuses an empty description.
    description = {"description": request.description} if request.description else {}
    return {"name": request.name, **description}


def _price(request: CheckoutRequest) -> dict[str, Any]:
    amount = to_stripe(request.price_minor, request.currency)
    return {"currency": request.currency.lower(), "unit_amount": amount}
