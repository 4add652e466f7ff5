"""Checks of the site around the settings."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.test import override_settings

from shareai_cms.checks import site
from tests.checks.said import assert_says, messages, use_database
from tests.databases import ROOT, sqlite


class TestTheDatabase:
    def test_on_sqlite_with_default_options_is_told_what_to_add(self, monkeypatch: pytest.MonkeyPatch) -> None:
        use_database(monkeypatch, sqlite())
        assert_says(
            messages(),
            "W002",
            "SQLite runs with options that make editors wait for each other under load.",
            'Units stay exact either way. Add "transaction_mode": "IMMEDIATE" and "init_command": "PRAGMA '
            'journal_mode=WAL;" to the OPTIONS of the database.',
        )

    def test_is_told_only_of_what_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        use_database(monkeypatch, sqlite({"transaction_mode": "immediate"}))
        [message] = messages()
        assert "IMMEDIATE" not in str(message.hint)

    def test_that_is_no_sqlite_is_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        use_database(monkeypatch, {"ENGINE": "django.db.backends.postgresql"})
        assert list(site.check_the_database()) == []


class TestTheClock:
    def test_without_time_zones_is_refused(self) -> None:
        with override_settings(USE_TZ=False):
            found = list(site.check_the_clock())
        assert_says(
            found,
            "E012",
            "USE_TZ is False, and units could not be kept to the hour at which they change.",
            "Set USE_TZ = True; Django's documentation says how to change over.",
        )


class TestTheApps:
    def test_wagtail_without_our_app_is_told_what_to_add(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(site.apps, "is_installed", lambda name: name == "wagtail.admin")
        assert_says(
            list(site.check_the_apps()),
            "W003",
            "Wagtail is installed, but its editors will see no AI action.",
            "Add 'shareai_cms.integrations.wagtail' to INSTALLED_APPS.",
        )

    def test_our_app_without_wagtail_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(site.apps, "is_installed", lambda name: name.startswith("shareai_cms"))
        assert_says(
            list(site.check_the_apps()),
            "E011",
            "shareai_cms.integrations.wagtail is installed, but Wagtail's admin is not.",
            "Take 'shareai_cms.integrations.wagtail' out of INSTALLED_APPS, or add Wagtail's apps.",
        )

    def test_core_alone_hears_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(site.apps, "is_installed", lambda name: False)
        assert list(site.check_the_apps()) == []

    def test_the_integration_without_core_is_one_sentence(self) -> None:
        installed = ["django.contrib.auth", "django.contrib.contenttypes", "shareai_cms.integrations.wagtail"]
        configured = f"from django.conf import settings; settings.configure(INSTALLED_APPS={installed})"
        code = f"{configured}; import django; django.setup()"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
        last = done.stderr.strip().splitlines()[-1]
        assert last == (
            "django.core.exceptions.ImproperlyConfigured: shareai_cms.integrations.wagtail builds on 'shareai_cms': "
            "add it to INSTALLED_APPS, above the integration."
        )

    def test_in_the_wrong_order_are_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        configs = list(reversed(site.apps.get_app_configs()))
        monkeypatch.setattr(site.apps, "get_app_configs", lambda: configs)
        assert_says(
            list(site.check_the_apps()),
            "W005",
            "shareai_cms.integrations.wagtail is listed above shareai_cms, so it is set up before what it builds on.",
            "List 'shareai_cms' first in INSTALLED_APPS, then 'shareai_cms.integrations.wagtail'.",
        )


class TestTheUrls:
    def test_come_with_wagtails_admin(self) -> None:
        with override_settings(ROOT_URLCONF="django.conf.urls.i18n"):
            found = list(site.check_the_urls())
        assert_says(
            found,
            "W006",
            "The addresses of the AI actions are in no URL configuration, so no button could reach them.",
            'Include Wagtail\'s admin: path("admin/", include("wagtail.admin.urls")).',
        )

    def test_are_not_missed_without_wagtail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(site.apps, "is_installed", lambda name: False)
        with override_settings(ROOT_URLCONF="django.conf.urls.i18n"):
            assert list(site.check_the_urls()) == []

    def test_are_not_looked_for_where_a_project_has_none(self) -> None:
        with override_settings(ROOT_URLCONF=None):
            assert list(site.check_the_urls()) == []


class TestTheExcludedFields:
    @pytest.mark.parametrize(
        "name", ["demo.infopage.boddy", "demo.page.body", "nowhere.page.body", "boddy", "a.b", "."]
    )
    def test_exist(self, name: str) -> None:
        assert_says(
            messages(EXCLUDED_FIELDS=[name]),
            "W007",
            f"EXCLUDED_FIELDS names {name!r}, and there is no such field: AI may be offered where it should not.",
            'Write "app.model.field", or a bare field name for every model that has one.',
        )

    def test_are_written_in_either_case(self) -> None:
        assert messages(EXCLUDED_FIELDS=["demo.InfoPage.Body", "teaser"]) == []
