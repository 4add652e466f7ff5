"""Checks of who sells top-ups."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.test import override_settings

from shareai_cms.checks import checkout
from tests.checks.said import assert_says, messages

SELLER = {"name": "Harbour Agency"}
STRIPE = {
    "CHECKOUT": {"agency": "stripe"},
    "SELLER": SELLER,
    "STRIPE_API_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRETS": ["whsec_1"],
}
LIVE = {"ENVIRONMENT": "production", "API_KEY": "k"}


@pytest.fixture(autouse=True)
def _reachable(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRETS", "SHAREAI_WEBHOOK_SECRETS"):
        monkeypatch.delenv(name, raising=False)
    with override_settings(ROOT_URLCONF="tests.urls"):
        yield


def assert_kind(found: list[CheckMessage], kind: type[CheckMessage]) -> None:
    assert [type(message) for message in found] == [kind]


class TestTheProviders:
    def test_are_of_payers_that_exist(self) -> None:
        found = messages(CHECKOUT={"clients": "manual"})
        assert_says(
            found,
            "E021",
            "CHECKOUT names a payer 'clients' that does not exist.",
            "The payers are client, agency.",
        )
        assert_kind(found, Error)

    @pytest.mark.parametrize("name", ["paypal", "no.such.Provider", "", None, 7, "shareai_cms.conf.conf"])
    def test_exist(self, name: Any) -> None:
        found = messages(CHECKOUT={"agency": name})
        assert_says(
            found,
            "E022",
            f"CHECKOUT['agency'] names a payment provider {name!r} that does not exist.",
            "Write one of manual, shareai, stripe, or the dotted path of a class of your own.",
        )
        assert_kind(found, Error)

    def test_that_are_sound_pass(self) -> None:
        assert messages() == []
        assert messages(CHECKOUT={"client": "manual", "agency": "manual"}, SELLER=SELLER) == []
        assert messages(CHECKOUT={"agency": "tests.topups.shops.OfAgencies"}, SELLER=SELLER) == []
        assert messages(**STRIPE) == []

    def test_are_not_read_where_the_setting_is_no_dictionary(self) -> None:
        (found,) = messages(CHECKOUT="stripe")
        assert found.id == "shareai_cms.E003"

    @pytest.mark.parametrize(("name", "slug"), [("stripe", "stripe"), ("tests.topups.shops.OfAgencies", "agencies")])
    def test_sell_to_nobody_twice(self, name: str, slug: str) -> None:
        found = messages(**{**STRIPE, "CHECKOUT": {"client": name}})
        assert_says(
            found,
            "E023",
            f"CHECKOUT['client'] is {slug!r}, which would sell to people who pay ShareAI themselves: they would pay "
            "twice.",
            "Write 'manual' there, or leave it out.",
        )
        assert_kind(found, Error)


class TestStripe:
    def test_needs_its_library(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checkout, "find_spec", lambda name: None)
        found = messages(**STRIPE)
        assert_says(
            found,
            "E024",
            "CHECKOUT names stripe, and its library is not installed.",
            'Run pip install "shareai-cms[stripe]".',
        )
        assert_kind(found, Error)

    @pytest.mark.parametrize(
        ("changes", "text"),
        [
            ({"STRIPE_API_KEY": "sk_live_987"}, "STRIPE_API_KEY is a live key, and the environment is the sandbox."),
            (
                {"STRIPE_API_KEY": "rk_test_987", **LIVE},
                "STRIPE_API_KEY is a test key, and the environment is production: units would cost nothing.",
            ),
        ],
    )
    def test_has_a_key_of_the_environment_s_kind(self, changes: dict[str, Any], text: str) -> None:
        found = messages(**{**STRIPE, **changes})
        hint = "Test keys belong to the sandbox, live keys to production. A staging site may have either."
        assert_says(found, "E025", text, hint)
        assert_kind(found, Error)
        assert "987" not in f"{found}"

    def test_needs_a_key(self) -> None:
        found = messages(**{**STRIPE, "STRIPE_API_KEY": None})
        assert_says(
            found,
            "W008",
            "CHECKOUT names stripe, and there is no key of it: nothing can be bought.",
            "Set STRIPE_API_KEY in the environment.",
        )
        assert_kind(found, CheckWarning)

    def test_needs_a_secret(self) -> None:
        found = messages(**{**STRIPE, "STRIPE_WEBHOOK_SECRETS": []})
        assert_says(
            found,
            "W009",
            "CHECKOUT names stripe, and there is no secret to know its messages by: nothing can be bought.",
            "Set STRIPE_WEBHOOK_SECRETS in the environment to the signing secret of the webhook endpoint.",
        )
        assert_kind(found, CheckWarning)

    def test_that_is_not_chosen_needs_nothing(self) -> None:
        assert messages(STRIPE_API_KEY="sk_live_1") == []


class TestTheWebhooks:
    def test_can_be_reached(self) -> None:
        with override_settings(ROOT_URLCONF="tests.checks.urls"):
            found = messages(**STRIPE)
        assert_says(
            found,
            "W010",
            "CHECKOUT names stripe, and the address for its messages is in no URL configuration: what was paid would "
            "be found out late.",
            'Add path("shareai/webhooks/", include("shareai_cms.webhooks")) to urlpatterns.',
        )
        assert_kind(found, CheckWarning)

    def test_are_not_needed_where_nobody_sends_messages(self) -> None:
        with override_settings(ROOT_URLCONF="tests.checks.urls"):
            assert messages() == []
            assert messages(CHECKOUT={"agency": "manual"}, SELLER=SELLER) == []


class TestTheCheckoutOfShareAI:
    CHOSEN = {**LIVE, "CHECKOUT": {"client": "shareai"}}

    def test_has_an_address_outside_the_sandbox(self) -> None:
        found = messages(**self.CHOSEN)
        assert_says(
            found,
            "E026",
            "CHECKOUT names shareai, and CHECKOUT_URL is empty: there is no such checkout outside the sandbox yet.",
            "Set CHECKOUT_URL once ShareAI has published one, and until then 'manual' or 'stripe' in CHECKOUT.",
        )
        assert_kind(found, Error)

    @pytest.mark.parametrize("url", ["http://pay.example/v1", "pay.example", "ftp://pay.example"])
    def test_has_an_encrypted_address(self, url: str) -> None:
        found = messages(**self.CHOSEN, CHECKOUT_URL=url)
        assert_says(
            found,
            "E027",
            f"CHECKOUT_URL has to be an encrypted web address, and is {url!r}.",
            "Write https://. Only an address on this very machine may do without.",
        )
        assert_kind(found, Error)

    def test_with_a_sound_address_passes(self) -> None:
        for url in ("https://pay.example/v1", "http://127.0.0.1:8100/v1"):
            assert messages(**self.CHOSEN, CHECKOUT_URL=url) == []

    def test_needs_none_in_the_sandbox(self) -> None:
        assert messages(CHECKOUT={"client": "shareai"}) == []


class TestTheSeller:
    @pytest.mark.parametrize("seller", [{}, {"name": ""}, {"email": "office@agency.example"}])
    def test_has_a_name(self, seller: dict[str, str]) -> None:
        found = messages(CHECKOUT={"agency": "manual"}, SELLER=seller)
        assert_says(
            found,
            "W011",
            "CHECKOUT says how you sell units, and SELLER does not say who you are.",
            'Write SELLER = {"name": …, "address": …, "email": …}: the checkout and the receipt show it.',
        )
        assert_kind(found, CheckWarning)

    def test_needs_none_where_shareai_sells(self) -> None:
        assert messages(CHECKOUT={"client": "manual"}) == []
