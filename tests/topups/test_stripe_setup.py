"""What Stripe needs of an installation, and how its failures are told."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from shareai_cms.errors import (
    CheckoutOff,
    PayerConflict,
    ProviderBadReply,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
)
from shareai_cms.models import SiteAccount
from shareai_cms.topups.providers import load, provider_for, stripe_api
from tests.databases import ROOT
from tests.topups.sale import Sale
from tests.topups.stripe_stand_in import StandIn


class TestAFailure:
    @pytest.mark.parametrize(
        ("fault", "expected", "detail"),
        [
            (429, ProviderUnreachable, "RateLimitError api_error"),
            (409, ProviderUnreachable, "APIError api_error"),
            (400, ProviderRefused, "InvalidRequestError api_error"),
            (402, ProviderRefused, "CardError api_error"),
            (302, ProviderUnreachable, "APIConnectionError"),
            (b"{", ProviderBadReply, "APIError"),
            (b"[]", ProviderBadReply, "no JSON object"),
            (b"\xff", ProviderBadReply, "UnicodeDecodeError"),
            ({}, ProviderBadReply, "the session is of another order"),
        ],
    )
    def test_is_named_by_its_class_and_code(
        self, sale: Sale, stand_in: StandIn, fault: Any, expected: type[ProviderError], detail: str
    ) -> None:
        order = sale.begun()
        stand_in.faults[:] = [fault] * 3
        with pytest.raises(expected) as raised:
            sale.news(order)
        assert raised.value.detail == detail

    def test_of_the_key_tells_nothing_of_it(self, sale: Sale, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("DEBUG", logger="shareai_cms")
        order = sale.begun()
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "STRIPE_API_KEY": "sk_test_wrong_987"}
        with pytest.raises(ProviderRefused) as raised:
            sale.news(order)
        assert raised.value.detail == "AuthenticationError invalid_request_error"
        assert raised.value.__context__ is None
        assert "987" not in f"{raised.value!r}{caplog.text}"


class TestAnInstallation:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"STRIPE_API_KEY": ""}, "STRIPE_API_KEY is not set"),
            ({"STRIPE_WEBHOOK_SECRETS": []}, "STRIPE_WEBHOOK_SECRETS is empty"),
            (
                {"STRIPE_API_KEY": "sk_live_1"},
                "STRIPE_API_KEY is a live key, and the environment is the sandbox",
            ),
            (
                {"STRIPE_API_KEY": "rk_live_1"},
                "STRIPE_API_KEY is a live key, and the environment is the sandbox",
            ),
            (
                {"STRIPE_API_KEY": "rk_test_1", "ENVIRONMENT": "production"},
                "STRIPE_API_KEY is a test key, and the environment is production: units would cost nothing",
            ),
            ({"STRIPE_API_KEY": "rk_live_1", "ENVIRONMENT": "production"}, ""),
            ({"STRIPE_API_KEY": "sk_test_1", "ENVIRONMENT": "staging"}, ""),
            ({"STRIPE_API_KEY": "sk_live_1", "ENVIRONMENT": "staging"}, ""),
        ],
    )
    def test_says_what_is_missing(
        self, sale: Sale, settings: Any, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], said: str
    ) -> None:
        monkeypatch.delenv("STRIPE_API_KEY", raising=False)
        monkeypatch.delenv("STRIPE_WEBHOOK_SECRETS", raising=False)
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, **changes}
        assert sale.provider.problem() == said
        if said:
            with pytest.raises(CheckoutOff, match=said):
                provider_for(sale.shop.account)

    def test_with_a_live_key_in_the_sandbox_asks_nobody(self, sale: Sale, stand_in: StandIn, settings: Any) -> None:
        order = sale.begun()
        stand_in.calls.clear()
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "STRIPE_API_KEY": "sk_live_1"}
        with pytest.raises(ProviderRefused):
            sale.news(order)
        assert stand_in.calls == []

    def test_does_not_sell_to_a_client_who_pays_shareai(self, sale: Sale, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "CHECKOUT": {"client": "stripe"}}
        with pytest.raises(PayerConflict):
            provider_for(SiteAccount(payer="client"))

    def test_without_the_library_names_the_line_that_installs_it(
        self, sale: Sale, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        body = json.dumps({"id": "evt_1"}).encode()
        headers = sale.till.signed(body, sale.till.secret)
        monkeypatch.setitem(sys.modules, "stripe", None)
        line = 'pip install "shareai-cms[stripe]"'
        assert line in load("stripe").problem()
        with pytest.raises(ImportError) as raised:
            stripe_api.library()
        assert line in str(raised.value)
        with pytest.raises(CheckoutOff, match="the library stripe is missing"):
            provider_for(sale.shop.account)
        assert sale.post(body, headers).status_code == 500

    def test_imports_the_library_only_when_it_is_asked(self) -> None:
        code = (
            "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; import django; django.setup();"
            "from shareai_cms.topups.providers import load; load('stripe').problem(); print('stripe' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "False", done.stderr

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("http://127.0.0.1:81/", "http://127.0.0.1:81"),
            ("http://localhost:81", "http://localhost:81"),
            ("http://[::1]:81", "http://[::1]:81"),
            ("http://pay.example", ""),
            ("http://127.0.0.1.example", ""),
            ("http://127.0.0.1@pay.example", ""),
            ("http://[::1", ""),
            ("", ""),
        ],
    )
    def test_listens_to_a_stand_in_on_this_machine_alone(
        self, monkeypatch: pytest.MonkeyPatch, given: str, expected: str
    ) -> None:
        monkeypatch.setenv("SHAREAI_STRIPE_API_BASE", given)
        assert stripe_api.base_address() == expected
