"""Checks of the site around the settings: its database, its apps, its addresses, its fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning
from django.db import router
from django.urls import NoReverseMatch, reverse

from shareai_cms.checks.reading import given, is_sound
from shareai_cms.models import Balance

CORE, INTEGRATION = "shareai_cms", "shareai_cms.integrations.wagtail"


@register
def check_the_database(**_: Any) -> Iterable[CheckMessage]:
    database = settings.DATABASES[router.db_for_write(Balance)]
    if database["ENGINE"] != "django.db.backends.sqlite3":
        return
    options = database.get("OPTIONS", {})
    missing = []
    if str(options.get("transaction_mode", "")).upper() != "IMMEDIATE":
        missing.append('"transaction_mode": "IMMEDIATE"')
    if "journal_mode=wal" not in str(options.get("init_command", "")).lower().replace(" ", ""):
        missing.append('"init_command": "PRAGMA journal_mode=WAL;"')
    if missing:
        yield CheckWarning(
            "SQLite runs with options that make editors wait for each other under load.",
            hint=f"Units stay exact either way. Add {' and '.join(missing)} to the OPTIONS of the database.",
            id="shareai_cms.W002",
        )


@register
def check_the_clock(**_: Any) -> Iterable[CheckMessage]:
    if not settings.USE_TZ:
        yield Error(
            "USE_TZ is False, and units could not be kept to the hour at which they change.",
            hint="Set USE_TZ = True; Django's documentation says how to change over.",
            id="shareai_cms.E012",
        )


@register
def check_the_apps(**_: Any) -> Iterable[CheckMessage]:
    if apps.is_installed("wagtail.admin") and not apps.is_installed(INTEGRATION):
        yield CheckWarning(
            "Wagtail is installed, but its editors will see no AI action.",
            hint=f"Add {INTEGRATION!r} to INSTALLED_APPS.",
            id="shareai_cms.W003",
        )
    if apps.is_installed(INTEGRATION) and not apps.is_installed("wagtail.admin"):
        yield Error(
            f"{INTEGRATION} is installed, but Wagtail's admin is not.",
            hint=f"Take {INTEGRATION!r} out of INSTALLED_APPS, or add Wagtail's apps.",
            id="shareai_cms.E011",
        )
    names = [config.name for config in apps.get_app_configs()]
    if INTEGRATION in names and CORE in names and names.index(INTEGRATION) < names.index(CORE):
        yield CheckWarning(
            f"{INTEGRATION} is listed above {CORE}, so it is set up before what it builds on.",
            hint=f"List {CORE!r} first in INSTALLED_APPS, then {INTEGRATION!r}.",
            id="shareai_cms.W005",
        )


@register
def check_the_urls(**_: Any) -> Iterable[CheckMessage]:
    # Without Wagtail a site may use the actions from its own code alone; its admin's checks ask where it does not.
    if not apps.is_installed(INTEGRATION) or not getattr(settings, "ROOT_URLCONF", None):
        return
    try:
        reverse("shareai_cms:run", args=["x"])
    except NoReverseMatch:
        yield CheckWarning(
            "The addresses of the AI actions are in no URL configuration, so no button could reach them.",
            hint='Include Wagtail\'s admin: path("admin/", include("wagtail.admin.urls")).',
            id="shareai_cms.W006",
        )


@register
def check_the_excluded_fields(**_: Any) -> Iterable[CheckMessage]:
    for name in given().get("EXCLUDED_FIELDS", []) if is_sound("EXCLUDED_FIELDS") else []:
        if not is_field(name):
            yield CheckWarning(
                f"EXCLUDED_FIELDS names {name!r}, and there is no such field: AI may be offered where it should not.",
                hint='Write "app.model.field", or a bare field name for every model that has one.',
                id="shareai_cms.W007",
            )


def is_field(name: str) -> bool:
    path, _, field = name.lower().rpartition(".")
    try:
        models = [apps.get_model(path)] if path else apps.get_models()
    except (LookupError, ValueError):
        return False
    return any(field == one.name.lower() for model in models for one in model._meta.get_fields())
