"""What axe finds on a page that would keep somebody out."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = {"serious", "critical"}
#: The one rule of axe that is about colours.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def found_by_axe(page: Page, context: Any = None, *, colours_alone: bool = False) -> list[str]:
    """What keeps somebody out; ``colours_alone`` for a page whose other theme was looked at for everything."""
    options = COLOURS if colours_alone else None
    violations = Axe().run(page, context=context, options=options).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in violations
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]
