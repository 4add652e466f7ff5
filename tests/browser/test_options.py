"""What an action asks before the click that costs, in the panel."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Open
from tests.browser.editor import HOUSE, Editor, Panel, body_of
from tests.browser.test_access import serious
from tests.services import SandboxProcess

BRIEF = "Tours on Saturdays."


def focused(locator: Locator) -> None:
    expect(locator).to_be_focused()


class TestAsking:
    def test_nothing_is_sent_before_the_answers_and_they_go_along(
        self, editor: Editor, sandbox: SandboxProcess
    ) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Introduction")
        left = panel.left()
        panel.start("Translate")
        language = panel.question("Into")
        expect(language.locator("option")).to_have_text(["Choose…", "German", "Arabic"])
        panel.control("Translate ·").click()
        focused(language)
        language.select_option("de")
        assert sandbox.state()["calls"] == 0
        request = editor.during(panel.control("Translate · 1 writing action").click, "/actions/")
        expect(panel.control("Accept")).to_be_visible()
        assert body_of(request)["options"] == {"language": "de"}
        assert panel.left() == left - 1
        expect(panel.root.locator(".shareai-pane")).to_have_count(2)
        panel.control("Discard").click()

    def test_trying_again_asks_nothing_twice_and_the_last_answer_is_remembered(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Introduction")
        panel.ask("Change the tone", tone="formal")
        panel.go("Change the tone")
        again = editor.during(panel.control("Try again").click, "/actions/")
        expect(panel.control("Accept")).to_be_visible()
        assert body_of(again)["options"] == {"tone": "formal"}
        panel.control("Discard").click()
        other = editor.panel("Teaser")
        other.start("Change the tone")
        expect(other.question("Tone")).to_have_value("formal")

    def test_a_question_left_empty_costs_nothing_and_says_so_at_its_place(
        self, editor: Editor, sandbox: SandboxProcess
    ) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Body")
        panel.start("Draft from a brief")
        brief = panel.question("Brief")
        panel.control("Draft from a brief ·").click()
        focused(brief)
        expect(brief).to_have_attribute("aria-invalid", "true")
        expect(brief).to_have_accessible_description(
            "Fill this in first. Notes are enough. Facts that are not in the brief are not made up."
        )
        assert sandbox.state()["calls"] == 0
        brief.fill("x" * 2_100)
        assert len(brief.input_value()) == 2_000

    def test_a_refusal_leads_back_to_what_was_answered(self, editor: Editor) -> None:
        def refuse(route: Route) -> None:
            error = {"code": "input_too_long", "sentence": "Too long.", "remedy": "Go back and shorten it."}
            route.fulfill(status=413, json={"error": error, "usage": None})

        editor.open_page(HOUSE)
        editor.page.route("**/shareai/actions/**", refuse)
        panel = editor.panel("Body")
        panel.ask("Draft from a brief", brief=BRIEF)
        panel.control("Draft from a brief ·").click()
        expect(panel.notice).to_contain_text("Too long. Go back and shorten it.")
        panel.control("Back").click()
        expect(panel.question("Brief")).to_have_value(BRIEF)
        panel.control("Back").click()
        expect(panel.action("Rewrite")).to_be_visible()

    def test_the_form_knows_nothing_of_what_is_typed_here(self, editor: Editor) -> None:
        editor.open_page(HOUSE, autosaves=True)
        editor.wait_for_watching()
        untouched = editor.form_data()
        editor.page.evaluate("() => document.addEventListener('w-unsaved:add', () => (window.isChanged = true))")
        panel = editor.panel("Body")
        panel.start("Draft from a brief")
        panel.question("Brief").press_sequentially(BRIEF)
        assert editor.form_data() == untouched
        assert editor.page.evaluate("() => window.isChanged === undefined")
        assert editor.saved == []
        editor.page.keyboard.press("Escape")
        panel.button.click()
        expect(panel.question("Brief")).to_have_value(BRIEF)


class TestTheKeyboardAlone:
    def test_from_the_button_to_the_field(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        keyboard = editor.page.keyboard
        button = editor.button("Introduction")
        button.focus()
        keyboard.press("Enter")
        expect(button).to_have_attribute("aria-expanded", "true")
        panel = Panel(editor, button)
        panel.action("Change the tone").focus()
        keyboard.press("Enter")
        focused(panel.question("Tone"))
        keyboard.press("ArrowDown")
        expect(panel.question("Tone")).to_have_value("formal")
        keyboard.press("Tab")
        focused(panel.control("Change the tone ·"))
        keyboard.press("Enter")
        focused(panel.text)
        keyboard.press("Escape")
        expect(panel.root).to_be_hidden()


class TestWhereThereIsTooLittle:
    def test_actions_that_need_text_say_so_until_there_is_some(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        field = editor.input("introduction")
        field.fill("")
        panel = editor.panel("Introduction")
        expect(panel.action("Rewrite")).to_be_disabled()
        expect(panel.action("Rewrite")).to_contain_text("Needs more text")
        expect(panel.action("Draft from a brief")).to_be_enabled()
        expect(panel.action("Summarise the page")).to_be_enabled()
        focused(panel.root.locator(".shareai-action:enabled").first)
        field.press_sequentially("A few words about the lamps.")
        expect(panel.action("Rewrite")).to_be_enabled()
        expect(panel.action("Shorten")).to_be_disabled()
        focused(field)

    def test_what_is_selected_decides(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Body")
        expect(panel.action("Shorten")).to_be_enabled()
        editor.rich_text("body").select(0, 0)
        expect(panel.action("Shorten")).to_be_disabled()


class TestAdditions:
    def test_the_original_stays_and_the_new_is_marked(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        field = editor.input("introduction")
        before = field.input_value()
        panel = editor.panel("Introduction")
        panel.run("Continue writing")
        expect(panel.root).to_contain_text("This comes after your text, which stays as it is.")
        expect(panel.text.locator("del")).to_have_count(0)
        expect(panel.text.locator("ins")).to_have_count(1)
        expect(panel.text).to_contain_text(before[:40])
        added = panel.text.locator("ins").inner_text()
        panel.accept()
        expect(field).to_have_value(f"{before.rstrip()}\n\n{added}")
        editor.page.keyboard.press("Control+z")
        expect(field).to_have_value(before)

    def test_a_text_that_was_changed_meanwhile_gets_it_at_its_end_only_when_asked(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        field = editor.input("introduction")
        panel = editor.panel("Introduction")
        panel.run("Continue writing")
        added = panel.suggestion()
        field.fill("Written meanwhile.")
        panel.control("Accept").click()
        expect(panel.notice).to_contain_text("changed")
        panel.control("Insert at the end").click()
        expect(field).to_have_value(f"Written meanwhile.\n\n{added}")

    def test_a_broken_stream_leaves_a_text_that_can_be_added_and_nothing_counted(
        self, editor: Editor, sandbox: SandboxProcess
    ) -> None:
        editor.open_page(HOUSE)
        field = editor.input("introduction")
        before = field.input_value()
        panel = editor.panel("Introduction")
        left = panel.left()
        sandbox.fault("broken-stream")
        panel.start("Continue writing")
        expect(panel.root).to_contain_text("Incomplete, not counted.")
        assert panel.left() == left
        panel.accept()
        assert field.input_value().startswith(before.rstrip())

    def test_an_answer_that_holds_nothing_cannot_empty_the_field(self, editor: Editor) -> None:
        def answer(route: Route) -> None:
            result: dict[str, Any] = {"kind": "text", "text": ""}
            route.fulfill(json={"suggestion": 0, "result": result, "is_complete": False, "units": 1, "usage": None})

        editor.open_page(HOUSE)
        editor.page.route("**/shareai/actions/**", answer)
        panel = editor.panel("Teaser")
        panel.start("Rewrite")
        expect(panel.control("Discard")).to_be_visible()
        expect(panel.control("Accept")).to_have_count(0)


class TestAxe:
    @pytest.mark.parametrize("user", ["editor", "editor-dark", "editor-ar"])
    def test_finds_nothing_serious_in_the_questions(self, editors: Open, user: str) -> None:
        editor = editors(user, viewport={"width": 420, "height": 900})
        editor.open_page(HOUSE)
        for number, control in ((3, "select"), (4, "textarea")):
            button = editor.page.locator(".shareai-button").nth(number - 1)
            button.click()
            expect(button).to_have_attribute("aria-expanded", "true")
            panel = Panel(editor, button)
            slug = "tone" if control == "select" else "draft"
            panel.root.locator(f".shareai-action[data-shareai-panel-slug-param={slug}]").click()
            expect(panel.root.locator(control)).to_be_visible()
            panel.root.locator(".button:not(.button-secondary)").first.focus()
        assert serious(editor, user) == []
        wide = editor.page.evaluate(
            "() => [...document.querySelectorAll('.shareai-panel')].some(p => p.scrollWidth > p.clientWidth + 1)"
        )
        assert wide is False
