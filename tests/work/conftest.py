from __future__ import annotations

from collections.abc import Iterator

import pytest

from shareai_cms.work import registry


@pytest.fixture
def no_duties() -> Iterator[None]:
    """An empty list of duties, put back afterwards."""
    kept = dict(registry._duties)
    registry._duties.clear()
    yield
    registry._duties.clear()
    registry._duties.update(kept)
