"""Over the real sandbox process, through the settings of a site."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shareai_cms import marketplace
from shareai_cms.errors import (
    ActionCancelled,
    BadReply,
    InsufficientCredits,
    KeyRejected,
    MarketplaceBusy,
    MarketplaceError,
    MarketplaceTimeout,
    ReplyTooLarge,
    StreamBroken,
)
from shareai_cms.marketplace import Cancellation, Connection, Reply, complete, connection_for, keys, stream
from shareai_cms.models import SiteAccount
from tests.marketplace.conftest import CONTENT, Configure, a_request
from tests.marketplace.test_cancellation import Running
from tests.services import SandboxProcess


@pytest.fixture
def connection(sandbox: SandboxProcess, configure: Configure) -> Connection:
    configure(SANDBOX_URL=sandbox.url, ROUTES={"standard": ["sandbox-1"]})
    return connection_for(None)


def completed(connection: Connection) -> Reply:
    return complete(connection, a_request())


def streamed(connection: Connection) -> Reply:
    *pieces, reply = stream(connection, a_request())
    assert isinstance(reply, Reply)
    assert "".join(map(str, pieces)) == reply.text
    return reply


@pytest.fixture(params=[completed, streamed])
def ask(request: pytest.FixtureRequest) -> Any:
    return request.param


class TestACall:
    def test_is_answered(self, connection: Connection, ask: Any) -> None:
        reply = ask(connection)
        assert reply.text
        assert (reply.model_asked, reply.model_answered) == ("sandbox-1", "sandbox-sandbox-1")
        assert reply.finish_reason == "stop"
        assert reply.request_id.startswith("chatcmpl-")
        assert (reply.tokens_in > 0, reply.tokens_out > 0, reply.is_estimated) == (True, True, False)

    def test_brings_its_tags(self, sandbox: SandboxProcess, connection: Connection) -> None:
        complete(connection, a_request(tags={"feature": "rewrite", "site": "1"}, user="site-1f"))
        last = sandbox.state()["last"]
        assert (last["metadata"], last["user"]) == ({"feature": "rewrite", "site": "1"}, "site-1f")
        assert last["messages"][1]["content"] == CONTENT

    def test_comes_over_a_connection_that_is_kept(self, sandbox: SandboxProcess, connection: Connection) -> None:
        for _ in range(5):
            completed(connection)
            streamed(connection)
        state = sandbox.state()
        assert (state["calls"], state["connections"]) == (10, 1)

    def test_sixteen_at_a_time_open_sixteen_connections_at_most(
        self, sandbox: SandboxProcess, connection: Connection
    ) -> None:
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: streamed(connection), range(160)))
        state = sandbox.state()
        assert state["calls"] == 160
        assert state["connections"] <= 16

    def test_goes_on_after_a_restart_of_the_marketplace(self, sandbox: SandboxProcess, connection: Connection) -> None:
        completed(connection)
        sandbox.stop()
        sandbox.restart()
        assert len(completed(connection).attempts) == 1


class TestFaults:
    @pytest.mark.parametrize(
        ("fault", "cls"),
        [
            ("error-200", MarketplaceError),
            ("error-string", MarketplaceError),
            ("insufficient-credits", InsufficientCredits),
            ("wrong-key", KeyRejected),
            ("no-device", MarketplaceBusy),
            ("rate-limit", MarketplaceBusy),
            ("html", BadReply),
            ("cut-json", BadReply),
            ("hang-up", StreamBroken),
            ("broken-stream", StreamBroken),
            ("disconnect-40", StreamBroken),
            ("huge", ReplyTooLarge),
            ("timeout", MarketplaceTimeout),
            ("silent", MarketplaceTimeout),
            ("latency-9000", MarketplaceTimeout),
        ],
    )
    def test_become_errors(
        self,
        sandbox: SandboxProcess,
        connection: Connection,
        configure: Configure,
        ask: Any,
        fault: str,
        cls: type[MarketplaceError],
    ) -> None:
        configure(SANDBOX_URL=sandbox.url, CALL_BUDGET=0.5 if cls is MarketplaceTimeout else 20)
        sandbox.fault(fault, retry_after=30)
        with pytest.raises(cls) as caught:
            ask(connection)
        assert type(caught.value) is cls
        assert vars(caught.value)["attempts"]

    @pytest.mark.parametrize(("fault", "cls"), [("early-end", StreamBroken), ("stream-error", MarketplaceError)])
    def test_of_streams_become_errors(
        self, sandbox: SandboxProcess, connection: Connection, fault: str, cls: type[MarketplaceError]
    ) -> None:
        sandbox.fault(fault)
        with pytest.raises(cls):
            streamed(connection)

    @pytest.mark.parametrize("fault", ["no-stream", "no-usage", "message-string", "message-json", "message-object"])
    def test_that_are_only_habits_do_not(
        self, sandbox: SandboxProcess, connection: Connection, ask: Any, fault: str
    ) -> None:
        expected = ask(connection).text
        sandbox.fault(fault)
        reply = ask(connection)
        assert reply.text == expected
        assert reply.is_estimated == (fault == "no-usage")

    @pytest.mark.parametrize("fault", ["no-device", "rate-limit", "status-503"])
    def test_that_pass_are_not_noticed(
        self, sandbox: SandboxProcess, connection: Connection, ask: Any, fault: str
    ) -> None:
        sandbox.fault(fault, times=1, retry_after=0)
        assert [attempt.code for attempt in ask(connection).attempts] == ["marketplace_busy", ""]

    def test_of_one_model_lead_to_the_next(self, sandbox: SandboxProcess, configure: Configure, ask: Any) -> None:
        configure(SANDBOX_URL=sandbox.url, ROUTES={"standard": ["fault-no-device"], "fallback": ["spare"]})
        reply = ask(connection_for(None))
        assert (reply.model_asked, reply.model_answered, reply.route) == ("spare", "sandbox-spare", "fallback")


class TestCancel:
    @pytest.mark.parametrize("fault", ["timeout", "silent", "stall"])
    def test_is_noticed_by_the_marketplace(self, sandbox: SandboxProcess, connection: Connection, fault: str) -> None:
        sandbox.fault(fault)
        cancellation = Cancellation()
        running = Running(lambda: stream(connection, a_request(), cancellation=cancellation))
        sandbox.wait_for(calls=1)
        if fault == "stall":
            assert running.has_part.wait(20)
        cancellation.cancel()
        running.end()
        assert isinstance(running.error, ActionCancelled)
        sandbox.wait_for(aborted=1, open=0)


class TestTheKey:
    def test_is_tested(self, connection: Connection) -> None:
        info = marketplace.test_key(connection)
        assert info.is_valid
        assert info.assigned_models

    def test_that_is_wrong_is_said_to_be(self, sandbox: SandboxProcess, configure: Configure) -> None:
        configure(SANDBOX_URL=sandbox.url)
        connection = connection_for(SiteAccount(environment="sandbox", encrypted_key=keys.encrypt("wrong")))
        assert not marketplace.test_key(connection).is_valid
        with pytest.raises(KeyRejected, match="HTTP 401 invalid_api_key"):
            completed(connection)
