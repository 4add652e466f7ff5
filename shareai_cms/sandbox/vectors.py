"""One call for vectors: read the request, make them, and spoil them where a fault asks for it."""

from __future__ import annotations

import base64
import math
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import embeddings
from .chat import BadRequestError, count_tokens, model_of
from .faults import Fault, RefusedError, canned_error
from .given import key_of

LARGEST_BATCH = 2048
#: Numbers of a vector under the fault ``huge``.
HUGE = 200_000


@dataclass(frozen=True, kw_only=True)
class VectorRequest:
    """The fields that the sandbox heeds."""

    texts: Sequence[str]
    model: str
    dimensions: int | None
    is_base64: bool

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> VectorRequest:
        given = content.get("input")
        texts = [given] if isinstance(given, str) else given
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
            raise BadRequestError("input must be a text or a list of texts.", "input")
        if len(texts) > LARGEST_BATCH:
            raise BadRequestError(f"input may hold {LARGEST_BATCH} texts.", "input")
        dimensions = content.get("dimensions")
        if dimensions is not None and (type(dimensions) is not int or dimensions < 1):
            raise BadRequestError("dimensions must be a whole number above 0.", "dimensions")
        encoding = content.get("encoding_format") or "float"
        if encoding not in ("float", "base64"):
            raise BadRequestError("encoding_format must be float or base64.", "encoding_format")
        return cls(texts=texts, model=model_of(content), dimensions=dimensions, is_base64=encoding == "base64")


def answer_vectors(content: Mapping[str, Any], fault: Fault, given: Mapping[str, bytes]) -> tuple[dict[str, Any], int]:
    """The body of the answer and the tokens of the request."""
    request = VectorRequest.parse(content)
    _refuse(request, fault)
    vectors = _spoilt([_vector(text, request, given) for text in request.texts], fault)
    data = [
        {"object": "embedding", "index": index, "embedding": _written(vector, request, fault)}
        for index, vector in enumerate(vectors)
    ]
    if fault.name == "vector-order":
        data.reverse()
    tokens = sum(count_tokens(text) for text in request.texts)
    body: dict[str, Any] = {"object": "list", "data": data, "model": _model(request, fault)}
    match fault.name:
        case "no-usage":
            pass
        case "odd-usage":
            body["usage"] = {"prompt_tokens": "many", "total_tokens": -7}
        case _:
            body["usage"] = {"prompt_tokens": tokens, "total_tokens": tokens}
    return body, tokens


def _refuse(request: VectorRequest, fault: Fault) -> None:
    if fault.name == "no-embeddings":
        raise RefusedError(canned_error(404, "not_found", "There is no such address."))
    if fault.name == "no-dimensions" and request.dimensions is not None:
        raise BadRequestError("This model does not support specifying dimensions.", "dimensions")


def _vector(text: str, request: VectorRequest, given: Mapping[str, bytes]) -> list[float]:
    known = given.get(key_of(text)) if given else None
    vector = embeddings.embed(text) if known is None else _read(known)
    if request.dimensions is None:
        return vector
    if request.dimensions > len(vector):
        raise BadRequestError(f"dimensions may be {len(vector)} at most.", "dimensions")
    return shortened(vector, request.dimensions)


def shortened(vector: Sequence[float], dimensions: int) -> list[float]:
    """The first numbers, at length 1 again: what models do that were trained for it."""
    kept = vector[:dimensions]
    length = math.hypot(*kept)
    return [round(value / length, 7) for value in kept] if length else [1.0, *kept[1:]]


def _read(raw: bytes) -> list[float]:
    numbers = array("f", raw)
    if sys.byteorder == "big":
        numbers.byteswap()
    return [round(number, 7) for number in numbers]


def _spoilt(vectors: list[list[float]], fault: Fault) -> list[list[float]]:
    match fault.name:
        case "vector-size":
            return [vector[:-1] for vector in vectors]
        case "vector-sizes":
            return [vector[: len(vector) - place % 2] for place, vector in enumerate(vectors)]
        case "vector-nan":
            return [*vectors[:-1], [math.nan, *vectors[-1][1:]]]
        case "vector-zero":
            return [*vectors[:-1], [0.0] * len(vectors[-1])]
        case "vector-few":
            return vectors[:-1]
        case "vector-many":
            return [*vectors, vectors[-1]]
        case "empty":
            return []
        case "huge":
            return [[0.1] * HUGE for _ in vectors]
    return vectors


def _written(vector: Sequence[float], request: VectorRequest, fault: Fault) -> Any:
    match fault.name:
        case "vector-text":
            return [str(number) for number in vector]
        case "vector-base64":
            return _encoded(vector)
    return _encoded(vector) if request.is_base64 else vector


def _encoded(vector: Sequence[float]) -> str:
    numbers = array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    return base64.b64encode(numbers.tobytes()).decode()


def _model(request: VectorRequest, fault: Fault) -> str:
    if fault.name == "other-model":
        return "another-model"
    return f"sandbox-{request.model.removeprefix('sandbox-') or 'embedding'}"
