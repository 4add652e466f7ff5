"""Whose object it is, by the rules that hold for every AI action, where nobody is asking."""

from __future__ import annotations

from typing import Any

from shareai_cms import metering
from shareai_cms.actions.targets import policy_for
from shareai_cms.models import SiteAccount


def account_of(obj: Any) -> SiteAccount:
    """The object's site account, opened on first use; raises ``AccountUnclear``."""
    ref = policy_for(type(obj)).owner(obj)
    return metering.open_account(platform=ref.platform, reference=ref.reference, label=ref.label, address=ref.address)
