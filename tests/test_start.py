"""What a site does not import before its first request."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.databases import ROOT

#: What ``manage.py runserver`` does: everything that a worker does before its first request, and the checks.
START = """
import json, sys
import django
django.setup()
from django.core.checks import run_checks
from django.urls import get_resolver
from wagtail import hooks

def views(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern.url_patterns)
        elif pattern.callback.__module__.startswith(("shareai_cms.views", "shareai_cms.integrations.wagtail")):
            yield pattern.callback.__module__

found = sorted(set(views(get_resolver().url_patterns)))
hooks.search_for_hooks()
run_checks()
print(json.dumps({"views": found, "loaded": sorted(sys.modules)}))
"""
#: Libraries that wait for whoever needs them. Requests is not among them here, as Wagtail imports it itself.
LIBRARIES = ("babel", "cryptography", "nh3", "numkong", "numpy", "openpyxl", "snowballstemmer", "stripe")
#: Rooms, or the parts of them, that a site needs for a request or in a worker alone.
ROOMS = (
    "actions.answers",
    "actions.citations",
    "actions.road",
    "actions.streaming",
    "doctor",
    "integrations.django_admin.config",
    "integrations.wagtail.dashboard",
    "integrations.wagtail.richtext",
    "marketplace.call",
    "marketplace.keys",
    "marketplace.session",
    "metering.auditing",
    "metering.holds",
    "metering.purchases",
    "metering.resolution",
    "reports",
    "runs.engine",
    "sandbox",
    "search.building",
    "search.passages",
    "search.query",
    "search.stores",
    "search.words",
    "search.writing",
    "topups.events",
    "topups.letters",
    "topups.orders",
    "topups.providers.wire",
    "topups.reconciling",
    "views.configuration",
    "views.payloads",
    "work.loop",
)


@pytest.fixture(scope="module")
def start() -> dict[str, list[str]]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, list[str]] = json.loads(done.stdout)
    return told


def within(names: tuple[str, ...] | list[str], loaded: list[str]) -> set[str]:
    return {each for each in loaded if any(f"{each}.".startswith(f"{name}.") for name in names)}


class TestASiteStartsWithout:
    def test_libraries(self, start: dict[str, list[str]]) -> None:
        assert within(LIBRARIES, start["loaded"]) == set()

    def test_rooms_that_only_a_request_or_a_worker_needs(self, start: dict[str, list[str]]) -> None:
        assert within([f"shareai_cms.{room}" for room in ROOMS], start["loaded"]) == set()

    def test_views(self, start: dict[str, list[str]]) -> None:
        assert len(start["views"]) > 20
        assert within(start["views"], start["loaded"]) == set()


def test_every_room_named_here_exists() -> None:
    """A name that was changed would be missing from any start."""
    for room in ROOMS:
        place = ROOT / "shareai_cms" / room.replace(".", "/")
        assert place.is_dir() or place.with_suffix(".py").is_file(), room
