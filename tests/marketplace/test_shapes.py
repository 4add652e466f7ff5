"""Every form of reply that was seen in the wild, one recorded body each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import responses

from shareai_cms.errors import BadReply
from shareai_cms.marketplace import ChatRequest, Connection, Message, Reply, complete, stream
from tests.marketplace.conftest import CONTENT, Configure, a_request
from tests.marketplace.peer import chat

URL = "https://marketplace.test/api/v1"
CHAT = f"{URL}/chat/completions"
connection = Connection(base_url=URL, api_key="sk-12345678")


@pytest.fixture
def wire(configure: Configure) -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as wire:
        yield wire


def ask(wire: responses.RequestsMock, body: Any, request: ChatRequest | None = None, **headers: str) -> Reply:
    raw = body if isinstance(body, str | bytes) else json.dumps(body)
    wire.post(CHAT, body=raw, headers=headers, content_type="application/json")
    return complete(connection, request or a_request())


class TestTheText:
    @pytest.mark.parametrize(
        "body",
        [
            chat("A better text."),
            {"message": "A better text."},
            {"message": json.dumps({"role": "assistant", "content": "A better text."})},
            {"message": {"role": "assistant", "content": "A better text."}},
        ],
        ids=["choices", "message-string", "message-json", "message-object"],
    )
    def test_is_found_in_every_known_shape(self, wire: responses.RequestsMock, body: Any) -> None:
        assert ask(wire, body).text == "A better text."

    @pytest.mark.parametrize("text", ["{curly} prose", '{"titles": ["a"]}', '["a"]', '{"content": 3}'])
    def test_a_message_that_only_looks_like_json_is_kept(self, wire: responses.RequestsMock, text: str) -> None:
        assert ask(wire, {"message": text}).text == text

    def test_json_inside_choices_is_never_unwrapped(self, wire: responses.RequestsMock) -> None:
        text = json.dumps({"content": "inner"})
        assert ask(wire, chat(text)).text == text

    @pytest.mark.parametrize("content", ["", None])
    def test_may_be_empty(self, wire: responses.RequestsMock, content: str | None) -> None:
        assert ask(wire, {"choices": [{"message": {"content": content}, "finish_reason": "length"}]}).text == ""

    def test_is_valid_unicode_without_nul(self, wire: responses.RequestsMock) -> None:
        body = r'{"choices": [{"message": {"content": "a\u0000 \ud83d\ude00 \ud83d"}}]}'
        assert ask(wire, body).text == "a 😀 \ufffd"

    @pytest.mark.parametrize(
        "body",
        [
            {},
            [],
            "null",
            '"text"',
            "3",
            {"choices": []},
            {"choices": "none"},
            {"choices": [None]},
            {"choices": [{}]},
            {"choices": [{"message": {}}]},
            {"choices": [{"message": {"content": ["a"]}}]},
            {"choices": [{"message": {"content": {"a": 1}}}]},
            {"message": None},
            {"message": 3},
            {"message": {"text": "a"}},
            {"text": "a"},
        ],
    )
    def test_an_unknown_shape_is_a_bad_reply(self, wire: responses.RequestsMock, body: Any) -> None:
        with pytest.raises(BadReply, match=r"HTTP 200 application/json, \d+ bytes"):
            ask(wire, body)

    @pytest.mark.parametrize(
        "body", ["", "{", '{"choices": [{"mess', "<html>", b"\xff\xfe\xfd", "[" * 200_000, "9" * 5000]
    )
    def test_what_is_not_json_is_a_bad_reply(self, wire: responses.RequestsMock, body: str | bytes) -> None:
        with pytest.raises(BadReply):
            ask(wire, body)


class TestTheFacts:
    def test_come_from_the_reply(self, wire: responses.RequestsMock, configure: Configure) -> None:
        configure(ROUTES={"standard": ["model-x"]})
        reply = ask(wire, chat("Text.", model="model-y"), **{"X-Request-Id": "req-1"})
        assert (reply.model_asked, reply.model_answered) == ("model-x", "model-y")
        assert (reply.tokens_in, reply.tokens_out, reply.is_estimated) == (7, 3, False)
        assert (reply.finish_reason, reply.request_id, reply.route) == ("stop", "req-1", "standard")
        assert (reply.cost_millionths, reply.surcharge_millionths) == (None, None)
        assert [(attempt.model, attempt.status, attempt.code) for attempt in reply.attempts] == [("model-x", 200, "")]

    def test_the_id_in_the_body_stands_in_for_the_header(self, wire: responses.RequestsMock) -> None:
        assert ask(wire, chat("Text.")).request_id == "chatcmpl-1"

    @pytest.mark.parametrize(
        "usage",
        [
            None,
            {},
            [],
            "7",
            {"prompt_tokens": "7"},
            {"prompt_tokens": -1, "completion_tokens": 3},
            {"prompt_tokens": True},
        ],
    )
    def test_tokens_are_estimated_and_marked_when_missing(self, wire: responses.RequestsMock, usage: Any) -> None:
        reply = ask(wire, chat("Twelve chars", usage=usage))
        assert reply.is_estimated
        assert reply.tokens_out == 3
        assert reply.tokens_in == -(-(len("Rewrite.") + len(CONTENT)) // 4)

    def test_an_image_does_not_count_by_its_bytes(self, wire: responses.RequestsMock) -> None:
        parts = (
            {"type": "text", "text": "Describe"},
            {"type": "image_url", "image_url": {"url": "data:" + "x" * 9999}},
        )
        request = ChatRequest(messages=(Message("user", parts),), max_tokens=9)
        assert ask(wire, {"message": "Four"}, request).tokens_in == 2

    def test_absurd_figures_are_not_believed(self, wire: responses.RequestsMock) -> None:
        reply = ask(wire, chat("Text", usage={"prompt_tokens": 10**30, "completion_tokens": 3}))
        assert reply.is_estimated
        assert reply.tokens_in < 100

    @pytest.mark.parametrize("field", ["model", "id", "finish_reason"])
    @pytest.mark.parametrize("value", [None, 3, ["a"], "x" * 100_000, "a\nb"])
    def test_odd_names_do_no_harm(self, wire: responses.RequestsMock, field: str, value: Any) -> None:
        body = chat("Text.")
        (body["choices"][0] if field == "finish_reason" else body)[field] = value
        reply = ask(wire, body)
        assert all(len(name) <= 255 for name in (reply.model_answered, reply.request_id, reply.finish_reason))


class TestWithoutStreaming:
    """A marketplace that answers ``stream: true`` with a whole reply, of any shape and under any type."""

    @pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/event-stream", ""])
    @pytest.mark.parametrize("body", [chat("Text."), {"message": "Text."}], ids=["choices", "message"])
    def test_gives_one_piece(self, wire: responses.RequestsMock, body: Any, content_type: str) -> None:
        wire.post(CHAT, json=body, content_type=content_type)
        first, last = stream(connection, a_request())
        assert first == "Text."
        assert isinstance(last, Reply)
        assert last.text == "Text."
