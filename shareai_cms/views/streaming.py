"""Server-sent events of a road, for WSGI and ASGI."""

from __future__ import annotations

import json
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation

from shareai_cms.actions.events import ActionResult, Delta, Event, Remaining, Started
from shareai_cms.actions.streaming import StreamedRoad
from shareai_cms.views import payloads

PING = b": ping\n\n"


class EventStream(StreamingHttpResponse):
    """Streams a road to one browser; closing the response, read or not, stops the road."""

    def __init__(self, request: HttpRequest, road: StreamedRoad, encoder: Encoder) -> None:
        content: Any = encoder.events(road)
        if isinstance(request, ASGIRequest):
            content = encoder.events_async(road)
        super().__init__(content, content_type="text/event-stream; charset=utf-8")
        self._road = road
        # An ASGI server drops a response unread and unclosed when the browser leaves early enough.
        weakref.finalize(self, road.leave).atexit = False
        self["Cache-Control"] = "no-store"
        self["X-Accel-Buffering"] = "no"
        # Compression would hold events back and hide that the browser has gone.
        self["Content-Encoding"] = "identity"

    def close(self) -> None:
        self._road.leave()
        super().close()


class Encoder:
    """Turns events into the bytes of ``text/event-stream``, in the language of the request."""

    def __init__(self, held: frozenset[str]) -> None:
        # Given, not asked for: under ASGI no query may be made while the events are drained.
        self._held = held
        self._language = translation.get_language() or "en"

    def events(self, road: StreamedRoad) -> Iterator[bytes]:
        for event in road.drain():
            yield PING if event is None else self.encode(event)

    async def events_async(self, road: StreamedRoad) -> AsyncIterator[bytes]:
        async for event in road.drain_async():
            yield PING if event is None else self.encode(event)

    def encode(self, event: Event) -> bytes:
        """One event; its JSON has no line breaks, so one data line is enough."""
        # Django deactivates the request's language before the body is drained.
        with translation.override(self._language):
            name, data = self._describe(event)
        return f"event: {name}\ndata: {json.dumps(data, cls=DjangoJSONEncoder)}\n\n".encode()

    def _describe(self, event: Event) -> tuple[str, dict[str, Any]]:
        if isinstance(event, Started):
            return "start", {"units": event.units, "meter": event.meter, "key": event.key}
        if isinstance(event, Delta):
            return "delta", {"text": event.text, **event.more}
        if isinstance(event, ActionResult):
            return "result", payloads.result(event)
        if isinstance(event, Remaining):
            return "usage", payloads.allowance(event.allowance)
        return "error", payloads.error(event.error, held=self._held)
