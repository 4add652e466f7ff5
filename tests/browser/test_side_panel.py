from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Open
from tests.browser.editor import GUIDE, HOUSE, SHOP, Editor, Panel
from tests.browser.test_access import serious
from tests.services import SandboxProcess

PAST = "**/shareai/history/**"


def toggle(editor: Editor) -> Locator:
    return editor.page.locator("[data-side-panel-toggle=shareai]")


def opened(editor: Editor) -> Locator:
    """The side panel, once what was done before is listed."""
    toggle(editor).click()
    side = editor.page.locator("[data-shareai-side]")
    expect(side.locator(".shareai-side__past")).not_to_have_attribute("aria-busy", "true")
    return side


def started(editor: Editor, side: Locator, name: str, field: str) -> Panel:
    """The panel of the field in which an action on the whole page runs."""
    side.locator(".shareai-action").filter(has_text=name).filter(has_text=f"“{field}”").click()
    button = editor.button(field)
    expect(button).to_have_attribute("aria-expanded", "true")
    return Panel(editor, button)


class TestOpening:
    def test_costs_nothing_before(self, editor: Editor) -> None:
        loaded: list[str] = []
        editor.page.on("request", lambda request: loaded.append(request.url))
        editor.open_page(HOUSE)
        editor.page.wait_for_load_state("networkidle")
        assert [url for url in loaded if "/side" in url and "shareai" in url] == []
        assert len([url for url in loaded if "/shareai/" in url]) == 1
        side = opened(editor)
        expect(side).to_contain_text("writing actions left")
        assert len([url for url in loaded if "/shareai/history/" in url]) == 1

    def test_it_is_there_again_where_it_was_open_the_last_time(self, editors: Open) -> None:
        editor = editors()
        editor.open_page(HOUSE)
        opened(editor)
        editor.open_page(HOUSE)
        expect(editor.page.locator(".shareai-side__header")).to_be_visible()

    def test_people_without_ai_have_no_such_panel(self, editors: Open) -> None:
        intern = editors("intern")
        intern.go(f"pages/{intern.page_id(HOUSE)}/edit/")
        expect(intern.page.locator("[data-side-panel-toggle=status]")).to_be_visible()
        expect(toggle(intern)).to_have_count(0)

    def test_a_history_that_cannot_be_loaded_says_so(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        editor.page.route(PAST, lambda route: route.abort("connectionreset"))
        expect(opened(editor)).to_contain_text("could not be loaded")


class TestTheWholePage:
    def test_titles_are_suggested_in_the_titles_own_panel(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        panel = started(editor, opened(editor), "Suggest titles", "Title")
        expect(panel.control("Accept")).to_be_visible()
        wanted = panel.root.locator(".shareai-alternatives label").first.inner_text()
        panel.accept()
        expect(editor.input("title")).to_have_value(wanted)

    def test_a_field_in_another_tab_is_brought_to_light(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        panel = started(editor, opened(editor), "Suggest titles", "Title tag")
        expect(panel.control("Accept")).to_be_visible()
        expect(editor.input("seo_title")).to_be_visible()

    def test_a_suggestion_that_waits_is_not_thrown_away(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        editor.panel("Title").run("Suggest titles")
        calls = sandbox.state()["calls"]
        panel = started(editor, opened(editor), "Suggest titles", "Title")
        expect(panel.control("Accept")).to_be_visible()
        assert sandbox.state()["calls"] == calls

    def test_without_units_it_says_so(self, editor: Editor) -> None:
        editor.open_page(SHOP)
        side = opened(editor)
        expect(side).to_contain_text("0 of")
        expect(side.locator(".shareai-action").first).to_be_disabled()

    def test_on_a_narrow_screen_it_makes_way_for_the_field(self, editors: Open) -> None:
        editor = editors(viewport={"width": 420, "height": 800})
        editor.open_page(HOUSE)
        panel = started(editor, opened(editor), "Suggest titles", "Title")
        expect(panel.control("Accept")).to_be_in_viewport()
        expect(editor.page.locator("[data-shareai-side]")).to_be_hidden()


class TestThePast:
    def test_a_decision_appears_while_the_panel_is_open(self, editor: Editor) -> None:
        editor.open_page(GUIDE)
        side = opened(editor)
        panel = editor.panel("Quote: Source")
        panel.run()
        first = side.locator(".shareai-past > li").first
        expect(first).to_contain_text("Not decided")
        expect(first).to_contain_text("Body: source")
        panel.control("Discard").click()
        expect(first).to_contain_text("Discarded")
        expect(first).to_contain_text("1 writing action")

    def test_earlier_actions_follow_and_take_focus(self, editor: Editor) -> None:
        item = "<li>Rewrite</li>"
        button = (
            '<button data-action="shareai-side#more" data-shareai-side-page-param="2">Show earlier actions</button>'
        )

        def page(route: Route) -> None:
            more = "" if "page=2" in route.request.url else button
            route.fulfill(body=f"<ol class='shareai-past'>{item * 20}</ol>{more}", content_type="text/html")

        editor.open_page(HOUSE)
        editor.page.route(PAST, page)
        side = opened(editor)
        side.get_by_role("button", name="Show earlier").click()
        expect(side.locator(".shareai-past > li")).to_have_count(40)
        expect(side.locator(".shareai-past > li").nth(20)).to_be_focused()


class TestForEverybody:
    @pytest.mark.parametrize("user", ["editor", "editor-dark", "editor-ar"])
    def test_axe_finds_nothing_serious(self, editors: Open, user: str) -> None:
        editor = editors(user)
        editor.open_page(HOUSE)
        opened(editor)
        assert serious(editor, user) == []

    def test_the_keyboard_reaches_all_of_it(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        toggle(editor).focus()
        editor.page.keyboard.press("Enter")
        action = editor.page.locator(".shareai-side .shareai-action").first
        expect(action).to_be_visible()
        action.focus()
        editor.page.keyboard.press("Enter")
        panel = Panel(editor, editor.button("Title"))
        expect(panel.control("Accept")).to_be_visible()
        focused = editor.page.evaluate("() => Boolean(document.activeElement.closest('.shareai-panel'))")
        assert focused

    @pytest.mark.parametrize("user", ["editor", "editor-ar"])
    def test_nothing_sticks_out_of_a_narrow_window(self, editors: Open, user: str) -> None:
        editor = editors(user, viewport={"width": 420, "height": 800})
        editor.open_page(HOUSE)
        side = opened(editor)
        sticking = side.evaluate(
            """side => {
              const { left, right } = side.getBoundingClientRect();
              const boxes = Array.from(side.querySelectorAll('*'), (each) => each.getBoundingClientRect());
              return boxes.filter((box) => box.right > right + 1 || box.left < left - 1).length;
            }"""
        )
        assert sticking == 0
        expect(side.locator(".shareai-panel__units")).to_have_text(re.compile(r"\d+"))
