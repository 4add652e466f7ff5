"""JSON over HTTP for providers without a library of their own, with every failure as a typed error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import requests

from shareai_cms import __version__
from shareai_cms.conf import conf
from shareai_cms.errors import ProviderBadReply, ProviderRefused, ProviderUnreachable

#: Seconds for a whole answer: a person waits for it.
READ_TIMEOUT = 20.0
MOST_BYTES = 2_000_000


def call(
    method: str,
    url: str,
    *,
    key: str,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The JSON object that an address answers with.

    Raises ``ProviderUnreachable`` (also for an answer of 429 or 5xx, which may be asked again),
    ``ProviderRefused`` or ``ProviderBadReply``.
    """
    try:
        with _session().request(
            method,
            url,
            json=body,
            headers={"Authorization": f"Bearer {key}", **(headers or {})},
            timeout=(conf.connect_timeout, READ_TIMEOUT),
            allow_redirects=False,
            stream=True,
        ) as response:
            return _object(response)
    except requests.RequestException as error:
        # Its text may hold the address with what was in it.
        raise ProviderUnreachable(type(error).__name__) from None


def _object(response: requests.Response) -> dict[str, Any]:
    raw = response.raw.read(MOST_BYTES + 1, decode_content=True)
    if len(raw) > MOST_BYTES:
        raise ProviderBadReply(f"HTTP {response.status_code}, more than {MOST_BYTES} bytes")
    if response.status_code == 429 or response.status_code >= 500:
        raise ProviderUnreachable(f"HTTP {response.status_code}")
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise ProviderBadReply(f"HTTP {response.status_code}, no JSON") from None
    if not isinstance(data, dict):
        raise ProviderBadReply(f"HTTP {response.status_code}, no JSON object")
    if response.status_code >= 300 or "error" in data:
        raise ProviderRefused(f"HTTP {response.status_code} {_code_of(data)}".strip())
    return data


def _code_of(data: Mapping[str, Any]) -> str:
    error = data.get("error")
    code = error.get("code") if isinstance(error, Mapping) else error
    return code[:64] if isinstance(code, str) else ""


@cache
def _session() -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = f"shareai-cms/{__version__}"
    return session


class Reader:
    """Fields of a provider's object, each of the type that it has to have; raises ``ProviderBadReply``."""

    def __init__(self, data: Any, what: str) -> None:
        if not isinstance(data, Mapping):
            raise ProviderBadReply(f"{what} is no object")
        self._data = data
        self._what = what

    def text(self, name: str, *, is_optional: bool = False) -> str:
        value = self._data.get(name)
        if value is None and is_optional:
            return ""
        if not isinstance(value, str) or (not value and not is_optional):
            raise ProviderBadReply(f"{self._what}.{name} is no text")
        return value

    def whole(self, name: str) -> int:
        value = self._data.get(name)
        if type(value) is not int or value < 0:
            raise ProviderBadReply(f"{self._what}.{name} is no whole number")
        return value

    def moment(self, name: str) -> datetime:
        """Unix seconds as a moment in UTC."""
        try:
            return datetime.fromtimestamp(self.whole(name), UTC)
        except (OverflowError, ValueError, OSError):
            raise ProviderBadReply(f"{self._what}.{name} is no time") from None

    def each(self, name: str) -> list[Any]:
        value = self._data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise ProviderBadReply(f"{self._what}.{name} is no list")
        return value

    def within(self, name: str) -> Reader:
        return Reader(self._data.get(name), f"{self._what}.{name}")
