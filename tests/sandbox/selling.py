"""A seller at the sandbox's checkout: what it asks for, and the address where it takes webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import requests

from .conftest import Client

SITE = "http://localhost:8000"
SECRET = "whsec_sandbox"


def item(**changes: Any) -> dict[str, Any]:
    return {"name": "500 units", "quantity": 1, "amount": 4900, "currency": "EUR", **changes}


def order(**changes: Any) -> dict[str, Any]:
    """What a session is created from; a change to None leaves the field out."""
    body = {
        "client_reference_id": "order-17",
        "line_items": [item()],
        "success_url": f"{SITE}/back?session={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{SITE}/cancelled",
        "metadata": {"order": "17"},
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def ask(client: Client, *, key: str = "", fault: str = "", timeout: float = 20, **changes: Any) -> requests.Response:
    headers = {"Idempotency-Key": key or uuid.uuid4().hex, **({"X-ShareAI-Sandbox-Fault": fault} if fault else {})}
    return client.post("/checkout/sessions", json=order(**changes), headers=headers, timeout=timeout)


def sell(client: Client, **changes: Any) -> dict[str, Any]:
    """A session that was made."""
    reply = ask(client, **changes)
    assert reply.status_code == 200, reply.text
    session: dict[str, Any] = reply.json()
    return session


def types_since(client: Client, after: str) -> list[str]:
    return [event["type"] for event in client.sandbox.events(after)]


def last_event(client: Client) -> str:
    """Where the list of events ends by now."""
    after = ""
    while events := client.sandbox.events(after):
        after = events[-1]["id"]
    return after


def error_of(reply: requests.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


@dataclass(frozen=True)
class Hook:
    """One webhook as it came in."""

    body: bytes
    signature: str

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event

    @property
    def stamp(self) -> int:
        return int(self.signature.partition(",")[0].removeprefix("t="))

    @property
    def marks(self) -> list[str]:
        return [part.removeprefix("v1=") for part in self.signature.split(",")[1:]]

    def mark_of(self, secret: str) -> str:
        return hmac.new(secret.encode(), b"%d.%b" % (self.stamp, self.body), hashlib.sha256).hexdigest()


class _Server(ThreadingHTTPServer):
    #: Many may knock at once.
    request_queue_size = 128


class Receiver:
    """Takes webhooks, and answers with the statuses that it was given, then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.hooks: list[Hook] = []
        self._statuses = list(statuses)
        self._came = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.take(Hook(body, self.headers["ShareAI-Signature"]))
                self.send_response(status)
                self.send_header("Location", "http://192.0.2.1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks?from=sandbox"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, hook: Hook) -> int:
        with self._came:
            self.hooks.append(hook)
            self._came.notify_all()
            return self._statuses.pop(0) if self._statuses else 200

    def wait_for(self, number: int, *, seconds: float = 20) -> list[Hook]:
        self.wait_until(lambda: len(self.hooks) >= number, seconds=seconds)
        return self.hooks

    def wait_until(self, holds: Callable[[], bool], *, seconds: float = 20) -> None:
        with self._came:
            assert self._came.wait_for(holds, timeout=seconds), [hook.event["type"] for hook in self.hooks]
