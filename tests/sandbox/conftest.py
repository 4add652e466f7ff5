from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.services import SandboxProcess

KEY = "sk-only-for-tests"
CONTENT = "In order to begin, we utilise the old press. The rest follows by itself."


def prompt(
    content: str = CONTENT, *, task: str = "rewrite", more: str = "", form: str = "plain"
) -> list[dict[str, Any]]:
    """Messages as the product sends them."""
    user = f'Task: {task}\n{more}\n\n<content id="7f3a" format="{form}" language="en">\n{content}\n</content id="7f3a">'
    return [{"role": "system", "content": "Work on the content."}, {"role": "user", "content": user}]


def events(reply: requests.Response) -> list[Any]:
    """The data of each server-sent event, read up to the end of the stream."""
    return [
        data if data == "[DONE]" else json.loads(data)
        for data in (line.removeprefix("data: ") for line in reply.text.split("\n\n") if line)
    ]


def streamed_text(chunks: list[Any]) -> str:
    choices = [chunk["choices"] for chunk in chunks if isinstance(chunk, dict) and "choices" in chunk]
    return "".join(choice[0]["delta"].get("content", "") for choice in choices if choice)


def raw_bytes(port: int, request: bytes) -> bytes:
    """Everything that the sandbox answers to the bytes of one request."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received


@dataclass
class Client:
    """A caller of the API with its own pooled connection."""

    sandbox: SandboxProcess
    session: requests.Session

    def chat(self, *, fault: str = "", stream: bool = False, timeout: float = 20, **body: Any) -> requests.Response:
        body = {"model": "small", "messages": prompt(), **body}
        headers = {"X-ShareAI-Sandbox-Fault": fault} if fault else {}
        return self.post("/chat/completions", json={**body, "stream": stream}, headers=headers, timeout=timeout)

    def post(
        self, path: str, *, headers: dict[str, str] | None = None, timeout: float = 20, **given: Any
    ) -> requests.Response:
        return self.session.post(f"{self.sandbox.url}{path}", headers=headers, timeout=timeout, **given)

    def get(self, path: str) -> requests.Response:
        return self.session.get(f"{self.sandbox.url}{path}", timeout=20)


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess) -> SandboxProcess:
    sandbox_process.reset()
    return sandbox_process


@pytest.fixture
def client(sandbox: SandboxProcess) -> Iterator[Client]:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {KEY}"
        yield Client(sandbox, session)
