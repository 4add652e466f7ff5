"""The one reader of the settings."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from shareai_cms.conf import DEFAULTS, Settings, conf

TYPED = {name.lower() for name in DEFAULTS} - {"sandbox_url"}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHAREAI_ENVIRONMENT", raising=False)
    monkeypatch.delenv("SHAREAI_API_KEY", raising=False)


class TestASetting:
    @pytest.mark.parametrize("name", sorted(TYPED))
    def test_has_one_typed_property(self, name: str) -> None:
        prop = getattr(Settings, name)
        kind = prop.fget.__annotations__["return"]
        assert kind
        assert getattr(conf, name) is not None or kind.endswith("| None")

    @override_settings(SHAREAI_CMS={"HOLD_DEADLINE": "600", "ENVIRONMENT": "production"})
    def test_is_read_at_each_access_and_turned_into_its_type(self) -> None:
        assert conf.hold_deadline == 600.0
        with override_settings(SHAREAI_CMS={}):
            assert conf.hold_deadline == DEFAULTS["HOLD_DEADLINE"]

    @override_settings()
    def test_needs_no_dictionary_at_all(self) -> None:
        from django.conf import settings

        del settings.SHAREAI_CMS
        assert conf.environment == "sandbox"
        assert conf.default_plan == {"writing": 50, "products": 25, "searches": 500}
        assert conf.unknown == []

    @pytest.mark.parametrize("name", ["extra_headers", "extra_body", "default_plan", "meters"])
    def test_hands_out_copies(self, name: str) -> None:
        getattr(conf, name)["planted"] = 1
        assert "planted" not in getattr(conf, name)

    @override_settings(SHAREAI_CMS={"CALL_BUDGTE": 1, "API_KEY": "x"})
    def test_that_is_misspelt_is_named(self) -> None:
        assert conf.unknown == ["CALL_BUDGTE"]


class TestTheEnvironment:
    @pytest.mark.parametrize(
        ("given", "variable", "expected", "is_sandbox"),
        [
            (None, None, "sandbox", True),
            (None, "production", "production", False),
            (None, "staging", "staging", False),
            ("staging", "production", "staging", False),
            ("prodcution", None, "prodcution", True),
            (None, "", "sandbox", True),
        ],
    )
    def test_is_the_settings_then_the_variables_then_the_sandbox(
        self, monkeypatch: pytest.MonkeyPatch, given: Any, variable: str | None, expected: str, is_sandbox: bool
    ) -> None:
        if variable is not None:
            monkeypatch.setenv("SHAREAI_ENVIRONMENT", variable)
        with override_settings(SHAREAI_CMS={"ENVIRONMENT": given}):
            assert (conf.environment, conf.is_sandbox) == (expected, is_sandbox)

    @override_settings(SHAREAI_CMS={"BASE_URL": "https://live.test/", "SANDBOX_URL": "http://127.0.0.1:1/api/"})
    def test_decides_which_address_is_called(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert conf.base_url == "http://127.0.0.1:1/api"
        monkeypatch.setenv("SHAREAI_ENVIRONMENT", "production")
        assert conf.base_url == "https://live.test"

    def test_of_an_unknown_name_never_reaches_the_marketplace(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SHAREAI_ENVIRONMENT", "live")
        with override_settings(SHAREAI_CMS={}):
            assert conf.base_url == DEFAULTS["SANDBOX_URL"]


class TestTheKey:
    def test_comes_from_the_settings_or_the_variables(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with override_settings(SHAREAI_CMS={}):
            assert conf.api_key == ""
            monkeypatch.setenv("SHAREAI_API_KEY", "from-the-variable")
            assert conf.api_key == "from-the-variable"
        with override_settings(SHAREAI_CMS={"API_KEY": "from-the-settings"}):
            assert conf.api_key == "from-the-settings"


class TestRoutes:
    @override_settings(SHAREAI_CMS={"ROUTES": {"premium": ["big", "bigger"]}})
    def test_that_are_not_named_leave_the_choice_to_the_key(self) -> None:
        assert conf.routes == {"standard": (), "premium": ("big", "bigger"), "fallback": ()}


class TestTheTimeZone:
    @override_settings(TIME_ZONE="Asia/Tokyo")
    def test_is_the_site_s_unless_given(self) -> None:
        with override_settings(SHAREAI_CMS={}):
            assert conf.time_zone == "Asia/Tokyo"
        with override_settings(SHAREAI_CMS={"TIME_ZONE": "Europe/Vienna"}):
            assert conf.time_zone == "Europe/Vienna"


class TestExcludedFields:
    @override_settings(SHAREAI_CMS={"EXCLUDED_FIELDS": ["Demo.ArticlePage.Title", "notes"]})
    def test_are_compared_in_lower_case(self) -> None:
        assert conf.excluded_fields == {"demo.articlepage.title", "notes"}
