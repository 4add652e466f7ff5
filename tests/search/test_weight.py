"""A site that nobody searches loads nothing for it."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.databases import ROOT

START = """
import sys, django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
from wagtail import hooks
hooks.search_for_hooks()
print(sorted({"numpy", "snowballstemmer", "numkong"} & set(sys.modules)))
"""


def test_numpy_and_the_stemmers_are_loaded_by_the_first_search() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    told = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    assert told.stdout.strip().splitlines()[-1] == "[]"
