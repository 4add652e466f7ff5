"""The tables for operators, in Django's admin: plans, rights and budgets to edit, the ledger to read.

The ledger's rows are never added, changed or deleted here: balances follow from them, and only
``shareai_cms.metering`` may move units.
"""

from __future__ import annotations

from shareai_cms.admin import ledger, runs, search, selling
from shareai_cms.admin.base import ReadOnly

__all__ = ["ReadOnly", "ledger", "runs", "search", "selling"]
