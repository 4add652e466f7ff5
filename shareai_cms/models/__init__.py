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
from shareai_cms.models.runs import AppliedChange, Run, RunItem
from shareai_cms.models.search import (
    Embedding,
    Generation,
    IndexJob,
    Passage,
    QueryVector,
    SearchClock,
    SearchDocument,
    SearchLog,
)
from shareai_cms.models.suggestions import Suggestion
from shareai_cms.models.topups import (
    Alert,
    Bundle,
    BundleUnits,
    Feed,
    Letter,
    Order,
    OrderAdjustment,
    OrderUnits,
    PaymentEvent,
)
from shareai_cms.models.work import Duty, Worker

__all__ = [
    "AccountPermission",
    "Alert",
    "AppliedChange",
    "Balance",
    "Budget",
    "BudgetAllocation",
    "BudgetUse",
    "Bundle",
    "BundleUnits",
    "Duty",
    "Embedding",
    "Feed",
    "Generation",
    "Grant",
    "IndexJob",
    "Letter",
    "Order",
    "OrderAdjustment",
    "OrderUnits",
    "Passage",
    "PaymentEvent",
    "Plan",
    "PlanAllowance",
    "QueryVector",
    "RollUp",
    "Run",
    "RunItem",
    "SearchClock",
    "SearchDocument",
    "SearchLog",
    "SiteAccount",
    "Suggestion",
    "Usage",
    "UsageAllocation",
    "UsageDay",
    "UsagePerson",
    "Wallet",
    "Worker",
]
