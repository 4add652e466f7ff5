"""JSON over HTTP for providers without a library of their own, with every failure as a typed error."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from shareai_cms import __version__
from shareai_cms.conf import conf
from shareai_cms.errors import ProviderBadReply, ProviderRefused, ProviderUnreachable

#: Seconds for a whole answer, however slowly it drips: a person waits for it.
READ_TIMEOUT = 20.0
MOST_BYTES = 2_000_000
#: Of a text that becomes a column, of an address, and of a number that becomes one.
MOST_CHARACTERS, MOST_OF_ADDRESS, MOST_WHOLE = 255, 2_000, 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A JSON object, and when the other side says that it answered: news is ordered by its clock, not by ours."""

    data: dict[str, Any]
    answered_at: datetime


def call(
    method: str,
    url: str,
    *,
    key: str,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
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
            return Reply(data=_object(response), answered_at=_date_of(response))
    # Of the second kind is an answer that breaks off while it is read.
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        # Its text may hold the address with what was in it.
        raise ProviderUnreachable(type(error).__name__) from None


def _object(response: requests.Response) -> dict[str, Any]:
    raw = _body(response)
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


def _body(response: requests.Response) -> bytes:
    ends_at, raw = time.monotonic() + READ_TIMEOUT, bytearray()
    while piece := response.raw.read1(decode_content=True):
        raw += piece
        if len(raw) > MOST_BYTES:
            raise ProviderBadReply(f"HTTP {response.status_code}, more than {MOST_BYTES} bytes")
        if time.monotonic() > ends_at:
            raise ProviderUnreachable(f"HTTP {response.status_code}, not whole after {READ_TIMEOUT:g} s")
    return bytes(raw)


def _date_of(response: requests.Response) -> datetime:
    try:
        return parsedate_to_datetime(response.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError, OverflowError):
        return datetime.now(UTC)


def _code_of(data: Mapping[str, Any]) -> str:
    error = data.get("error")
    code = error.get("code") if isinstance(error, Mapping) else error
    return code[:64] if isinstance(code, str) else ""


@cache
def _session() -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = f"shareai-cms/{__version__}"
    return session


def is_address(value: object, *schemes: str) -> bool:
    if not isinstance(value, str) or len(value) > MOST_OF_ADDRESS or not value.isprintable():
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc)


class Reader:
    """Fields of a provider's object, each of the type that it has to have; raises ``ProviderBadReply``."""

    def __init__(self, data: Any, what: str) -> None:
        if not isinstance(data, Mapping):
            raise ProviderBadReply(f"{what} is no object")
        self._data = data
        self._what = what

    def text(self, name: str, *, is_optional: bool = False) -> str:
        """A text that every database takes as a column: short, and without control characters."""
        value = self._data.get(name)
        if value is None and is_optional:
            return ""
        if not isinstance(value, str) or (not value and not is_optional):
            raise ProviderBadReply(f"{self._what}.{name} is no text")
        if len(value) > MOST_CHARACTERS or not value.isprintable():
            raise ProviderBadReply(f"{self._what}.{name} is no text to be kept")
        return value

    def address(self, name: str, *schemes: str) -> str:
        """A web address to send somebody to."""
        value = self._data.get(name)
        if not is_address(value, *schemes):
            raise ProviderBadReply(f"{self._what}.{name} is no address to send somebody to")
        return str(value)

    def address_or_none(self, name: str) -> str:
        """A web address, or an empty text for whatever else stands there."""
        value = self._data.get(name)
        return str(value) if is_address(value, "https", "http") else ""

    def whole(self, name: str, most: int = MOST_WHOLE) -> int:
        value = self._data.get(name)
        if type(value) is not int or not 0 <= value <= most:
            raise ProviderBadReply(f"{self._what}.{name} is no whole number")
        return value

    def moment(self, name: str) -> datetime:
        """Unix seconds as a moment in UTC."""
        try:
            return datetime.fromtimestamp(self.whole(name, most=2**40), UTC)
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
