from __future__ import annotations

from typing import Any

import pytest

from tests.actions.fixtures import sandbox_process
from tests.services import SandboxProcess
from tests.topups.counter import Counter
from tests.topups.shop import Shop

__all__ = ["sandbox_process"]


@pytest.fixture
def shop(db: None) -> Shop:
    """Ten writing actions a month, and a bundle of 100 for 10.00 EUR."""
    return Shop(writing=10)


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess, settings: Any) -> SandboxProcess:
    """The stand-in checkout, without a fault, whose messages are not delivered unless a test asks for it."""
    sandbox_process.reset()
    sandbox_process.webhooks("off")
    settings.SHAREAI_CMS = {"ENVIRONMENT": "sandbox", "SANDBOX_URL": sandbox_process.url, "CONNECT_TIMEOUT": 2.0}
    settings.ROOT_URLCONF = "tests.topups.urls"
    return sandbox_process


@pytest.fixture
def counter(shop: Shop, sandbox: SandboxProcess) -> Counter:
    """The shop with its payment pages at the sandbox."""
    return Counter(shop, sandbox)
