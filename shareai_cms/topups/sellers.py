"""Who sells: read from the settings once, when an order is made, and from the order ever after."""

from __future__ import annotations

from dataclasses import dataclass

from shareai_cms.conf import conf
from shareai_cms.models import Order

#: What an order keeps; ``tax_id`` is set by sites that do not write it into the tax note.
FIELDS = ("name", "address", "email", "tax_note", "tax_id")


@dataclass(frozen=True, kw_only=True)
class Seller:
    """Who sells, as the checkout, the receipt, the export and the mail say it; what is not known is empty."""

    name: str = ""
    address: tuple[str, ...] = ()
    email: str = ""
    tax_note: str = ""
    tax_id: str = ""


def seller_facts(provider: str) -> dict[str, str]:
    """Who sells through a provider now, as an order keeps it. ``SELLER`` is not who sells on ShareAI's own page."""
    if provider == "shareai":
        return {"name": "ShareAI"}
    given = conf.seller
    return {name: str(given[name]) for name in FIELDS if given.get(name)}


def seller_now(provider: str) -> Seller:
    """Who sells through a provider now."""
    return _seller(seller_facts(provider))


def seller_of(order: Order) -> Seller:
    """Who sold it when it was sold, whatever the settings say now."""
    return _seller(order.seller)


def _seller(facts: dict[str, str]) -> Seller:
    lines = tuple(line.strip() for line in facts.get("address", "").splitlines() if line.strip())
    return Seller(**{**{name: facts.get(name, "") for name in FIELDS}, "address": lines})  # type: ignore[arg-type]
