"""Search against the real sandbox process and a real database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shareai_cms import metering
from shareai_cms.models import Generation, SiteAccount
from shareai_cms.search.sources.registry import register, unregister
from tests.actions.fixtures import sandbox_process
from tests.search.people import LABEL, People
from tests.services import SandboxProcess

__all__ = ["sandbox_process"]


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess, settings: Any) -> SandboxProcess:
    """The stand-in marketplace, without a fault and with its counters at zero."""
    sandbox_process.reset()
    settings.SHAREAI_CMS = {
        "SANDBOX_URL": sandbox_process.url,
        "DEFAULT_PLAN": {"searches": 100},
        "CALL_BUDGET": 8.0,
        "READ_TIMEOUT": 3.0,
        "HOLD_DEADLINE": 20.0,
    }
    return sandbox_process


@pytest.fixture
def account(db: None, sandbox: SandboxProcess) -> SiteAccount:
    return metering.open_account(platform="django", reference="search", label="Harbour Press")


@pytest.fixture
def generation(db: None, sandbox: SandboxProcess) -> Generation:
    """The index's vectors as the sandbox makes them."""
    return Generation.objects.create(
        model_asked="sandbox-embedding", model="sandbox-embedding", dimensions=384, state="active"
    )


@pytest.fixture
def people() -> Iterator[None]:
    """People are indexed by a declaration."""
    register(People)
    yield
    unregister(LABEL)
