"""What the agency sells to the sites that it runs, and that it is the one who pays for their AI."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wagtail.models import Site

CURRENCY = "EUR"


def load_bundles(bundles: list[dict[str, Any]]) -> None:
    from shareai_cms.models import Bundle
    from shareai_cms.topups.money import to_minor

    for position, given in enumerate(bundles, start=1):
        bundle = Bundle.objects.create(
            name=given["name"],
            description=given["description"],
            price_minor=to_minor(Decimal(given["price"]), CURRENCY),
            currency=CURRENCY,
            expires_days=given.get("expires_days"),
            position=position,
        )
        for meter, units in given["contents"].items():
            bundle.contents.create(meter=meter, units=units)


def clear_bundles() -> None:
    from shareai_cms.models import Bundle

    Bundle.objects.all().delete()


def let_the_agency_pay() -> None:
    """Open the accounts of both sites as those of an agency's clients."""
    from shareai_cms.integrations.wagtail import accounts

    for site in Site.objects.all():
        account = accounts.open_account(accounts.reference_of(site))
        account.payer = account.Payer.AGENCY
        account.save(update_fields=["payer"])
