"""Each way of failing, and the error that it becomes."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import responses
import urllib3
from django.test import override_settings

from shareai_cms.errors import (
    BadReply,
    InsufficientCredits,
    KeyRejected,
    MarketplaceBusy,
    MarketplaceError,
    MarketplaceTimeout,
    MarketplaceUnreachable,
    ReplyTooLarge,
    RequestRejected,
    StreamBroken,
)
from shareai_cms.marketplace import Connection, complete, failures, stream
from tests.marketplace.conftest import Configure, a_request
from tests.marketplace.peer import Peer, chat, head, raw, unframed, whole

URL = "https://marketplace.test/api/v1"
CHAT = f"{URL}/chat/completions"
connection_to_mock = Connection(base_url=URL, api_key="sk-12345678")
PAGE = "<!DOCTYPE html><html><body>Bad Gateway</body></html>"


@pytest.fixture
def wire(configure: Configure) -> Iterator[responses.RequestsMock]:
    configure(MAX_ATTEMPTS=1, MAX_REPLY_BYTES=2000)
    with responses.RequestsMock() as wire:
        yield wire


@pytest.fixture(params=["complete", "stream"])
def way(request: pytest.FixtureRequest) -> Any:
    """Both ways of asking fail alike."""
    if request.param == "complete":
        return complete
    return lambda connection, chat_request: list(stream(connection, chat_request))


def failing(wire: responses.RequestsMock, way: Any, **answer: Any) -> MarketplaceError:
    wire.post(CHAT, **answer)
    with pytest.raises(MarketplaceError) as caught:
        way(connection_to_mock, a_request())
    return caught.value


def error_body(code: Any, **fields: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": "Words that nobody may see.", **fields}}


class TestByStatus:
    @pytest.mark.parametrize(
        ("status", "cls"),
        [
            (301, RequestRejected),
            (302, RequestRejected),
            (307, RequestRejected),
            (400, RequestRejected),
            (401, KeyRejected),
            (402, InsufficientCredits),
            (403, KeyRejected),
            (404, RequestRejected),
            (405, RequestRejected),
            (408, MarketplaceTimeout),
            (413, RequestRejected),
            (422, RequestRejected),
            (429, MarketplaceBusy),
            (500, MarketplaceError),
            (502, MarketplaceError),
            (503, MarketplaceBusy),
            (504, MarketplaceTimeout),
        ],
    )
    def test_with_json(self, wire: responses.RequestsMock, way: Any, status: int, cls: type[MarketplaceError]) -> None:
        error = failing(wire, way, json={"detail": "x"}, status=status)
        assert type(error) is cls
        assert error.status == status
        assert error.detail == f"HTTP {status} application/json, 15 bytes"
        assert error.retryable == (status in (429, 503))

    @pytest.mark.parametrize(
        ("status", "cls"), [(200, BadReply), (502, BadReply), (503, MarketplaceBusy), (403, KeyRejected)]
    )
    def test_with_a_page(
        self, wire: responses.RequestsMock, way: Any, status: int, cls: type[MarketplaceError]
    ) -> None:
        error = failing(wire, way, body=PAGE * 30, status=status, content_type="text/html; charset=utf-8")
        assert type(error) is cls
        assert error.detail == f"HTTP {status} text/html, 1 560 bytes"

    def test_with_nothing(self, wire: responses.RequestsMock, way: Any) -> None:
        assert failing(wire, way, body=b"", status=500, content_type="").detail == "HTTP 500 without a type, 0 bytes"

    def test_with_more_than_is_read(self, wire: responses.RequestsMock, way: Any) -> None:
        assert type(failing(wire, way, body="x" * 5000, status=401)) is KeyRejected


class TestByCode:
    @pytest.mark.parametrize("status", [200, 400, 500])
    @pytest.mark.parametrize(
        ("code", "cls"),
        [
            ("no_device", MarketplaceBusy),
            ("rate_limit_exceeded", MarketplaceBusy),
            ("insufficient_credits", InsufficientCredits),
            ("insufficient_quota", InsufficientCredits),
            ("invalid_api_key", KeyRejected),
        ],
    )
    def test_the_code_decides_under_any_status(
        self, wire: responses.RequestsMock, way: Any, status: int, code: str, cls: type[MarketplaceError]
    ) -> None:
        error = failing(wire, way, json=error_body(code), status=status)
        assert type(error) is cls
        assert error.marketplace_code == code
        assert error.detail.startswith(f"HTTP {status} {code}, ")

    @pytest.mark.parametrize(
        ("body", "cls"),
        [
            ({"error": "no_device"}, MarketplaceBusy),
            ({"error": "insufficient_credits"}, InsufficientCredits),
            ({"error": "Something else happened"}, MarketplaceError),
            ({"error": True}, MarketplaceError),
            ({"error": ["a"]}, MarketplaceError),
            ({"error": {"message": "Only words"}}, MarketplaceError),
            ({"error": {"type": "insufficient_quota"}}, InsufficientCredits),
            ({"error": {"code": 429}}, MarketplaceBusy),
            ({"error": {"code": 402}}, InsufficientCredits),
            ({"error": {"code": 10**30}}, MarketplaceError),
            ({"error": {"code": None}}, MarketplaceError),
            (chat("Text.", error="model_error"), MarketplaceError),
        ],
    )
    def test_under_200(
        self, wire: responses.RequestsMock, way: Any, body: dict[str, Any], cls: type[MarketplaceError]
    ) -> None:
        assert type(failing(wire, way, json=body)) is cls

    @pytest.mark.parametrize("nothing", [None, "", {}, False])
    def test_an_empty_error_is_none(self, wire: responses.RequestsMock, nothing: Any) -> None:
        wire.post(CHAT, json=chat("Text.", error=nothing))
        assert complete(connection_to_mock, a_request()).text == "Text."

    def test_the_refused_field_is_named(self, wire: responses.RequestsMock, way: Any) -> None:
        error = failing(wire, way, json=error_body("unknown_parameter", param="metadata"), status=400)
        assert error.detail.startswith("HTTP 400 unknown_parameter about metadata, ")

    @pytest.mark.parametrize("code", ["Words with spaces", "x" * 65, "naïve", "a\nb", "<b>", 3.5, ["a"]])
    def test_a_code_of_another_form_is_not_repeated(self, wire: responses.RequestsMock, way: Any, code: Any) -> None:
        error = failing(wire, way, json=error_body(code, param="Words with spaces"), status=400)
        assert error.marketplace_code == ""
        assert error.detail.startswith("HTTP 400 application/json, ")

    def test_the_request_can_be_found_again(self, wire: responses.RequestsMock, way: Any) -> None:
        assert failing(wire, way, json={}, status=500, headers={"X-Request-Id": "req-1"}).request_id == "req-1"


class TestRetryAfter:
    now = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("7", 7),
            ("0.5", 0.5),
            ("-3", 0),
            ("Sun, 01 Mar 2026 12:00:30 GMT", 30),
            ("Sun, 01 Mar 2026 13:00:30 +0100", 30),
            ("Sun, 01 Mar 2026 12:00:30", 30),
            ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
            ("soon", None),
            ("", None),
            (None, None),
            ("nan", None),
            ("inf", None),
            ("Sun, 99 Mar 2026 12:00:30 GMT", None),
            ("9" * 400, None),
        ],
    )
    def test_is_seconds_or_a_date(self, value: str | None, seconds: float | None) -> None:
        assert failures.seconds_of(value, now=self.now) == seconds

    @pytest.mark.parametrize("status", [429, 503])
    def test_is_told_to_the_caller(self, wire: responses.RequestsMock, way: Any, status: int) -> None:
        assert failing(wire, way, json={}, status=status, headers={"Retry-After": "40"}).retry_after == 40


class TestByException:
    """Errors of the HTTP libraries, nested the way these libraries nest them."""

    def refused(self) -> requests.ConnectionError:
        reason = urllib3.exceptions.NewConnectionError(None, "Failed: sk-secret")  # type: ignore[arg-type]
        reason.__cause__ = ConnectionRefusedError(111, "Connection refused")
        return requests.ConnectionError(urllib3.exceptions.MaxRetryError(None, "/", reason))  # type: ignore[arg-type]

    def test_refused(self) -> None:
        error = failures.of_exception(self.refused(), is_sent=False)
        assert (error.code, error.detail) == (
            "marketplace_unreachable",
            "no connection to 127.0.0.1:8100 (Connection refused)",
        )

    def test_a_sandbox_that_was_not_started_says_how_to(self) -> None:
        error = failures.of_exception(self.refused(), is_sent=False)
        assert "manage.py shareai_sandbox" in str(error.remedy)

    @override_settings(SHAREAI_CMS={"ENVIRONMENT": "production", "BASE_URL": "https://me:sk-secret@api.example/v1"})
    def test_names_the_marketplaces_host_and_nothing_else_of_its_address(self) -> None:
        error = failures.of_exception(self.refused(), is_sent=False)
        assert type(error) is MarketplaceUnreachable
        assert error.detail == "no connection to api.example (Connection refused)"

    def test_no_such_name(self) -> None:
        reason = urllib3.exceptions.NameResolutionError("host", None, socket.gaierror(-2, "Name not known"))  # type: ignore[arg-type]
        reason.__cause__ = socket.gaierror(-2, "Name not known")
        error = failures.of_exception(requests.ConnectionError(reason), is_sent=False)
        assert (error.code, error.detail) == (
            "marketplace_unreachable",
            "no connection to 127.0.0.1:8100 (the name was not resolved)",
        )

    def test_tls(self) -> None:
        cause = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
        cause.reason = "WRONG_VERSION_NUMBER"
        error = failures.of_exception(requests.exceptions.SSLError(cause), is_sent=False)
        assert (error.code, error.detail) == (
            "marketplace_unreachable",
            "no connection to 127.0.0.1:8100 (TLS WRONG_VERSION_NUMBER)",
        )

    @pytest.mark.parametrize("is_sent", [True, False])
    def test_a_read_time_out_is_never_sent_again(self, is_sent: bool) -> None:
        error = failures.of_exception(requests.ReadTimeout("slow"), is_sent=is_sent)
        assert isinstance(error, MarketplaceTimeout)
        assert not error.retryable

    def test_what_broke_before_the_end_of_the_request_may_be_sent_again(self) -> None:
        broken = requests.ConnectionError(
            urllib3.exceptions.ProtocolError("aborted", BrokenPipeError(32, "Broken pipe"))
        )
        before, after = (failures.of_exception(broken, is_sent=is_sent) for is_sent in (False, True))
        assert isinstance(before, MarketplaceUnreachable)
        assert before.retryable
        assert isinstance(after, StreamBroken)
        assert not after.retryable


class TestOnTheWire:
    """What only a socket can do."""

    @pytest.mark.parametrize(
        ("script", "cls"),
        [
            (raw(b"nonsense\r\n\r\n"), BadReply),
            (raw(b"HTTP/1.1 two hundred\r\n\r\n"), BadReply),
            (lambda exchange: exchange.close(), StreamBroken),
            (lambda exchange: exchange.reset(), StreamBroken),
            (raw(head(Content_Length="100") + b'{"choices"'), StreamBroken),
            (raw(head(Transfer_Encoding="chunked") + b'5\r\n{"cho'), StreamBroken),
            (raw(head(Transfer_Encoding="chunked") + b"five\r\n"), StreamBroken),
            (unframed(b'{"choices": [{"mess', content_type="application/json"), BadReply),
            (raw(head(Content_Encoding="gzip", Content_Length="5") + b"plain"), BadReply),
            (raw(b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 200 + b"\r\n"), BadReply),
            (raw(b"HTTP/1.1 200 OK\r\nX-Y: " + b"z" * 70_000 + b"\r\n\r\n"), BadReply),
        ],
        ids=[
            "no-http", "no-status", "closed", "reset", "cut-by-length", "cut-chunk", "bad-chunk", "cut-json",
            "bad-gzip", "many-headers", "long-header",
        ],
    )  # fmt: skip
    def test_broken_answers(
        self, peer: Peer, connection: Connection, way: Any, script: Any, cls: type[MarketplaceError]
    ) -> None:
        def break_off(exchange: Any) -> None:
            script(exchange)
            if exchange.is_open:
                exchange.close()

        peer.then(break_off)
        with pytest.raises(cls) as caught:
            way(connection, a_request())
        assert type(caught.value) is cls
        assert not caught.value.retryable
        assert len(peer.requests) == 1

    def test_a_redirect_is_not_followed(self, peer: Peer, connection: Connection, way: Any) -> None:
        peer.then(whole(b"", 307, Location=f"http://127.0.0.1:{peer.port}/elsewhere"))
        with pytest.raises(RequestRejected, match="HTTP 307"):
            way(connection, a_request())
        assert [exchange.path for exchange in peer.requests] == ["/api/v1/chat/completions"]

    def test_a_redirect_to_nonsense_is_not_looked_at(self, peer: Peer, connection: Connection, way: Any) -> None:
        peer.then(whole(b"", 302, Location="http://[::1"))
        with pytest.raises(RequestRejected):
            way(connection, a_request())


class TestTooLarge:
    def test_stops_reading_at_the_limit(
        self, peer: Peer, connection: Connection, configure: Configure, way: Any
    ) -> None:
        configure(MAX_REPLY_BYTES=100_000)
        body = json.dumps(chat("x" * 50_000_000)).encode()
        written = []

        def pour(exchange: Any) -> None:
            exchange.send(head(Content_Length=str(len(body))))
            for start in range(0, len(body), 100_000):
                exchange.send(body[start : start + 100_000])
                written.append(1)

        peer.then(pour)
        with pytest.raises(ReplyTooLarge, match="over 100 000 bytes"):
            way(connection, a_request())
        assert len(written) < 400

    def test_a_reply_at_the_limit_passes(self, peer: Peer, connection: Connection, configure: Configure) -> None:
        body = json.dumps(chat("x" * 5000)).encode()
        configure(MAX_REPLY_BYTES=len(body))
        peer.then(whole(body))
        assert len(complete(connection, a_request()).text) == 5000
