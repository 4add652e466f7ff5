"""Words of the tests about Settings → AI: its addresses, its forms and what a page says."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from django.urls import reverse

from shareai_cms.models import SiteAccount, Wallet


def at(name: str, *args: Any) -> str:
    return reverse(f"shareai_cms_wagtail:{name}", args=args)


def words(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def account_data(account: SiteAccount, **changes: str) -> dict[str, str]:
    given = {"label": account.label, "client": "", "voice": "", "payer": "client", "status": "active"}
    return {**given, **changes}


def wallet_data(wallet: Wallet, **changes: Any) -> dict[str, Any]:
    given = {"client": "", "time_zone": "UTC", "anchor_day": 1, "plan": wallet.plan_id, "status": "active"}
    return {**given, **changes}
