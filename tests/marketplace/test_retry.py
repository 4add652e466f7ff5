from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from shareai_cms.errors import (
    BadReply,
    InsufficientCredits,
    MarketplaceBusy,
    MarketplaceError,
    MarketplaceTimeout,
    MarketplaceUnreachable,
)
from shareai_cms.marketplace import Connection, Reply, complete, stream
from shareai_cms.marketplace.call import BACKOFF_CAP, Choice, backoff, choices_for
from tests.marketplace.conftest import KEY, Configure, a_request
from tests.marketplace.peer import DONE, Peer, chat, event, head, piece, raw, whole
from tests.marketplace.peer import stream as streamed

NO_DEVICE = {"error": {"code": "no_device", "message": "All devices are busy."}}
ANSWER = whole(chat("Text."))


@pytest.fixture(params=["complete", "stream"])
def ask(request: pytest.FixtureRequest, connection: Connection) -> Any:
    def streamed_reply(chat_request: Any) -> Reply:
        reply = list(stream(connection, chat_request))[-1]
        assert isinstance(reply, Reply)
        return reply

    if request.param == "stream":
        return streamed_reply
    return lambda chat_request: complete(connection, chat_request)


def facts(attempts: Any) -> list[tuple[str, int | None, str]]:
    return [(attempt.model, attempt.status, attempt.code) for attempt in attempts]


class TestSentAgain:
    @pytest.mark.parametrize(
        "refusal",
        [whole({}, 429), whole({}, 503), whole(NO_DEVICE), whole(NO_DEVICE, 500), whole(b"<html>", 503, "text/html")],
        ids=["429", "503", "no-device-200", "no-device-500", "503-page"],
    )
    def test_when_the_marketplace_was_busy(self, peer: Peer, ask: Any, refusal: Any) -> None:
        peer.then(refusal, ANSWER)
        reply = ask(a_request())
        assert reply.text == "Text."
        assert [attempt.code for attempt in reply.attempts] == ["marketplace_busy", ""]

    def test_when_no_device_is_the_first_event(self, peer: Peer, connection: Connection) -> None:
        peer.then(streamed(event(NO_DEVICE)), streamed(piece("Text."), DONE))
        assert next(iter(stream(connection, a_request()))) == "Text."

    def test_when_the_connection_is_refused(self, configure: Configure) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(MarketplaceUnreachable, match="Connection refused") as caught:
            complete(Connection(base_url=url, api_key=KEY), a_request())
        assert facts(vars(caught.value)["attempts"]) == [("", None, "marketplace_unreachable")] * 3

    def test_when_the_connection_broke_before_the_request_was_out(self, configure: Configure) -> None:
        with Peer(torn=1).then(ANSWER) as peer:
            connection = Connection(base_url=peer.url, api_key=KEY)
            # More than the buffers of both sides hold, so that the request cannot be out when the reset comes.
            reply = complete(connection, a_request(tags={"filler": "x" * 30_000_000}))
        assert [attempt.code for attempt in reply.attempts] == ["marketplace_unreachable", ""]
        assert len(peer.requests) == 1

    def test_at_most_as_often_as_settings_say(self, peer: Peer, ask: Any, configure: Configure) -> None:
        configure(MAX_ATTEMPTS=2)
        peer.then(*[whole({}, 503)] * 5)
        with pytest.raises(MarketplaceBusy) as caught:
            ask(a_request())
        assert len(peer.requests) == len(vars(caught.value)["attempts"]) == 2

    def test_the_attempts_are_recorded(self, peer: Peer, ask: Any, configure: Configure) -> None:
        configure(ROUTES={"standard": ["a", "b"]})
        peer.then(whole({}, 429), whole(NO_DEVICE), whole({}, 500))
        with pytest.raises(MarketplaceError) as caught:
            ask(a_request())
        attempts = vars(caught.value)["attempts"]
        assert facts(attempts) == [
            ("a", 429, "marketplace_busy"),
            ("b", 200, "marketplace_busy"),
            ("a", 500, "marketplace_error"),
        ]
        assert all(attempt.duration_ms >= 0 for attempt in attempts)


class TestNeverSentAgain:
    @pytest.mark.parametrize(
        ("script", "cls"),
        [
            (whole({}, 500), MarketplaceError),
            (whole({}, 502), MarketplaceError),
            (whole({}, 504), MarketplaceTimeout),
            (whole(b"<html>", content_type="text/html"), BadReply),
            (whole({"error": "insufficient_credits"}, 402), InsufficientCredits),
            (raw(head(Content_Length="50") + b"{"), MarketplaceTimeout),
            (lambda exchange: None, MarketplaceTimeout),
        ],
        ids=["500", "502", "504", "page", "no-credits", "silent-body", "silent"],
    )
    def test_what_may_have_run(
        self, peer: Peer, ask: Any, configure: Configure, script: Any, cls: type[MarketplaceError]
    ) -> None:
        configure(READ_TIMEOUT=0.2)
        peer.then(script, ANSWER)
        with pytest.raises(cls) as caught:
            ask(a_request())
        assert len(peer.requests) == len(vars(caught.value)["attempts"]) == 1

    def test_once_there_was_text(self, peer: Peer, connection: Connection) -> None:
        peer.then(streamed(piece("Text."), event(NO_DEVICE)), ANSWER)
        pieces = stream(connection, a_request())
        assert next(pieces) == "Text."
        with pytest.raises(MarketplaceBusy) as caught:
            next(pieces)
        assert not caught.value.retryable
        assert len(peer.requests) == 1


class TestRetryAfter:
    def test_is_waited_for(self, peer: Peer, ask: Any) -> None:
        peer.then(whole({}, 429, Retry_After="1"), ANSWER)
        begun = time.monotonic()
        ask(a_request())
        assert time.monotonic() - begun >= 1

    def test_may_be_a_date(self, peer: Peer, ask: Any) -> None:
        # Whole seconds are all that a date can say: two ahead are at least one.
        moment = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        peer.then(whole({}, 503, Retry_After=moment), ANSWER)
        begun = time.monotonic()
        ask(a_request())
        assert time.monotonic() - begun >= 0.9

    def test_beyond_the_budget_is_not_waited_for(self, peer: Peer, ask: Any) -> None:
        peer.then(whole({}, 429, Retry_After="3600"), ANSWER)
        begun = time.monotonic()
        with pytest.raises(MarketplaceBusy) as caught:
            ask(a_request())
        assert time.monotonic() - begun < 5
        assert caught.value.retry_after == 3600
        assert len(peer.requests) == 1


class TestBackoff:
    @pytest.mark.parametrize(("attempt", "least", "most"), [(1, 0.125, 0.25), (2, 0.25, 0.5), (3, 0.5, 1.0)])
    def test_doubles_and_is_jittered(self, attempt: int, least: float, most: float) -> None:
        assert backoff(attempt, chance=lambda: 0.0) == least
        assert backoff(attempt, chance=lambda: 1.0) == most
        assert least <= backoff(attempt) <= most

    def test_is_capped(self) -> None:
        assert backoff(1000, chance=lambda: 1.0) == BACKOFF_CAP


class TestRoutes:
    def test_the_models_of_the_route_then_those_of_fallback(self, peer: Peer, ask: Any, configure: Configure) -> None:
        configure(ROUTES={"premium": ["a", "b"], "standard": ["z"], "fallback": ["b", "c"]})
        peer.then(whole(NO_DEVICE), whole({}, 429), ANSWER)
        reply = ask(a_request(route="premium"))
        assert [exchange.json["model"] for exchange in peer.requests] == ["a", "b", "c"]
        assert (reply.model_asked, reply.route) == ("c", "fallback")

    def test_begin_again_while_attempts_are_left(self, peer: Peer, ask: Any, configure: Configure) -> None:
        configure(ROUTES={"standard": ["a", "b"]})
        peer.then(whole({}, 503), whole({}, 503), ANSWER)
        ask(a_request())
        assert [exchange.json["model"] for exchange in peer.requests] == ["a", "b", "a"]

    def test_without_models_the_key_decides_first(self, configure: Configure) -> None:
        configure(ROUTES={"fallback": ["c"]})
        expected = (Choice(model="", route="standard"), Choice(model="c", route="fallback"))
        assert choices_for("standard") == expected

    def test_fallback_alone_is_itself(self, configure: Configure) -> None:
        configure(ROUTES={"fallback": ["c"]})
        assert choices_for("fallback") == (Choice(model="c", route="fallback"),)

    def test_an_unknown_route_leaves_the_choice_to_the_key(self, configure: Configure) -> None:
        configure()
        assert choices_for("express") == (Choice(model="", route="express"),)
