from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.editor import HOUSE, Editor, Panel
from tests.demo.process import DemoProcess
from tests.services import SandboxProcess

#: What the marketplace does, and words of the sentence that the editor reads.
FAULTS = {
    "error-200": "could not finish",
    "html": "could not be read",
    "cut-json": "could not be read|broke",
    "timeout": "too long",
    "broken-stream": "broke",
    "insufficient-credits": "run out of credit",
    "wrong-key": "did not accept",
    "empty": "empty",
    "huge": "far more text",
    "script-only": "not safe|empty",
}
RUN, STATUS = "**/shareai/actions/**", "**/shareai/status/**"


def failed(panel: Panel, pattern: str) -> None:
    expect(panel.root.locator(".shareai-notice--critical")).to_contain_text(re.compile(pattern))


class TestEveryFaultOfTheMarketplace:
    def test_is_one_sentence_and_costs_neither_text_nor_units(
        self, editor: Editor, sandbox: SandboxProcess, subtests: pytest.Subtests
    ) -> None:
        editor.open_page(HOUSE)
        untouched = editor.form_data()
        panel = editor.panel("Introduction")
        left = panel.left()
        panel.run()
        panel.control("Discard").click()
        for fault, pattern in FAULTS.items():
            with subtests.test(fault):
                sandbox.fault(fault)
                panel.button.click()
                panel.start("Rewrite")
                failed(panel, pattern)
                assert editor.form_data() == untouched
                assert panel.left() == left - 1
                expect(panel.root.locator("summary")).to_have_count(0)
            panel.control("Back" if panel.control("Back").is_visible() else "Discard").click()
            editor.page.keyboard.press("Escape")

    def test_managers_see_the_technical_reason(self, editors: Open, sandbox: SandboxProcess) -> None:
        manager = editors("manager")
        manager.open_page(HOUSE)
        panel = manager.panel("Introduction")
        sandbox.fault("insufficient-credits")
        panel.start("Rewrite")
        panel.root.locator("summary").click()
        expect(panel.root.locator("details code")).to_contain_text("402")

    def test_a_marketplace_that_does_not_stream_is_no_failure(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        sandbox.fault("no-stream")
        editor.panel("Introduction").run()

    def test_try_again_after_a_failure_is_a_new_click(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Introduction")
        sandbox.fault("error-200")
        panel.start("Rewrite")
        failed(panel, "could not finish")
        sandbox.fault(None)
        panel.control("Try again").click()
        expect(panel.control("Accept")).to_be_visible()


class TestTextThatWasShownBeforeTheBreak:
    def test_it_is_kept_and_marked(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Introduction")
        sandbox.fault("broken-stream", chunk_ms=60)
        panel.start("Rewrite")
        failed(panel, "broke")
        expect(panel.root).to_contain_text("not counted")
        expect(panel.text).to_have_text(re.compile(r"\w+"))


class TestAnAnswerThatWasLost:
    def test_a_paid_result_is_fetched_and_counted_once(self, editor: Editor, sandbox: SandboxProcess) -> None:
        def lose(route: Route) -> None:
            route.fetch()
            route.abort("connectionreset")

        editor.open_page(HOUSE)
        editor.page.route(RUN, lose)
        panel = editor.panel("Introduction")
        left = panel.left()
        panel.run()
        expect(panel.units).to_contain_text(f"{left - 1} of")
        assert sandbox.state()["calls"] == 1

    def test_a_stream_that_ends_without_a_result_is_asked_after(self, editor: Editor) -> None:
        def cut(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=answer.text().split("event: result")[0])

        editor.open_page(HOUSE)
        editor.page.route(RUN, cut)
        panel = editor.panel("Introduction")
        panel.run()

    def test_a_click_that_is_still_worked_on_is_waited_for(self, editor: Editor) -> None:
        states = [{"state": "held"}, {"state": "held"}]
        done = {"suggestion": 0, "result": {"kind": "text", "text": "Here it is."}, "is_complete": True, "units": 1}

        def held(route: Route) -> None:
            state = states.pop() if states else {"state": "settled", "replayed": True, **done}
            route.fulfill(json=state)

        refusal = {"error": {"code": "in_progress", "sentence": "…", "remedy": "…"}, "usage": None}
        editor.open_page(HOUSE)
        editor.page.route(RUN, lambda route: route.fulfill(status=409, json=refusal))
        editor.page.route(STATUS, held)
        panel = editor.panel("Introduction")
        panel.run()
        assert panel.suggestion() == "Here it is."

    def test_a_request_that_never_arrived_says_so(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Introduction")
        left = panel.left()
        editor.page.route(RUN, lambda route: route.abort("internetdisconnected"))
        panel.start("Rewrite")
        failed(panel, "othing was counted")
        assert panel.left() == left
        editor.page.unroute(RUN)
        panel.control("Try again").click()
        expect(panel.control("Accept")).to_be_visible()

    def test_while_the_network_is_gone_the_outcome_can_be_asked_for_later(self, editor: Editor) -> None:
        def lose(route: Route) -> None:
            route.fetch()
            route.abort("connectionreset")

        editor.open_page(HOUSE)
        editor.page.route(RUN, lose)
        editor.page.route(STATUS, lambda route: route.abort("internetdisconnected"))
        panel = editor.panel("Introduction")
        panel.start("Rewrite")
        expect(panel.control("Check again")).to_be_visible()
        expect(panel.control("Try again")).to_be_hidden()
        editor.page.unroute(STATUS)
        panel.control("Check again").click()
        expect(panel.control("Accept")).to_be_visible()


class TestAnEndedSession:
    def test_the_login_page_is_not_taken_for_an_answer(self, editor: Editor, demo: DemoProcess) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Introduction")
        page = editor.page.request.get(demo.login_url).text()
        editor.page.route(RUN, lambda route: route.fulfill(status=403, body=page, content_type="text/html"))
        panel.start("Rewrite")
        failed(panel, "signed out|session")
        expect(panel.control("Try again")).to_be_hidden()
