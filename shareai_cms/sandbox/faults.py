"""Faults on demand, each a way in which a marketplace has been seen to fail.

A request asks for one by its header or by a model called ``fault-<name>``; ``POST /sandbox/fault`` sets
one for everybody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .wire import JSON_TYPE

HEADER = "X-ShareAI-Sandbox-Fault"
MODEL_PREFIX = "fault-"

#: Name of each fault and what it does; the reference lists them from here.
FAULTS: Mapping[str, str] = {
    "error-200": "an error body under HTTP 200",
    "error-string": "HTTP 500 whose error is a plain string",
    "error-string-200": "HTTP 200 whose error is a plain string",
    "insufficient-credits": "HTTP 402, the key's owner has no credit left",
    "wrong-key": "HTTP 401, the key is not accepted",
    "no-device": "HTTP 503, every device is busy",
    "rate-limit": "HTTP 429 with Retry-After",
    "rate-limit-bare": "HTTP 429 without Retry-After",
    "redirect": "HTTP 302 to another address",
    "html": "an HTML page under HTTP 200",
    "cut-json": "JSON that ends in the middle",
    "unknown-form": "JSON that holds no answer",
    "bad-utf8": "bytes in the middle of the text that are not UTF-8",
    "timeout": "no byte until the client goes away, five minutes at most",
    "hold": "no byte until the fault is changed",
    "silent": "headers, then nothing until the fault is changed",
    "stall": "a few words, then nothing until the fault is changed",
    "slow": "a late first word, then a slow drip",
    "hang-up": "the connection closes without a byte",
    "broken-stream": "the connection breaks in the middle of the answer",
    "early-end": "the stream ends in the middle as if nothing were wrong",
    "stream-error": "an error event in the middle of the stream",
    "no-stream": "a whole JSON reply although a stream was asked for",
    "no-usage": "a reply without token counts",
    "odd-usage": "token counts that are no numbers, or below zero",
    "other-model": "a reply from another model than the one asked for",
    "cut-off": "an answer that stops at its length limit, and says so",
    "message-string": "a reply with a top-level message that is a string",
    "message-json": "a reply with a top-level message that is a JSON string",
    "message-object": "a reply with a top-level message that is an object",
    "script-output": "scripts, event handlers and javascript: links beside the text",
    "script-only": "a script and nothing else",
    "wrong-form": "prose where a list was asked for",
    "wrong-types": "JSON with objects where texts were asked for",
    "cut-answer": "half an answer, as if it were whole",
    "unsupported": "an enrichment with a claim that the facts do not hold, for every product",
    "huge": "two million characters",
    "empty": "no text at all",
    "status-<code>": "that HTTP status with an error body",
    "disconnect-<bytes>": "the connection breaks after so many bytes of the body",
    "reset-<bytes>": "the connection is reset (TCP RST) after so many bytes of the body",
    "latency-<milliseconds>": "the first word comes so late",
}

#: Those of a call for vectors alone; of the others, it heeds what is not about text.
VECTOR_FAULTS: Mapping[str, str] = {
    "no-embeddings": "HTTP 404, as if the marketplace had no vectors",
    "no-dimensions": "HTTP 400 about the field dimensions, where it is sent",
    "vector-size": "vectors that are one number short",
    "vector-sizes": "every second vector is one number short",
    "vector-nan": "NaN in the last vector",
    "vector-zero": "a last vector of zeros",
    "vector-few": "one vector fewer than texts",
    "vector-many": "one vector more than texts",
    "vector-order": "the vectors in reverse order, with their right index",
    "vector-base64": "float32 in Base64 although numbers were asked for",
    "vector-text": "texts in the place of numbers",
}

_NUMBERED = re.compile(r"(status|disconnect|reset|latency)-(\d{1,7})")


class UnknownFaultError(ValueError):
    """No fault has this name."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault's name, and its number for those that carry one."""

    name: str = ""
    number: int = 0

    @classmethod
    def parse(cls, text: str) -> Fault:
        if not text or ((text in FAULTS or text in VECTOR_FAULTS) and "<" not in text):
            return cls(name=text)
        match = _NUMBERED.fullmatch(text)
        if match is None or (match[1] == "status" and not 400 <= int(match[2]) <= 599):
            raise UnknownFaultError(text)
        return cls(name=match[1], number=int(match[2]))


@dataclass(frozen=True, kw_only=True)
class CannedReply:
    """A reply that does not depend on the request."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """A request that is answered with an error instead of its answer."""

    def __init__(self, reply: CannedReply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def canned_error(
    status: int,
    code: str,
    message: str,
    *,
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
    help_text: str = "",
) -> CannedReply:
    """An error as OpenAI and the marketplace write it."""
    error: dict[str, Any] = {"code": code, "message": message, "type": "invalid_request_error", "param": param}
    if help_text:
        error["help"] = help_text
    return CannedReply(status=status, body=json.dumps({"error": error}).encode(), headers=headers or {})


PLAIN_ERROR = b'{"error": "The model could not finish this request."}'
HTML_PAGE = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


CANNED: Mapping[str, CannedReply] = {
    "error-200": canned_error(200, "model_error", "The model could not finish this request."),
    "error-string": CannedReply(status=500, body=PLAIN_ERROR),
    "error-string-200": CannedReply(status=200, body=PLAIN_ERROR),
    "insufficient-credits": canned_error(
        402, "insufficient_credits", "Not enough credits.", help_text="https://console.shareai.now/app/billing/"
    ),
    "wrong-key": canned_error(401, "invalid_api_key", "The API key is not valid."),
    "no-device": canned_error(503, "no_device", "All devices are busy, try again later."),
    "rate-limit-bare": canned_error(429, "rate_limited", "Too many requests."),
    "redirect": CannedReply(status=302, body=b"{}", headers={"Location": "/api/v2/moved"}),
    "unknown-form": CannedReply(status=200, body=b'{"result": "ok"}'),
    "html": CannedReply(status=200, body=HTML_PAGE, content_type="text/html; charset=utf-8"),
}


def canned_reply(fault: Fault, *, retry_after: int) -> CannedReply | None:
    """The whole reply of a fault that replaces it; None for the faults that happen on the way."""
    if fault.name == "rate-limit":
        return replace(CANNED["rate-limit-bare"], headers={"Retry-After": str(retry_after)})
    if fault.name == "status":
        return canned_error(fault.number, "server_error", f"The sandbox answers {fault.number} as asked.")
    return CANNED.get(fault.name)
