"""Stripe's own words for money and languages, and options on top of ours."""

from __future__ import annotations

from typing import Any

import pytest

from shareai_cms.errors import ProviderBadReply, ProviderRefused
from shareai_cms.topups.providers.stripe_money import (
    charged_from_stripe,
    price_from_stripe,
    returned_from_stripe,
    to_stripe,
)
from shareai_cms.topups.providers.stripe_page import locale_of, merge


class TestAnAmount:
    @pytest.mark.parametrize(
        ("ours", "currency", "theirs"),
        [
            (1_000, "EUR", 1_000),
            (500, "JPY", 500),
            (500, "XPF", 500),
            (5, "ISK", 500),
            (5, "UGX", 500),
            (1_045, "HUF", 1_045),
            (80_045, "TWD", 80_045),
            (5_120, "KWD", 5_120),
            (7, "MGA", 7),
            # Without fractions to Babel, with two to Stripe.
            (9, "RSD", 900),
            (9, "ALL", 900),
        ],
    )
    def test_goes_to_stripe_and_comes_back(self, ours: int, currency: str, theirs: int) -> None:
        assert to_stripe(ours, currency) == theirs
        assert price_from_stripe(theirs, currency) == ours
        assert charged_from_stripe(theirs, currency) == returned_from_stripe(theirs, currency) == ours

    @pytest.mark.parametrize(("ours", "currency"), [(5_124, "KWD"), (1, "TND"), (1, "CLF"), (5, "LYD")])
    def test_that_stripe_cannot_charge_is_refused(self, ours: int, currency: str) -> None:
        with pytest.raises(ProviderRefused):
            to_stripe(ours, currency)

    def test_finer_than_ours_is_no_price_but_may_be_charged_and_returned(self) -> None:
        with pytest.raises(ProviderBadReply):
            price_from_stripe(950, "RSD")
        assert charged_from_stripe(1_050, "RSD") == 10
        assert sum(returned_from_stripe(part, "RSD") for part in (350, 350, 350)) >= 10


class TestALanguage:
    @pytest.mark.parametrize(
        ("django", "stripe"),
        [
            ("de", "de"),
            ("de-at", "de"),
            ("en-us", "en"),
            ("en-gb", "en-GB"),
            ("pt-br", "pt-BR"),
            ("pt_BR", "pt-BR"),
            ("es-mx", "es-419"),
            ("es-es", "es"),
            ("zh-hans", "zh"),
            ("zh-hant", "zh-TW"),
            ("nn", "nb"),
            ("ar", "auto"),
            ("tlh", "auto"),
            ("", "auto"),
        ],
    )
    def test_is_named_as_stripe_does(self, django: str, stripe: str) -> None:
        assert locale_of(django) == stripe


class TestOptions:
    @pytest.mark.parametrize(
        ("below", "above", "together"),
        [
            ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
            ({"a": {"b": 1}}, {"a": {"b": 2}}, {"a": {"b": 2}}),
            ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"c": 3}]}, {"a": [{"b": 1, "c": 3}]}),
            ({"a": []}, {"a": ({"c": 3},)}, {"a": [{"c": 3}]}),
            ({"a": "text"}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ],
    )
    def test_are_merged_deeply(self, below: Any, above: Any, together: Any) -> None:
        assert merge(below, above) == together
