from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from shareai_cms.errors import (
    BadReply,
    InsufficientCredits,
    MarketplaceError,
    ReplyTooLarge,
    RequestRejected,
    StreamBroken,
)
from shareai_cms.marketplace import Connection, Reply, stream
from tests.marketplace.conftest import CONTENT, Configure, a_request
from tests.marketplace.peer import DONE, Exchange, Peer, chat, chunk, event, head, in_turn, piece, raw, unframed, whole
from tests.marketplace.peer import stream as streamed

USAGE = event({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}})
END = piece("", "stop")


def parts(connection: Connection) -> tuple[list[str], Reply]:
    *pieces, reply = stream(connection, a_request())
    assert all(isinstance(text, str) for text in pieces)
    assert isinstance(reply, Reply)
    return [str(text) for text in pieces], reply


def collect(connection: Connection, found: list[Any]) -> None:
    """Keeps what arrived before an error."""
    for part in stream(connection, a_request()):
        found.append(part)  # noqa: PERF402


class TestAStream:
    def test_gives_pieces_and_then_the_reply(self, peer: Peer, connection: Connection, configure: Configure) -> None:
        configure(ROUTES={"standard": ["model-x"]})
        peer.then(streamed(piece(""), piece("A "), piece("better "), piece("text."), END, USAGE, DONE))
        pieces, reply = parts(connection)
        assert pieces == ["A ", "better ", "text."]
        assert reply.text == "A better text."
        assert (reply.model_asked, reply.model_answered, reply.request_id) == ("model-x", "model-a", "chatcmpl-1")
        assert (reply.finish_reason, reply.tokens_in, reply.tokens_out, reply.is_estimated) == ("stop", 7, 3, False)
        assert [(attempt.status, attempt.code) for attempt in reply.attempts] == [(200, "")]

    def test_hands_a_piece_out_as_soon_as_it_is_there(self, peer: Peer, connection: Connection) -> None:
        go_on = threading.Event()

        def say(exchange: Exchange) -> None:
            exchange.send(head(content_type="text/event-stream", Transfer_Encoding="chunked") + chunk(piece("A ")))
            assert go_on.wait(20)
            exchange.send(chunk(END) + chunk(DONE) + b"0\r\n\r\n")

        peer.then(say)
        pieces = stream(connection, a_request())
        assert next(pieces) == "A "
        go_on.set()
        assert isinstance(next(pieces), Reply)

    def test_estimates_tokens_that_nobody_told(self, peer: Peer, connection: Connection) -> None:
        peer.then(streamed(piece("Twelve chars"), END, DONE))
        reply = parts(connection)[1]
        assert (reply.tokens_out, reply.tokens_in) == (3, -(-(len("Rewrite.") + len(CONTENT)) // 4))
        assert reply.is_estimated

    @pytest.mark.parametrize(
        "script",
        [
            streamed(piece("Text."), DONE),
            streamed(piece("Text.", "stop")),
            streamed(piece("Text.", "length"), end=b""),
            unframed(piece("Text."), DONE),
            unframed(piece("Text."), b"data: [DONE]"),
            unframed(piece("Text."), END),
            unframed(b": ping\n\n", piece("Text."), b": ping\n\n", END),
            unframed(piece("Text."), DONE, piece(" Late."), event(b"nonsense")),
            unframed(piece("Text."), DONE, content_type="application/json"),
            unframed(b"\xef\xbb\xbf" + piece("Text."), DONE),
            unframed(b"\n\n" + piece("Text."), DONE),
            unframed(piece("Text.").replace(b"\n", b"\r\n"), DONE),
            unframed(piece("Text."), event({"choices": [{"delta": {"tool_calls": []}}]}), event(b"[]"), DONE),
        ],
        ids=[
            "done-alone", "finish-reason-alone", "finish-reason-then-cut", "unframed", "done-unfinished",
            "unframed-finish-reason", "pings", "late", "wrong-type", "byte-order", "blank", "crlf", "unknown-events",
        ],
    )  # fmt: skip
    def test_is_whole_with_an_end_marker(self, peer: Peer, connection: Connection, script: Any) -> None:
        def say(exchange: Exchange) -> None:
            script(exchange)
            if exchange.is_open:
                exchange.close()

        peer.then(say)
        pieces, reply = parts(connection)
        assert pieces == ["Text."]
        assert reply.text == "Text."

    def test_may_be_empty(self, peer: Peer, connection: Connection) -> None:
        peer.then(streamed(END, DONE))
        pieces, reply = parts(connection)
        assert (pieces, reply.text, reply.tokens_out) == ([], "", 0)

    def test_joins_letters_that_were_cut(self, peer: Peer, connection: Connection) -> None:
        cut = piece("€uro €").replace(b"\\u20ac", "€".encode())
        peer.then(unframed(*[bytes([byte]) for byte in cut], DONE))
        assert parts(connection)[0] == ["€uro €"]

    def test_joins_halves_of_an_emoji(self, peer: Peer, connection: Connection) -> None:
        peer.then(streamed(piece("\ud83d"), piece("\ude00"), END))
        assert parts(connection)[0] == ["😀"]

    def test_that_stays_open_after_its_end_is_not_waited_for(self, peer: Peer, connection: Connection) -> None:
        peer.then(in_turn(streamed(piece("Text."), DONE, end=b""), Exchange.wait_until_client_leaves))
        begun = time.monotonic()
        assert parts(connection)[1].text == "Text."
        assert time.monotonic() - begun < 5

    def test_that_its_reader_leaves_is_closed(self, peer: Peer, connection: Connection) -> None:
        gone = threading.Event()

        def say(exchange: Exchange) -> None:
            streamed(piece("Text."), end=b"")(exchange)
            exchange.wait_until_client_leaves()
            gone.set()

        peer.then(say)
        pieces = stream(connection, a_request())
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert gone.wait(20)


class TestABrokenStream:
    @pytest.mark.parametrize(
        "script",
        [
            streamed(piece("Text.")),
            streamed(piece("Text."), end=b""),
            unframed(piece("Text.")),
            unframed(piece("Text."), piece(" More", "stop")[:-20]),
            unframed(piece("Text."), piece(" More", "stop").rstrip()),
            unframed(piece("Text."), b"data: [DO"),
            unframed(piece("Text."), b"data: \xe2\x82"),
            in_turn(streamed(piece("Text."), end=b""), Exchange.reset),
        ],
        ids=["early-end", "cut", "clean-end", "half-event", "event-without-end", "half-marker", "half-letter", "reset"],
    )
    def test_says_so_after_what_had_arrived(self, peer: Peer, connection: Connection, script: Any) -> None:
        def say(exchange: Exchange) -> None:
            script(exchange)
            if exchange.is_open:
                exchange.close()

        peer.then(say)
        found: list[Any] = []
        with pytest.raises(StreamBroken) as caught:
            collect(connection, found)
        # A reset may overtake the text.
        assert found in (["Text."], [])
        assert [attempt.code for attempt in vars(caught.value)["attempts"]] == ["stream_broken"]
        assert len(peer.requests) == 1

    def test_without_a_word(self, peer: Peer, connection: Connection) -> None:
        peer.then(unframed(b": ping\n\n"))
        with pytest.raises(StreamBroken, match="the stream ended without its end marker"):
            parts(connection)

    def test_of_nothing_at_all(self, peer: Peer, connection: Connection) -> None:
        peer.then(unframed())
        with pytest.raises(StreamBroken):
            parts(connection)


class TestAnErrorInTheStream:
    @pytest.mark.parametrize(
        ("data", "cls"),
        [
            (event({"error": {"code": "insufficient_credits"}}), InsufficientCredits),
            (event({"error": "insufficient_credits"}), InsufficientCredits),
            (event({"error": {"code": "model_error", "message": CONTENT}}), MarketplaceError),
            (b'event: error\ndata: {"code": "insufficient_credits"}\n\n', InsufficientCredits),
            (b'event: error\ndata: {"error": {"code": "insufficient_credits"}}\n\n', InsufficientCredits),
            (event(b"not json"), BadReply),
            (event(b'{"choices": [{"del'), BadReply),
            (b"data: \xff\xfe\n\n", BadReply),
        ],
    )
    def test_ends_it(self, peer: Peer, connection: Connection, data: bytes, cls: type[MarketplaceError]) -> None:
        peer.then(streamed(piece("Text."), data, END, DONE))
        pieces = stream(connection, a_request())
        assert next(pieces) == "Text."
        with pytest.raises(cls) as caught:
            next(pieces)
        assert type(caught.value) is cls
        assert caught.value.status in (200, None)
        assert CONTENT not in caught.value.detail


class TestTooLarge:
    def test_text(self, peer: Peer, connection: Connection, configure: Configure) -> None:
        configure(MAX_REPLY_BYTES=1000)
        peer.then(streamed(*[piece("x" * 100)] * 20, END, DONE))
        found: list[Any] = []
        with pytest.raises(ReplyTooLarge, match="over 1 000 bytes"):
            collect(connection, found)
        assert len("".join(found)) == 1000

    def test_letters_count_by_their_bytes(self, peer: Peer, connection: Connection, configure: Configure) -> None:
        configure(MAX_REPLY_BYTES=1000)
        peer.then(streamed(*[piece("€" * 10)] * 40, END, DONE))
        with pytest.raises(ReplyTooLarge):
            parts(connection)

    def test_the_envelopes_do_not_count_as_text(self, peer: Peer, connection: Connection, configure: Configure) -> None:
        configure(MAX_REPLY_BYTES=1000)
        peer.then(streamed(*[piece("word ")] * 100, END, DONE))
        assert len(parts(connection)[1].text) == 500

    @pytest.mark.parametrize("drop", [b"x" * 10_000, b": ping\n" * 1000, b"data: x\n" * 1000, b"\n" * 10_000])
    def test_what_never_ends(self, peer: Peer, connection: Connection, configure: Configure, drop: bytes) -> None:
        configure(MAX_REPLY_BYTES=1000)

        def pour(exchange: Exchange) -> None:
            exchange.send(head(content_type="text/event-stream", Connection="close"))
            while True:
                exchange.send(drop)

        peer.then(pour)
        with pytest.raises(ReplyTooLarge):
            parts(connection)


class TestAMarketplaceThatCannotStream:
    @pytest.mark.parametrize("field", ["stream", "stream_options"])
    def test_and_says_so_is_asked_for_the_whole(self, peer: Peer, connection: Connection, field: str) -> None:
        refusal = whole({"error": {"code": "unsupported_value", "param": field}}, 400)
        peer.then(refusal, whole(chat("Text.")))
        pieces, reply = parts(connection)
        assert pieces == ["Text."]
        assert [exchange.json["stream"] for exchange in peer.requests] == [True, False]
        assert [attempt.code for attempt in reply.attempts] == ["request_rejected", ""]

    def test_is_not_asked_for_ever(self, peer: Peer, connection: Connection) -> None:
        peer.then(*[whole({"error": {"param": "stream"}}, 400)] * 3)
        with pytest.raises(RequestRejected):
            parts(connection)
        assert len(peer.requests) == 2

    def test_another_refusal_stands(self, peer: Peer, connection: Connection) -> None:
        peer.then(whole({"error": {"code": "unknown_parameter", "param": "metadata"}}, 400), whole(chat("Text.")))
        with pytest.raises(RequestRejected):
            parts(connection)
        assert len(peer.requests) == 1


def test_a_stream_is_read_as_such_under_a_wrong_type(peer: Peer, connection: Connection) -> None:
    peer.then(in_turn(raw(head(content_type="text/plain", Connection="close") + piece("Text.") + DONE), Exchange.close))
    assert parts(connection)[0] == ["Text."]
