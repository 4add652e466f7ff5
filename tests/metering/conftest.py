from __future__ import annotations

import pytest

from tests.metering.world import World


@pytest.fixture
def world(db: None) -> World:
    """A wallet whose plan includes 10 writing actions a month."""
    return World(writing=10)
