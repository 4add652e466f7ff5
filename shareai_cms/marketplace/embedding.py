"""Vectors of texts: ``POST /embeddings`` as OpenAI has it."""

from __future__ import annotations

import base64
import binascii
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from shareai_cms.conf import conf
from shareai_cms.errors import EmbeddingInvalid, EmbeddingsUnavailable, MarketplaceError, RequestRejected
from shareai_cms.marketplace import wire
from shareai_cms.marketplace.call import Call, Choice
from shareai_cms.marketplace.cancellation import Cancellation
from shareai_cms.marketplace.connection import Connection
from shareai_cms.marketplace.session import Answer
from shareai_cms.marketplace.text import label
from shareai_cms.marketplace.whole import read_json

PATH = "/embeddings"
#: Fields that a vector can be made without, so a marketplace that does not know one is asked again.
OPTIONAL = ("dimensions", "encoding_format", "metadata", "user")
#: Few models give longer vectors; what is expected where no length was asked for, or the wish is not heard.
USUAL_DIMENSIONS = 4096
#: Bytes that one number takes in JSON at most: sign, 17 digits, exponent, and the space between two.
NUMBER_BYTES = 32
_NUMBERS = {float, int}


@dataclass(frozen=True, kw_only=True)
class EmbeddingRequest:
    """An empty model leaves the choice to the key's own list; ``dimensions`` None takes what the model gives."""

    texts: tuple[str, ...] = field(repr=False)
    model: str = ""
    dimensions: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    user: str = ""


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """One vector for each text, in their order, as the marketplace sent them: of any length and size."""

    vectors: tuple[Sequence[float], ...] = field(repr=False)
    #: Empty where the key's own list decided.
    model_asked: str
    #: Empty where the marketplace does not say.
    model_answered: str
    request_id: str
    tokens_in: int
    is_estimated: bool
    attempts: tuple[wire.Attempt, ...]
    duration_ms: int


def embed(
    connection: Connection,
    request: EmbeddingRequest,
    *,
    cancellation: Cancellation | None = None,
    budget: float | None = None,
) -> Embedded:
    """Ask for the vectors of the texts within ``budget`` seconds, by default ``CALL_BUDGET``.

    No other model is asked in the place of one that fails, as vectors of two models cannot be compared. Raises
    what ``complete`` raises, and ``EmbeddingInvalid`` for a reply that does not hold one vector for each text.
    """
    with Call(connection, cancellation, budget=budget) as call:
        left_out: set[str] = set()

        def send(_: Choice) -> tuple[Mapping[str, Any], str]:
            fields = _fields(connection, request, left_out)
            with call.request("POST", PATH, wire.encoded(fields)) as answer:
                try:
                    reply, _size = read_json(answer, answer.chunks(), connection, limit=_limit(request))
                except RequestRejected as error:
                    raise _known(error, answer, fields, left_out) from None
                return wire.mapping(reply), answer.head.request_id

        reply, request_id = call.run((Choice(model=request.model, route=""),), send)
        vectors = _vectors(reply, len(request.texts))
        call.finish()
        tokens, is_estimated = wire.tokens_sent(reply.get("usage"), request.texts)
        secret = connection.api_key
        return Embedded(
            vectors=vectors,
            model_asked=request.model,
            model_answered=label(reply.get("model"), secret=secret),
            request_id=request_id or label(reply.get("id"), secret=secret),
            tokens_in=tokens,
            is_estimated=is_estimated,
            attempts=tuple(call.attempts),
            duration_ms=call.duration_ms,
        )


def _fields(connection: Connection, request: EmbeddingRequest, left_out: set[str]) -> dict[str, Any]:
    given: dict[str, Any] = {"encoding_format": "float"}
    if request.dimensions is not None:
        given["dimensions"] = request.dimensions
    if request.tags and conf.send_metadata:
        given["metadata"] = dict(request.tags)
    if request.user and conf.send_user:
        given["user"] = request.user
    fields = {name: value for name, value in {**given, **connection.body}.items() if value is not None}
    # Not from EXTRA_BODY: a model that is set there is one for chats.
    fields.pop("model", None)
    if request.model:
        fields["model"] = request.model
    fields["input"] = list(request.texts)
    return {name: value for name, value in fields.items() if name not in left_out}


def _known(error: RequestRejected, answer: Answer, fields: Mapping[str, Any], left_out: set[str]) -> MarketplaceError:
    """The refusal as what it means here; one that is only about the form may be sent again without it."""
    if error.status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        return EmbeddingsUnavailable(error.detail, status=error.status, request_id=error.request_id)
    if answer.refused_field in OPTIONAL and answer.refused_field in fields:
        # One that refuses a second is asked for the bare vectors: attempts are few.
        left_out.update(OPTIONAL if left_out else (answer.refused_field,))
        error.retryable = True
    return error


def _limit(request: EmbeddingRequest) -> int:
    """Bytes of a reply: a batch of long vectors is far larger than any text."""
    dimensions = max(request.dimensions or 0, USUAL_DIMENSIONS)
    return max(conf.max_reply_bytes, len(request.texts) * dimensions * NUMBER_BYTES)


def _vectors(reply: Mapping[str, Any], wanted: int) -> tuple[Sequence[float], ...]:
    """The vectors in the order of the texts."""
    data = reply.get("data")
    items = [wire.mapping(item) for item in data] if isinstance(data, list) else []
    if len(items) != wanted:
        raise EmbeddingInvalid(f"{len(items)} vectors for {wanted} texts")
    places = [item.get("index") for item in items]
    if any(place is not None for place in places):
        if sorted(place for place in places if type(place) is int) != list(range(wanted)):
            raise EmbeddingInvalid("the vectors' places are not those of the texts")
        items.sort(key=lambda item: item["index"])
    return tuple(_vector(item.get("embedding")) for item in items)


def _vector(value: Any) -> Sequence[float]:
    try:
        if isinstance(value, str):
            return _decoded(value)
        # A Boolean is a number to Python.
        if isinstance(value, list) and set(map(type, value)) <= _NUMBERS:
            return array("d", value)
    except (ValueError, OverflowError):
        pass
    raise EmbeddingInvalid("a vector that is no list of numbers")


def _decoded(text: str) -> Sequence[float]:
    """Little-endian float32 in Base64, which some services send whatever they were asked for."""
    numbers = array("f")
    try:
        numbers.frombytes(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise ValueError("not Base64") from error
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
