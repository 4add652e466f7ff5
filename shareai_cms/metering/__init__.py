"""Units: who has how many, held before an action is sent, counted once, explained to the last one.

Names are imported on first use, so that a site starts without the ledger.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shareai_cms.metering.accounts import (
        change_allowances,
        change_plan,
        find_account,
        of_environment,
        open_account,
    )
    from shareai_cms.metering.addresses import (
        check_address,
        declare_copy,
        declare_moved,
        declare_original,
        has_changed,
        present_address,
        register_platform,
    )
    from shareai_cms.metering.allowances import Allowance, allowance, allowance_of, within_budgets
    from shareai_cms.metering.auditing import Finding, audit, late_deliveries
    from shareai_cms.metering.balances import roll_due, roll_forward
    from shareai_cms.metering.cooldown import EARLY_CANCELS, cooldown_until
    from shareai_cms.metering.grants import NEVER, freeze, grant, thaw
    from shareai_cms.metering.holds import Hold, HoldRequest, is_known, reserve
    from shareai_cms.metering.periods import Period, period_at
    from shareai_cms.metering.purchases import Bought, book, taken_back, within_reach
    from shareai_cms.metering.readiness import missing_migrations, tables_ready
    from shareai_cms.metering.resolution import CallFacts, release, settle

#: What other rooms use, and where it is.
_PLACES = {
    "Allowance": "allowances",
    "Bought": "purchases",
    "CallFacts": "resolution",
    "EARLY_CANCELS": "cooldown",
    "Finding": "auditing",
    "Hold": "holds",
    "HoldRequest": "holds",
    "NEVER": "grants",
    "Period": "periods",
    "allowance": "allowances",
    "allowance_of": "allowances",
    "audit": "auditing",
    "book": "purchases",
    "change_allowances": "accounts",
    "change_plan": "accounts",
    "check_address": "addresses",
    "cooldown_until": "cooldown",
    "declare_copy": "addresses",
    "declare_moved": "addresses",
    "declare_original": "addresses",
    "find_account": "accounts",
    "freeze": "grants",
    "grant": "grants",
    "has_changed": "addresses",
    "is_known": "holds",
    "late_deliveries": "auditing",
    "missing_migrations": "readiness",
    "of_environment": "accounts",
    "open_account": "accounts",
    "period_at": "periods",
    "present_address": "addresses",
    "register_platform": "addresses",
    "release": "resolution",
    "reserve": "holds",
    "roll_due": "balances",
    "roll_forward": "balances",
    "settle": "resolution",
    "tables_ready": "readiness",
    "taken_back": "purchases",
    "thaw": "grants",
    "within_budgets": "allowances",
    "within_reach": "purchases",
}

__all__ = [
    "EARLY_CANCELS",
    "NEVER",
    "Allowance",
    "Bought",
    "CallFacts",
    "Finding",
    "Hold",
    "HoldRequest",
    "Period",
    "allowance",
    "allowance_of",
    "audit",
    "book",
    "change_allowances",
    "change_plan",
    "check_address",
    "cooldown_until",
    "declare_copy",
    "declare_moved",
    "declare_original",
    "find_account",
    "freeze",
    "grant",
    "has_changed",
    "is_known",
    "late_deliveries",
    "missing_migrations",
    "of_environment",
    "open_account",
    "period_at",
    "present_address",
    "register_platform",
    "release",
    "reserve",
    "roll_due",
    "roll_forward",
    "settle",
    "tables_ready",
    "taken_back",
    "thaw",
    "within_budgets",
    "within_reach",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
