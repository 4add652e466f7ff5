"""Checks of what goes over the network, and where to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning

from shareai_cms.checks.reading import given, is_sound, is_texts
from shareai_cms.conf import DEFAULTS, conf

#: A token of RFC 9110, 5.6.2.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@register
def check_the_addresses(**_: Any) -> Iterable[CheckMessage]:
    for name in ("BASE_URL", "SANDBOX_URL"):
        if is_sound(name) and not is_web_address(address_of(name)):
            yield Error(
                f"{name} is not a web address: {address_of(name)!r}.",
                hint=f"The default is {DEFAULTS[name]!r}.",
                id="shareai_cms.E013",
            )
    if is_sound("BASE_URL") and is_sound("ENVIRONMENT") and not conf.is_sandbox and is_in_the_clear(conf.base_url):
        yield Error(
            "BASE_URL begins with http://, so the ShareAI key and every text would cross the network unencrypted.",
            hint="Write https://. Only an address on this very machine may do without.",
            id="shareai_cms.E014",
        )
    if is_sound("TOPUP_URL") and not (is_web_address(conf.topup_url) or is_path(conf.topup_url)):
        yield Error(
            "TOPUP_URL is neither a web address nor a path on this site, so nobody could follow it.",
            hint='Write "https://…" or "/shop/units/".',
            id="shareai_cms.E015",
        )


def address_of(name: str) -> str:
    return str(given().get(name, DEFAULTS[name]))


def is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # brackets that do not close, a port that is no number
        return False


def is_path(text: str) -> bool:
    return text.startswith("/") and not text.startswith("//")


def is_in_the_clear(address: str) -> bool:
    if not is_web_address(address) or urlsplit(address).scheme != "http":
        return False
    return urlsplit(address).hostname not in ("localhost", "127.0.0.1", "::1")


@register
def check_the_headers(**_: Any) -> Iterable[CheckMessage]:
    if not is_sound("EXTRA_HEADERS"):
        return
    for name, value in given().get("EXTRA_HEADERS", {}).items():
        if not is_header(name, value):  # the value may be a secret and stays out of the message
            yield Error(
                f"EXTRA_HEADERS[{name!r}] is not a header that can be sent.",
                hint='Write {"X-Name": "value"}, both as text on one line. The key has its own setting.',
                id="shareai_cms.E016",
            )


def is_header(name: Any, value: Any) -> bool:
    if not isinstance(name, str) or not isinstance(value, str):
        return False
    return bool(_HEADER_NAME.fullmatch(name)) and name.lower() != "authorization" and value.isprintable()


@register
def check_the_attempts(**_: Any) -> Iterable[CheckMessage]:
    routes = given().get("ROUTES", {}) if is_sound("ROUTES") and is_sound("MAX_ATTEMPTS") else {}
    if not all(is_texts(models) for models in routes.values()):
        return
    for name in ("standard", "premium"):
        asked = routes.get(name, [])
        models = [*asked, *(model for model in routes.get("fallback", []) if model not in asked)]
        if asked and len(models) > conf.max_attempts:
            yield CheckWarning(
                f"The route {name!r} with its fallback names {len(models)} models, and a call is sent "
                f"{conf.max_attempts} times at most: the last {len(models) - conf.max_attempts} would never be asked.",
                hint=f"Set MAX_ATTEMPTS to {len(models)}, or name fewer models.",
                id="shareai_cms.W004",
            )
