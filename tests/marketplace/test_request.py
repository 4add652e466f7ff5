"""What is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from shareai_cms import __version__
from shareai_cms.errors import NotConfigured
from shareai_cms.marketplace import ChatRequest, Connection, Message, complete, stream
from tests.marketplace.conftest import CONTENT, KEY, Configure, a_request
from tests.marketplace.peer import Peer, chat, whole

URL = "https://marketplace.test/api/v1"
connection = Connection(base_url=URL, api_key=KEY)


@pytest.fixture
def wire(configure: Configure) -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as wire:
        wire.post(f"{URL}/chat/completions", json=chat("Text."))
        yield wire


def sent(wire: responses.RequestsMock) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(wire.calls[0].request.body or b"")
    return body


def headers(wire: responses.RequestsMock) -> requests.structures.CaseInsensitiveDict[str | bytes]:
    return wire.calls[0].request.headers


class TestTheBody:
    def test_is_openai_s(self, wire: responses.RequestsMock) -> None:
        complete(connection, a_request(temperature=0.5))
        assert sent(wire) == {
            "messages": [{"role": "system", "content": "Rewrite."}, {"role": "user", "content": CONTENT}],
            "max_tokens": 100,
            "temperature": 0.5,
            "stream": False,
        }

    def test_names_the_first_model_of_the_route(self, wire: responses.RequestsMock, configure: Configure) -> None:
        configure(ROUTES={"premium": ["best", "second"], "standard": ["plain"]})
        complete(connection, a_request(route="premium"))
        assert sent(wire)["model"] == "best"

    def test_leaves_the_choice_to_the_key_when_the_route_is_empty(self, wire: responses.RequestsMock) -> None:
        complete(connection, a_request())
        assert "model" not in sent(wire)

    def test_carries_tags_and_an_opaque_user(self, wire: responses.RequestsMock) -> None:
        complete(connection, a_request(tags={"feature": "rewrite"}, user="site-1f"))
        assert (sent(wire)["metadata"], sent(wire)["user"]) == ({"feature": "rewrite"}, "site-1f")

    def test_leaves_them_out_when_settings_say_so(self, wire: responses.RequestsMock, configure: Configure) -> None:
        configure(SEND_METADATA=False, SEND_USER=False)
        complete(connection, a_request(tags={"feature": "rewrite"}, user="site-1f"))
        assert not {"metadata", "user"} & set(sent(wire))

    def test_leaves_them_out_when_there_are_none(self, wire: responses.RequestsMock) -> None:
        complete(connection, a_request())
        assert not {"metadata", "user", "temperature", "stream_options"} & set(sent(wire))

    def test_asks_for_a_stream_with_its_figures(self, wire: responses.RequestsMock) -> None:
        list(stream(connection, a_request()))
        assert sent(wire)["stream"] is True
        assert sent(wire)["stream_options"] == {"include_usage": True}

    def test_asks_for_no_stream_when_settings_say_so(self, wire: responses.RequestsMock, configure: Configure) -> None:
        configure(STREAM=False)
        assert [type(part).__name__ for part in stream(connection, a_request())] == ["str", "Reply"]
        assert sent(wire)["stream"] is False

    def test_carries_images_as_parts(self, wire: responses.RequestsMock) -> None:
        parts = ({"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},)
        complete(connection, ChatRequest(messages=(Message("user", parts),), max_tokens=9))
        assert sent(wire)["messages"] == [{"role": "user", "content": list(parts)}]

    def test_takes_text_that_is_no_valid_unicode(self, wire: responses.RequestsMock) -> None:
        complete(connection, ChatRequest(messages=(Message("user", "half \ud83d"),), max_tokens=9))
        assert sent(wire)["messages"][0]["content"] == "half \ud83d"


class TestExtras:
    def test_add_replace_and_take_out_fields(self, wire: responses.RequestsMock) -> None:
        extras = {"top_p": 0.9, "max_tokens": 5, "temperature": None}
        complete(Connection(base_url=URL, api_key=KEY, body=extras), a_request(temperature=0.5))
        assert (sent(wire)["top_p"], sent(wire)["max_tokens"]) == (0.9, 5)
        assert "temperature" not in sent(wire)

    def test_never_replace_the_messages_or_the_way_of_answering(self, wire: responses.RequestsMock) -> None:
        complete(Connection(base_url=URL, api_key=KEY, body={"messages": [], "stream": True}), a_request())
        assert len(sent(wire)["messages"]) == 2
        assert sent(wire)["stream"] is False

    def test_headers_are_added(self, wire: responses.RequestsMock) -> None:
        complete(Connection(base_url=URL, api_key=KEY, headers={"X-Team": "web"}), a_request())
        assert headers(wire)["X-Team"] == "web"

    def test_headers_do_not_replace_the_key(self, wire: responses.RequestsMock) -> None:
        complete(Connection(base_url=URL, api_key=KEY, headers={"Authorization": "Basic x"}), a_request())
        assert headers(wire)["Authorization"] == f"Bearer {KEY}"


class TestTheHeaders:
    def test_name_the_key_the_type_and_us(self, wire: responses.RequestsMock) -> None:
        complete(connection, a_request())
        assert headers(wire)["Authorization"] == f"Bearer {KEY}"
        assert headers(wire)["Content-Type"] == "application/json"
        assert headers(wire)["User-Agent"] == f"shareai-cms/{__version__}"

    def test_ask_for_no_compression(self, wire: responses.RequestsMock) -> None:
        complete(connection, a_request())
        assert headers(wire)["Accept-Encoding"] == "identity"

    def test_the_key_is_not_replaced_by_a_netrc(
        self, peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login somebody password else\n")
        monkeypatch.setenv("NETRC", str(netrc))
        peer.then(whole(chat("Text.")))
        complete(Connection(base_url=peer.url, api_key=KEY), a_request())
        assert peer.requests[0].headers["authorization"] == f"Bearer {KEY}"

    def test_no_cookie_travels_from_one_client_s_call_to_the_next(self, peer: Peer) -> None:
        peer.then(whole(chat("Text."), Set_Cookie="session=first; Path=/"), whole(chat("Text.")))
        for key in ("first", "second"):
            complete(Connection(base_url=peer.url, api_key=key), a_request())
        assert "cookie" not in peer.requests[1].headers

    def test_the_sandbox_is_reached_past_a_proxy(self, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        peer.then(whole(chat("Text.")))
        assert complete(Connection(base_url=peer.url, api_key=KEY, is_sandbox=True), a_request()).text == "Text."

    def test_the_marketplace_is_reached_through_it(self, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{peer.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        peer.then(whole(chat("Text.")))
        complete(Connection(base_url="http://marketplace.test/api/v1", api_key=KEY), a_request())
        assert peer.requests[0].path == "http://marketplace.test/api/v1/chat/completions"


class TestSettingsThatCannotWork:
    def refused(self, **fields: Any) -> NotConfigured:
        with pytest.raises(NotConfigured) as caught:
            complete(Connection(**{"base_url": "http://127.0.0.1:9", "api_key": KEY, **fields}), a_request())
        return caught.value

    @pytest.mark.parametrize("url", ["", "nonsense", "ftp://127.0.0.1", "http://", "http://a..b/", "http://[::1"])
    def test_an_address_that_is_none(self, configure: Configure, url: str) -> None:
        assert self.refused(base_url=url).detail == "BASE_URL or SANDBOX_URL is not a web address."

    @pytest.mark.parametrize("key", [f"{KEY}\n", f"{KEY}\r\nX-Evil: 1", f"{KEY}\u20ac"])
    def test_a_key_that_no_header_can_carry(self, configure: Configure, key: str) -> None:
        error = self.refused(api_key=key)
        assert error.detail == "The ShareAI key or EXTRA_HEADERS holds characters that a header cannot carry."
        assert error.__context__ is None

    @pytest.mark.parametrize("value", ["two\nlines", 3, "\u20ac"])
    def test_a_header_that_cannot_be_sent(self, configure: Configure, value: Any) -> None:
        assert "EXTRA_HEADERS" in self.refused(headers={"X-Team": value}).detail

    @pytest.mark.parametrize("value", [object(), float("nan"), {1, 2}])
    def test_a_body_that_is_no_json(self, configure: Configure, value: Any) -> None:
        assert self.refused(body={"top_p": value}).detail == (
            "EXTRA_BODY holds something that cannot be written as JSON."
        )

    def test_are_no_attempts(self, configure: Configure) -> None:
        assert self.refused(base_url="nonsense").__dict__["attempts"] == ()
