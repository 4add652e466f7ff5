"""Calls of Stripe's API through its own library, every failure as a typed error.

The library is imported when it is first needed: a site that does not use Stripe has no need of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import requests

from shareai_cms.conf import PRODUCTION, conf
from shareai_cms.errors import ProviderBadReply, ProviderError, ProviderRefused, ProviderUnreachable
from shareai_cms.topups.providers.wire import READ_TIMEOUT, Reader

if TYPE_CHECKING:
    from stripe import StripeClient

PIP_LINE = 'pip install "shareai-cms[stripe]"'
#: The shapes that are read here, whatever version the account or a newer library would choose.
API_VERSION = "2025-03-31.basil"
RETRIES = 2
#: The most that Stripe lists in one answer.
PAGE = 100
#: An environment variable with the address of a stand-in for Stripe; heeded only where it is on this machine.
BASE_VARIABLE = "SHAREAI_STRIPE_API_BASE"

_CODE = re.compile(r"[a-z0-9_]{1,64}")


class NotThere(ProviderRefused):
    """Stripe knows no object of that name, or no longer."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What Stripe answered, and when, by its own clock: that of its events."""

    data: dict[str, Any]
    moment: datetime


def library() -> ModuleType:
    """The library; raises an ``ImportError`` that says how to install it."""
    try:
        import stripe
    except ImportError as error:
        raise ImportError(f"The payment provider stripe needs the library stripe: {PIP_LINE}") from error
    return stripe


def problem() -> str:
    """What keeps Stripe from being called, for operators; empty where nothing does. Never holds the key."""
    key = conf.stripe_api_key
    if find_spec("stripe") is None:
        return f"the library stripe is missing: {PIP_LINE}"
    if not key:
        return "STRIPE_API_KEY is not set"
    if conf.is_sandbox and "_live_" in key:
        return "STRIPE_API_KEY is a live key, and the environment is the sandbox"
    if conf.environment == PRODUCTION and "_test_" in key:
        return "STRIPE_API_KEY is a test key, and the environment is production: units would cost nothing"
    return ""


def is_live() -> bool:
    """Whether the money that moves here is real. A staging site may have either kind of key."""
    return conf.environment == PRODUCTION or (not conf.is_sandbox and "_live_" in conf.stripe_api_key)


def ask(method: str, path: str, params: Mapping[str, Any] | None = None, *, key: str = "") -> Answer:
    """What an address of the API answers; ``key`` makes a POST harmless to repeat. Raises a ``ProviderError``."""
    if missing := problem():
        raise ProviderRefused(missing)
    stripe = library()
    together = {**(params or {}), **({"idempotency_key": key} if key else {})}
    client = _client(conf.stripe_api_key, base_address(), conf.connect_timeout)
    failure: ProviderError = ProviderBadReply("no JSON object")
    try:
        # Not by the library's services: their objects differ from version to version, the JSON does not.
        response = client.raw_request(method, path, **together)
        if isinstance(response.data, dict):
            return Answer(data=response.data, moment=_moment(response.headers))
    except stripe.StripeError as error:
        failure = _typed(stripe, error)
    except (AttributeError, TypeError, ValueError) as error:
        # An error that is JSON and not of the documented form is more than the library expects.
        failure = ProviderBadReply(type(error).__name__)
    # Out here, so that nothing carries the library's error along: it holds the body, and of a wrong key a part of it.
    raise failure


def ask_all(path: str, params: Mapping[str, Any]) -> tuple[list[Any], datetime]:
    """Every entry of a list, page by page, and when the list was begun. Raises a ``ProviderError``."""
    answer = ask("get", path, {**params, "limit": PAGE})
    found, moment = entries(answer), answer.moment
    while found and has_more(answer):
        answer = ask("get", path, {**params, "limit": PAGE, "starting_after": id_of(found[-1])})
        found += entries(answer)
    return found, moment


def entries(answer: Answer) -> list[Any]:
    return Reader(answer.data, "list").each("data")


def has_more(answer: Answer) -> bool:
    return answer.data.get("has_more") is True


def id_of(entry: Any) -> str:
    return Reader(entry, "entry").text("id")


def part(ref: str) -> str:
    """A reference as a part of an address."""
    return quote(ref, safe="")


def base_address() -> str:
    """The address of a stand-in on this machine, or an empty string for Stripe itself."""
    given = os.environ.get(BASE_VARIABLE, "").rstrip("/")
    try:
        host = urlsplit(given).hostname
    except ValueError:
        return ""
    return given if host in ("127.0.0.1", "localhost", "::1") else ""


@lru_cache(maxsize=4)
def _client(key: str, base: str, connect_timeout: float) -> StripeClient:
    stripe = library()
    session = requests.Session()
    # A redirect would take the order to an address that nobody has configured.
    session.max_redirects = 0
    http_client = stripe.RequestsClient(timeout=(connect_timeout, READ_TIMEOUT), session=session)
    client: StripeClient = stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": base} if base else {},
        max_network_retries=RETRIES,
        http_client=http_client,
    )
    return client


def _typed(stripe: ModuleType, error: Any) -> ProviderError:
    code = _code_of(error)
    detail = f"{type(error).__name__} {code}".strip()
    status = error.http_status or 0
    is_busy = status in (409, 429) or status >= 500
    if is_busy or isinstance(error, stripe.APIConnectionError | stripe.RateLimitError):
        return ProviderUnreachable(detail)
    if code == "resource_missing":
        return NotThere(detail)
    if isinstance(error, stripe.APIError):
        return ProviderBadReply(detail)
    return ProviderRefused(detail)


def _code_of(error: Any) -> str:
    body = error.json_body
    said = body.get("error") if isinstance(body, Mapping) else None
    code = said.get("code") or said.get("type") if isinstance(said, Mapping) else None
    # Anything but a word of theirs may be text, and text may be anything.
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _moment(headers: Mapping[str, str]) -> datetime:
    try:
        return parsedate_to_datetime(headers["Date"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        return datetime.now(UTC)
