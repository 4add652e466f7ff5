"""Sends requests over pooled connections and hands the answer over piece by piece.

**What is sent again.** A connection that the server has closed meanwhile, or that has been idle for long, is
replaced before anything is written to it. If the connection breaks while the request is being written, the
server cannot have had the whole of it, so it cannot have run, and it may be sent again. Once the last byte
went out, a break proves nothing (RFC 9110, 9.2.2: a POST is not repeated unless the first one is known to
have had no effect), and the call fails.
"""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Iterator
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from shareai_cms import __version__
from shareai_cms.marketplace import failures
from shareai_cms.marketplace.cancellation import Line
from shareai_cms.marketplace.connection import Connection
from shareai_cms.marketplace.text import label

#: Connections kept open per address; more calls at once than this still work, but are not kept.
POOL_SIZE = 64
#: Seconds. Load balancers and NAT gateways forget idle connections, some without a word.
IDLE_LIMIT = 55.0
CHUNK = 65_536

#: The sandbox is a process nearby, and a proxy for the web would not find it.
_NO_PROXY = {"http": "", "https": "", "all": ""}

_line: ContextVar[Line | None] = ContextVar("shareai_line", default=None)
_sessions: dict[int, requests.Session] = {}
_TYPE = re.compile(r"[\w.+-]{1,40}/[\w.+-]{1,40}")


class _Captured(HTTPConnection):
    """A connection that lets the call which is using it be ended from another thread."""

    _used_at = 0.0
    _used_by: Line | None = None

    @property
    def is_connected(self) -> bool:
        return time.monotonic() - self._used_at < IDLE_LIMIT and super().is_connected

    def _new_conn(self) -> socket.socket:
        # Before the TLS handshake, which may hang as well.
        sock = super()._new_conn()
        if line := _line.get():
            line.capture(sock)
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        line, previous = _line.get(), self._used_by
        self._used_at, self._used_by = time.monotonic(), line
        if previous is not None and previous is not line:
            # The call before this one may no longer end what now is ours.
            previous.let_go()
        if line is not None and self.sock is not None:
            line.capture(self.sock)
        super().request(*args, **kwargs)
        if line is not None:
            line.is_request_sent = True

    def send(self, data: Any) -> None:
        line = _line.get()
        if self.sock is None:
            self.connect()
        if line is not None and self.sock is not None:
            # urllib3 writes under the connect time-out, which is meant for a handshake, not for an image.
            self.sock.settimeout(line.write_timeout)
        super().send(data)


class _CapturedTLS(_Captured, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Captured


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _CapturedTLS


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _use_our_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> urllib3.ProxyManager:
        manager: urllib3.ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            _use_our_pools(manager)
        return manager


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Never followed, not even looked at: the key would go along."""


class _Bearer(AuthBase):
    """Sets the key. Given as ``auth`` so that a ``.netrc`` of the server's user cannot replace it."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class Answer:
    """The answer to one request; its body is read in pieces and never kept."""

    def __init__(self, response: requests.Response, line: Line, secret: str) -> None:
        self._response = response
        self._line = line
        headers = response.headers
        content_type = label(headers.get("Content-Type", "").partition(";")[0], secret=secret).lower()
        self.head = failures.Head(
            status=response.status_code,
            content_type=content_type if _TYPE.fullmatch(content_type) else "",
            request_id=label(headers.get("X-Request-Id"), secret=secret),
            retry_after=failures.seconds_of(headers.get("Retry-After")),
            date=failures.moment_of(headers.get("Date")),
        )
        #: The field of the request that the marketplace would not take.
        self.refused_field = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        # After the end of the body the connection is in the pool already, and this does nothing.
        self._response.close()

    def chunks(self) -> Iterator[bytes]:
        """The body as it arrives. Raises errors of the tree."""
        while chunk := self._read():
            yield chunk
        # A connection without chunks ends "clean" when it is shut down.
        self._line.check()

    def _read(self) -> bytes:
        try:
            return self._response.raw.read1(CHUNK, decode_content=True) or b""
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            failure = failures.of_exception(error, is_sent=True)
        self._line.check()
        raise failure


def send(
    connection: Connection, method: str, path: str, *, body: bytes | None, line: Line, timeout: tuple[float, float]
) -> Answer:
    """Send one request and wait for the head of its answer. ``timeout`` is connect and read, in seconds."""
    line.is_request_sent, line.write_timeout = False, timeout[1]
    token = _line.set(line)
    try:
        response = _session().request(
            method,
            connection.base_url + path,
            data=body,
            headers={**connection.headers, "Content-Type": "application/json"} if body else dict(connection.headers),
            auth=_Bearer(connection.api_key),
            proxies=_NO_PROXY if connection.is_sandbox else None,
            timeout=timeout,
            stream=True,
        )
        return Answer(response, line, connection.api_key)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        failure = failures.of_exception(error, is_sent=line.is_request_sent)
    finally:
        _line.reset(token)
    line.check()
    raise failure


def _session() -> requests.Session:
    """The session of this process: a forked worker must not write to the sockets of its parent."""
    pid = os.getpid()
    session = _sessions.get(pid)
    if session is None:
        # Two threads may get here at once; setdefault lets one of them win.
        session = _sessions.setdefault(pid, _new_session())
        for parent in set(_sessions) - {pid}:
            _sessions.pop(parent, None)
    return session


def _new_session() -> requests.Session:
    session = _Session()
    # Keys of several clients share the session: no cookie may travel from one to another.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.headers["User-Agent"] = f"shareai-cms/{__version__}"
    # Compressed events would arrive late, and a compressed reply could unpack to any size.
    session.headers["Accept-Encoding"] = "identity"
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(pool_connections=8, pool_maxsize=POOL_SIZE, max_retries=0))
    return session


def _use_our_pools(manager: urllib3.PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}
