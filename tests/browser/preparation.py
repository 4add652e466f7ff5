"""The demo as the browser tests find it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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
