"""A marketplace that is down, and a live site that nobody has given a key, as the editor sees them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import chromium as system
from tests.browser.editor import HOUSE, Editor
from tests.demo.process import DemoProcess
from tests.services import SandboxProcess

LIVE = {"DJANGO_SETTINGS_MODULE": "tests.browser.live"}
KEYLESS = {
    "DJANGO_SETTINGS_MODULE": "tests.browser.keyless",
    "SHAREAI_ENVIRONMENT": "production",
    "SHAREAI_API_KEY": "",
}
OWN = "What the editor has just typed, and has not saved."

Enter = Callable[[DemoProcess, str], Editor]


@pytest.fixture(scope="module")
def live() -> Iterator[DemoProcess]:
    with DemoProcess(environment=LIVE) as demo:
        yield demo


@pytest.fixture(scope="module")
def keyless() -> Iterator[DemoProcess]:
    with DemoProcess(environment=KEYLESS) as demo:
        yield demo


@pytest.fixture
def enter(chromium: Browser) -> Iterator[Enter]:
    """Opens a page's form on a demo as somebody of its team."""
    with ExitStack() as stack:

        def enter(demo: DemoProcess, user: str) -> Editor:
            context = chromium.new_context(viewport={"width": 1280, "height": 900})
            stack.callback(context.close)
            context.set_default_timeout(20_000)
            system.sign_in(context, demo, user)
            editor = Editor(context.new_page(), demo)
            editor.open_page(HOUSE)
            return editor

        yield enter


def goes_down_and_comes_back(editor: Editor, sandbox: SandboxProcess, sentence: str) -> None:
    """One sentence, the editor's own text and units as they were, and the next click works."""
    teaser = editor.input("teaser")
    teaser.fill(OWN)
    panel = editor.panel("Teaser")
    left = panel.left()
    sandbox.stop()
    try:
        panel.start("Rewrite")
        expect(panel.root.locator(".shareai-notice--critical")).to_contain_text(sentence)
        expect(panel.root).to_contain_text(re.compile("[Nn]othing was counted"))
        expect(panel.control("Accept")).to_be_hidden()
        expect(teaser).to_have_value(OWN)
        assert panel.left() == left
    finally:
        sandbox.restart()
    panel.control("Try again").click()
    expect(panel.control("Accept")).to_be_visible()
    assert panel.left() == left - 1
    expect(teaser).to_have_value(OWN)


class TestAMarketplaceThatIsDown:
    def test_is_one_sentence_and_costs_neither_text_nor_units(self, live: DemoProcess, enter: Enter) -> None:
        sentence = "The AI service cannot be reached right now."
        goes_down_and_comes_back(enter(live, "editor"), live.sandbox, sentence)

    def test_where_it_is_the_sandbox_says_how_to_start_it(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        goes_down_and_comes_back(editor, sandbox, "is not running. Start it with “manage.py shareai_sandbox”")


class TestALiveSiteWithoutAKey:
    def test_says_what_is_missing_before_the_click(self, keyless: DemoProcess, enter: Enter) -> None:
        panel = enter(keyless, "editor").panel("Teaser")
        expect(panel.notice).to_contain_text("AI is not set up on this site yet.")
        expect(panel.notice).to_contain_text("Ask the people who run this site to add its ShareAI key.")
        expect(panel.root).not_to_contain_text("SHAREAI_API_KEY")
        expect(panel.action("Rewrite")).to_have_count(0)
        assert keyless.sandbox.state()["calls"] == 0

    def test_tells_the_manager_where_the_key_belongs(self, keyless: DemoProcess, enter: Enter) -> None:
        panel = enter(keyless, "manager").panel("Teaser")
        panel.root.locator("summary").click()
        expect(panel.root.locator("details code")).to_contain_text("set SHAREAI_API_KEY in the environment")
