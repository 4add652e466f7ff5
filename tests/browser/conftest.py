"""One demo site and one browser for the whole session; a fresh signed-in window for every test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser import chromium as system
from tests.browser.editor import Editor
from tests.browser.preparation import Drafts, bring_back, drafts, let_end, let_rest, prepared_demo
from tests.demo.process import DemoProcess
from tests.services import SandboxProcess

#: What a browser says of every answer that is not a success, and of requests that a test cut off.
NETWORK = "Failed to load resource"
#: Wagtail asks for its own latest version, which no test lets through.
RELEASES = "releases.wagtail.org"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("BROWSER") == "skip":
        for item in items:
            item.add_marker(pytest.mark.skip(reason="BROWSER=skip"))


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoProcess]:
    with prepared_demo() as process:
        yield process


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with system.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def first_drafts(demo: DemoProcess) -> Drafts:
    return drafts(demo)


@pytest.fixture
def sandbox(demo: DemoProcess, first_drafts: Drafts) -> Iterator[SandboxProcess]:
    """The marketplace behind the demo, put right again after the test; nothing of an earlier one goes on."""
    demo.sandbox.reset()
    let_end(demo)
    let_rest(demo)
    bring_back(demo, first_drafts)
    yield demo.sandbox
    demo.sandbox.reset()


class Complaints:
    """Errors that the page's scripts caused: a test fails when there are any."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.expected = [NETWORK, RELEASES]

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in self.expected):
            self.found.append(message.text)


class Windows:
    """Browser contexts by their options, kept for the session: what they have cached need not be loaded again."""

    def __init__(self, browser: Browser, demo: DemoProcess) -> None:
        self._browser = browser
        self._demo = demo
        self._contexts: dict[str, BrowserContext] = {}

    def context(self, user: str, options: dict[str, Any]) -> BrowserContext:
        key = f"{user} {sorted(options.items())}"
        if key not in self._contexts:
            context = self._browser.new_context(**options)
            context.set_default_timeout(20_000)
            system.sign_in(context, self._demo, user)
            # The process of the site lives as long as one of its windows is open.
            context.new_page().goto(f"{self._demo.url}/static/shareai_cms/css/button.css")
            self._contexts[key] = context
        return self._contexts[key]


@pytest.fixture(scope="session")
def windows(chromium: Browser, demo: DemoProcess) -> Windows:
    return Windows(chromium, demo)


Open = Callable[..., Editor]

#: A window begins without the side panel that another test left open; its own loads remember it.
WITHOUT_SIDE_PANEL = """if (location.protocol.startsWith('http') && !sessionStorage.getItem('shut')) {
  localStorage.removeItem('wagtail:side-panel-open');
  sessionStorage.setItem('shut', '1');
}"""


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    heard = Complaints()
    yield heard
    assert heard.found == []


@pytest.fixture
def editors(windows: Windows, demo: DemoProcess, sandbox: SandboxProcess, complaints: Complaints) -> Iterator[Open]:
    """Opens one more signed-in browser window; options are those of a Playwright context."""
    with ExitStack() as stack:

        def open_window(user: str = "editor", **options: Any) -> Editor:
            options.setdefault("viewport", {"width": 1280, "height": 900})
            page = windows.context(user, options).new_page()
            stack.callback(page.close)
            complaints.watch(page)
            page.add_init_script(WITHOUT_SIDE_PANEL)
            return Editor(page, demo)

        yield open_window


@pytest.fixture
def editor(editors: Open) -> Editor:
    """A window of somebody who may edit pages and use AI, and nothing more."""
    return editors()
