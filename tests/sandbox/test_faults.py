from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from requests.exceptions import ChunkedEncodingError

from shareai_cms.sandbox.faults import FAULTS, VECTOR_FAULTS, Fault, UnknownFaultError

from .conftest import Client, events, prompt, raw_bytes, streamed_text

ERRORS = [
    ("error-200", 200, "model_error"),
    ("insufficient-credits", 402, "insufficient_credits"),
    ("wrong-key", 401, "invalid_api_key"),
    ("no-device", 503, "no_device"),
    ("rate-limit", 429, "rate_limited"),
    ("status-500", 500, "server_error"),
]


def text_of(reply: requests.Response) -> str:
    return str(reply.json()["choices"][0]["message"]["content"])


class TestErrors:
    @pytest.mark.parametrize("stream", [False, True])
    @pytest.mark.parametrize(("fault", "status", "code"), ERRORS)
    def test_have_their_status_and_code(self, client: Client, fault: str, status: int, code: str, stream: bool) -> None:
        reply = client.chat(fault=fault, stream=stream)
        assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)

    def test_plain_string(self, client: Client) -> None:
        reply = client.chat(fault="error-string")
        assert (reply.status_code, type(reply.json()["error"])) == (500, str)

    def test_rate_limit_says_when_to_come_back(self, client: Client) -> None:
        client.sandbox.fault("rate-limit", retry_after=7)
        assert client.chat().headers["Retry-After"] == "7"

    def test_html_page(self, client: Client) -> None:
        reply = client.chat(fault="html")
        assert reply.status_code == 200
        assert reply.headers["Content-Type"].startswith("text/html")

    def test_cut_json(self, client: Client) -> None:
        with pytest.raises(json.JSONDecodeError):
            json.loads(client.chat(fault="cut-json").content)

    def test_cut_json_in_a_stream(self, client: Client) -> None:
        last = client.chat(fault="cut-json", stream=True).text.split("data: ")[-1]
        with pytest.raises(json.JSONDecodeError):
            json.loads(last)

    @pytest.mark.parametrize(("fault", "code"), [("no-device", "no_device"), ("error-200", "model_error")])
    def test_reach_every_address(self, client: Client, fault: str, code: str) -> None:
        client.sandbox.fault(fault)
        assert client.get("/iam/key/info").json()["error"]["code"] == code
        assert client.post("/embeddings", json={"input": "a"}).json()["error"]["code"] == code


class TestBrokenConnections:
    @pytest.mark.parametrize("stream", [False, True])
    @pytest.mark.parametrize("fault", ["broken-stream", "disconnect-30"])
    def test_break_in_the_body(self, client: Client, fault: str, stream: bool) -> None:
        with pytest.raises(ChunkedEncodingError):
            client.chat(fault=fault, stream=stream)
        assert client.sandbox.wait_for(open=0)["recent"][-1]["outcome"] == "cut"

    def test_some_words_come_before_the_stream_breaks(self, client: Client) -> None:
        body = json.dumps({"model": "fault-broken-stream", "messages": prompt(), "stream": True}).encode()
        head = b"POST /api/v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer k\r\nContent-Length: %d\r\n\r\n"
        received = raw_bytes(client.sandbox.port, head % len(body) + body)
        assert b"begin, " in received
        assert b"[DONE]" not in received
        assert not received.endswith(b"0\r\n\r\n")

    def test_hang_up_before_the_first_byte(self, client: Client) -> None:
        with pytest.raises(requests.ConnectionError, match="without response"):
            client.chat(fault="hang-up")

    @pytest.mark.parametrize("fault", ["early-end", "stream-error"])
    def test_end_in_the_middle(self, client: Client, fault: str) -> None:
        chunks = events(client.chat(fault=fault, stream=True))
        assert streamed_text(chunks).startswith("To begin")
        assert "[DONE]" not in chunks
        assert ("error" in chunks[-1]) is (fault == "stream-error")


class TestSilence:
    @pytest.mark.parametrize("stream", [False, True])
    @pytest.mark.parametrize("fault", ["timeout", "hold", "silent", "stall"])
    def test_lasts_until_the_client_leaves(self, client: Client, fault: str, stream: bool) -> None:
        with pytest.raises(requests.RequestException):
            client.chat(fault=fault, stream=stream, timeout=0.2)
        assert client.sandbox.wait_for(aborted=1, open=0)["recent"][-1]["outcome"] == "aborted"

    def test_silent_sends_its_headers(self, client: Client) -> None:
        url = f"{client.sandbox.url}/chat/completions"
        body = {"model": "fault-silent", "messages": prompt(), "stream": True}
        with requests.post(url, json=body, headers={"Authorization": "Bearer key"}, stream=True, timeout=20) as reply:
            assert reply.status_code == 200
        client.sandbox.wait_for(aborted=1)

    def test_slow_takes_its_time(self, client: Client) -> None:
        client.sandbox.fault("slow", latency_ms=100, chunk_ms=10)
        assert text_of(client.chat()).startswith("To begin")
        assert client.chat().elapsed.total_seconds() >= 0.1


class TestOutput:
    def test_no_stream(self, client: Client) -> None:
        reply = client.chat(fault="no-stream", stream=True)
        assert reply.headers["Content-Type"] == "application/json"
        assert text_of(reply).startswith("To begin")

    @pytest.mark.parametrize("needle", ["<script>", "onclick=", 'href="javascript:', "onerror="])
    def test_script_output(self, client: Client, needle: str) -> None:
        text = text_of(client.chat(fault="script-output"))
        assert needle in text
        assert text.startswith("To begin")

    def test_script_output_keeps_the_form_asked_for(self, client: Client) -> None:
        messages = prompt(task="title-alternatives", more="Answer with a JSON array of strings.")
        titles = json.loads(text_of(client.chat(fault="script-output", messages=messages)))
        assert "<script>" in titles[-1]
        assert len(titles) > 1

    @pytest.mark.parametrize("stream", [False, True])
    def test_huge(self, client: Client, stream: bool) -> None:
        reply = client.chat(fault="huge", stream=stream)
        assert len(streamed_text(events(reply)) if stream else text_of(reply)) == 2_000_000

    def test_empty(self, client: Client) -> None:
        assert text_of(client.chat(fault="empty")) == ""
        assert streamed_text(events(client.chat(fault="empty", stream=True))) == ""

    def test_script_only_and_wrong_form(self, client: Client) -> None:
        assert text_of(client.chat(fault="script-only")).startswith("<script>")
        assert "weather" in text_of(client.chat(fault="wrong-form"))

    def test_no_usage(self, client: Client) -> None:
        assert "usage" not in client.chat(fault="no-usage").json()
        assert not [chunk for chunk in events(client.chat(fault="no-usage", stream=True)) if "usage" in chunk]

    @pytest.mark.parametrize("fault", ["message-string", "message-json", "message-object"])
    def test_message_at_the_top(self, client: Client, fault: str) -> None:
        body = client.chat(fault=fault).json()
        message: Any = body["message"]
        if fault == "message-json":
            message = json.loads(message)
        assert "choices" not in body
        assert (message if fault == "message-string" else message["content"]).startswith("To begin")


class TestWhoAsksForAFault:
    def test_the_model(self, client: Client) -> None:
        assert client.chat(model="fault-no-device").status_code == 503

    def test_the_header_before_the_model(self, client: Client) -> None:
        assert client.chat(model="fault-no-device", fault="wrong-key").status_code == 401

    def test_the_process_until_it_is_told_otherwise(self, client: Client) -> None:
        client.sandbox.fault("no-device")
        assert [client.chat().status_code for _ in range(2)] == [503, 503]
        client.sandbox.fault(None)
        assert client.chat().status_code == 200

    def test_the_process_a_number_of_times(self, client: Client) -> None:
        client.sandbox.fault("no-device", times=2)
        assert [client.chat().status_code for _ in range(3)] == [503, 503, 200]

    def test_a_reset_takes_the_fault_away(self, client: Client) -> None:
        client.sandbox.fault("html", latency_ms=50)
        client.sandbox.reset()
        assert client.sandbox.state()["fault"] is None
        assert client.chat().json()["model"] == "sandbox-small"

    @pytest.mark.parametrize("name", ["nonsense", "status-200", "status-", "status-<code>", "latency-x"])
    def test_an_unknown_name_is_refused_and_the_known_ones_are_named(self, client: Client, name: str) -> None:
        reply = client.chat(fault=name)
        assert reply.status_code == 400
        assert reply.json()["error"]["code"] == "unknown_fault"
        assert all(known in reply.json()["error"]["message"] for known in (*FAULTS, *VECTOR_FAULTS))
        refused = requests.post(f"{client.sandbox.root}/sandbox/fault", json={"fault": name}, timeout=20)
        assert refused.status_code == 400

    def test_a_held_answer_goes_on_when_the_fault_is_lifted(self, client: Client) -> None:
        client.sandbox.fault("hold")
        with requests.Session() as session:
            session.headers["Authorization"] = "Bearer key"
            held = Client(client.sandbox, session)
            results: list[str] = []
            thread = _in_thread(lambda: results.append(text_of(held.chat())))
            client.sandbox.wait_for(open=1)
            assert results == []
            client.sandbox.fault(None)
            thread.join(timeout=20)
        assert results[0].startswith("To begin")

    @pytest.mark.parametrize("name", [name for name in (*FAULTS, *VECTOR_FAULTS) if "<" not in name])
    def test_every_listed_fault_is_one(self, name: str) -> None:
        assert Fault.parse(name).name == name

    def test_numbers_are_read(self) -> None:
        assert Fault.parse("disconnect-120") == Fault(name="disconnect", number=120)
        with pytest.raises(UnknownFaultError):
            Fault.parse("disconnect--1")


def _in_thread(work: Any) -> Any:
    from threading import Thread

    thread = Thread(target=work)
    thread.start()
    return thread
