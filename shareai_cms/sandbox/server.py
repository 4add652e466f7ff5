"""The HTTP server: one thread per connection, kept alive between requests."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

from .api import BASE, Incoming, answer_call
from .checkout import Checkout, CheckoutOptions
from .checkout.web import WEB, answer_page
from .control import answer_control, check_fault
from .faults import HEADER, MODEL_PREFIX, CannedReply, Fault, RefusedError, canned_error
from .state import Call, State, Timings
from .wire import JSON_TYPE, ClientGoneError, Line, LineCutError

logger = logging.getLogger("shareai_cms.sandbox")

LARGEST_BODY = 64 * 1024 * 1024
#: Fields of a request that stand beside each other in the state; the others are its ``body``.
SEEN = ("model", "stream", "user", "metadata", "messages", "max_tokens", "temperature", "input")
HOST = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?", re.ASCII)


class SandboxServer(ThreadingHTTPServer):
    """Listens, and holds what every connection shares."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(
        self,
        address: tuple[str, int],
        timings: Timings,
        checkout: CheckoutOptions,
        given: Mapping[str, bytes] | None = None,
    ) -> None:
        self.given = given or {}
        self.state = State(timings)
        self.numbers = count(1)
        super().__init__(address, SandboxHandler)
        try:
            # The state file is named by the port, which is known only now.
            self.checkout = Checkout(checkout, port=self.server_port)
        except BaseException:
            self.server_close()
            raise

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that goes away is a fact of life, not a traceback.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class SandboxHandler(BaseHTTPRequestHandler):
    """Reads a request, finds out which fault it gets, and answers."""

    protocol_version = "HTTP/1.1"
    server_version = "ShareAISandbox"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    error_content_type = JSON_TYPE
    error_message_format = '{"error": {"code": "http_%(code)d", "message": "%(explain)s"}}'
    server: SandboxServer

    def setup(self) -> None:
        super().setup()
        self.connection_number = next(self.server.numbers)

    def version_string(self) -> str:
        return self.server_version

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: a call is logged when it ends, the rest is noise."""

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        line = Line(self)
        try:
            body = self._read_body()
        except RefusedError as refused:
            # What remains of the body would be taken for the next request.
            self.close_connection = True
            self._send(line, refused.reply)
        except ClientGoneError:
            self.close_connection = True
        else:
            self._serve(body)

    def _read_body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise RefusedError(canned_error(411, "length_required", "Content-Length must say how long the body is."))
        if len(length) > 12 or int(length) > LARGEST_BODY:
            raise RefusedError(canned_error(413, "too_large", "The request is too large."))
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ClientGoneError
        return body

    def _serve(self, raw: bytes) -> None:
        path, _, query = self.path.partition("?")
        line = Line(self)
        try:
            if path.startswith(f"{BASE}/"):
                self._serve_call(path.removeprefix(BASE), dict(parse_qsl(query)), raw)
            elif path.startswith(WEB):
                self._send(line, answer_page(self.server.checkout.desk, self.command, path, raw))
            else:
                self._serve_control(line, f"{self.command} {path}", dict(parse_qsl(query)), raw)
        except RefusedError as refused:
            self._send(line, refused.reply)
        except (ClientGoneError, LineCutError):
            self.close_connection = True

    def _serve_control(self, line: Line, route: str, query: Mapping[str, str], raw: bytes) -> None:
        content, problem = parse_object(raw)
        if problem is not None:
            raise problem
        answer = answer_control(self.server.state, self.server.checkout, route, content, query)
        body = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
        line.send_whole(200, JSON_TYPE, body, {})

    def _serve_call(self, path: str, query: Mapping[str, str], raw: bytes) -> None:
        """One call of the marketplace's API, counted whatever becomes of it."""
        content, problem = parse_object(raw)
        wanted = ""
        try:
            wanted = self._wanted_fault(content)
        except RefusedError as refused:
            problem = problem or refused
        incoming = Incoming(
            route=f"{self.command} {path}", content=content, key=self._key, problem=problem, query=query,
            idempotency_key=self.headers.get("Idempotency-Key", ""), root=self._root,
            given=self.server.given,
        )  # fmt: skip
        state = self.server.state
        call = state.begin(path=path[1:], connection=self.connection_number, fault=wanted, last=self._describe(content))
        call.model, call.is_stream = short_name(content.get("model")), content.get("stream") is True
        fault = Fault.parse(call.fault)
        is_cut, is_reset = fault.name in ("disconnect", "reset"), fault.name == "reset"
        line = Line(self, cut_after=fault.number if is_cut else None, is_reset=is_reset)
        outcome = "cut"
        try:
            answer_call(incoming, line, fault, call, lambda: state.is_current(call), self.server.checkout.desk)
            outcome, call.status = "answered", 200
        except RefusedError as refused:
            outcome, call.status = "refused", refused.reply.status
            self._send(line, refused.reply)
        except ClientGoneError:
            outcome = "aborted"
            raise
        finally:
            log_call(call, outcome)
            state.finish(call, outcome)

    def _wanted_fault(self, content: Mapping[str, Any]) -> str:
        """The fault that the request itself asks for, by its header or its model."""
        model = content.get("model")
        by_model = model.removeprefix(MODEL_PREFIX) if isinstance(model, str) and model.startswith(MODEL_PREFIX) else ""
        name: str = self.headers.get(HEADER) or by_model
        check_fault(name)
        return name

    @property
    def _key(self) -> str:
        scheme, _, key = self.headers.get("Authorization", "").partition(" ")
        return key.strip() if scheme.lower() == "bearer" else ""

    @property
    def _root(self) -> str:
        """The address that the caller knows the sandbox by; it listens on another one inside a container."""
        host = self.headers.get("Host", "")
        own = "{}:{}".format(*self.server.server_address[:2])
        return f"http://{host if HOST.fullmatch(host) else own}"

    def _describe(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """What tests may see of a request; the key only as its digest."""
        return {
            **{name: content.get(name) for name in SEEN},
            "body": {name: value for name, value in content.items() if name not in SEEN},
            "headers": {name: value for name, value in self.headers.items() if name.lower() != "authorization"},
            "key_sha256": hashlib.sha256(self._key.encode("utf-8", "replace")).hexdigest() if self._key else "",
        }

    @staticmethod
    def _send(line: Line, reply: CannedReply) -> None:
        line.send_whole(reply.status, reply.content_type, reply.body, reply.headers)


def parse_object(raw: bytes) -> tuple[dict[str, Any], RefusedError | None]:
    """The JSON object of a body, empty for none; or what to answer when it is no such thing."""
    if not raw:
        return {}, None
    try:
        content = json.loads(raw)
    # A document nested a thousand deep is as unreadable as a broken one.
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict):
        return content, None
    return {}, RefusedError(canned_error(400, "invalid_json", "The body must be a JSON object."))


def short_name(model: Any) -> str:
    """A model's name as it may stand in a log line."""
    return re.sub(r"[^\w.:/-]", "_", model)[:60] if isinstance(model, str) else ""


def log_call(call: Call, outcome: str) -> None:
    logger.info(
        "call=%d path=%s model=%s stream=%s fault=%s status=%d outcome=%s tokens_in=%d tokens_out=%d duration_ms=%d",
        call.number, short_name(call.path), call.model or "-", call.is_stream, call.fault or "-",
        call.status, outcome, call.tokens_in, call.tokens_out, call.duration_ms,
    )  # fmt: skip
