"""A marketplace of bare sockets for what a real HTTP server does not do: cut, stall, drip, answer nonsense.

Each request is answered by the next line of a script: a function that is given the exchange and writes bytes.
A connection stays open for the next request until a script closes it.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

#: Long enough for a loaded machine, short enough for a test that hangs.
PATIENCE = 20.0
#: With this linger, closing a socket resets the connection.
RESET = struct.pack("ii", 1, 0)


class GoneError(Exception):
    """The client has left."""


@dataclass
class Exchange:
    """One request, and the socket on which to answer it."""

    sock: socket.socket
    connection: int
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    is_open: bool = True

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def send(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise GoneError from error

    def close(self) -> None:
        """End the connection in the orderly way."""
        self.is_open = False
        self.sock.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Break the connection: the client gets "connection reset"."""
        self.is_open = False
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def wait_until_client_leaves(self) -> None:
        try:
            while self.sock.recv(1024):
                pass
        except OSError:
            pass
        self.is_open = False


Script = Callable[[Exchange], None]


@dataclass
class Peer:
    """A context manager; ``url`` is the base address to give to a connection."""

    script: deque[Script] = field(default_factory=deque)
    tls: ssl.SSLContext | None = None
    #: So many of the first connections are reset when their first bytes arrive.
    torn: int = 0
    #: Seconds that pass before anything is read from a connection.
    pause: float = 0.0
    requests: list[Exchange] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._is_over = threading.Event()
        self._arrived = threading.Condition()

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._is_over.set()
        # Only a shutdown wakes a thread that waits in accept() or recv().
        for sock in (self._listener, *self._sockets):
            _shut(sock)
        self._listener.close()
        for thread in self._threads:
            thread.join(PATIENCE)

    @property
    def url(self) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://localhost:{self.port}/api/v1" if self.tls else f"{scheme}://127.0.0.1:{self.port}/api/v1"

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def then(self, *scripts: Script) -> Self:
        self.script.extend(scripts)
        return self

    def wait_for_requests(self, number: int) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.requests) >= number, PATIENCE)

    def _start(self, target: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            self._sockets.append(sock)
            self._start(self._serve, sock, self.connections)

    def _serve(self, sock: socket.socket, number: int) -> None:
        with sock:
            self._is_over.wait(self.pause)
            try:
                if number <= self.torn:
                    self._tear(sock)
                elif self.tls is None:
                    self._answer_all(sock, number)
                else:
                    with self.tls.wrap_socket(sock, server_side=True) as wrapped:
                        self._sockets.append(wrapped)
                        self._answer_all(wrapped, number)
            except (OSError, GoneError):
                return

    def _tear(self, sock: socket.socket) -> None:
        sock.recv(64)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def _answer_all(self, sock: socket.socket, number: int) -> None:
        with sock.makefile("rb") as reader:
            while exchange := _read_request(reader, sock, number):
                with self._arrived:
                    self.requests.append(exchange)
                    self._arrived.notify_all()
                self.script.popleft()(exchange)
                if not exchange.is_open:
                    return


def _read_request(reader: Any, sock: socket.socket, number: int) -> Exchange | None:
    line = reader.readline().decode("latin-1").split()
    if not line:
        return None
    headers = {}
    while header := reader.readline().decode("latin-1").strip():
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    body = reader.read(int(headers.get("content-length", 0)))
    return Exchange(sock, number, line[0], line[1], headers, body)


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


# -- what a script may say --------------------------------------------------------------------------


def head(status: int = 200, content_type: str = "application/json", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {content_type}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def whole(body: Any, status: int = 200, content_type: str = "application/json", **headers: str) -> Script:
    """A complete answer with a length."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda exchange: exchange.send(head(status, content_type, Content_Length=str(len(raw)), **headers) + raw)


def chat(text: str, **fields: Any) -> dict[str, Any]:
    """A reply as OpenAI writes it."""
    return {
        "id": "chatcmpl-1",
        "model": "model-a",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3},
        **fields,
    }


def event(data: Any) -> bytes:
    return b"data: " + (data if isinstance(data, bytes) else json.dumps(data).encode()) + b"\n\n"


def piece(text: str, finish_reason: str | None = None, **fields: Any) -> bytes:
    """One event of a stream as OpenAI writes it."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish_reason}
    return event({"id": "chatcmpl-1", "model": "model-a", "choices": [choice], **fields})


DONE = event(b"[DONE]")


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def stream(*events: bytes, end: bytes = b"0\r\n\r\n") -> Script:
    """A chunked stream, each event a chunk of its own."""

    def say(exchange: Exchange) -> None:
        exchange.send(head(content_type="text/event-stream", Transfer_Encoding="chunked"))
        for data in events:
            exchange.send(chunk(data))
        exchange.send(end)

    return say


def unframed(*parts: bytes, content_type: str = "text/event-stream") -> Script:
    """A stream without length or chunks, whose end is the end of the connection."""

    def say(exchange: Exchange) -> None:
        exchange.send(head(content_type=content_type, Connection="close"))
        for part in parts:
            exchange.send(part)
        exchange.close()

    return say


def in_turn(*steps: Script) -> Script:
    def say(exchange: Exchange) -> None:
        for step in steps:
            step(exchange)

    return say


def raw(data: bytes) -> Script:
    return lambda exchange: exchange.send(data)


def drip(data: bytes, *, until: Callable[[float], bool], every: float = 0.05) -> Script:
    """The same bytes again and again, until ``until`` (an event's ``wait``) says yes or the client leaves."""

    def say(exchange: Exchange) -> None:
        while not until(every):
            exchange.send(data)

    return say
