"""Cancelling from another thread: at once, wherever the call is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shareai_cms.errors import ActionCancelled, ShareAIError
from shareai_cms.marketplace import Cancellation, Connection, complete, stream
from tests.marketplace.conftest import Configure, a_request
from tests.marketplace.peer import DONE, Exchange, Peer, chat, chunk, head, in_turn, piece, raw, whole

#: What a loaded machine may add; the read-timeout that would end the wait otherwise is far longer.
AT_ONCE = 5.0
EVENTS = head(content_type="text/event-stream", Transfer_Encoding="chunked")


class Running:
    """A call in a thread of its own."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        self._ask = ask
        self.error: BaseException | None = None
        self.parts: list[Any] = []
        self.has_part = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            for part in self._ask():
                self.parts.append(part)
                self.has_part.set()
        except ShareAIError as error:
            self.error = error

    def end(self) -> float:
        """Seconds that it still took."""
        begun = time.monotonic()
        self._thread.join(AT_ONCE)
        assert not self._thread.is_alive()
        return time.monotonic() - begun


@pytest.fixture
def gone() -> threading.Event:
    """Set when the marketplace noticed that the client had left."""
    return threading.Event()


@pytest.fixture
def until_gone(gone: threading.Event) -> Callable[[Exchange], None]:
    def wait(exchange: Exchange) -> None:
        exchange.wait_until_client_leaves()
        gone.set()

    return wait


@pytest.fixture(params=["complete", "stream"])
def ask(request: pytest.FixtureRequest, connection: Connection) -> Callable[[Cancellation], Iterator[Any]]:
    if request.param == "stream":
        return lambda cancellation: stream(connection, a_request(), cancellation=cancellation)
    return lambda cancellation: iter([complete(connection, a_request(), cancellation=cancellation)])


class TestCancel:
    def test_before_the_call_sends_nothing(self, peer: Peer, ask: Any) -> None:
        cancellation = Cancellation()
        cancellation.cancel()
        with pytest.raises(ActionCancelled) as caught:
            next(ask(cancellation))
        assert vars(caught.value)["attempts"] == ()
        assert peer.connections == 0

    @pytest.mark.parametrize(
        "start",
        [
            b"",
            b"HTTP/1.1 200",
            head(Content_Length="99"),
            head(Connection="close"),
            EVENTS,
            head(500, Content_Length="9"),
        ],
        ids=["before-headers", "in-headers", "before-body", "before-unframed-body", "before-events", "in-error"],
    )
    def test_ends_a_wait_for_a_silent_marketplace(
        self, peer: Peer, ask: Any, gone: threading.Event, until_gone: Any, start: bytes
    ) -> None:
        arrived = threading.Event()
        peer.then(in_turn(raw(start), lambda exchange: arrived.set(), until_gone))
        cancellation = Cancellation()
        running = Running(lambda: ask(cancellation))
        assert arrived.wait(20)
        cancellation.cancel()
        running.end()
        assert isinstance(running.error, ActionCancelled)
        assert [attempt.code for attempt in vars(running.error)["attempts"]] == ["cancelled"]
        assert gone.wait(AT_ONCE)
        assert len(peer.requests) == 1

    @pytest.mark.parametrize("is_chunked", [True, False])
    def test_ends_a_stream_in_the_middle(
        self, peer: Peer, connection: Connection, gone: threading.Event, until_gone: Any, is_chunked: bool
    ) -> None:
        start = (
            EVENTS + chunk(piece("Text.")) if is_chunked else head(content_type="text/event-stream") + piece("Text.")
        )
        peer.then(in_turn(raw(start), until_gone))
        cancellation = Cancellation()
        running = Running(lambda: stream(connection, a_request(), cancellation=cancellation))
        assert running.has_part.wait(20)
        cancellation.cancel()
        running.end()
        assert isinstance(running.error, ActionCancelled)
        assert running.parts == ["Text."]
        assert gone.wait(AT_ONCE)

    def test_ends_a_wait_on_a_connection_that_served_before(
        self, peer: Peer, connection: Connection, ask: Any, gone: threading.Event, until_gone: Any
    ) -> None:
        peer.then(whole(chat("First.")), until_gone)
        complete(connection, a_request())
        cancellation = Cancellation()
        running = Running(lambda: ask(cancellation))
        peer.wait_for_requests(2)
        cancellation.cancel()
        running.end()
        assert isinstance(running.error, ActionCancelled)
        assert gone.wait(AT_ONCE)
        assert peer.connections == 1

    def test_drops_what_had_arrived_already(self, peer: Peer, connection: Connection) -> None:
        everything = piece("First.") + piece("Late.") + piece("", "stop") + DONE
        peer.then(raw(EVENTS + chunk(everything) + b"0\r\n\r\n"))
        cancellation = Cancellation()
        pieces = stream(connection, a_request(), cancellation=cancellation)
        assert next(pieces) == "First."
        cancellation.cancel()
        with pytest.raises(ActionCancelled):
            next(pieces)
        assert list(pieces) == []

    def test_drops_a_whole_reply_that_comes_too_late(self, peer: Peer, connection: Connection) -> None:
        cancellation = Cancellation()

        def answer_late(exchange: Exchange) -> None:
            cancellation.cancel()
            whole(chat("Late."))(exchange)

        peer.then(answer_late)
        with pytest.raises(ActionCancelled):
            complete(connection, a_request(), cancellation=cancellation)

    def test_ends_the_wait_before_the_next_attempt(self, peer: Peer, ask: Any, configure: Configure) -> None:
        configure(CALL_BUDGET=120)
        answered = threading.Event()
        peer.then(in_turn(whole({}, 429, Retry_After="60"), lambda exchange: answered.set()))
        cancellation = Cancellation()
        running = Running(lambda: ask(cancellation))
        assert answered.wait(20)
        cancellation.cancel()
        running.end()
        assert isinstance(running.error, ActionCancelled)
        assert len(peer.requests) == 1

    def test_ends_every_call_that_was_given_it(self, peer: Peer, connection: Connection) -> None:
        peer.then(*[Exchange.wait_until_client_leaves] * 3)
        cancellation = Cancellation()
        calls = [Running(lambda: stream(connection, a_request(), cancellation=cancellation)) for _ in range(3)]
        peer.wait_for_requests(3)
        cancellation.cancel()
        for call in calls:
            call.end()
            assert isinstance(call.error, ActionCancelled)

    def test_twice_is_once(self) -> None:
        cancellation = Cancellation()
        assert not cancellation.is_cancelled
        cancellation.cancel()
        cancellation.cancel()
        assert cancellation.is_cancelled


class TestAConnectionThatServesTheNextCall:
    def test_is_left_alone_by_the_last_one_s_cancel(self, peer: Peer, connection: Connection) -> None:
        late = Cancellation()

        def cancel_the_other_and_answer(exchange: Exchange) -> None:
            late.cancel()
            whole(chat("Second."))(exchange)

        peer.then(whole(chat("First.")), cancel_the_other_and_answer)
        complete(connection, a_request(), cancellation=late)
        assert complete(connection, a_request()).text == "Second."
        assert peer.connections == 1

    def test_is_left_alone_while_the_last_reply_is_still_being_looked_at(
        self, peer: Peer, connection: Connection
    ) -> None:
        """The whole body was read, so the connection is back in the pool although the stream has not ended."""
        late = Cancellation()

        def cancel_the_other_and_answer(exchange: Exchange) -> None:
            late.cancel()
            whole(chat("Second."))(exchange)

        everything = piece("First.") + piece(" More.", "stop") + DONE
        peer.then(whole(everything, content_type="text/event-stream"), cancel_the_other_and_answer)
        pieces = stream(connection, a_request(), cancellation=late)
        assert next(pieces) == "First."
        assert complete(connection, a_request()).text == "Second."
        assert peer.connections == 1
        with pytest.raises(ActionCancelled):
            next(pieces)
