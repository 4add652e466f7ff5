"""All units of an account used at once, so that what happens without any can be seen."""

from __future__ import annotations

from uuid import uuid4

from shareai_cms import metering
from shareai_cms.metering import HoldRequest
from shareai_cms.models import SiteAccount
from shareai_cms.permissions import Actor

#: What units of a meter are mostly used for.
FEATURES = {"writing": "rewrite", "searches": "search"}


def use_up(account: SiteAccount, meter: str, *, key: str, who: str) -> int:
    """Reserve and settle what is left, as an action does, under a key of its own each time; how much that was."""
    left = metering.allowance_of(account, meter).available
    if left:
        request = HoldRequest(
            account=account,
            meter=meter,
            units=left,
            key=f"{key}:{uuid4().hex}",
            fingerprint="0" * 64,
            actor=Actor(kind="user", reference="0", label=who),
            feature=FEATURES.get(meter, meter),
        )
        metering.settle(metering.reserve(request))
    return left
