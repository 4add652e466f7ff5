"""A process in which Wagtail and its packages cannot be imported."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.databases import ROOT

#: Everything that a site without Wagtail could import of ours, by walking the package.
IMPORT_ALL = """
import importlib, pkgutil, sys
import django
django.setup()
import shareai_cms
from tests.test_layers import WAGTAIL, room_of
names = [found.name for found in pkgutil.walk_packages(shareai_cms.__path__, "shareai_cms.", onerror=lambda name: None)]
ours = [name for name in names if room_of(name) != "integrations.wagtail" and not name.endswith("__main__")]
for name in ours:
    importlib.import_module(name)
assert not {name.split(".")[0] for name in sys.modules} & set(WAGTAIL)
print(len(ours), "modules")
"""


def run(*command: str) -> str:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.plain.settings"}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class TestASiteWithoutWagtail:
    def test_imports_every_module_but_wagtails_integration(self) -> None:
        assert int(run("-c", IMPORT_ALL).split()[0]) > 80

    def test_passes_its_checks_and_needs_no_migration(self) -> None:
        run("-m", "django", "check", "--fail-level", "WARNING")
        assert "No changes" in run("-m", "django", "makemigrations", "--check", "--dry-run")

    def test_is_really_without_it(self) -> None:
        """The blockade itself is checked, or the tests above could not fail."""
        code = (
            "import django\ndjango.setup()\ntry:\n    import wagtail\nexcept ModuleNotFoundError:\n    print('blocked')"
        )
        assert run("-c", code).strip() == "blocked"
