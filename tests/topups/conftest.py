from __future__ import annotations

import pytest

from tests.actions.fixtures import sandbox_process
from tests.topups.shop import Shop

__all__ = ["sandbox_process"]


@pytest.fixture
def shop(db: None) -> Shop:
    """Ten writing actions a month, and a bundle of 100 for 10.00 EUR."""
    return Shop(writing=10)
