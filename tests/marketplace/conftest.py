from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shareai_cms.marketplace import ChatRequest, Connection, Message
from tests.marketplace.peer import Peer
from tests.services import SandboxProcess

#: Long and odd enough to be found wherever it should not be.
KEY = "sk-recognisable-0123456789abcdef"
CONTENT = "Quokkas graze beneath the jacaranda."

Configure = Callable[..., None]
Connect = Callable[..., Connection]


@pytest.fixture
def configure(settings: Any) -> Configure:
    """Replaces the settings of the app: no model by default, so the key's own list decides."""

    def apply(**values: Any) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "sandbox", "CALL_BUDGET": 20, **values}

    apply()
    return apply


@pytest.fixture
def peer(configure: Configure) -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


@pytest.fixture
def connection(peer: Peer) -> Connection:
    return Connection(base_url=peer.url, api_key=KEY, is_sandbox=True)


@pytest.fixture
def chat_request() -> ChatRequest:
    return a_request()


def a_request(**fields: Any) -> ChatRequest:
    messages = (Message("system", "Rewrite."), Message("user", CONTENT))
    return ChatRequest(**{"messages": messages, "max_tokens": 100, **fields})


@pytest.fixture(scope="module")
def sandbox_process() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess, configure: Configure) -> SandboxProcess:
    sandbox_process.reset()
    return sandbox_process
