"""Checks of what goes over the network, and where to."""

from __future__ import annotations

from typing import Any

import pytest

from shareai_cms.conf import DEFAULTS
from tests.checks.said import assert_says, messages


class TestTheAddresses:
    @pytest.mark.parametrize("address", ["api.shareai.now", "ftp://x.example", "https://", "http://[::1", "http://a:b"])
    def test_are_web_addresses(self, address: str) -> None:
        hint = f"The default is {DEFAULTS['BASE_URL']!r}."
        assert_says(messages(BASE_URL=address), "E013", f"BASE_URL is not a web address: {address!r}.", hint)
        [message] = messages(SANDBOX_URL=address)
        assert message.id == "shareai_cms.E013"

    @pytest.mark.parametrize("environment", ["production", "staging"])
    def test_are_encrypted_where_the_key_goes_along(self, environment: str) -> None:
        assert_says(
            messages(ENVIRONMENT=environment, API_KEY="k", BASE_URL="http://api.example/v1"),
            "E014",
            "BASE_URL begins with http://, so the ShareAI key and every text would cross the network unencrypted.",
            "Write https://. Only an address on this very machine may do without.",
        )

    def test_may_be_plain_on_this_machine_and_in_the_sandbox(self) -> None:
        for host in ("127.0.0.1:8100", "localhost", "[::1]:80"):
            assert messages(ENVIRONMENT="production", API_KEY="k", BASE_URL=f"http://{host}/v1") == []
        assert messages(BASE_URL="http://api.example/v1") == []

    @pytest.mark.parametrize("address", ["javascript:alert(1)", "shop/units", "//evil.example", ""])
    def test_of_the_shop_can_be_followed(self, address: str) -> None:
        assert_says(
            messages(TOPUP_URL=address),
            "E015",
            "TOPUP_URL is neither a web address nor a path on this site, so nobody could follow it.",
            'Write "https://…" or "/shop/units/".',
        )

    def test_of_the_shop_may_be_on_this_site(self) -> None:
        assert messages(TOPUP_URL="/shop/units/") == []


class TestTheHeaders:
    @pytest.mark.parametrize(
        "headers",
        [
            {"X-Team": 719},
            {"X Team": "secret"},
            {"X-Team": "secret\r\nX: b"},
            {"Authorization": "Bearer x"},
            {"": "secret"},
        ],
    )
    def test_can_be_sent_and_their_values_are_never_shown(self, headers: dict[str, Any]) -> None:
        [(name, value)] = headers.items()
        found = messages(EXTRA_HEADERS=headers)
        assert_says(
            found,
            "E016",
            f"EXTRA_HEADERS[{name!r}] is not a header that can be sent.",
            'Write {"X-Name": "value"}, both as text on one line. The key has its own setting.',
        )
        assert str(value) not in found[0].msg

    def test_that_are_sound_pass(self) -> None:
        assert messages(EXTRA_HEADERS={"X-Team": "press"}) == []


class TestTheAttempts:
    def test_reach_every_model(self) -> None:
        assert_says(
            messages(ROUTES={"standard": ["a", "b"], "fallback": ["b", "c", "d"]}),
            "W004",
            "The route 'standard' with its fallback names 4 models, and a call is sent 3 times at most: the last 1 "
            "would never be asked.",
            "Set MAX_ATTEMPTS to 4, or name fewer models.",
        )
        assert messages(ROUTES={"standard": ["a", "b"], "fallback": ["b", "c"]}) == []
        assert messages(ROUTES={"premium": ["a", "b", "c", "d"]}, MAX_ATTEMPTS=4) == []
