"""The sandbox's own addresses: its counters, its faults, a fresh start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import BASE
from .chat import BadRequestError
from .checkout import Checkout
from .checkout.control import control_checkout, switch
from .faults import FAULTS, VECTOR_FAULTS, Fault, RefusedError, UnknownFaultError, canned_error
from .state import State

LONGEST_WAIT_SECONDS = 60
LARGEST_TIMING = 600_000
TIMINGS = ("latency_ms", "chunk_ms", "retry_after")


def answer_control(
    state: State, checkout: Checkout, route: str, content: Mapping[str, Any], query: Mapping[str, str]
) -> dict[str, Any]:
    """What one of the addresses outside the API answers; raises RefusedError."""
    match route:
        case "GET /sandbox/state":
            return _state(state, query)
        case "POST /sandbox/reset":
            state.reset()
            switch(checkout, "on")
        case "POST /sandbox/fault":
            _set_fault(state, content)
        case "GET /":
            return {"name": "ShareAI sandbox", "api": BASE, "faults": {**FAULTS, **VECTOR_FAULTS}}
        case _:
            return _checkout(checkout, route, content)
    return state.snapshot()


def _checkout(checkout: Checkout, route: str, content: Mapping[str, Any]) -> dict[str, Any]:
    try:
        answer = control_checkout(checkout, route, content)
    except BadRequestError as error:
        raise RefusedError(canned_error(400, "invalid_request", str(error), param=error.param)) from error
    if answer is None:
        raise RefusedError(canned_error(404, "not_found", f"The API begins at {BASE}/."))
    return answer


def _state(state: State, query: Mapping[str, str]) -> dict[str, Any]:
    """``?wait=5&aborted=1`` answers as soon as that is reached, so that nobody has to poll."""
    wanted = {name: int(value) for name, value in query.items() if value.isdecimal() and len(value) < 7}
    seconds = min(wanted.pop("wait", 0), LONGEST_WAIT_SECONDS)
    return state.wait_for(wanted, seconds)


def _set_fault(state: State, content: Mapping[str, Any]) -> None:
    name = content.get("fault") or ""
    check_fault(name if isinstance(name, str) else "?")
    numbers = {key: content[key] for key in (*TIMINGS, "times") if content.get(key) is not None}
    if not all(type(value) is int and 0 <= value <= LARGEST_TIMING for value in numbers.values()):
        raise RefusedError(canned_error(400, "invalid_request", "The timings and times must be whole numbers."))
    times = numbers.pop("times", None)
    state.set_fault(name, times=times or None, timings=numbers)


def check_fault(name: str) -> None:
    """Raise RefusedError, naming those there are, when no fault is called so."""
    try:
        Fault.parse(name)
    except UnknownFaultError as error:
        message = f"The faults are: {', '.join((*FAULTS, *VECTOR_FAULTS))}."
        raise RefusedError(canned_error(400, "unknown_fault", message)) from error
