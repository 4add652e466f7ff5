from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import Route, expect

from tests.browser.editor import HOUSE, Editor, body_of
from tests.services import SandboxProcess


class TestTheRoadOnAPlainField:
    def test_from_the_click_to_one_unit_fewer(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        field = editor.input("introduction")
        before = field.input_value()
        panel = editor.panel("Introduction")
        left = panel.left()

        panel.run()
        expect(panel.units).to_contain_text(f"{left - 1} of")
        suggestion = panel.suggestion()
        decision = editor.during(panel.accept, "/suggestions/")

        assert suggestion != before
        expect(field).to_have_value(suggestion)
        assert sandbox.state()["calls"] == 1
        assert body_of(decision)["decision"] == "accepted"

    def test_the_suggestion_streams_in_beside_the_original(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        sandbox.fault("stall")
        panel = editor.panel("Introduction")
        panel.start("Rewrite")
        expect(panel.arriving).to_have_text(re.compile(r"\w+"))
        expect(panel.root.locator(".shareai-text").first).to_have_text(editor.input("introduction").input_value())
        expect(panel.root.locator(".shareai-panes")).to_have_attribute("aria-busy", "true")

    def test_nothing_is_in_the_form_or_a_draft_before_accept(self, editor: Editor) -> None:
        editor.open_page(HOUSE, autosaves=True)
        editor.wait_for_watching()
        untouched = editor.form_data()
        panel = editor.panel("Introduction")
        panel.run()
        suggestion = panel.suggestion()
        assert editor.form_data() == untouched

        with editor.page.expect_request(lambda request: request.method == "POST" and request.url == editor.page.url):
            panel.accept()
        assert editor.saved
        assert all(suggestion in saved for saved in editor.saved)

    def test_one_step_undoes_it_and_focus_is_back_in_the_field(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        field = editor.input("teaser")
        before = field.input_value()
        panel = editor.panel("Teaser")
        panel.run()
        panel.accept()

        expect(field).to_be_focused()
        expect(field).not_to_have_value(before)
        expect(editor.announced()).to_contain_text("Ctrl+Z")
        editor.page.keyboard.press("Control+z")
        expect(field).to_have_value(before)

    def test_discard_leaves_the_field_alone(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        untouched = editor.form_data()
        panel = editor.panel("Teaser")
        panel.run()
        decision = editor.during(panel.control("Discard").click, "/suggestions/")

        assert body_of(decision)["decision"] == "discarded"
        assert editor.form_data() == untouched
        expect(panel.button).to_be_focused()
        panel.button.click()
        expect(panel.action("Rewrite")).to_be_visible()


class TestTitleAlternatives:
    def test_one_of_several_is_chosen_with_the_keyboard(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Title")
        panel.run("Suggest titles")
        choices = panel.root.get_by_role("radio")
        assert choices.count() >= 3
        choices.first.focus()
        editor.page.keyboard.press("ArrowDown")
        expect(choices.nth(1)).to_be_checked()
        wanted = panel.root.locator(".shareai-alternatives label").nth(1).inner_text()
        panel.accept()
        expect(editor.input("title")).to_have_value(wanted)

    def test_the_choice_is_no_change_of_the_form(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        untouched = editor.form_data()
        panel = editor.panel("Title")
        panel.run("Suggest titles")
        panel.root.get_by_role("radio").nth(1).check()
        assert editor.form_data() == untouched


class TestTheSameClick:
    def test_two_clicks_at_once_are_one_request(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Teaser")
        left = panel.left()
        panel.action("Rewrite").evaluate("button => { button.click(); button.click(); }")
        expect(panel.control("Accept")).to_be_visible()
        assert panel.left() == left - 1
        assert sandbox.state()["calls"] == 1

    def test_try_again_says_what_it_costs_and_is_a_new_click(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Teaser")
        left = panel.left()
        first = editor.during(lambda: panel.run(), "/actions/")
        again = panel.control("Try again")
        expect(again).to_have_text("Try again · 1 writing action")
        second = editor.during(again.click, "/actions/")
        expect(panel.control("Accept")).to_be_visible()
        expect(panel.units).to_contain_text(f"{left - 2} of")
        assert first.headers["idempotency-key"] != second.headers["idempotency-key"]


class TestATextThatWasChangedMeanwhile:
    def test_it_is_not_overwritten(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        field = editor.input("introduction")
        panel = editor.panel("Introduction")
        panel.run()
        suggestion = panel.suggestion()
        field.fill("Written meanwhile.")
        panel.control("Accept").click()

        expect(panel.notice).to_contain_text("changed")
        expect(field).to_have_value("Written meanwhile.")
        panel.control("Insert at the end").click()
        expect(field).to_have_value(f"Written meanwhile.\n\n{suggestion}")
        editor.page.keyboard.press("Control+z")
        expect(field).to_have_value("Written meanwhile.")


class TestASuggestionThatDoesNotFit:
    def test_it_can_be_copied_but_not_accepted(self, editor: Editor) -> None:
        def answer(route: Route) -> None:
            result = {"kind": "text", "text": "word " * 60}
            route.fulfill(json={"suggestion": 0, "result": result, "is_complete": True, "units": 1, "usage": None})

        editor.open_page(HOUSE)
        editor.page.route("**/shareai/actions/**", answer)
        panel = editor.panel("Teaser")
        panel.start("Rewrite")
        expect(panel.control("Copy")).to_be_visible()
        expect(panel.control("Accept")).to_be_hidden()
        expect(panel.notice).to_contain_text("180")


class TestAPageThatIsBeingWritten:
    def test_it_is_known_by_its_parent_until_wagtail_saves_it(self, editor: Editor) -> None:
        page, held, goes_on = editor.page, list[Route](), list[bool]()

        def hold(route: Route) -> None:
            # Not unrouted later: Playwright itself answers what is held by then.
            route.continue_() if goes_on else held.append(route)

        editor.open(f"pages/add/demo/guidepage/{editor.page_id('guides')}/", autosaves=True)
        page.route("**/pages/add/**", hold)
        editor.wait_for_watching()
        editor.input("title").fill(f"At the lock {uuid4().hex}")
        editor.input("introduction").fill("The boats begin to arrive at dusk.")
        panel = editor.panel("Introduction")
        first = editor.during(lambda: panel.run(), "/actions/")
        panel.control("Discard").click()
        goes_on.append(True)
        for saving in held:
            saving.continue_()
        editor.input("teaser").fill("Dusk at the lock.")
        expect(page).to_have_url(re.compile(r"/pages/\d+/edit/"))
        second = editor.during(lambda: editor.panel("Introduction").start("Rewrite"), "/actions/")

        unsaved, saved = (body_of(request)["target"] for request in (first, second))
        assert (unsaved["id"], bool(unsaved["parent"])) == ("", True)
        assert (saved["id"] in page.url, saved["parent"]) == (True, "")
