"""The marketplace's addresses: chat, embeddings, models, the key test and the checkout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import embeddings
from .chat import BadRequestError, ChatRequest, make_answer
from .checkout.api import answer_checkout
from .checkout.desk import Desk
from .delivery import Delivery, pace
from .faults import Fault, RefusedError, canned_error, canned_reply
from .state import Call
from .vectors import answer_vectors
from .wire import Line

BASE = "/api/v1"
WRONG_KEY = "wrong"
MODELS = ("standard", "premium", "fallback", embeddings.MODEL)


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A request of the API as far as it could be read."""

    route: str
    """Method and path below the base, ``POST /chat/completions``."""
    content: Mapping[str, Any]
    key: str
    problem: RefusedError | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    idempotency_key: str = ""
    root: str = ""
    """The sandbox's own address as the caller knows it."""
    given: Mapping[str, bytes] = field(default_factory=dict)
    """Vectors to serve for certain texts, see ``given``."""


def answer_call(
    incoming: Incoming, line: Line, fault: Fault, call: Call, is_held: Callable[[], bool], desk: Desk
) -> None:
    """Answer one call; raises RefusedError where an error is the answer."""
    if call.is_paced and fault.name:
        line.wait(call.timings.latency_ms / 1000)
    refuse_if_due(incoming, fault, retry_after=call.timings.retry_after)
    if fault.name == "hang-up":
        line.cut()
    timings = pace(call.timings, fault, is_paced=call.is_paced)
    delivery = Delivery(line=line, fault=fault, timings=timings, is_held=is_held)
    try:
        _answer(incoming, delivery, call, desk)
    except BadRequestError as error:
        raise RefusedError(canned_error(400, "invalid_request", str(error), param=error.param)) from error


def refuse_if_due(incoming: Incoming, fault: Fault, *, retry_after: int) -> None:
    """Raise what stands against the call before any work: its form, its key, the fault."""
    if incoming.problem is not None:
        raise incoming.problem
    has_key = incoming.key not in ("", WRONG_KEY)
    refusal = canned_reply(fault if has_key else Fault(name="wrong-key"), retry_after=retry_after)
    if refusal is not None:
        raise RefusedError(refusal)


def _answer(incoming: Incoming, delivery: Delivery, call: Call, desk: Desk) -> None:
    match incoming.route:
        case "POST /chat/completions":
            request = ChatRequest.parse(incoming.content)
            reply = make_answer(request, delivery.fault)
            call.tokens_in, call.tokens_out = reply.tokens_in, reply.tokens_out
            delivery.send(reply, is_stream=request.is_stream)
        case "POST /embeddings":
            body, call.tokens_in = answer_vectors(incoming.content, delivery.fault, incoming.given)
            delivery.send_body(body)
        case "GET /models":
            data = [{"id": name, "object": "model", "owned_by": "sandbox"} for name in MODELS]
            delivery.send_body({"object": "list", "data": data})
        case "GET /iam/key/info":
            info = {"status": "success", "valid": True, "assigned_models_count": len(MODELS)}
            delivery.send_body({**info, "label": "Sandbox key"})
        case _:
            delivery.send_body(_checkout(incoming, desk))


def _checkout(incoming: Incoming, desk: Desk) -> dict[str, Any]:
    """The change is made before the answer is sent, so that a fault may lose the answer but not the change."""
    answer = answer_checkout(
        desk,
        incoming.route,
        incoming.content,
        key=incoming.idempotency_key,
        query=incoming.query,
        root=incoming.root,
    )
    if answer is None:
        raise RefusedError(canned_error(404, "not_found", "The sandbox has no such address."))
    return answer
