"""One budget for the whole call, whatever the marketplace does with its time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shareai_cms.errors import MarketplaceBusy, MarketplaceTimeout
from shareai_cms.marketplace import Connection, complete, stream
from tests.marketplace.conftest import KEY, Configure, a_request
from tests.marketplace.peer import Exchange, Peer, chunk, drip, head, in_turn, piece, raw, whole

BUDGET = 0.6
#: What a loaded machine may add. The drips never end and the other limits are far away, so this proves as much.
SLACK = 5.0

EVENTS = head(content_type="text/event-stream", Transfer_Encoding="chunked")


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """Ends the drips, also when a test fails."""
    event = threading.Event()
    yield event
    event.set()


@contextmanager
def ends_with_the_budget() -> Iterator[None]:
    begun = time.monotonic()
    with pytest.raises(MarketplaceTimeout, match=f"not complete within {BUDGET} seconds|no data in time") as caught:
        yield
    assert BUDGET - 0.05 <= time.monotonic() - begun < BUDGET + SLACK
    assert len(vars(caught.value)["attempts"]) == 1


class TestASlowDrip:
    @pytest.mark.parametrize("is_streamed", [False, True])
    @pytest.mark.parametrize(
        ("start", "drop"),
        [
            (b"HTTP/1.1 200 OK\r\n", b"X-Drop: 1\r\n"),
            (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
            (head(Content_Length="1000000"), b" "),
            (head(Transfer_Encoding="chunked"), b"1\r\n \r\n"),
            (head(Connection="close"), b" "),
            (head(500, Content_Length="1000000"), b" "),
            (EVENTS, chunk(b": ping\n")),
            (EVENTS + chunk(piece("Text.")), chunk(b": ping\n")),
            (head(content_type="text/event-stream", Connection="close"), b"data: {}\n\n"),
        ],
        ids=["headers", "continue", "length", "chunks", "close", "error", "pings", "pings-after-text", "empty-events"],
    )
    def test_is_held_by_the_budget(
        self,
        peer: Peer,
        connection: Connection,
        configure: Configure,
        over: threading.Event,
        start: bytes,
        drop: bytes,
        is_streamed: bool,
    ) -> None:
        configure(CALL_BUDGET=BUDGET, READ_TIMEOUT=30)
        peer.then(in_turn(raw(start), drip(drop, until=over.wait)))
        with ends_with_the_budget():
            list(stream(connection, a_request())) if is_streamed else complete(connection, a_request())


class TestASilentServer:
    @pytest.mark.parametrize("start", [b"", b"HTTP/1.1 ", head(Content_Length="9"), EVENTS, EVENTS + chunk(piece("a"))])
    def test_is_held_by_the_read_time_out(
        self, peer: Peer, connection: Connection, configure: Configure, start: bytes
    ) -> None:
        configure(READ_TIMEOUT=0.3)
        peer.then(in_turn(raw(start), Exchange.wait_until_client_leaves))
        begun = time.monotonic()
        with pytest.raises(MarketplaceTimeout, match="no data in time"):
            list(stream(connection, a_request()))
        assert time.monotonic() - begun < 0.3 + SLACK

    def test_is_held_by_the_budget_on_a_connection_that_served_before(
        self, peer: Peer, connection: Connection, configure: Configure
    ) -> None:
        configure(CALL_BUDGET=BUDGET, READ_TIMEOUT=30)
        start = head(Content_Length="1000000")
        peer.then(whole({"message": "Text."}), in_turn(raw(start), Exchange.wait_until_client_leaves))
        complete(connection, a_request())
        with ends_with_the_budget():
            complete(connection, a_request())
        assert peer.connections == 1

    def test_is_held_by_the_budget_when_that_is_shorter(
        self, peer: Peer, connection: Connection, configure: Configure
    ) -> None:
        configure(CALL_BUDGET=BUDGET, READ_TIMEOUT=30)
        peer.then(Exchange.wait_until_client_leaves)
        with ends_with_the_budget():
            complete(connection, a_request())


class TestALargeRequest:
    def test_may_take_longer_to_send_than_a_connection_to_open(self, configure: Configure) -> None:
        configure(CONNECT_TIMEOUT=0.3, READ_TIMEOUT=10, MAX_ATTEMPTS=1)
        with Peer(pause=0.8).then(whole({"message": "Text."})) as peer:
            # More than the buffers of both sides hold.
            request = a_request(tags={"image": "x" * 30_000_000})
            assert complete(Connection(base_url=peer.url, api_key=KEY), request).text == "Text."


class TestTheBudgetCoversEverything:
    def test_attempts_and_waits(self, peer: Peer, connection: Connection, configure: Configure) -> None:
        configure(CALL_BUDGET=BUDGET, MAX_ATTEMPTS=100)
        peer.then(*[whole({}, 503)] * 100)
        begun = time.monotonic()
        with pytest.raises(MarketplaceBusy):
            complete(connection, a_request())
        assert time.monotonic() - begun < BUDGET + SLACK

    def test_what_the_caller_takes_between_two_pieces(
        self, peer: Peer, connection: Connection, configure: Configure
    ) -> None:
        configure(CALL_BUDGET=BUDGET)
        gone = threading.Event()

        def say(exchange: Exchange) -> None:
            exchange.send(EVENTS + chunk(piece("Text.")))
            exchange.wait_until_client_leaves()
            gone.set()

        peer.then(say)
        pieces = stream(connection, a_request())
        assert next(pieces) == "Text."
        # The caller asks for nothing more, and still the marketplace is let go.
        assert gone.wait(BUDGET + SLACK)
        with pytest.raises(MarketplaceTimeout):
            next(pieces)

    def test_a_call_that_ends_in_time_leaves_no_thread_behind(self, peer: Peer, connection: Connection) -> None:
        before = threading.active_count()
        peer.then(whole({"message": "Text."}), whole({"message": "Text."}))
        complete(connection, a_request())
        list(stream(connection, a_request()))
        watchdogs = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
        for watchdog in watchdogs:
            watchdog.join(SLACK)
        assert not any(watchdog.is_alive() for watchdog in watchdogs)
        assert threading.active_count() <= before + peer.connections


def test_nothing_is_done_for_a_budget_of_nothing(peer: Peer, connection: Connection, configure: Configure) -> None:
    configure(CALL_BUDGET=0)
    with pytest.raises(MarketplaceTimeout):
        complete(connection, a_request())
