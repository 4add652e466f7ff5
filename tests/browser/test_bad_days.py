from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.editor import GUIDE, HOUSE, Editor, Panel
from tests.browser.preparation import inside
from tests.browser.test_side_panel import opened
from tests.demo.process import DemoProcess
from tests.services import SandboxProcess

WORDS = re.compile(r"\w+")
#: Seconds in which a call ends because nobody waits for it, and not because the marketplace is silent.
SOON = 4


def units(editor: Editor, field: str) -> int:
    """What is left according to a form that was opened just now."""
    return editor.panel(field).left()


@contextmanager
def locked(demo: DemoProcess, slug: str) -> Iterator[None]:
    inside(demo, f"lock({slug!r})")
    try:
        yield
    finally:
        inside(demo, f"unlock({slug!r})")


class TestAutosave:
    def test_saves_what_was_typed_and_nothing_of_a_suggestion_that_streams(
        self, editor: Editor, sandbox: SandboxProcess
    ) -> None:
        editor.open_page(HOUSE, autosaves=True)
        editor.wait_for_watching()
        page, field = editor.page, editor.input("introduction")
        before = field.input_value()
        sandbox.fault("stall")
        panel = editor.panel("Introduction")
        panel.start("Rewrite")
        expect(panel.arriving).to_have_text(WORDS)

        with page.expect_request(lambda request: request.method == "POST" and request.url == page.url):
            editor.input("teaser").fill("Typed while a suggestion arrives.")
        arrived = panel.arriving.inner_text()
        assert len(arrived) > 5
        assert arrived not in str(editor.saved)
        expect(field).to_have_value(before)
        panel.control("Stop").click()
        expect(panel.control("Discard")).to_be_visible()
        expect(field).to_have_value(before)
        sandbox.fault(None)
        panel.control("Discard").click()

    def test_after_accept_there_is_exactly_one_change(self, editor: Editor) -> None:
        editor.open_page(HOUSE, autosaves=True)
        editor.wait_for_watching()
        page, field = editor.page, editor.input("introduction")
        before = field.input_value()
        panel = editor.panel("Introduction")
        panel.run()
        suggestion = panel.suggestion()
        assert editor.saved == []
        field.evaluate(
            """input => {
              window.changes = 0;
              input.addEventListener('input', () => { window.changes += 1; });
            }"""
        )
        with page.expect_response(lambda response: response.request.method == "POST" and response.url == page.url):
            panel.accept()
        expect(field).to_have_value(suggestion)
        assert page.evaluate("() => window.changes") == 1
        field.focus()
        page.keyboard.press("Control+z")
        expect(field).to_have_value(before)


class TestTwoEditors:
    def test_each_has_their_own_suggestion_and_both_are_counted(self, editors: Open) -> None:
        mine, theirs = editors(), editors("manager")
        for each in (mine, theirs):
            each.open_page(HOUSE)
        panels = [each.panel("Teaser") for each in (mine, theirs)]
        left = panels[0].left()
        for panel in panels:
            panel.run()
        before = theirs.input("teaser").input_value()
        panels[0].accept()
        expect(theirs.input("teaser")).to_have_value(before)
        panels[1].control("Discard").click()
        expect(theirs.input("teaser")).to_have_value(before)
        theirs.open_page(HOUSE)
        assert units(theirs, "Teaser") == left - 2


class TestABlockThatIsDeletedMeanwhile:
    def test_before_the_first_words_the_call_ends_and_costs_nothing(
        self, editor: Editor, sandbox: SandboxProcess
    ) -> None:
        editor.open_page(GUIDE)
        panel = editor.panel("Section: Text", 0)
        left = panel.left()
        sandbox.fault("silent")
        panel.start("Rewrite")
        sandbox.wait_for(open=1, calls=1)
        editor.page.locator("[data-streamfield-child]").first.get_by_title("Delete").click()
        sandbox.wait_for(seconds=SOON, aborted=1, open=0)
        sandbox.fault(None)
        editor.open_page(GUIDE)
        assert units(editor, "Teaser") == left

    def test_an_inline_form_is_no_different(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(GUIDE)
        panel = editor.panel("Stop 1: Note")
        sandbox.fault("silent")
        panel.start("Rewrite")
        sandbox.wait_for(open=1, calls=1)
        editor.page.locator("#inline_child_stops-0").get_by_title("Delete").click()
        sandbox.wait_for(seconds=SOON, aborted=1, open=0)

    def test_after_them_it_ends_too_and_is_counted(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(GUIDE)
        side = opened(editor)
        panel = editor.panel("Section: Heading", 0)
        sandbox.fault("stall")
        panel.start("Rewrite")
        expect(panel.arriving).to_have_text(WORDS)
        editor.page.locator("[data-streamfield-child]").first.get_by_title("Delete").click()
        sandbox.wait_for(seconds=SOON, aborted=1, open=0)
        sandbox.fault(None)
        editor.panel("Teaser").run()
        stopped = side.locator(".shareai-past > li").nth(1)
        expect(stopped).to_contain_text("Body: heading")
        expect(stopped).to_contain_text("Stopped before the end · 1 writing action")


class TestAPageThatIsLockedMeanwhile:
    def test_the_next_click_and_the_acceptance_say_why(self, editor: Editor, demo: DemoProcess) -> None:
        editor.open_page(HOUSE)
        shown, next_one = editor.panel("Teaser"), editor.panel("Introduction")
        shown.run()
        suggestion = shown.suggestion()
        with locked(demo, HOUSE):
            next_one.start("Rewrite")
            expect(next_one.notice).to_contain_text("locked by someone else")
            expect(next_one.control("Try again")).to_be_hidden()
            expect(shown.control("Copy")).to_be_enabled()
            shown.accept()
            note = editor.page.locator(".shareai-note:visible")
            expect(note).to_contain_text("can probably not be saved. This is locked by someone else.")
            expect(editor.announced()).to_contain_text("locked by someone else")
            expect(editor.input("teaser")).to_have_value(suggestion)


class TestABlockThatIsDuplicated:
    def test_its_button_works_on_the_copy_alone(self, editor: Editor) -> None:
        editor.open_page(GUIDE)
        editor.page.locator("[data-streamfield-child]").first.get_by_title("Duplicate").click()
        button = editor.button("Section: Heading", 1)
        button.click()
        panel = Panel(editor, button)
        panel.run()
        panel.accept()
        first, second = (editor.page.locator("[name$='-value-heading']").nth(place) for place in (0, 1))
        assert first.input_value() != second.input_value()
