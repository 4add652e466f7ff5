"""What is sent and what comes back: the OpenAI-style shapes, and those seen from ShareAI in the wild."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shareai_cms.conf import conf
from shareai_cms.errors import BadReply, NotConfigured
from shareai_cms.marketplace.connection import Connection
from shareai_cms.marketplace.text import clean, label

#: More than any model writes or reads; a larger figure is a broken one.
_MOST_TOKENS = 100_000_000


@dataclass(frozen=True)
class Message:
    """One turn of the conversation; OpenAI content parts instead of a text carry images."""

    role: str
    content: str | tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class ChatRequest:
    """``tags`` go out as ``metadata`` and ``user`` as the opaque end user, unless settings say otherwise."""

    messages: tuple[Message, ...]
    route: str = "standard"
    max_tokens: int
    temperature: float | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    user: str = ""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One request that was made. ``status`` is None without an answer, ``code`` empty on success."""

    model: str
    status: int | None
    code: str
    duration_ms: int


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A complete answer. ``model_asked`` is empty where the key's own list decided; ``route`` says which
    list of models the answer came from, so it may be ``fallback``; money is None where the marketplace named none.
    """

    text: str
    finish_reason: str
    model_asked: str
    model_answered: str
    request_id: str
    tokens_in: int
    tokens_out: int
    is_estimated: bool
    attempts: tuple[Attempt, ...]
    cost_millionths: int | None
    surcharge_millionths: int | None
    duration_ms: int
    route: str


@dataclass(frozen=True, kw_only=True)
class Received:
    """What a reply said, whether it came whole or in pieces. ``usage`` is as the marketplace wrote it."""

    text: str
    finish_reason: str
    model: str
    request_id: str
    usage: Any


@dataclass(frozen=True, kw_only=True)
class Tokens:
    sent: int
    received: int
    is_estimated: bool


def payload(connection: Connection, request: ChatRequest, *, model: str, is_streamed: bool) -> bytes:
    """The body of a chat call. ``EXTRA_BODY`` may add and replace fields; None takes one out."""
    given: dict[str, Any] = {"max_tokens": request.max_tokens}
    if model:
        given["model"] = model
    if request.temperature is not None:
        given["temperature"] = request.temperature
    if request.tags and conf.send_metadata:
        given["metadata"] = dict(request.tags)
    if request.user and conf.send_user:
        given["user"] = request.user
    if is_streamed:
        given["stream_options"] = {"include_usage": True}
    fields = {name: value for name, value in {**given, **connection.body}.items() if value is not None}
    fields["messages"] = [{"role": message.role, "content": _written(message.content)} for message in request.messages]
    fields["stream"] = is_streamed
    return encoded(fields)


def document(raw: bytes | str) -> Any:
    """The JSON value in ``raw``. Raises ``BadReply`` for anything else, never with a word of it."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        pass
    raise BadReply("not JSON")


def received(reply: Any, *, request_id: str, secret: str) -> Received | None:
    """A whole reply; None when it has no known shape."""
    fields = mapping(reply)
    text = _text_of(fields)
    if text is None:
        return None
    return Received(
        text=clean(text),
        finish_reason=finish_reason_of(fields),
        model=label(fields.get("model"), secret=secret),
        request_id=request_id or label(fields.get("id"), secret=secret),
        usage=fields.get("usage"),
    )


def piece_of(event: Mapping[str, Any]) -> str:
    """The text that one event of a stream adds."""
    content = mapping(first_choice(event).get("delta")).get("content")
    return content if isinstance(content, str) else ""


def first_choice(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = reply.get("choices")
    return mapping(choices[0]) if isinstance(choices, list) and choices else {}


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def finish_reason_of(reply: Mapping[str, Any]) -> str:
    return label(first_choice(reply).get("finish_reason"), longest=64)


def tokens_of(usage: Any, request: ChatRequest, text: str) -> Tokens:
    """The marketplace's figures, or the usual estimate of four characters to a token."""
    fields = mapping(usage)
    sent, received = _count(fields.get("prompt_tokens")), _count(fields.get("completion_tokens"))
    return Tokens(
        sent=_estimate(sum(map(len, _texts(request)))) if sent is None else sent,
        received=_estimate(len(text)) if received is None else received,
        is_estimated=sent is None or received is None,
    )


def tokens_sent(usage: Any, texts: Iterable[str]) -> tuple[int, bool]:
    """Tokens of a request whose answer has none, and whether they are estimated."""
    fields = mapping(usage)
    counted = (_count(fields.get(name)) for name in ("prompt_tokens", "total_tokens"))
    found = next((number for number in counted if number is not None), None)
    return (_estimate(sum(map(len, texts))), True) if found is None else (found, False)


def _written(content: str | tuple[Mapping[str, Any], ...]) -> str | list[dict[str, Any]]:
    return content if isinstance(content, str) else [dict(part) for part in content]


def encoded(fields: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(fields, separators=(",", ":"), allow_nan=False).encode("ascii")
    except (TypeError, ValueError):
        pass
    raise NotConfigured("EXTRA_BODY holds something that cannot be written as JSON.")


def _text_of(reply: Mapping[str, Any]) -> str | None:
    message = first_choice(reply).get("message", reply.get("message"))
    if isinstance(message, str):
        return _unwrapped(message)
    fields = mapping(message)
    if "content" not in fields:
        return None
    # A model that refuses, or has used up its tokens, answers null: a reply, but an empty one.
    content = "" if fields["content"] is None else fields["content"]
    return content if isinstance(content, str) else None


def _unwrapped(message: str) -> str:
    # Seen in the wild: the message object, written as a string.
    if not message.lstrip().startswith("{"):
        return message
    try:
        content = mapping(document(message)).get("content")
    except BadReply:
        return message
    return content if isinstance(content, str) else message


def _texts(request: ChatRequest) -> Iterator[str]:
    for message in request.messages:
        if isinstance(message.content, str):
            yield message.content
        else:
            yield from (str(part["text"]) for part in message.content if "text" in part)


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _MOST_TOKENS else None


def _estimate(characters: int) -> int:
    return -(-characters // 4)
