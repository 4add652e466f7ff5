"""The search of the demo's two sites, as visitors and editors meet it. Visitors' scripts are off: none is needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Open
from tests.browser.test_access import serious
from tests.demo.process import DemoProcess
from tests.services import SandboxProcess

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 800}
TIDE = "walking at low tide"
#: A browser looks for a text on the page it is led to only after somebody clicked.
GUIDE = re.compile(r"/en/guides/twelve-minutes/")

Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Opens a window of a visitor, without scripts unless they are asked for."""
    with ExitStack() as stack:

        def opened(url: str, *, scripts: bool = False, **options: Any) -> Page:
            options.setdefault("viewport", WIDE)
            context = chromium.new_context(java_script_enabled=scripts, reduced_motion="reduce", **options)
            stack.callback(context.close)
            page = context.new_page()
            page.goto(url)
            return page

        yield opened


def results(page: Page) -> Any:
    return page.locator(".shareai-search__result")


class TestVisitors:
    def test_search_from_any_page_and_reach_what_they_find(self, visit: Visit, demo: DemoProcess) -> None:
        page = visit(f"{demo.url}/en/")
        page.get_by_role("searchbox", name="Search this site").fill("where can I walk when the sea is out")
        page.keyboard.press("Enter")
        expect(page).to_have_title(
            re.compile(r"^where can I walk when the sea is out: \d+ results · Slackwater Press$")
        )
        expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d+ results$"))
        expect(page.locator("mark").first).to_be_visible()
        link = results(page).first.get_by_role("link")
        title = link.inner_text()
        link.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)

    def test_are_told_what_was_put_right_and_may_have_it_their_way(self, visit: Visit, demo: DemoProcess) -> None:
        page = visit(f"{demo.url}/en/search/?q=lamplighers+coast")
        expect(page.locator(".shareai-search__correction strong")).to_have_text("lamplighters coast")
        page.get_by_role("link", name="Search instead for lamplighers coast").click()
        expect(page).to_have_url(f"{demo.url}/en/search/?q=lamplighers+coast&exact=1")
        expect(page.locator(".shareai-search__correction")).to_have_count(0)
        expect(page.get_by_role("searchbox")).to_have_value("lamplighers coast")

    def test_choose_a_kind_and_turn_pages_by_keyboard(self, visit: Visit, demo: DemoProcess) -> None:
        page = visit(f"{demo.url}/en/search/?q={TIDE}")
        page.get_by_role("button", name="Search").focus()
        for _link in range(2):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        chosen = page.get_by_role("navigation", name="Kinds of results").locator("[aria-current]")
        label, number = chosen.inner_text().rsplit(maxsplit=1)
        assert label != "All"
        expect(page.get_by_role("status")).to_have_text(f"{number} results · {label}")
        page.get_by_role("link", name=re.compile("^All")).click()
        page.get_by_role("link", name="Next").click()
        expect(page.locator(".shareai-search__pages")).to_contain_text("Page 2 of 2")
        assert page.locator("ol").get_attribute("start") == "11"

    def test_are_led_to_the_place_on_the_page(self, visit: Visit, demo: DemoProcess) -> None:
        page = visit(f"{demo.url}/en/search/?q=what to see from the ferry at low water", scripts=True)
        link = page.locator("a[href*=':~:text=']").first
        link.click()
        page.wait_for_load_state()
        page.wait_for_function("window.scrollY > 100")

    def test_find_goods_in_the_shop_alone(self, visit: Visit, demo: DemoProcess) -> None:
        page = visit(f"{demo.shop_url}/en/search/?q=a map of the harbour to fold")
        goods = results(page).filter(has_text="On our shelves")
        expect(goods.first.get_by_role("link")).to_have_attribute("href", re.compile(r"#[a-z0-9-]+$"))
        page = visit(f"{demo.url}/en/search/?q=a map of the harbour to fold")
        expect(page.get_by_role("status")).to_be_visible()
        expect(page.locator(".shareai-search__kinds", has_text="On our shelves")).to_have_count(0)

    def test_get_keywords_and_a_word_about_it_without_the_marketplace(
        self, visit: Visit, demo: DemoProcess, sandbox: SandboxProcess
    ) -> None:
        sandbox.stop()
        try:
            page = visit(f"{demo.url}/en/search/?q=lighthouse stairs")
            expect(page.locator(".shareai-search__notice")).to_contain_text("These results contain your words.")
            expect(results(page).first).to_be_visible()
        finally:
            sandbox.restart()


@pytest.mark.parametrize(
    ("address", "options"),
    [
        (f"en/search/?q={TIDE}", {}),
        ("en/search/?q=lamplighers", {"color_scheme": "dark", "viewport": NARROW}),
        ("ar/search/?q=المد والجزر", {"viewport": NARROW}),
        ("de/search/?q=Quantenchromodynamik", {"color_scheme": "dark"}),
    ],
    ids=["light", "dark", "rtl", "nothing"],
)
def test_nothing_is_in_the_way_of_anybody(visit: Visit, demo: DemoProcess, address: str, options: Any) -> None:
    page = visit(f"{demo.url}/{address}", scripts=True, **options)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    if address.startswith("ar"):
        expect(page.locator(".shareai-search__name").first).to_have_css("direction", "rtl")


class TestEditors:
    def test_find_pages_by_meaning_beside_wagtails_own_search(self, editors: Open) -> None:
        editor = editors("manager")
        editor.go("pages/search/?q=tide")
        editor.page.get_by_role("link", name="Pages by meaning").click()
        found = editor.page.locator(".shareai-found li")
        expect(found.first).to_be_visible()
        assert serious(editor) == []
        found.first.get_by_role("link").first.click()
        expect(editor.page).to_have_url(re.compile(r"/admin/pages/\d+/edit/"))
