"""The demo as the browser tests find it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from tests.demo.process import DemoProcess

SETTINGS = "tests.browser.settings"
#: The two sites.
PRESS, SHOP = "Slackwater Press", "The Slackwater Chandlery"
#: People like those whose names theirs begin with, by what they chose in their own settings.
VARIANTS: dict[str, dict[str, str]] = {
    "editor-ar": {"preferred_language": "ar"},
    "editor-dark": {"theme": "dark"},
    "manager-ar": {"preferred_language": "ar"},
    "manager-dark": {"theme": "dark"},
}


@contextmanager
def prepared_demo(code: str = "prepare()", settings: str = SETTINGS) -> Iterator[DemoProcess]:
    with DemoProcess(environment={"DJANGO_SETTINGS_MODULE": settings}) as demo:
        inside(demo, code)
        yield demo


def inside(demo: DemoProcess, code: str) -> None:
    """Run a line with the functions of ``tests.browser.stock`` inside the site."""
    demo.manage("shell", "--no-imports", "-c", f"from tests.browser.stock import *; {code}")


def let_rest(demo: DemoProcess) -> None:
    """Put the early stops so far out of the ten minutes in which five of them make a button wait.

    Tests share their editors and run in any order, so that the stops of one would refuse the clicks of another.
    """
    with closing(sqlite3.connect(demo.directory / "demo.sqlite3", timeout=20)) as database, database:
        database.execute(
            "UPDATE shareai_cms_usage SET created_at = datetime(created_at, '-11 minutes')"
            " WHERE outcome = 'cancelled_early' AND created_at > datetime('now', '-11 minutes')"
        )
