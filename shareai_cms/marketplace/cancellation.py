"""Ending a call from another thread, at once, even while it waits for a silent marketplace."""

from __future__ import annotations

import contextlib
import socket
import threading

from shareai_cms.errors import ActionCancelled, ShareAIError


class Line:
    """The socket that a call uses right now.

    ``Response.close()`` from another thread blocks until the read returns; shutting the socket down ends the
    read at once and tells the other side. The socket is captured before the request is sent, so this works
    before the headers of the answer arrive. A duplicate is kept: shutting it down ends the connection without
    touching the TLS state that the reading thread is in the middle of using.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._ended_by: ShareAIError | None = None
        #: The whole request was handed to the network, so the marketplace may have run it.
        self.is_request_sent = False
        #: Seconds for sending the request's body.
        self.write_timeout: float | None = None

    def check(self) -> None:
        """Raises the reason for which the call was ended, if it was: what arrives after that is dropped."""
        if self._ended_by is not None:
            raise self._ended_by

    def capture(self, sock: socket.socket) -> None:
        """Take hold of a connected socket; it is shut down at once if the call was ended meanwhile."""
        # Only shutdown() is called on the duplicate, so family and type do not matter.
        copy = socket.fromfd(sock.fileno(), socket.AF_INET, socket.SOCK_STREAM)
        with self._lock:
            self._drop()
            self._socket = copy
            if self._ended_by is not None:
                _shut_down(copy)

    def let_go(self) -> None:
        """Forget the socket: the connection may serve another call from now on."""
        with self._lock:
            self._drop()

    def end(self, reason: ShareAIError) -> None:
        """End the call; the first reason stands."""
        with self._lock:
            self._ended_by = self._ended_by or reason
            if self._socket is not None:
                _shut_down(self._socket)

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class Cancellation:
    """Given to a call, stops it from another thread; a call that is given one already cancelled never starts.

    Only looking a name up and opening a connection cannot be cut short; ``CONNECT_TIMEOUT`` bounds the latter.
    """

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._lock = threading.Lock()
        self._lines: set[Line] = set()

    @property
    def is_cancelled(self) -> bool:
        return self._asked.is_set()

    def cancel(self) -> None:
        """Stop the call: a blocked read and a wait before the next attempt both end at once."""
        self._asked.set()
        with self._lock:
            lines = tuple(self._lines)
        for line in lines:
            line.end(ActionCancelled())

    def wait(self, seconds: float) -> bool:
        """Wait, but no longer than until ``cancel()``; says whether that happened."""
        return self._asked.wait(seconds)

    def watch(self, line: Line) -> None:
        with self._lock:
            self._lines.add(line)
        if self.is_cancelled:
            line.end(ActionCancelled())

    def forget(self, line: Line) -> None:
        with self._lock:
            self._lines.discard(line)


def _shut_down(sock: socket.socket) -> None:
    # Already closed by the other side: nothing left to end.
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
