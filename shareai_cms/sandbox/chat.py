"""One chat completion: read the request and do the work."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .enriching import enrich
from .faults import Fault
from .prompts import Job, job_from
from .writing import answer

#: Characters per token, the usual rule of thumb.
TOKEN = 4
HUGE = 2_000_000
HOSTILE = (
    "<script>alert('sandbox')</script>"
    "<p onclick=\"alert('sandbox')\">Click here</p>"
    "<a href=\"javascript:alert('sandbox')\">a link</a>"
    "<img src='x' onerror='alert(1)'>"
)


class BadRequestError(ValueError):
    """The request is not one of the API; ``param`` names the field."""

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


@dataclass(frozen=True, kw_only=True)
class ChatRequest:
    """The fields of a chat completion that the sandbox heeds."""

    model: str
    messages: tuple[Mapping[str, Any], ...]
    is_stream: bool = False
    max_tokens: int | None = None

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> ChatRequest:
        messages = body.get("messages")
        if not isinstance(messages, list) or not messages:
            raise BadRequestError("messages must be a list with at least one message.", "messages")
        if not all(isinstance(message, dict) for message in messages):
            raise BadRequestError("Each message must be an object with role and content.", "messages")
        max_tokens = body.get("max_tokens") or body.get("max_completion_tokens")
        if max_tokens is not None and (not isinstance(max_tokens, int) or max_tokens < 1):
            raise BadRequestError("max_tokens must be a whole number above 0.", "max_tokens")
        return cls(
            model=model_of(body),
            messages=tuple(messages),
            is_stream=body.get("stream") is True,
            max_tokens=max_tokens,
        )


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the model said, and what it cost."""

    text: str
    model: str
    finish_reason: str
    tokens_in: int
    tokens_out: int
    has_usage: bool = True
    is_usage_odd: bool = False
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    @property
    def usage(self) -> dict[str, Any]:
        if self.is_usage_odd:
            return {"prompt_tokens": "many", "completion_tokens": -7, "total_tokens": None}
        return {
            "prompt_tokens": self.tokens_in,
            "completion_tokens": self.tokens_out,
            "total_tokens": self.tokens_in + self.tokens_out,
        }


def model_of(body: Mapping[str, Any]) -> str:
    model = body.get("model") or ""
    if not isinstance(model, str):
        raise BadRequestError("model must be a string.", "model")
    return model


def count_tokens(text: str) -> int:
    return -(-len(text) // TOKEN)


def make_answer(request: ChatRequest, fault: Fault) -> Answer:
    job = job_from(request.messages)
    text = _text_for(job, fault)
    limit = request.max_tokens * TOKEN if request.max_tokens else None
    is_cut = limit is not None and len(text) > limit and fault.name != "huge"
    if fault.name == "cut-off":
        is_cut, limit = True, len(text) // 2
    text = text[:limit] if is_cut else text
    tokens_in = sum(count_tokens(_countable(message.get("content"))) for message in request.messages)
    return Answer(
        text=text,
        model="another-model" if fault.name == "other-model" else f"sandbox-{request.model or 'standard'}",
        finish_reason="length" if is_cut else "stop",
        tokens_in=tokens_in,
        tokens_out=count_tokens(text),
        has_usage=fault.name != "no-usage",
        is_usage_odd=fault.name == "odd-usage",
    )


def _countable(content: Any) -> str:
    """A message's text; an image counts as 1,000 characters, as it does not cost by its bytes."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text", "x" * 1000)) for part in parts if isinstance(part, dict))


def _text_for(job: Job, fault: Fault) -> str:
    match fault.name:
        case "empty":
            return ""
        case "script-only":
            return "<script>alert('sandbox')</script>"
        case "wrong-form":
            return "I am afraid that I would rather talk about the weather."
        case "huge":
            return ("This answer is far too long. " * (HUGE // 29 + 1))[:HUGE]
        case "script-output":
            return _hostile(job)
        case "cut-answer":
            return (text := answer(job))[: len(text) // 2]
        case "wrong-types":
            return _wrong_types(answer(job))
        case "unsupported" if job.task == "enrich-product":
            return enrich(job, is_claiming=True)
    return answer(job)


def _hostile(job: Job) -> str:
    text = answer(job)
    if not job.wants_json:
        return f"{text}\n{HOSTILE}"
    try:
        found = json.loads(text)
    except ValueError:
        return json.dumps([text, HOSTILE], ensure_ascii=False)
    if isinstance(found, list):
        return json.dumps([*found, HOSTILE], ensure_ascii=False)
    return json.dumps(_everywhere(found, lambda words: f"{words}\n{HOSTILE}"), ensure_ascii=False)


def _everywhere(found: Any, change: Callable[[str], Any]) -> Any:
    """The same JSON with every text changed."""
    if isinstance(found, dict):
        return {name: _everywhere(value, change) for name, value in found.items()}
    if isinstance(found, list):
        return [_everywhere(value, change) for value in found]
    return change(found) if isinstance(found, str) else found


def _wrong_types(text: str) -> str:
    """Objects where texts should be; an answer that is no JSON becomes a number."""
    try:
        return json.dumps(_everywhere(json.loads(text), lambda words: {"value": words}), ensure_ascii=False)
    except ValueError:
        return "42"
