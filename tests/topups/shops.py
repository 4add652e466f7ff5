"""A provider of the site's own, as its settings would name it."""

from __future__ import annotations

from shareai_cms.models import SiteAccount
from shareai_cms.topups.providers import BaseProvider, CheckoutRequest, CheckoutSession


class OfAgencies(BaseProvider):
    slug = "agencies"
    payers = frozenset({SiteAccount.Payer.AGENCY})

    def start(self, request: CheckoutRequest) -> CheckoutSession:
        return CheckoutSession(ref=f"page-{request.number}", url="https://pay.example/")


class OfClients(OfAgencies):
    slug = "clients"
    payers = frozenset({SiteAccount.Payer.CLIENT})
