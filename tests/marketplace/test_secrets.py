"""The key and the content stay where they belong, whatever goes wrong."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests

from shareai_cms.errors import ShareAIError
from shareai_cms.marketplace import Cancellation, Connection, complete, stream
from shareai_cms.marketplace import test_key as check_key
from tests.marketplace.conftest import CONTENT, KEY, Configure, a_request
from tests.marketplace.peer import Exchange, Peer, chat, event, head, in_turn, piece, raw, unframed, whole
from tests.marketplace.peer import stream as streamed

ECHO = f"Key {KEY} may not ask about: {CONTENT}"
ECHOES = {"code": ECHO, "message": ECHO, "type": KEY, "param": KEY, "help": ECHO}


def everything_in(thing: Any, seen: dict[int, Any] | None = None) -> Iterator[str]:
    """Every text that can be reached from an error: arguments, attributes, causes, requests and their headers."""
    # The things themselves are kept, or a new one could be given the number of one that is gone.
    seen = {} if seen is None else seen
    if id(thing) in seen or isinstance(thing, type | type(socket)):
        return
    seen[id(thing)] = thing
    if isinstance(thing, bytes | bytearray):
        yield thing.decode("latin-1")
    elif isinstance(thing, str):
        yield thing
    elif isinstance(thing, Mapping | requests.structures.CaseInsensitiveDict):
        for item in thing.items():
            yield from everything_in(item, seen)
    elif isinstance(thing, list | tuple | set | frozenset):
        for item in thing:
            yield from everything_in(item, seen)
    else:
        yield from (repr(thing), str(thing))
        yield from everything_in(getattr(thing, "__dict__", {}), seen)
    if isinstance(thing, BaseException):
        yield "".join(traceback.format_exception(thing))
        yield from everything_in((thing.args, thing.__cause__, thing.__context__), seen)


def assert_silent(error: BaseException, log: pytest.LogCaptureFixture) -> None:
    found = [*everything_in(error), log.text, *everything_in([record.__dict__ for record in log.records])]
    for secret in (KEY, CONTENT, KEY[:12], "jacaranda"):
        leaks = [text for text in found if secret in text]
        assert not leaks, leaks[0][:500]


FAILURES: dict[str, Any] = {
    "400": whole({"error": ECHOES}, 400),
    "401": whole({"error": ECHOES}, 401),
    "429": whole({"error": ECHOES}, 429, Retry_After=KEY),
    "500": whole({"error": ECHO}, 500),
    "200": whole({"error": ECHOES}),
    "code-is-key": whole({"error": {"code": KEY}}),
    "error-is-key": whole({"error": KEY}),
    "error-is-content": whole({"error": CONTENT}),
    "redirect": whole(b"", 302, Location=f"https://127.0.0.1/?key={KEY}"),
    "page": whole(ECHO.encode(), 502, f"text/{KEY}"),
    "headers": whole(b"x", 500, f"{KEY}/x", **{"X-Request-Id": KEY}),
    "no-json": whole(ECHO.encode()),
    "cut-json": whole(b'{"choices": [{"message": {"content": "' + ECHO.encode()),
    "not-utf-8": whole(b'{"message": "\xff' + ECHO.encode() + b'"}'),
    "unknown-shape": whole({ECHO: ECHO}),
    "no-http": raw(ECHO.encode() + b"\r\n\r\n"),
    "closed": lambda exchange: None,
    "reset": Exchange.reset,
    "cut": raw(head(Content_Length="5000") + ECHO.encode()),
    "cut-chunk": raw(head(Transfer_Encoding="chunked") + b"fff\r\n" + ECHO.encode()),
    "bad-chunk": raw(head(Transfer_Encoding="chunked") + ECHO.encode() + b"\r\n"),
    "bad-gzip": whole(ECHO.encode(), Content_Encoding="gzip"),
    "long-header": raw(b"HTTP/1.1 200 OK\r\nX: " + ECHO.encode() * 1000 + b"\r\n\r\n"),
    "too-large": whole(chat(ECHO * 1000)),
    "event-error": streamed(piece(ECHO), event({"error": ECHOES})),
    "event-no-json": streamed(piece(ECHO), event(ECHO.encode())),
    "event-not-utf-8": streamed(event(b"\xff" + ECHO.encode())),
    "broken-stream": unframed(piece(ECHO), b"data: " + ECHO.encode()),
    "endless-line": unframed(b"data: " + ECHO.encode() * 1000),
}


@pytest.fixture(autouse=True)
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that any library says."""
    caplog.set_level(logging.DEBUG)
    return caplog


class TestNothingLeaks:
    @pytest.mark.parametrize("is_streamed", [False, True])
    @pytest.mark.parametrize("name", FAILURES)
    def test_by_an_answer(
        self,
        peer: Peer,
        connection: Connection,
        configure: Configure,
        log: pytest.LogCaptureFixture,
        name: str,
        is_streamed: bool,
    ) -> None:
        configure(MAX_ATTEMPTS=1, MAX_REPLY_BYTES=20_000)

        def answer_and_close(exchange: Exchange) -> None:
            FAILURES[name](exchange)
            if exchange.is_open:
                exchange.close()

        peer.then(answer_and_close)
        with pytest.raises(ShareAIError) as caught:
            list(stream(connection, a_request())) if is_streamed else complete(connection, a_request())
        assert_silent(caught.value, log)

    def test_by_a_time_out(
        self, peer: Peer, connection: Connection, configure: Configure, log: pytest.LogCaptureFixture
    ) -> None:
        configure(READ_TIMEOUT=0.1)
        peer.then(Exchange.wait_until_client_leaves)
        with pytest.raises(ShareAIError) as caught:
            complete(connection, a_request())
        assert_silent(caught.value, log)

    def test_by_the_end_of_the_budget(
        self, peer: Peer, connection: Connection, configure: Configure, log: pytest.LogCaptureFixture
    ) -> None:
        configure(CALL_BUDGET=0.1)
        peer.then(in_turn(streamed(piece("Text."), end=b""), Exchange.wait_until_client_leaves))
        with pytest.raises(ShareAIError) as caught:
            list(stream(connection, a_request()))
        assert_silent(caught.value, log)

    def test_by_a_cancel(self, peer: Peer, connection: Connection, log: pytest.LogCaptureFixture) -> None:
        cancellation = Cancellation()
        peer.then(in_turn(lambda exchange: cancellation.cancel(), Exchange.wait_until_client_leaves))
        with pytest.raises(ShareAIError) as caught:
            complete(connection, a_request(), cancellation=cancellation)
        assert_silent(caught.value, log)

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_by_a_refused_connection(self, configure: Configure, log: pytest.LogCaptureFixture, scheme: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        with pytest.raises(ShareAIError) as caught:
            complete(Connection(base_url=f"{scheme}://127.0.0.1:{port}", api_key=KEY), a_request())
        assert_silent(caught.value, log)

    @pytest.mark.parametrize("url", ["", f"ftp://{KEY}", f"http://[::{KEY}", "http://x..y", "http://"])
    def test_by_an_address_that_is_none(self, configure: Configure, log: pytest.LogCaptureFixture, url: str) -> None:
        with pytest.raises(ShareAIError) as caught:
            complete(Connection(base_url=url, api_key=KEY), a_request())
        assert_silent(caught.value, log)

    @pytest.mark.parametrize("suffix", ["\n", "\r\nX-Evil: 1", "\u20ac", "\ud83d"])
    def test_by_a_key_of_the_wrong_form(self, peer: Peer, log: pytest.LogCaptureFixture, suffix: str) -> None:
        with pytest.raises(ShareAIError) as caught:
            complete(Connection(base_url=peer.url, api_key=KEY + suffix), a_request())
        assert_silent(caught.value, log)

    @pytest.mark.parametrize("value", [f"{KEY}\n", [KEY], f"{KEY}\u20ac"])
    def test_by_an_extra_header(self, peer: Peer, log: pytest.LogCaptureFixture, value: Any) -> None:
        with pytest.raises(ShareAIError) as caught:
            complete(Connection(base_url=peer.url, api_key=KEY, headers={"X-Team": value}), a_request())
        assert_silent(caught.value, log)

    def test_by_an_extra_field(self, peer: Peer, log: pytest.LogCaptureFixture) -> None:
        with pytest.raises(ShareAIError) as caught:
            complete(Connection(base_url=peer.url, api_key=KEY, body={KEY: {KEY}}), a_request())
        assert_silent(caught.value, log)

    def test_by_the_test_of_a_key(self, peer: Peer, connection: Connection, log: pytest.LogCaptureFixture) -> None:
        peer.then(whole({"error": ECHOES}, 401))
        assert KEY not in repr(check_key(connection))
        assert KEY not in log.text

    def test_by_a_call_that_works(self, peer: Peer, connection: Connection, log: pytest.LogCaptureFixture) -> None:
        peer.then(whole(chat("Text.", model=KEY, id=KEY), **{"X-Request-Id": KEY}))
        reply = complete(connection, a_request())
        assert KEY not in repr(reply)
        assert not any(secret in log.text for secret in (KEY, CONTENT, "Text."))


class TestRepr:
    def test_of_a_connection_shows_no_secret(self) -> None:
        connection = Connection(base_url="http://x", api_key=KEY, headers={"X-Secret": KEY}, body={"secret": KEY})
        assert KEY not in repr(connection)
        assert KEY not in str(connection)
        assert "http://x" in repr(connection)


class TestTheSearchItself:
    """It would find the key in the errors that must not escape."""

    def test_in_a_request_that_an_error_holds(self) -> None:
        request = requests.Request("POST", "http://x", headers={"Authorization": f"Bearer {KEY}"}).prepare()
        error = ShareAIError("harmless")
        error.__cause__ = requests.ConnectionError("refused", request=request)
        assert any(KEY in text for text in everything_in(error))

    def test_in_a_suppressed_context(self) -> None:
        error = ShareAIError("harmless")
        error.__context__ = UnicodeDecodeError("ascii", KEY.encode(), 0, 1, "ordinal not in range")
        error.__suppress_context__ = True
        assert any(KEY in text for text in everything_in(error))
