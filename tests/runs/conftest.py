from __future__ import annotations

from tests.actions.fixtures import account, sandbox, sandbox_process
from tests.runs.fixtures import merchant, quick, run_of, shelf

__all__ = ["account", "merchant", "quick", "run_of", "sandbox", "sandbox_process", "shelf"]
