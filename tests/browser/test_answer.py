"""Answers with sources on the demo's search page: offered, streamed, stopped, and said plainly where there are none."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_access import serious
from tests.browser.test_search import NARROW, Visit, visit
from tests.demo.process import DemoProcess
from tests.services import SandboxProcess

__all__ = ["visit"]

QUESTION = "When do walkers turn round on the flats?"
#: How an answer may end.
ENDS = ":is([data-part=again], [data-part=warning], [data-part=missing]):visible"


def search(visit: Visit, demo: DemoProcess, question: str = QUESTION, language: str = "en", **options: Any) -> Page:
    return visit(f"{demo.url}/{language}/search/?q={question}", scripts=True, **options)


def answer(page: Page) -> Any:
    return page.locator(".shareai-answer")


class TestAnAnswer:
    def test_is_asked_for_by_keyboard_and_leads_to_its_sources(self, visit: Visit, demo: DemoProcess) -> None:
        page = search(visit, demo)
        page.get_by_role("button", name="Answer this question").focus()
        page.keyboard.press("Enter")
        expect(answer(page).get_by_text("Written by AI from the linked pages.")).to_be_visible()
        sentences = answer(page).locator(".shareai-answer__sentence")
        expect(sentences.first).to_be_visible()
        for sentence in sentences.all():
            expect(sentence.locator(".shareai-answer__mark").first).to_be_visible()
        expect(answer(page).get_by_role("heading", name="Answer")).to_be_focused()
        source = answer(page).locator(".shareai-answer__sources a").first
        title = source.inner_text()
        source.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)

    def test_stops_where_the_visitor_says_so(self, visit: Visit, demo: DemoProcess, sandbox: SandboxProcess) -> None:
        page = search(visit, demo)
        sandbox.fault("silent")
        page.get_by_role("button", name="Answer this question").click()
        stop = answer(page).get_by_role("button", name="Stop")
        expect(stop).to_be_focused()
        stop.click()
        expect(stop).to_be_hidden()
        expect(answer(page).get_by_text("Stopped before the first sentence.")).to_be_visible()
        sandbox.fault(None)
        answer(page).get_by_role("button", name="Try again").click()
        expect(answer(page).get_by_text("Written by AI from the linked pages.")).to_be_visible()

    def test_that_is_not_on_the_site_says_so(self, visit: Visit, demo: DemoProcess) -> None:
        page = search(visit, demo, "Which sculptor from Vienna cast the bronze horses that stand beside the water?")
        page.get_by_role("button", name="Answer this question").click()
        expect(answer(page).get_by_text("This was not found on this site.")).to_be_visible()
        expect(answer(page).locator("a")).to_have_count(0)

    def test_that_brings_a_script_shows_text(self, visit: Visit, demo: DemoProcess, sandbox: SandboxProcess) -> None:
        sandbox.fault("script-output")
        page = search(visit, demo)
        page.get_by_role("button", name="Answer this question").click()
        expect(answer(page).get_by_text("Written by AI from the linked pages.")).to_be_visible()
        assert not answer(page).locator(".shareai-answer__text :is(script, img, [onclick])").count()
        for link in answer(page).locator("a").all():
            assert str(link.get_attribute("href")).startswith(demo.url)
        sandbox.fault(None)


class TestARefusal:
    @pytest.mark.parametrize(("code", "is_final"), [("unavailable", True), ("broken", False)])
    def test_can_be_tried_again_only_where_that_may_help(
        self, visit: Visit, demo: DemoProcess, code: str, is_final: bool
    ) -> None:
        page = search(visit, demo)
        error = {"code": code, "sentence": "There are no answers right now.", "remedy": "Look through the results."}
        page.route("**/search/answer/", lambda route: route.fulfill(status=402, json={"error": error}))
        page.get_by_role("button", name="Answer this question").click()
        expect(answer(page).get_by_text("There are no answers right now. Look through the results.")).to_be_visible()
        expect(answer(page).get_by_role("button", name="Stop")).to_be_hidden()
        expect(answer(page).get_by_role("button", name="Try again")).to_be_visible(visible=not is_final)


@pytest.mark.parametrize(
    ("language", "question", "options"),
    [
        ("en", QUESTION, {}),
        ("de", "Wie tief ist das Wasser auf dem Weg?", {"color_scheme": "dark", "viewport": NARROW}),
        ("ar", "متى يفتح المتجر؟", {"viewport": NARROW}),
    ],
    ids=["light", "dark", "rtl"],
)
def test_everybody_can_read_it(
    visit: Visit, demo: DemoProcess, language: str, question: str, options: dict[str, Any]
) -> None:
    page = search(visit, demo, question, language, **options)
    answer(page).locator(".shareai-answer__button").click()
    expect(answer(page).locator(ENDS)).not_to_have_count(0)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_report_is_readable_by_everybody(editors: Open, demo: DemoProcess, visit: Visit) -> None:
    visit(f"{demo.url}/en/search/?q={QUESTION}")
    editor = editors("admin")
    editor.go("shareai/searches/")
    page = editor.page
    expect(page.get_by_role("heading", name="Most frequent searches")).to_be_visible()
    expect(page.get_by_role("rowheader", name=QUESTION.lower()).first).to_be_visible()
    assert serious(editor) == []
