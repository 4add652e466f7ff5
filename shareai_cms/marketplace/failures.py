"""The one place that says which error of the tree a failure of the marketplace is.

No message of the marketplace is ever repeated: it may quote the content or the key. What is kept is the
status, a code of the usual form, the type and the size. For the same reason errors are raised *after* the
handler that caught the original, so none of them carries a ``requests`` exception, whose request holds the
``Authorization`` header.
"""

from __future__ import annotations

import email.utils
import math
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from typing import Any
from urllib.parse import urlsplit

import requests.exceptions as of_requests
import urllib3.exceptions as of_urllib3
from django.utils.translation import gettext_lazy as _

from shareai_cms.conf import conf
from shareai_cms.errors import (
    BadReply,
    InsufficientCredits,
    KeyRejected,
    MarketplaceBusy,
    MarketplaceError,
    MarketplaceTimeout,
    MarketplaceUnreachable,
    NotConfigured,
    RequestRejected,
    ShareAIError,
    StreamBroken,
)
from shareai_cms.marketplace.text import in_digits, label

_CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.IGNORECASE)

#: What the marketplace's own codes mean, whatever the HTTP status says.
_BY_CODE: dict[str, type[MarketplaceError]] = {
    "no_device": MarketplaceBusy,
    "rate_limit": MarketplaceBusy,
    "rate_limited": MarketplaceBusy,
    "rate_limit_exceeded": MarketplaceBusy,
    "too_many_requests": MarketplaceBusy,
    "insufficient_credits": InsufficientCredits,
    "insufficient_quota": InsufficientCredits,
    "invalid_api_key": KeyRejected,
    "unauthorized": KeyRejected,
    "forbidden": KeyRejected,
}

_BY_STATUS: dict[int, type[MarketplaceError]] = {
    HTTPStatus.UNAUTHORIZED: KeyRejected,
    HTTPStatus.FORBIDDEN: KeyRejected,
    HTTPStatus.PAYMENT_REQUIRED: InsufficientCredits,
    HTTPStatus.REQUEST_TIMEOUT: MarketplaceTimeout,
    HTTPStatus.GATEWAY_TIMEOUT: MarketplaceTimeout,
    HTTPStatus.TOO_MANY_REQUESTS: MarketplaceBusy,
    HTTPStatus.SERVICE_UNAVAILABLE: MarketplaceBusy,
}

#: What is no HTTP because it ended too soon.
_CUT_OFF = (IncompleteRead, RemoteDisconnected)

#: Fields of ours that a marketplace may not know; naming the one it refused shows which setting to turn off.
_FIELDS = frozenset(
    (
        "dimensions",
        "encoding_format",
        "input",
        "max_tokens",
        "messages",
        "metadata",
        "model",
        "stream",
        "stream_options",
        "temperature",
        "user",
    )
)


@dataclass(frozen=True, kw_only=True)
class Head:
    """What is known of an answer before its body."""

    status: int
    content_type: str = ""
    request_id: str = ""
    retry_after: float | None = None
    #: The marketplace's clock.
    date: datetime | None = None

    @property
    def is_success(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


def of_reply(head: Head, reply: Any, size: int, *, secret: str) -> MarketplaceError | None:
    """The failure that an answer reports, if any. ``reply`` is its JSON, None when it was something else."""
    fields = reply if isinstance(reply, dict) else {}
    error = fields.get("error")
    if head.is_success and not error:
        return None
    code = _code_of(error, secret)
    cls = _class_of(_status_of(head, error), code, is_json=reply is not None)
    return cls(
        _described(head, size, code, refused_field(reply)),
        status=head.status,
        marketplace_code=code,
        request_id=head.request_id,
        # Both say that the call was turned away before anything ran.
        retryable=cls is MarketplaceBusy,
        retry_after=head.retry_after,
    )


def unreadable(head: Head, size: int) -> BadReply:
    """An answer of no known form: an HTML page, cut JSON, bytes that are not UTF-8, JSON without a message."""
    return BadReply(_described(head, size), status=head.status, request_id=head.request_id)


class SandboxUnreachable(MarketplaceUnreachable):
    """The stand-in for the marketplace, which runs on the site's own machine, was not started."""

    sentence = _("The sandbox, which stands in for the AI service on this site, is not running.")
    remedy = _("Start it with “manage.py shareai_sandbox”, then try again. Nothing was counted.")


def of_exception(error: Exception, *, is_sent: bool) -> ShareAIError:
    """The failure behind an exception of the HTTP libraries; ``is_sent`` when the whole request had gone out."""
    if not is_sent and isinstance(error, ValueError):
        return _of_settings(error)
    causes = tuple(_causes(error))
    reason = _reason(causes)
    if _is_any(causes, (of_requests.ReadTimeout, of_urllib3.ReadTimeoutError)):
        return MarketplaceTimeout(f"no data in time ({reason})")
    if not is_sent:
        # The marketplace had a part of the request at most, so it cannot have run it.
        unreachable = SandboxUnreachable if conf.is_sandbox else MarketplaceUnreachable
        return unreachable(f"no connection to {_host()} ({reason})", retryable=True)
    if _is_any(causes, (of_urllib3.DecodeError,)) or _is_garbage(causes):
        return BadReply(f"not a readable HTTP answer ({reason})")
    return StreamBroken(f"the connection broke after the request was sent ({reason})")


def _host() -> str:
    # Without what else an address may hold: a name and a password, say.
    parts = urlsplit(conf.base_url)
    return label(f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname))


def refused_field(reply: Any) -> str:
    """The field of the request that an error is about, if it names one of ours."""
    error = reply.get("error") if isinstance(reply, dict) else None
    param = error.get("param") if isinstance(error, dict) else None
    return param if isinstance(param, str) and param in _FIELDS else ""


def seconds_of(retry_after: str | None, *, now: datetime | None = None) -> float | None:
    """``Retry-After`` in seconds, from a number or an HTTP date; None when it is neither (RFC 9110, 10.2.3)."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        return _seconds_until(retry_after, now or datetime.now(UTC))
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def moment_of(http_date: str | None) -> datetime | None:
    """An HTTP date; None for anything else (RFC 9110, 5.6.7)."""
    if not http_date:
        return None
    try:
        moment = email.utils.parsedate_to_datetime(http_date)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _seconds_until(http_date: str, now: datetime) -> float | None:
    moment = moment_of(http_date)
    return None if moment is None else max((moment - now).total_seconds(), 0.0)


def _code_of(error: Any, secret: str) -> str:
    """The marketplace's code. A plain string counts only if it is a known one: it may be a sentence."""
    if isinstance(error, str):
        return error if error in _BY_CODE else ""
    fields = error if isinstance(error, dict) else {}
    for name in ("code", "type"):
        code = label(fields.get(name), secret=secret)
        if _CODE.fullmatch(code):
            return code
    return ""


def _status_of(head: Head, error: Any) -> int:
    # An error under HTTP 200 may bring the real status as its code.
    code = error.get("code") if isinstance(error, dict) else None
    return code if head.is_success and isinstance(code, int) else head.status


def _class_of(status: int, code: str, *, is_json: bool) -> type[MarketplaceError]:
    known = _BY_CODE.get(code) or _BY_STATUS.get(status)
    if known is not None:
        return known
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        # Redirects too: following one would hand the key to another address.
        return RequestRejected
    return MarketplaceError if is_json else BadReply


def _described(head: Head, size: int, code: str = "", field: str = "") -> str:
    about = f" about {field}" if field else ""
    return f"HTTP {head.status} {code or head.content_type or 'without a type'}{about}, {in_digits(size)} bytes"


def _of_settings(error: ValueError) -> NotConfigured:
    # requests and urllib3 make their errors about addresses ValueErrors; http.client's are about headers.
    if isinstance(error, of_requests.InvalidHeader) or not isinstance(
        error, of_requests.RequestException | of_urllib3.HTTPError
    ):
        return NotConfigured("The ShareAI key or EXTRA_HEADERS holds characters that a header cannot carry.")
    return NotConfigured("BASE_URL or SANDBOX_URL is not a web address.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it wraps: requests and urllib3 keep the cause in ``args`` or ``reason``."""
    waiting, seen = [error], set()
    while waiting:
        found = waiting.pop(0)
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [found.__cause__, getattr(found, "reason", None), *found.args]
        waiting = [item for item in waiting if isinstance(item, BaseException)]


def _is_any(causes: tuple[BaseException, ...], classes: tuple[type[BaseException], ...]) -> bool:
    return any(isinstance(cause, classes) for cause in causes)


def _is_garbage(causes: tuple[BaseException, ...]) -> bool:
    return any(isinstance(cause, HTTPException) and not isinstance(cause, _CUT_OFF) for cause in causes)


def _reason(causes: tuple[BaseException, ...]) -> str:
    """What happened in the words of the operating system or TLS, which know no secrets; else the class's name."""
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return "the name was not resolved"
        if isinstance(cause, ssl.SSLError) and cause.reason:
            return f"TLS {cause.reason}"
        if isinstance(cause, OSError) and cause.errno and cause.strerror:
            return cause.strerror
    return type(causes[-1]).__name__
