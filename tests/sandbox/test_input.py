from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services import SandboxProcess

from .conftest import Client, prompt, raw_bytes

WRONG_BODIES: list[Any] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 20_000,
    b'{"messages": ' + b"[" * 20_000,
    {},
    {"messages": []},
    {"messages": "text"},
    {"messages": [1]},
    {"messages": {"role": "user"}},
    {"messages": [{"role": "user", "content": "x"}], "max_tokens": "many"},
    {"messages": [{"role": "user", "content": "x"}], "max_tokens": -1},
    {"messages": [{"role": "user", "content": "x"}], "model": ["a"]},
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


class TestRequestsThatAreNone:
    @pytest.mark.parametrize("body", WRONG_BODIES, ids=range(len(WRONG_BODIES)))
    def test_are_answered_400_in_the_form_of_the_api(self, client: Client, body: Any) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        reply = client.post("/chat/completions", data=data)
        error = reply.json()["error"]
        assert reply.status_code == 400
        assert {"code", "message", "type", "param"} <= set(error)
        assert error["message"].endswith(".")

    @pytest.mark.parametrize("body", [{}, {"input": []}, {"input": [1]}, {"input": {"a": 1}}, {"input": ["x"] * 2049}])
    def test_embeddings_without_texts(self, client: Client, body: dict[str, Any]) -> None:
        assert client.post("/embeddings", json=body).status_code == 400

    def test_an_unknown_address(self, client: Client) -> None:
        assert client.get("/nothing").status_code == 404
        assert client.post("/models", json={}).status_code == 404
        assert requests.get(f"{client.sandbox.root}/favicon.ico", timeout=20).status_code == 404

    @pytest.mark.parametrize("body", [{"latency_ms": "soon"}, {"latency_ms": -1}, {"chunk_ms": True}, {"fault": 3}])
    def test_a_fault_that_cannot_be_set(self, client: Client, body: dict[str, Any]) -> None:
        assert requests.post(f"{client.sandbox.root}/sandbox/fault", json=body, timeout=20).status_code == 400

    def test_a_body_without_its_length(self, sandbox: SandboxProcess) -> None:
        request = b"POST /api/v1/chat/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        assert b" 411 " in raw_bytes(sandbox.port, request).split(b"\r\n")[0]

    def test_a_body_that_is_far_too_large(self, sandbox: SandboxProcess) -> None:
        request = b"POST /api/v1/chat/completions HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"
        assert b" 413 " in raw_bytes(sandbox.port, request).split(b"\r\n")[0]

    def test_a_method_that_there_is_not(self, client: Client) -> None:
        reply = requests.put(f"{client.sandbox.url}/models", timeout=20)
        assert reply.status_code == 501
        assert reply.json()["error"]["code"] == "http_501"

    @pytest.mark.parametrize(
        "request_line", [b"nonsense\r\n\r\n", b"GET //[ HTTP/1.1\r\nConnection: close\r\n\r\n", b"\x16\x03\x01\r\n\r\n"]
    )
    def test_no_http_at_all_leaves_the_sandbox_standing(self, client: Client, request_line: bytes) -> None:
        raw_bytes(client.sandbox.port, request_line)
        assert client.chat().status_code == 200


class TestKeys:
    @pytest.mark.parametrize("header", ["", "Bearer wrong", "Bearer ", "Basic abc", "Bearer"])
    def test_a_missing_or_wrong_key_is_rejected(self, sandbox: SandboxProcess, header: str) -> None:
        headers = {"Authorization": header} if header else {}
        for path in ("models", "iam/key/info"):
            reply = requests.get(f"{sandbox.url}/{path}", headers=headers, timeout=20)
            assert (reply.status_code, reply.json()["error"]["code"]) == (401, "invalid_api_key")


class TestAnyInput:
    def test_a_very_long_text(self, client: Client) -> None:
        reply = client.chat(messages=prompt("We utilise words. " * 100_000), timeout=60)
        assert reply.status_code == 200

    def test_half_a_surrogate_pair(self, client: Client) -> None:
        data = b'{"messages": [{"role": "user", "content": "a \\ud83d b"}], "user": "\\ud83d"}'
        assert client.post("/chat/completions", data=data).status_code == 200
        assert client.sandbox.state()["last"]["user"] == "?"

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(content=JSON, role=st.sampled_from(["user", "system", "assistant", ""]), more=JSON)
    def test_never_ends_in_a_server_error(self, client: Client, content: Any, role: str, more: Any) -> None:
        body = {"messages": [{"role": role, "content": content}, {"role": "user", "content": more}], "metadata": more}
        assert client.post("/chat/completions", json=body).status_code in (200, 400)

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(body=JSON)
    def test_any_json_is_answered(self, client: Client, body: Any) -> None:
        for path in ("/chat/completions", "/embeddings"):
            assert client.post(path, json=body).status_code in (200, 400)
