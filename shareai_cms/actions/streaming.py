"""A road in a thread of its own, drained by whatever server runs the site.

Under WSGI only writing tells that a browser has gone, so the drain pings while the model is silent;
under ASGI the server cancels the drain. Either way the road learns of it at once and resolves its hold
by itself, whatever happens to the response.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator

from django.db import connections

from shareai_cms import marketplace
from shareai_cms.actions.events import ActionResult, Delta, Event, Failed, VisibleText
from shareai_cms.actions.road import ActionCall, Road
from shareai_cms.conf import conf
from shareai_cms.errors import ActionInterrupted, ShareAIError

#: Events that wait for a slow browser before the road waits too.
CAPACITY = 256


class StreamedRoad:
    """Runs one call in a thread and hands its events over, one browser at the other end."""

    def __init__(self, call: ActionCall) -> None:
        self.cancellation = marketplace.Cancellation()
        self._visible = VisibleText(is_html=call.given.format == "html")
        self._road = Road(call, cancellation=self.cancellation, confirm_shown=self._confirm)
        self._events: deque[Event] = deque()
        self._changed = threading.Condition()
        self._ended = False
        self._left = False
        self._reached = False
        self._shown = False
        self._shows_pending = False
        self._waker: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._thread = threading.Thread(target=self._walk, name="shareai-road", daemon=True)

    def start(self) -> Event | None:
        """Begin, and wait for the first event: an error here means that nothing was held or sent."""
        self._thread.start()
        with self._changed:
            self._changed.wait_for(lambda: self._events or self._ended)
            return self._events[0] if self._events else None

    def join(self, timeout: float | None = None) -> None:
        """Wait for the road's end, for tests and for shutting down."""
        self._thread.join(timeout)

    # The road's side.

    def _walk(self) -> None:
        try:
            for event in self._road.events():
                self._put(event)
        except ShareAIError as error:
            self._put(Failed(error=error))
        except BaseException as error:
            # The boundary of the thread: the hold is resolved by now, and the browser must hear of it.
            self._put(Failed(error=ActionInterrupted(type(error).__name__)))
            raise
        finally:
            try:
                connections.close_all()
            finally:
                with self._changed:
                    self._ended = True
                    self._wake()

    def _put(self, event: Event) -> None:
        with self._changed:
            # A response that nobody ever reads must not keep the road's thread for ever.
            has_room = self._changed.wait_for(lambda: len(self._events) < CAPACITY or self._left, conf.call_budget)
            if self._left or not has_room:
                return
            self._events.append(event)
            self._wake()

    def _confirm(self) -> bool:
        """Whether the browser got what it was to get before anything is counted; waits while it is on its way.

        That is the first visible character of a stream, and the first event of an answer that comes whole, as one
        does of which a sieve has let nothing through.
        """
        with self._changed:
            if not self._road.has_offered:
                self._changed.wait_for(lambda: self._reached or self._left, conf.call_budget)
                return self._reached and not self._left
            self._changed.wait_for(lambda: self._shown or self._left or not self._is_visible_queued(), conf.call_budget)
            return self._shown

    def _is_visible_queued(self) -> bool:
        return self._shows_pending or any(isinstance(event, Delta) for event in self._events)

    def _wake(self) -> None:
        self._changed.notify_all()
        if self._waker is not None:
            loop, event = self._waker
            # The loop may have been closed with the server; nobody waits then.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

    # The browser's side.

    def _take(self, timeout: float | None) -> tuple[Event | None, bool]:
        """The next event, if one comes in time, and whether the road has ended with nothing left."""
        with self._changed:
            if timeout is not None:
                self._changed.wait_for(lambda: self._events or self._ended, timeout)
            if not self._events:
                return None, self._ended
            event = self._events.popleft()
            self._shows_pending = isinstance(event, Delta)
            self._changed.notify_all()
            return event, False

    def _written(self, event: Event) -> None:
        """The server asked for more, so this event has gone out."""
        with self._changed:
            self._shows_pending = False
            self._reached = True
            if isinstance(event, Delta) and self._visible.feed(event.text):
                self._shown = True
            if isinstance(event, ActionResult):
                self._shown = True
            self._changed.notify_all()

    def leave(self) -> None:
        """The browser is gone or the stream is over: stop the upstream call."""
        with self._changed:
            is_over, self._left = self._ended, True
            self._changed.notify_all()
        if not is_over:
            self.cancellation.cancel()

    def drain(self) -> Iterator[Event | None]:
        """Events as they come, None when a ping is due. For WSGI."""
        try:
            while True:
                event, is_over = self._take(conf.stream_ping_seconds)
                if is_over:
                    return
                yield event
                if event is not None:
                    self._written(event)
        finally:
            self.leave()

    async def drain_async(self) -> AsyncIterator[Event | None]:
        """Events as they come, None when a ping is due. For ASGI."""
        wake = asyncio.Event()
        with self._changed:
            self._waker = (asyncio.get_running_loop(), wake)
        try:
            while True:
                wake.clear()
                event, is_over = self._take(None)
                if is_over:
                    return
                if event is None:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(wake.wait(), conf.stream_ping_seconds)
                    event, is_over = self._take(None)
                    if is_over:
                        return
                yield event
                if event is not None:
                    self._written(event)
        finally:
            self.leave()
