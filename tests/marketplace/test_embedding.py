"""Vectors over the wire: what is sent, every form that comes back, and what is refused."""

from __future__ import annotations

import base64
import json
import logging
from array import array
from collections.abc import Iterator
from typing import Any

import pytest
import responses

from shareai_cms.errors import (
    ActionCancelled,
    BadReply,
    EmbeddingInvalid,
    EmbeddingsUnavailable,
    InsufficientCredits,
    KeyRejected,
    MarketplaceBusy,
    MarketplaceError,
    MarketplaceTimeout,
    NotConfigured,
    ReplyTooLarge,
    RequestRejected,
    ShareAIError,
)
from shareai_cms.marketplace import Cancellation, Connection, Embedded, EmbeddingRequest, embed
from tests.marketplace.conftest import CONTENT, KEY, Configure
from tests.marketplace.peer import Peer, head, in_turn, raw, whole
from tests.services import SandboxProcess

URL = "https://marketplace.test/api/v1"
EMBEDDINGS = f"{URL}/embeddings"
BARE = EmbeddingRequest(texts=(CONTENT, "two"))


def item(index: int | None, vector: Any) -> dict[str, Any]:
    return {"object": "embedding", "embedding": vector, **({} if index is None else {"index": index})}


def reply_of(*items: Any, **fields: Any) -> dict[str, Any]:
    return {"object": "list", "data": list(items), "model": "model-a", "usage": {"prompt_tokens": 5}, **fields}


GOOD = reply_of(item(0, [1.0, 2.0]), item(1, [3, 4.5]))


@pytest.fixture
def wire(configure: Configure) -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as wire:
        yield wire


def ask(wire: responses.RequestsMock, body: Any, request: EmbeddingRequest = BARE, **fields: Any) -> Embedded:
    sent = body if isinstance(body, str | bytes) else json.dumps(body)
    wire.post(EMBEDDINGS, body=sent, content_type="application/json", **fields)
    return embed(Connection(base_url=URL, api_key=KEY), request)


def sent(wire: responses.RequestsMock, number: int = -1) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(wire.calls[number].request.body)
    return body


class TestTheRequest:
    def test_holds_the_texts_and_asks_for_numbers(self, wire: responses.RequestsMock) -> None:
        ask(wire, GOOD)
        assert sent(wire) == {"input": [CONTENT, "two"], "encoding_format": "float"}

    def test_names_model_and_dimensions_where_they_are_set(self, wire: responses.RequestsMock) -> None:
        request = EmbeddingRequest(texts=("a", "b"), model="m", dimensions=2, tags={"feature": "search"}, user="u")
        ask(wire, GOOD, request)
        assert sent(wire) == {
            "input": ["a", "b"],
            "encoding_format": "float",
            "model": "m",
            "dimensions": 2,
            "metadata": {"feature": "search"},
            "user": "u",
        }

    def test_leaves_out_what_settings_say(self, wire: responses.RequestsMock, configure: Configure) -> None:
        configure(SEND_METADATA=False, SEND_USER=False)
        ask(wire, GOOD, EmbeddingRequest(texts=("a", "b"), tags={"a": "b"}, user="u"))
        assert set(sent(wire)) == {"input", "encoding_format"}

    def test_takes_extra_fields_but_no_model_for_chats(self, configure: Configure) -> None:
        body = {"model": "a-chat-model", "input": "nothing", "provider": "x", "encoding_format": None}
        connection = Connection(base_url=URL, api_key=KEY, body=body)
        with responses.RequestsMock() as wire:
            wire.post(EMBEDDINGS, json=GOOD)
            embed(connection, BARE)
            assert sent(wire) == {"input": [CONTENT, "two"], "provider": "x"}

    def test_keeps_its_texts_out_of_its_repr(self) -> None:
        assert CONTENT not in repr(BARE)

    def test_may_hold_what_only_json_can_escape(self, wire: responses.RequestsMock) -> None:
        ask(wire, GOOD, EmbeddingRequest(texts=("\ud800\x00", "😀")))
        assert sent(wire)["input"] == ["\ud800\x00", "😀"]


class TestTheReply:
    def test_gives_vectors_and_facts(self, wire: responses.RequestsMock) -> None:
        found = ask(wire, GOOD, headers={"X-Request-Id": "req-1"})
        assert [list(vector) for vector in found.vectors] == [[1.0, 2.0], [3.0, 4.5]]
        assert (found.model_asked, found.model_answered, found.request_id) == ("", "model-a", "req-1")
        assert (found.tokens_in, found.is_estimated) == (5, False)
        assert [(each.status, each.code) for each in found.attempts] == [(200, "")]
        assert "4.5" not in repr(found)

    def test_is_put_in_order_by_its_places(self, wire: responses.RequestsMock) -> None:
        found = ask(wire, reply_of(item(1, [2.0]), item(0, [1.0])))
        assert [list(vector) for vector in found.vectors] == [[1.0], [2.0]]

    def test_without_places_is_taken_in_its_order(self, wire: responses.RequestsMock) -> None:
        found = ask(wire, reply_of(item(None, [1.0]), item(None, [2.0])))
        assert [list(vector) for vector in found.vectors] == [[1.0], [2.0]]

    def test_may_be_base64_whatever_was_asked_for(self, wire: responses.RequestsMock) -> None:
        encoded = base64.b64encode(array("f", [0.5, -2.0]).tobytes()).decode()
        found = ask(wire, reply_of(item(0, encoded), item(1, [1, 2])))
        assert [list(vector) for vector in found.vectors] == [[0.5, -2.0], [1.0, 2.0]]

    @pytest.mark.parametrize("usage", [None, {}, "many", {"prompt_tokens": "many"}, {"prompt_tokens": -7}, [1]])
    def test_without_usage_is_estimated(self, wire: responses.RequestsMock, usage: Any) -> None:
        found = ask(wire, reply_of(item(0, [1.0]), item(1, [1.0]), usage=usage))
        assert (found.tokens_in, found.is_estimated) == (-(-(len(CONTENT) + 3) // 4), True)

    def test_may_count_only_the_total(self, wire: responses.RequestsMock) -> None:
        found = ask(wire, reply_of(item(0, [1.0]), item(1, [1.0]), usage={"total_tokens": 9}))
        assert (found.tokens_in, found.is_estimated) == (9, False)

    @pytest.mark.parametrize("model", [None, 3, ["m"], f"model {KEY}", "x\ny"])
    def test_without_a_usable_name_says_so(self, wire: responses.RequestsMock, model: Any) -> None:
        assert ask(wire, {**GOOD, "model": model}).model_answered == ""

    @pytest.mark.parametrize(
        "data",
        [
            [],
            [item(0, [1.0])],
            [item(0, [1.0]), item(1, [1.0]), item(2, [1.0])],
            [item(0, [1.0]), item(0, [1.0])],
            [item(1, [1.0]), item(2, [1.0])],
            [item(0, [1.0]), item(None, [1.0])],
            [item(False, [1.0]), item(True, [1.0])],
            [{**item(0, [1.0]), "index": "0"}, {**item(1, [1.0]), "index": "1"}],
            [item(0, ["1.0"]), item(1, [1.0])],
            [item(0, [True]), item(1, [1.0])],
            [item(0, [None]), item(1, [1.0])],
            [item(0, [[1.0]]), item(1, [1.0])],
            [item(0, {"a": 1}), item(1, [1.0])],
            [item(0, 1.0), item(1, [1.0])],
            [item(0, None), item(1, [1.0])],
            [item(0, "not Base64!"), item(1, [1.0])],
            [item(0, "AAA="), item(1, [1.0])],
            [item(0, [10**400]), item(1, [1.0])],
            [None, None],
            ["a", "b"],
            None,
            "data",
            {"0": [1.0], "1": [1.0]},
        ],
    )
    def test_that_is_not_one_vector_for_each_text_is_refused(self, wire: responses.RequestsMock, data: Any) -> None:
        with pytest.raises(EmbeddingInvalid) as caught:
            ask(wire, {"data": data, "model": "model-a"})
        [attempt] = vars(caught.value)["attempts"]
        assert attempt.code == "embedding_invalid"

    @pytest.mark.parametrize("body", ["", "{", '{"data": [', "<html>", b"\xff\xfe", "[" * 200_000, "null", "[]", "3"])
    def test_of_no_known_form_is_refused(self, wire: responses.RequestsMock, body: str | bytes) -> None:
        with pytest.raises((BadReply, EmbeddingInvalid)):
            ask(wire, body)


class TestTheSize:
    def test_may_be_that_of_a_whole_batch_of_long_vectors(self, wire: responses.RequestsMock) -> None:
        vectors = [[-0.012345678901234567] * 1536] * 64
        body = json.dumps(reply_of(*(item(index, vector) for index, vector in enumerate(vectors))), indent=1)
        assert len(body) > 2_000_000
        assert len(ask(wire, body, EmbeddingRequest(texts=("text",) * 64)).vectors) == 64

    def test_beyond_every_use_is_refused(self, wire: responses.RequestsMock) -> None:
        with pytest.raises(ReplyTooLarge):
            ask(wire, reply_of(item(0, [0.123456789] * 200_000)), EmbeddingRequest(texts=("a",)))


class TestARefusal:
    @pytest.mark.parametrize(
        ("status", "body", "kind"),
        [
            (200, {"error": {"code": "model_error", "message": "no"}}, MarketplaceError),
            (200, {"error": "The model could not finish."}, MarketplaceError),
            (500, {"error": "The model could not finish."}, MarketplaceError),
            (402, {"error": {"code": "insufficient_credits"}}, InsufficientCredits),
            (401, {"error": {"code": "invalid_api_key"}}, KeyRejected),
            (302, {}, RequestRejected),
            (400, {"error": {"code": "context_length_exceeded"}}, RequestRejected),
            (404, {"error": {"code": "not_found"}}, EmbeddingsUnavailable),
            (404, "<html>Not found</html>", EmbeddingsUnavailable),
            (404, {"error": {"code": "model_not_found"}}, EmbeddingsUnavailable),
            (405, "", EmbeddingsUnavailable),
            (502, "<html>Bad gateway</html>", BadReply),
        ],
    )
    def test_is_of_the_tree_and_quotes_nothing(
        self, wire: responses.RequestsMock, status: int, body: Any, kind: type[ShareAIError]
    ) -> None:
        with pytest.raises(kind) as caught:
            ask(wire, body, status=status)
        assert type(caught.value) is kind
        assert CONTENT not in f"{caught.value!r}{caught.value.detail}"

    def test_of_a_field_is_borne_without_it(self, wire: responses.RequestsMock) -> None:
        wire.post(EMBEDDINGS, status=400, json={"error": {"code": "unknown", "param": "dimensions"}})
        found = ask(wire, GOOD, EmbeddingRequest(texts=("a", "b"), dimensions=2))
        assert "dimensions" in sent(wire, 0)
        assert "dimensions" not in sent(wire, 1)
        assert [each.code for each in found.attempts] == ["request_rejected", ""]

    def test_of_field_after_field_is_borne_with_none_of_them(self, wire: responses.RequestsMock) -> None:
        for param in ("user", "metadata"):
            wire.post(EMBEDDINGS, status=400, json={"error": {"param": param}})
        request = EmbeddingRequest(texts=("a", "b"), model="m", dimensions=2, tags={"a": "b"}, user="u")
        ask(wire, GOOD, request)
        assert sent(wire) == {"input": ["a", "b"], "model": "m"}

    @pytest.mark.parametrize("param", ["model", "input", "temperature", "dimensions", 3, None])
    def test_of_what_has_to_be_sent_or_was_not_is_final(self, wire: responses.RequestsMock, param: Any) -> None:
        with pytest.raises(RequestRejected):
            ask(wire, {"error": {"param": param}}, status=400)
        assert len(wire.calls) == 1

    def test_of_a_busy_marketplace_is_tried_again_with_the_same_model(
        self, wire: responses.RequestsMock, configure: Configure
    ) -> None:
        configure(ROUTES={"fallback": ["another"]}, EMBEDDING_MODEL="m")
        wire.post(EMBEDDINGS, status=503, json={"error": {"code": "no_device"}})
        ask(wire, GOOD, EmbeddingRequest(texts=("a", "b"), model="m"))
        assert [sent(wire, number)["model"] for number in (0, 1)] == ["m", "m"]

    def test_of_a_marketplace_that_stays_busy_ends(self, wire: responses.RequestsMock) -> None:
        with pytest.raises(MarketplaceBusy):
            ask(wire, {"error": {"code": "no_device"}}, status=503)
        assert len(wire.calls) == 3


class TestTheTime:
    def test_ends_a_silent_marketplace(self, peer: Peer, connection: Connection) -> None:
        peer.then(lambda exchange: exchange.wait_until_client_leaves())
        with pytest.raises(MarketplaceTimeout):
            embed(connection, BARE, budget=0.2)

    def test_ends_a_slow_drip(self, peer: Peer, connection: Connection) -> None:
        peer.then(
            in_turn(raw(head(Content_Length="1000") + b"{"), lambda exchange: exchange.wait_until_client_leaves())
        )
        with pytest.raises(MarketplaceTimeout):
            embed(connection, BARE, budget=0.2)

    def test_is_over_when_cancelled(self, peer: Peer, connection: Connection) -> None:
        cancellation = Cancellation()
        cancellation.cancel()
        with pytest.raises(ActionCancelled):
            embed(connection, BARE, cancellation=cancellation)
        assert peer.requests == []

    def test_a_broken_end_is_not_sent_again(self, peer: Peer, connection: Connection) -> None:
        peer.then(in_turn(raw(head(Content_Length="1000") + b'{"data": ['), lambda exchange: exchange.reset()))
        with pytest.raises(MarketplaceError):
            embed(connection, BARE)
        assert len(peer.requests) == 1


class TestThePlace:
    def test_is_the_usual_one_with_the_key(self, peer: Peer, connection: Connection) -> None:
        peer.then(whole(GOOD))
        embed(connection, BARE)
        [exchange] = peer.requests
        assert (exchange.method, exchange.path) == ("POST", "/api/v1/embeddings")
        assert exchange.headers["authorization"] == f"Bearer {KEY}"

    def test_may_be_the_sandbox(self, sandbox: SandboxProcess) -> None:
        connection = Connection(base_url=sandbox.url, api_key="k", is_sandbox=True)
        found = embed(connection, EmbeddingRequest(texts=("a", "b"), dimensions=8))
        assert [len(vector) for vector in found.vectors] == [8, 8]

    def test_that_cannot_be_sent_to_is_a_matter_of_settings(self, configure: Configure) -> None:
        with pytest.raises(NotConfigured):
            embed(Connection(base_url=URL, api_key=KEY, body={"x": object()}), BARE)


def test_no_log_line_holds_a_text(wire: responses.RequestsMock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wire.post(EMBEDDINGS, status=503, json={"error": {"code": "no_device", "message": CONTENT}})
    ask(wire, GOOD)
    assert "code=marketplace_busy" in caplog.text
    assert CONTENT not in caplog.text
