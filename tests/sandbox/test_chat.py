from __future__ import annotations

import requests

from .conftest import Client, events, prompt, streamed_text


class TestPlainReply:
    def test_has_the_shape_of_a_chat_completion(self, client: Client) -> None:
        reply = client.chat()
        body = reply.json()
        [choice] = body["choices"]
        assert reply.status_code == 200
        assert choice["message"]["role"] == "assistant"
        assert choice["message"]["content"] == "To begin, we use the old press. The rest follows by itself."
        assert choice["finish_reason"] == "stop"

    def test_counts_tokens(self, client: Client) -> None:
        usage = client.chat().json()["usage"]
        assert usage["prompt_tokens"] > 10
        assert usage["completion_tokens"] > 10
        assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]

    def test_is_marked_as_sandbox_output(self, client: Client) -> None:
        reply = client.chat(model="large-7b")
        assert reply.json()["model"] == "sandbox-large-7b"
        assert reply.headers["X-ShareAI-Sandbox"] == "1"

    def test_names_a_model_when_none_was_asked_for(self, client: Client) -> None:
        assert client.chat(model=None).json()["model"] == "sandbox-standard"

    def test_stops_at_max_tokens_and_says_so(self, client: Client) -> None:
        [choice] = client.chat(max_tokens=3).json()["choices"]
        assert choice["finish_reason"] == "length"
        assert choice["message"]["content"] == "To begin, we"

    def test_has_a_request_id(self, client: Client) -> None:
        first, second = client.chat(), client.chat()
        assert first.headers["X-Request-Id"] == first.json()["id"]
        assert first.json()["id"] != second.json()["id"]


class TestStream:
    def test_says_the_same_as_the_plain_reply(self, client: Client) -> None:
        plain = client.chat().json()["choices"][0]["message"]["content"]
        assert streamed_text(events(client.chat(stream=True))) == plain

    def test_comes_word_by_word(self, client: Client) -> None:
        chunks = [chunk for chunk in events(client.chat(stream=True)) if isinstance(chunk, dict) and chunk["choices"]]
        words = [chunk["choices"][0]["delta"].get("content") for chunk in chunks]
        assert [word for word in words if word][:4] == ["To ", "begin, ", "we ", "use "]

    def test_ends_with_reason_usage_and_done(self, client: Client) -> None:
        *_, reason, usage, done = events(client.chat(stream=True))
        assert reason["choices"][0]["finish_reason"] == "stop"
        assert usage["choices"] == []
        assert usage["usage"] == client.chat().json()["usage"]
        assert done == "[DONE]"

    def test_is_an_event_stream_that_nobody_keeps(self, client: Client) -> None:
        reply = client.chat(stream=True)
        assert reply.headers["Content-Type"].startswith("text/event-stream")
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["X-ShareAI-Sandbox"] == "1"

    def test_first_words_arrive_before_the_last_are_sent(self, client: Client) -> None:
        client.sandbox.fault("stall")
        with requests.post(
            f"{client.sandbox.url}/chat/completions",
            json={"messages": prompt(), "stream": True},
            headers={"Authorization": "Bearer key"},
            stream=True,
            timeout=20,
        ) as reply:
            lines = reply.iter_lines(chunk_size=1)
            first = [next(lines) for _ in range(3)]
            client.sandbox.fault(None)
            rest = list(lines)
        assert b"To " in first[2]
        assert rest[-2:] == [b"data: [DONE]", b""] or b"data: [DONE]" in rest

    def test_takes_the_time_it_was_told_to(self, client: Client) -> None:
        client.sandbox.fault(None, latency_ms=250, chunk_ms=0)
        assert client.chat().elapsed.total_seconds() >= 0.25


class TestImages:
    def test_content_parts_are_understood(self, client: Client) -> None:
        text = 'Task: image-alt-text\n<context id="1" name="title">\nHarbour at dusk\n</context id="1">'
        parts = [
            {"type": "text", "text": text},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
        ]
        body = client.chat(messages=[{"role": "user", "content": parts}]).json()
        assert body["choices"][0]["message"]["content"] == "Harbour at dusk: a picture."


class TestOtherAddresses:
    def test_key_info(self, client: Client) -> None:
        body = client.get("/iam/key/info").json()
        assert (body["status"], body["valid"], body["assigned_models_count"]) == ("success", True, 4)

    def test_models(self, client: Client) -> None:
        assert [model["id"] for model in client.get("/models").json()["data"]][:2] == ["standard", "premium"]

    def test_embeddings(self, client: Client) -> None:
        body = client.post("/embeddings", json={"model": "e", "input": ["a harbour", "a recipe"]}).json()
        assert [row["index"] for row in body["data"]] == [0, 1]
        assert {len(row["embedding"]) for row in body["data"]} == {384}
        assert body["model"] == "sandbox-e"
        assert body["usage"]["total_tokens"] > 0

    def test_embedding_of_a_single_text(self, client: Client) -> None:
        assert len(client.post("/embeddings", json={"input": "one"}).json()["data"]) == 1
