"""Sending an answer: whole or as a stream, at the pace and with the fault that were asked for."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .chat import Answer
from .faults import Fault
from .state import Timings
from .wire import EVENTS_TYPE, JSON_TYPE, Line

HOLD_SECONDS = 300.0
#: How soon a held answer notices that it may go on; a client that leaves is noticed at once.
LOOK_UP_SECONDS = 0.05
#: A whole answer takes as long as its stream would, but nobody learns from waiting longer than this.
LONGEST_WHOLE_SECONDS = 2.0
SLOW = Timings(latency_ms=1500, chunk_ms=400)
DRIP_BYTES = 64
NOT_UTF8 = b"\xff\xfe\x80"
#: Beyond this many characters a stream is cut into blocks, not words.
WORDS_UP_TO = 200_000


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One answer on its way to one client."""

    line: Line
    fault: Fault
    timings: Timings
    is_held: Callable[[], bool]
    """Whether the fault that holds the answer back is still set."""

    def send(self, reply: Answer, *, is_stream: bool) -> None:
        self._hold_if("timeout", "hold")
        if is_stream and self.fault.name != "no-stream":
            self._send_stream(reply)
        else:
            self._send_whole(_whole_body(reply, self.fault), _headers(reply), words=len(pieces(reply.text)))

    def send_body(self, content: Mapping[str, Any]) -> None:
        """A whole JSON answer that is no chat."""
        self._hold_if("timeout", "hold")
        self._send_whole(content, {}, words=0)

    def _send_whole(self, content: Mapping[str, Any], headers: Mapping[str, str], *, words: int) -> None:
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        line, name = self.line, self.fault.name
        line.wait(self.timings.latency_ms / 1000 + min(words * self.timings.chunk_ms / 1000, LONGEST_WHOLE_SECONDS))
        if name == "bad-utf8":
            body = body[: len(body) // 2] + NOT_UTF8 + body[len(body) // 2 :]
        length = len(body) * 2 // 3 if name == "cut-json" else len(body)
        line.send_head(200, JSON_TYPE, headers, length=length)
        self._hold_if("silent", "stall")
        if name == "broken-stream":
            line.send(body[: length // 2])
            line.cut()
        for part in _drips(body) if name == "slow" else [body[:length]]:
            line.wait(self.timings.chunk_ms / 1000 if name == "slow" else 0)
            line.send(part)

    def _send_stream(self, reply: Answer) -> None:
        line = self.line
        line.send_head(200, EVENTS_TYPE, {"Cache-Control": "no-store", **_headers(reply)})
        self._hold_if("silent")
        line.wait(self.timings.latency_ms / 1000)
        words = pieces(reply.text)
        middle = max(len(words) // 2, 1)
        line.send_event(_chunk(reply, {"role": "assistant", "content": ""}))
        for count, word in enumerate(words, start=1):
            line.send_event(_chunk(reply, {"content": word}))
            if count == middle and self._ends_in_the_middle(reply):
                line.end()
                return
            line.wait(self.timings.chunk_ms / 1000)
        line.send_event(_chunk(reply, {}, finish_reason=reply.finish_reason))
        if reply.has_usage:
            line.send_event({**_chunk(reply, {}), "choices": [], "usage": reply.usage})
        line.end("[DONE]")

    def _ends_in_the_middle(self, reply: Answer) -> bool:
        match self.fault.name:
            case "broken-stream":
                self.line.cut()
            case "cut-json":
                self.line.send_event(json.dumps(_chunk(reply, {"content": "never seen"}))[:-12])
            case "bad-utf8":
                event = json.dumps(_chunk(reply, {"content": "never seen"})).encode()
                self.line.send(b"data: " + event.replace(b"never", NOT_UTF8) + b"\n\n")
            case "stream-error":
                self.line.send_event({"error": {"code": "model_error", "message": "The model stopped."}})
            case "stall":
                self._hold_if("stall")
                return False
        return self.fault.name in ("cut-json", "bad-utf8", "stream-error", "early-end")

    def _hold_if(self, *names: str) -> None:
        if self.fault.name not in names:
            return
        self.line.flush()
        until = time.monotonic() + HOLD_SECONDS
        while time.monotonic() < until:
            self.line.wait(LOOK_UP_SECONDS)
            # A time-out stays one, whatever is set later: that is what tells it from a held answer.
            if self.fault.name != "timeout" and not self.is_held():
                return
        self.line.cut()


def pace(timings: Timings, fault: Fault, *, is_paced: bool) -> Timings:
    """The timings with what the fault brings; ``slow`` keeps those that were asked for with it."""
    if fault.name == "latency":
        return replace(timings, latency_ms=fault.number)
    return SLOW if fault.name == "slow" and not is_paced else timings


def pieces(text: str) -> list[str]:
    """The text cut into words with the space after them; joined they are the text again."""
    if len(text) > WORDS_UP_TO:
        return [text[start : start + 8192] for start in range(0, len(text), 8192)]
    return re.findall(r"\S{1,24}\s*|\s+", text)


def _drips(body: bytes) -> list[bytes]:
    return [body[start : start + DRIP_BYTES] for start in range(0, len(body), DRIP_BYTES)]


def _headers(reply: Answer) -> dict[str, str]:
    return {"X-Request-Id": reply.id}


def _whole_body(reply: Answer, fault: Fault) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.text}
    body: dict[str, Any] = {
        "id": reply.id,
        "object": "chat.completion",
        "created": reply.created,
        "model": reply.model,
    }
    match fault.name:
        case "message-string":
            body["message"] = reply.text
        case "message-json":
            body["message"] = json.dumps(message)
        case "message-object":
            body["message"] = message
        case _:
            body["choices"] = [{"index": 0, "message": message, "finish_reason": reply.finish_reason}]
    return {**body, "usage": reply.usage} if reply.has_usage else body


def _chunk(reply: Answer, delta: Mapping[str, str], *, finish_reason: str | None = None) -> dict[str, Any]:
    return {
        "id": reply.id,
        "object": "chat.completion.chunk",
        "created": reply.created,
        "model": reply.model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }
