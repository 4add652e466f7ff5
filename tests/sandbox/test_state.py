from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.services import SandboxProcess

from .conftest import KEY, Client, prompt


@contextmanager
def raw_call(sandbox: SandboxProcess, *, stream: bool) -> Iterator[socket.socket]:
    """A call over a bare socket, which leaves when the block ends."""
    body = json.dumps({"model": "m", "messages": prompt(), "stream": stream}).encode()
    head = (
        "POST /api/v1/chat/completions HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer k\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=20) as connection:
        connection.sendall(head.encode() + body)
        yield connection


class TestCounters:
    def test_calls_and_their_paths(self, client: Client) -> None:
        client.chat()
        client.chat(stream=True)
        client.get("/models")
        state = client.sandbox.wait_for(open=0)
        assert state["calls"] == 3
        assert state["by_path"] == {"chat/completions": 2, "models": 1}

    def test_refused_calls_count(self, client: Client) -> None:
        client.post("/chat/completions", data=b"{")
        assert client.sandbox.wait_for(open=0)["recent"][-1]["status"] == 400

    def test_connections_are_kept_alive(self, client: Client) -> None:
        for stream in (False, True, False, True):
            client.chat(stream=stream)
        client.chat(fault="no-device")
        assert client.sandbox.state()["connections"] == 1

    def test_asking_for_the_state_counts_as_nothing(self, sandbox: SandboxProcess) -> None:
        sandbox.state()
        assert (sandbox.state()["calls"], sandbox.state()["connections"]) == (0, 0)

    def test_a_kept_connection_counts_again_after_a_reset(self, client: Client) -> None:
        client.chat()
        client.sandbox.reset()
        client.chat()
        assert client.sandbox.state()["connections"] == 1

    def test_concurrent_calls_are_all_counted(self, client: Client) -> None:
        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda _: client.chat().status_code, range(40)))
        assert statuses == [200] * 40
        assert client.sandbox.wait_for(open=0)["calls"] == 40

    def test_a_call_from_before_a_reset_is_forgotten(self, client: Client) -> None:
        client.sandbox.fault("timeout")
        with raw_call(client.sandbox, stream=False):
            client.sandbox.wait_for(open=1)
            client.sandbox.reset()
        client.chat()
        state = client.sandbox.wait_for(open=0, calls=1)
        assert state["aborted"] == 0


class TestLastRequest:
    def test_shows_what_was_sent(self, client: Client) -> None:
        client.chat(user="site-1", metadata={"feature": "rewrite"}, max_tokens=700, temperature=0.2, extra={"a": 1})
        last = client.sandbox.state()["last"]
        assert (last["model"], last["user"], last["metadata"]) == ("small", "site-1", {"feature": "rewrite"})
        assert (last["max_tokens"], last["temperature"], last["stream"]) == (700, 0.2, False)
        assert last["messages"] == prompt()
        assert last["body"] == {"extra": {"a": 1}}

    def test_knows_the_key_by_its_digest_alone(self, client: Client) -> None:
        client.chat()
        state = client.sandbox.state()
        assert state["last"]["key_sha256"] == hashlib.sha256(KEY.encode()).hexdigest()
        assert KEY not in json.dumps(state)

    def test_shows_the_headers(self, client: Client) -> None:
        client.post("/chat/completions", json={"messages": prompt()}, headers={"X-Extra": "yes"})
        assert client.sandbox.state()["last"]["headers"]["X-Extra"] == "yes"


class TestAClientThatLeaves:
    @pytest.mark.parametrize("stream", [False, True])
    @pytest.mark.parametrize("fault", ["timeout", "hold", "silent", "stall"])
    def test_is_noticed_while_nothing_is_said(self, sandbox: SandboxProcess, fault: str, stream: bool) -> None:
        sandbox.fault(fault)
        with raw_call(sandbox, stream=stream):
            sandbox.wait_for(open=1)
        sandbox.wait_for(aborted=1, open=0, seconds=5)

    @pytest.mark.parametrize("timings", [{"latency_ms": 60_000}, {"chunk_ms": 60_000}])
    def test_is_noticed_between_two_words(self, sandbox: SandboxProcess, timings: dict[str, int]) -> None:
        sandbox.fault(None, **timings)
        with raw_call(sandbox, stream=True) as connection:
            assert connection.recv(15) == b"HTTP/1.1 200 OK"
        sandbox.wait_for(aborted=1, open=0, seconds=5)

    def test_is_noticed_before_a_whole_answer(self, sandbox: SandboxProcess) -> None:
        sandbox.fault(None, latency_ms=60_000)
        with raw_call(sandbox, stream=False):
            sandbox.wait_for(open=1)
        sandbox.wait_for(aborted=1, open=0, seconds=5)

    def test_is_noticed_when_its_reading_stops(self, sandbox: SandboxProcess) -> None:
        sandbox.fault("huge")
        with raw_call(sandbox, stream=True) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.recv(100)
        sandbox.wait_for(aborted=1, open=0)

    def test_does_not_disturb_the_others(self, client: Client) -> None:
        client.sandbox.fault("timeout", times=1)
        with raw_call(client.sandbox, stream=True):
            client.sandbox.wait_for(open=1)
            assert client.chat().status_code == 200


class TestPipelining:
    def test_a_request_that_waits_its_turn_is_no_departure(self, sandbox: SandboxProcess) -> None:
        sandbox.fault(None, latency_ms=30)
        body = json.dumps({"messages": prompt()}).encode()
        one = b"POST /api/v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer k\r\n"
        with socket.create_connection(("127.0.0.1", sandbox.port), timeout=20) as connection:
            connection.sendall((one + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)) * 2)
            state = sandbox.wait_for(calls=2, open=0)
        assert (state["aborted"], state["connections"]) == (0, 1)


class TestWaiting:
    def test_says_what_it_saw_when_time_is_up(self, sandbox: SandboxProcess) -> None:
        with pytest.raises(AssertionError, match="'calls': 0"):
            sandbox.wait_for(calls=1, seconds=1)
