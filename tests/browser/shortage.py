"""A form at which the server says that few units are left, or none, and the page on which more are sold."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from playwright.sync_api import Error, Locator, Route

from tests.browser.editor import Editor, Panel

CONFIG = "**/shareai/config/**"
TOPUPS = "/admin/shareai/topups/?account=1"
SHELVES = re.compile(r"/shareai/topups/")


class Shortage:
    """What the server says of the units at a form, as far as a test wants it to be otherwise."""

    def __init__(self, editor: Editor, *, left: int, total: int = 50, **said: Any) -> None:
        self.said = {"problem": None, "sites": None, "topup_url": TOPUPS, **said}
        self.asked = 0
        self.leave(left, total)
        editor.page.route(CONFIG, self._answer)
        editor.page.route(SHELVES, self._show_shelves)

    def leave(self, left: int, total: int) -> None:
        text = f"{left} of {total} writing actions left"
        resets = {"resets_at": "2030-01-01T00:00:00Z", "resets_text": "Resets on 1 January 2030"}
        self.said["allowance"] = {"meter": "writing", "left": left, "total": total, "held": 0, "text": text, **resets}

    def _answer(self, route: Route) -> None:
        self.asked += 1
        # A form asks again by itself, also while its window is being closed; and a kept connection may just have ended.
        for _try in range(3):
            with suppress(Error):
                response = route.fetch()
                route.fulfill(response=response, json={**response.json(), **self.said})
                return

    def _show_shelves(self, route: Route) -> None:
        route.fulfill(content_type="text/html", body="<!doctype html><title>Shelves</title><h1>Shelves</h1>")


def offer(panel: Panel | Locator) -> Locator:
    root = panel.root if isinstance(panel, Panel) else panel
    return root.get_by_role("link", name="Buy more")


def way_back(editor: Editor) -> str:
    """Where the page that sells is told to lead back to, once the editor got there."""
    editor.page.wait_for_url(SHELVES)
    return str(editor.page.evaluate("() => new URLSearchParams(location.search).get('next')"))
