"""Units: who has how many, held before an action is sent, counted once, explained to the last one."""

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
from shareai_cms.metering.grants import NEVER, claw_back, freeze, grant, thaw
from shareai_cms.metering.holds import Hold, HoldRequest, is_known, reserve
from shareai_cms.metering.periods import Period, period_at
from shareai_cms.metering.purchases import Bought, book, taken_back, within_reach
from shareai_cms.metering.readiness import missing_migrations, tables_ready
from shareai_cms.metering.resolution import CallFacts, release, settle

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
    "claw_back",
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
