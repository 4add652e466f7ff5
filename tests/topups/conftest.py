from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from tests.actions.fixtures import sandbox_process
from tests.services import SandboxProcess
from tests.topups.counter import Counter
from tests.topups.sale import Sale
from tests.topups.shop import Shop
from tests.topups.stripe_stand_in import StandIn
from tests.topups.tills import StripeTill

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
    return sandbox_process


@pytest.fixture
def counter(shop: Shop, sandbox: SandboxProcess) -> Counter:
    """The shop with its payment pages at the sandbox."""
    return Counter(shop, sandbox)


@pytest.fixture(scope="session")
def stripe_server() -> Iterator[StandIn]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(stripe_server: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """The stand-in for Stripe, empty and without a fault; the library waits for nothing and sends nothing else."""
    stripe_server.reset()
    monkeypatch.setenv("SHAREAI_STRIPE_API_BASE", stripe_server.url)
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.001)
    monkeypatch.setattr(stripe, "enable_telemetry", False)
    return stripe_server


@pytest.fixture
def sale(stand_in: StandIn, shop: Shop, settings: Any) -> Sale:
    """The shop with its payment pages at the stand-in for Stripe."""
    till = StripeTill(stand_in)
    settings.SHAREAI_CMS = till.settings(till.secret)
    return Sale(shop, till)
