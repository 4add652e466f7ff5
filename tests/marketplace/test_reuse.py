"""Connections are kept, and one that has gone away meanwhile is nobody's problem."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shareai_cms.errors import RequestRejected, StreamBroken
from shareai_cms.marketplace import Connection, complete, session, stream
from tests.marketplace.conftest import a_request
from tests.marketplace.peer import DONE, Exchange, Peer, chat, event, head, piece, raw, unframed, whole
from tests.marketplace.peer import stream as streamed

ANSWER = whole(chat("Text."))
STREAM = streamed(piece("Text."), piece("", "stop"), DONE)


def ask(connection: Connection) -> str:
    return complete(connection, a_request()).text


def ask_streamed(connection: Connection) -> str:
    return "".join(part for part in stream(connection, a_request()) if isinstance(part, str))


class TestOneConnection:
    def test_serves_calls_of_every_kind(self, peer: Peer, connection: Connection) -> None:
        peer.then(ANSWER, STREAM, ANSWER, STREAM, STREAM)
        for way in (ask, ask_streamed, ask, ask_streamed, ask_streamed):
            assert way(connection) == "Text."
        assert peer.connections == 1

    @pytest.mark.parametrize(
        "first",
        [
            whole({}, 400),
            whole({"error": "x"}, 200),
            whole(b"<html>", content_type="text/html"),
            streamed(event({"error": {"code": "x"}})),
        ],
    )
    def test_survives_an_error_that_was_read_to_its_end(
        self, peer: Peer, connection: Connection, first: Callable[[Exchange], None]
    ) -> None:
        peer.then(first, ANSWER)
        with pytest.raises(Exception, match="HTTP"):
            ask(connection)
        ask(connection)
        assert peer.connections == 1

    def test_serves_several_keys(self, peer: Peer) -> None:
        peer.then(ANSWER, ANSWER)
        for key in ("first-key", "second-key"):
            ask(Connection(base_url=peer.url, api_key=key))
        assert peer.connections == 1
        assert [exchange.headers["authorization"] for exchange in peer.requests] == [
            "Bearer first-key",
            "Bearer second-key",
        ]

    def test_is_shared_by_threads_but_never_at_once(self, peer: Peer, connection: Connection) -> None:
        peer.then(*[ANSWER] * 200)
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda _: ask(connection), range(200))) == ["Text."] * 200
        assert peer.connections <= 8

    def test_is_not_used_again_after_a_cut(self, peer: Peer, connection: Connection) -> None:
        peer.then(streamed(piece("Text."), end=b""), ANSWER)
        pieces = stream(connection, a_request())
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert ask(connection) == "Text."
        assert peer.connections == 2


class TestAConnectionThatTheServerClosed:
    @pytest.mark.parametrize("way", [ask, ask_streamed])
    @pytest.mark.parametrize("ending", [Exchange.close, Exchange.reset])
    def test_is_replaced_before_anything_is_sent(
        self, peer: Peer, connection: Connection, way: Any, ending: Callable[[Exchange], None]
    ) -> None:
        closed = threading.Event()

        def answer_and_close(exchange: Exchange) -> None:
            ANSWER(exchange)
            assert read.wait(20)
            ending(exchange)
            exchange.sock.close()
            closed.set()

        read = threading.Event()
        peer.then(answer_and_close, ANSWER)
        ask(connection)
        read.set()
        assert closed.wait(20)
        assert way(connection) == "Text."
        assert [exchange.connection for exchange in peer.requests] == [1, 2]

    def test_after_the_whole_request_is_an_error_and_not_a_second_request(
        self, peer: Peer, connection: Connection
    ) -> None:
        peer.then(ANSWER, Exchange.close, ANSWER)
        ask(connection)
        with pytest.raises(StreamBroken, match="the connection broke after the request was sent"):
            ask(connection)
        assert len(peer.requests) == 2

    def test_and_said_so_is_not_kept(self, peer: Peer, connection: Connection) -> None:
        peer.then(unframed(b'{"message": "Text."}', content_type="application/json"), ANSWER)
        ask(connection)
        ask(connection)
        assert [exchange.connection for exchange in peer.requests] == [1, 2]

    def test_but_answered_first_is_heard(self, peer: Peer, connection: Connection) -> None:
        """A refusal that does not wait for the whole request: the break afterwards must not hide it."""
        peer.then(lambda exchange: (raw(head(413, Content_Length="2") + b"{}")(exchange), exchange.close())[0])
        with pytest.raises(RequestRejected, match="HTTP 413"):
            ask(connection)


class TestAConnectionThatWasIdle:
    def test_for_long_is_replaced(self, peer: Peer, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
        peer.then(ANSWER, ANSWER, ANSWER)
        ask(connection)
        ask(connection)
        monkeypatch.setattr(session, "IDLE_LIMIT", 0.0)
        ask(connection)
        assert [exchange.connection for exchange in peer.requests] == [1, 1, 2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
class TestAForkedWorker:
    @pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
    def test_opens_connections_of_its_own(self, peer: Peer, connection: Connection) -> None:
        peer.then(ANSWER, ANSWER, ANSWER)
        ask(connection)
        child = os.fork()
        if not child:
            os._exit(0 if ask(connection) == "Text." else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert ask(connection) == "Text."
        assert [exchange.connection for exchange in peer.requests] == [1, 2, 1]
