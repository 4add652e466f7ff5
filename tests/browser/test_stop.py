from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.editor import GUIDE, HOUSE, Editor
from tests.services import SandboxProcess

WORDS = re.compile(r"\w+")


class TestStop:
    def test_after_the_first_words_it_ends_the_call_and_is_counted(
        self, editor: Editor, sandbox: SandboxProcess
    ) -> None:
        editor.open_page(HOUSE)
        untouched = editor.form_data()
        panel = editor.panel("Introduction")
        left = panel.left()
        sandbox.fault("stall")
        panel.start("Rewrite")
        expect(panel.arriving).to_have_text(WORDS)
        panel.control("Stop").click()

        sandbox.wait_for(aborted=1, open=0)
        expect(panel.notice).to_have_text(
            "Stopped before the end, and counted. Accepting it puts this part in the place of your whole text."
        )
        expect(panel.units).to_contain_text(f"{left - 1} of")
        expect(panel.text).to_have_text(WORDS)
        assert editor.form_data() == untouched

    def test_accepting_the_part_of_a_rich_text_leaves_the_rest_as_it_was(
        self, editor: Editor, sandbox: SandboxProcess
    ) -> None:
        editor.open_page(HOUSE)
        body = editor.rich_text("body")
        before = body.texts()
        panel = editor.panel("Body")
        sandbox.fault("stall")
        panel.start("Rewrite")
        expect(panel.arriving).to_have_text(WORDS)
        panel.control("Stop").click()

        expect(panel.notice).to_contain_text("The paragraphs after it are left as they were.")
        panel.accept()
        after = body.texts()
        assert (len(after), after[-3:]) == (len(before), before[-3:])

    def test_before_the_first_words_nothing_is_counted(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Introduction")
        left = panel.left()
        sandbox.fault("silent")
        panel.start("Rewrite")
        sandbox.wait_for(open=1, calls=1)
        panel.control("Stop").click()

        sandbox.wait_for(aborted=1, open=0)
        expect(panel.notice).to_contain_text("Nothing was counted")
        expect(panel.action("Rewrite")).to_be_enabled()
        expect(panel.units).to_contain_text(f"{left} of")

    def test_late_words_of_a_stopped_run_are_dropped(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Title")
        sandbox.fault("silent")
        panel.start("Rewrite")
        sandbox.wait_for(open=1, calls=1)
        panel.control("Stop").click()
        expect(panel.action("Suggest titles")).to_be_visible()
        sandbox.fault(None)
        panel.run("Suggest titles")
        assert panel.root.get_by_role("radio").count() > 1
        expect(panel.arriving).to_have_count(0)


class TestGoingAway:
    def test_a_closed_panel_goes_on_and_the_button_tells(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Introduction")
        sandbox.fault("hold")
        panel.start("Rewrite")
        editor.page.keyboard.press("Escape")
        expect(panel.root).to_be_hidden()
        expect(panel.button).to_be_focused()
        expect(panel.button).to_have_attribute("data-state", "running")
        sandbox.fault(None)
        expect(panel.button).to_have_attribute("data-state", "result")
        expect(panel.button).to_have_accessible_name(re.compile("ready"))
        panel.button.click()
        expect(panel.control("Accept")).to_be_visible()

    def test_leaving_the_page_ends_the_call(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Introduction")
        sandbox.fault("stall")
        panel.start("Rewrite")
        expect(panel.arriving).to_have_text(WORDS)
        editor.page.goto("about:blank")
        sandbox.wait_for(aborted=1, open=0)

    def test_deleting_the_block_ends_the_call(self, editors: Open, sandbox: SandboxProcess) -> None:
        editor = editors()
        editor.open_page(GUIDE)
        panel = editor.panel("Section: Text", 0)
        sandbox.fault("silent")
        panel.start("Rewrite")
        sandbox.wait_for(open=1, calls=1)
        editor.page.locator("[data-streamfield-child]").first.get_by_title("Delete").click()
        # Before the marketplace's silence would end it anyway.
        sandbox.wait_for(seconds=4, aborted=1, open=0)
