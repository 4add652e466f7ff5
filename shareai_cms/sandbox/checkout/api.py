"""The checkout's addresses below the API's base."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..chat import BadRequestError
from .desk import Desk
from .events import MOST_LISTED
from .requests import read_key

_SESSION = re.compile(r"/checkout/sessions/(\w+)(/expire)?", re.ASCII)


def answer_checkout(
    desk: Desk, route: str, content: Mapping[str, Any], *, key: str, query: Mapping[str, str], root: str
) -> dict[str, Any] | None:
    """What an address of the checkout answers; None for any other address. ``key`` is the Idempotency-Key."""
    match route:
        case "POST /checkout/sessions":
            return desk.create(content, key=read_key(key), root=root)
        case "POST /refunds":
            return desk.refund(content, key=read_key(key))
        case "GET /events":
            return desk.events(after=query.get("after", ""), limit=_limit(query))
    method, _, path = route.partition(" ")
    match = _SESSION.fullmatch(path)
    if match is None or method != ("POST" if match[2] else "GET"):
        return None
    if match[2]:
        desk.act(match[1], "expire")
    return desk.show(match[1])


def _limit(query: Mapping[str, str]) -> int:
    text = query.get("limit", str(MOST_LISTED))
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and 0 < int(text) <= MOST_LISTED):
        raise BadRequestError(f"limit must be a whole number from 1 to {MOST_LISTED}.", "limit")
    return int(text)
