"""What is on sale, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from shareai_cms.actions.pricing import used_meters
from shareai_cms.metering.meters import get_meter, limited_meters, units_text
from shareai_cms.models import Bundle, Order
from shareai_cms.topups.money import price_text, unit_price_text


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A bundle as it is sold now."""

    bundle: Bundle
    #: Meter and units, in the order in which the bundle lists them.
    contents: tuple[tuple[str, int], ...]

    @property
    def price(self) -> str:
        return price_text(self.bundle.price_minor, self.bundle.currency)

    @property
    def lines(self) -> tuple[str, ...]:
        """What it holds: "500 writing actions"."""
        return tuple(units_text(meter, units) for meter, units in self.contents)

    @property
    def unit_price(self) -> str:
        """What one unit costs, "€0.018 per writing action"; empty where there are several kinds."""
        if len(self.contents) != 1:
            return ""
        [(meter, units)] = self.contents
        price = unit_price_text(self.bundle.price_minor, self.bundle.currency, units)
        if not price:
            return ""
        return gettext("%(price)s per %(unit)s") % {"price": price, "unit": get_meter(meter).singular}

    @property
    def expiry(self) -> str:
        return expiry_text(self.bundle.expires_days)

    @property
    def version(self) -> str:
        """What a page showed, to be sent back with the order: another one is another price or content."""
        return terms_of(self.bundle, self.contents)


def terms_of(thing: Bundle | Order, contents: Iterable[tuple[str, int]]) -> str:
    """What is sold at which price, as one text to be compared."""
    terms = thing.price_minor, thing.currency, thing.expires_days or 0
    parts = [f"{meter}.{units}" for meter, units in sorted(contents)]
    return "-".join([*map(str, terms), *parts])


def offers() -> list[Offer]:
    """Every bundle on sale that holds something of use, in its order; two queries."""
    found = Bundle.objects.filter(is_active=True).prefetch_related("contents")
    used = used_meters()
    return [offer for offer in map(_offer, found) if used.intersection(meter for meter, _units in offer.contents)]


def offer_of(pk: int) -> Offer | None:
    """One bundle that is on sale."""
    bundle = Bundle.objects.filter(pk=pk, is_active=True).prefetch_related("contents").first()
    offer = _offer(bundle) if bundle is not None else None
    return offer if offer is not None and offer.contents else None


def expiry_text(days: int | None) -> str:
    """Whether bought units expire, and when."""
    if days is None:
        return gettext("These units do not expire.")
    text = ngettext(
        "These units expire %(days)s day after you pay.", "These units expire %(days)s days after you pay.", days
    )
    return text % {"days": days}


def _offer(bundle: Bundle) -> Offer:
    sold = {meter.slug for meter in limited_meters()}
    contents = tuple((row.meter, row.units) for row in bundle.contents.all() if row.meter in sold)
    return Offer(bundle=bundle, contents=contents)
