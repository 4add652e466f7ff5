"""The demo's pages as visitors see them: nothing sticks out, in either direction of writing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo.process import DemoProcess

PAGES = (
    "en/workshops/line-of-type/",
    "en/questions/",
    "de/reisefuehrer/kueste-des-lampenwaerters/",
    "ar/",
    "ar/الأدلة/ساحل-مشعل-القناديل/",
    "ar/المواعيد/",
)


@pytest.fixture(params=[420, 1280], ids=["narrow", "wide"])
def visitor(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


class TestVisitors:
    def test_no_page_is_wider_than_the_window(self, visitor: Page, demo: DemoProcess) -> None:
        for path in PAGES:
            visitor.goto(f"{demo.url}/{path}")
            width = visitor.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert width <= 0, path

    def test_arabic_begins_at_the_right(self, visitor: Page, demo: DemoProcess) -> None:
        visitor.goto(f"{demo.url}/ar/")
        middle = visitor.viewport_size["width"] / 2 if visitor.viewport_size else 0
        wordmark = visitor.locator(".wordmark img").bounding_box()
        assert wordmark is not None
        assert wordmark["x"] > middle
        heading = visitor.get_by_role("heading", level=1)
        expect(heading).to_have_css("letter-spacing", "normal")
        assert heading.evaluate("element => getComputedStyle(element).textAlign") in ("start", "right")

    def test_stops_are_numbered_on_the_side_where_reading_begins(self, visitor: Page, demo: DemoProcess) -> None:
        for path, is_at_right in ((PAGES[2], False), (PAGES[4], True)):
            visitor.goto(f"{demo.url}/{path}")
            padding = visitor.locator(".stops li").first.evaluate(
                "element => [getComputedStyle(element).paddingLeft, getComputedStyle(element).paddingRight]"
            )
            assert (padding.index("0px") == 0) is is_at_right, (path, padding)
