from __future__ import annotations

from tests.actions.fixtures import account, sandbox, sandbox_process
from tests.runs.fixtures import merchant, run_of, shelf

__all__ = ["account", "merchant", "run_of", "sandbox", "sandbox_process", "shelf"]
