"""A live site at another address: the manager is asked on the dashboard and in the editor, and answers there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium as system
from tests.browser.editor import HOUSE, Editor
from tests.demo.process import DemoProcess

LIVE = {"DJANGO_SETTINGS_MODULE": "tests.browser.live"}
ELSEWHERE = (
    "from shareai_cms.integrations.wagtail.accounts import *; from wagtail.models import Site; "
    "[metering.declare_original(copy) for copy in SiteAccount.objects.filter(is_copy=True)]; "
    "[open_account(reference_of(site)) for site in Site.objects.all()]; "
    "SiteAccount.objects.update(address='https://old.example')"
)
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def live() -> Iterator[DemoProcess]:
    with DemoProcess(environment=LIVE) as demo:
        yield demo


@pytest.fixture
def moved(live: DemoProcess) -> DemoProcess:
    """Every account remembers another address than its site has."""
    live.manage("shell", "--no-imports", "-c", ELSEWHERE)
    return live


def window(chromium: Browser, demo: DemoProcess, user: str) -> Page:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    system.sign_in(context, demo, user)
    return context.new_page()


def test_a_manager_answers_on_the_dashboard(moved: DemoProcess, chromium: Browser) -> None:
    page = window(chromium, moved, "manager")
    page.goto(f"{moved.url}/admin/")
    question = page.locator(".shareai-question").first
    expect(question).to_contain_text("This site was at https://old.example and is at")
    found = Axe().run(page, context={"include": [[".shareai-dashboard"]]}).response["violations"]
    assert not [one["id"] for one in found if one["impact"] in SERIOUS]
    question.get_by_role("button", name="This is a copy").press("Enter")
    expect(page.locator(".messages")).to_contain_text("is a copy now and has no units of its own.")
    expect(page.locator(".shareai-dashboard")).to_contain_text("This is a copy of the live site")
    page.context.close()


def test_a_manager_answers_in_the_editor_and_goes_on(moved: DemoProcess, chromium: Browser) -> None:
    page = window(chromium, moved, "manager")
    editor = Editor(page, moved)
    editor.open_page(HOUSE)
    panel = editor.panel("Teaser")
    expect(panel.notice).to_contain_text("This site has a new address, so AI is paused here.")
    expect(panel.notice).to_contain_text("It was https://old.example and is")
    panel.control("It has moved").press("Enter")
    expect(panel.action("Rewrite")).to_be_enabled()
    panel.run()
    page.context.close()


def test_an_editor_is_told_whom_to_ask(moved: DemoProcess, chromium: Browser) -> None:
    page = window(chromium, moved, "editor")
    editor = Editor(page, moved)
    editor.open_page(HOUSE)
    panel = editor.panel("Teaser")
    expect(panel.notice).to_contain_text("Ask someone who manages AI for this site")
    expect(panel.control("It has moved")).to_have_count(0)
    page.context.close()
