"""A stand-in for Stripe on 127.0.0.1: its documented wire format over real HTTP, and a bank to be played by tests.

Form-encoded bodies, keys that make a call harmless to repeat, error envelopes, lists newest first with cursors,
``expand``: https://docs.stripe.com/api
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

from tests.topups.stripe_desk import Desk, RefusedError

KEY = "sk_test_stand_in_0123456789"


class StandIn:
    """The server as a thread, and what it holds; a context manager."""

    def __init__(self, key: str = KEY) -> None:
        self.desk = Desk()
        self.key = key
        #: Answers instead of the right ones, one for each call: "hang-up", a status, or a body under HTTP 200.
        self.faults: list[Any] = []
        #: Method, address, parameters and headers of each call.
        self.calls: list[tuple[str, str, dict[str, Any], dict[str, str]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"stand_in": self}))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self.desk.root = self.url
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reset(self) -> None:
        self.desk.clear()
        self.faults.clear()
        self.calls.clear()


class _Handler(BaseHTTPRequestHandler):
    stand_in: ClassVar[StandIn]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._answer("GET", parts.path, _nested(parts.query))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.headers.get("Content-Type") != "application/x-www-form-urlencoded":
            return self._send(400, _envelope("Send form-encoded parameters."))
        return self._answer("POST", urlsplit(self.path).path, _nested(body))

    def date_time_string(self, timestamp: float | None = None) -> str:
        # Of the same clock as the events.
        return super().date_time_string(self.stand_in.desk.now)

    def log_message(self, *args: Any) -> None:
        """Tests read ``calls`` instead."""

    def _answer(self, method: str, path: str, params: dict[str, Any]) -> None:
        stand_in = self.stand_in
        stand_in.calls.append((method, path, params, dict(self.headers)))
        if stand_in.faults:
            return self._fail(stand_in.faults.pop(0))
        if self.headers.get("Authorization") != f"Bearer {stand_in.key}":
            return self._send(401, _envelope(f"Invalid API Key provided: {self.headers.get('Authorization')}"))
        try:
            status, data = stand_in.desk.answer(method, path, params, self.headers.get("Idempotency-Key", ""))
        except RefusedError as error:
            return self._send(error.status, _envelope(error.message, **error.fields))
        return self._send(status, data)

    def _fail(self, fault: Any) -> None:
        if fault == "hang-up":
            self.close_connection = True
            self.connection.close()
        elif isinstance(fault, int):
            headers = {"Location": "http://127.0.0.1:9/"} if 300 <= fault < 400 else {}
            self._send(fault, _envelope("It went wrong.", type="api_error"), headers)
        else:
            self._send(200, fault)

    def _send(self, status: int, data: Any, headers: dict[str, str] | None = None) -> None:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Request-Id": "req_1", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _envelope(message: str, **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", **fields}}


def _nested(encoded: str) -> dict[str, Any]:
    """``a[b][0]=c`` as ``{"a": {"b": ["c"]}}``."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        path = name.replace("]", "").split("[")
        place = found
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = value
    return {name: _lists(value) for name, value in found.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(each) for name, each in value.items()}
    return list(inner.values()) if all(name.isdecimal() for name in inner) else inner
