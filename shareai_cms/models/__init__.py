"""All tables of the app; integrations own none."""

from shareai_cms.models.accounts import AccountPermission, Plan, PlanAllowance, SiteAccount, Wallet
from shareai_cms.models.metering import (
    Balance,
    Budget,
    BudgetAllocation,
    BudgetUse,
    Grant,
    Usage,
    UsageAllocation,
)
from shareai_cms.models.reports import RollUp, UsageDay, UsagePerson
from shareai_cms.models.suggestions import Suggestion
from shareai_cms.models.work import Duty, Worker

__all__ = [
    "AccountPermission",
    "Balance",
    "Budget",
    "BudgetAllocation",
    "BudgetUse",
    "Duty",
    "Grant",
    "Plan",
    "PlanAllowance",
    "RollUp",
    "SiteAccount",
    "Suggestion",
    "Usage",
    "UsageAllocation",
    "UsageDay",
    "UsagePerson",
    "Wallet",
    "Worker",
]
