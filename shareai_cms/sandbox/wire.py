"""Writing an answer to one client, and noticing at once when it has gone away."""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any

JSON_TYPE = "application/json"
EVENTS_TYPE = "text/event-stream; charset=utf-8"
MARK = "X-ShareAI-Sandbox"


class ClientGoneError(Exception):
    """The client closed its end before the answer was complete."""


class LineCutError(Exception):
    """The sandbox itself breaks the connection, as the fault asks."""


class Line:
    """The connection of one request: either one whole body or a stream of events."""

    def __init__(
        self, handler: BaseHTTPRequestHandler, *, cut_after: int | None = None, is_reset: bool = False
    ) -> None:
        self._handler = handler
        self._socket: socket.socket = handler.connection
        self._is_chunked = False
        #: Bytes of the body after which the connection breaks.
        self._cut_after = cut_after
        self._is_reset = is_reset

    def wait(self, seconds: float) -> None:
        """Pause; raises ClientGoneError as soon as the other side closes."""
        until = time.monotonic() + seconds
        try:
            # A peek that times out is the pause; one that returns nothing is the end of the connection.
            self._socket.settimeout(max(seconds, 0))
            if not self._socket.recv(1, socket.MSG_PEEK):
                raise ClientGoneError
        except (TimeoutError, BlockingIOError):
            return
        except OSError as error:
            raise ClientGoneError from error
        finally:
            self._socket.settimeout(None)
        # The next request already lies in the socket, so a peek cannot wait.
        time.sleep(max(until - time.monotonic(), 0))

    def send_head(
        self, status: int, content_type: str, headers: Mapping[str, str], *, length: int | None = None
    ) -> None:
        """Status and headers; without a length the body is chunked.

        The headers of a stream go out at once, those of a whole body together with it.
        """
        handler = self._handler
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header(MARK, "1")
        for name, value in headers.items():
            handler.send_header(name, value)
        if length is None:
            self._is_chunked = True
            handler.send_header("Transfer-Encoding", "chunked")
        else:
            handler.send_header("Content-Length", str(length))
        if handler.close_connection:
            handler.send_header("Connection", "close")
        handler.end_headers()
        if length is None:
            self.flush()

    def send(self, body: bytes) -> None:
        """A piece of the body, on the wire when this returns."""
        is_cut = self._cut_after is not None and len(body) >= self._cut_after
        if self._cut_after is not None:
            body = body[: self._cut_after]
            self._cut_after -= len(body)
        self._write(self._framed(body))
        if is_cut:
            self.cut()

    def send_event(self, data: Mapping[str, Any] | str) -> None:
        self.send(_event(data))

    def end(self, data: str = "") -> None:
        """End a chunked body, with a last event in the same write.

        A client that stops reading at that event has then read the end as well, and can keep the connection.
        """
        self._write((self._framed(_event(data)) if data else b"") + b"0\r\n\r\n")

    def _framed(self, body: bytes) -> bytes:
        return b"%x\r\n%b\r\n" % (len(body), body) if self._is_chunked and body else body

    def send_whole(self, status: int, content_type: str, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_head(status, content_type, headers, length=len(body))
        self.send(body)

    def cut(self) -> None:
        """Break the connection without the end that HTTP asks for."""
        if self._is_reset:
            # Closed with no time to linger, a socket sends RST; taken from Python, nothing says FIN before that.
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self._socket.detach())
        raise LineCutError

    def flush(self) -> None:
        """Send what is written but still waits for company."""
        self._write(b"")

    def _write(self, data: bytes) -> None:
        try:
            self._handler.wfile.write(data)
            self._handler.wfile.flush()
        except OSError as error:
            raise ClientGoneError from error


def _event(data: Mapping[str, Any] | str) -> bytes:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"data: {text}\n\n".encode("utf-8", "replace")
