from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import found_by_axe
from tests.browser.conftest import Open
from tests.browser.editor import GUIDE, HOUSE, SHOP, Editor, Panel
from tests.services import SandboxProcess

#: Rules about a page as a whole are Wagtail's business.
OURS = (
    *(".shareai-panel", ".shareai-button", ".shareai-icon", ".shareai-slot"),
    *(".shareai-side", ".shareai-dashboard", "#shareai-permissions-section", ".shareai-page"),
)


def serious(editor: Editor, user: str = "") -> list[str]:
    """What axe finds on our surfaces that would keep somebody out."""
    # axe refuses to look for what is not there.
    there = [[selector] for selector in OURS if editor.page.locator(selector).count()]
    assert there, "nothing of ours is on the page"
    return found_by_axe(editor.page, {"include": there}, colours_alone=user.endswith("-dark"))


def tab_to(editor: Editor, panel: Panel, name: str) -> None:
    """Press Tab until the control has focus."""
    for _ in range(12):
        if editor.page.evaluate("() => document.activeElement.textContent.trim()").startswith(name):
            return
        editor.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name}")


class TestTheKeyboardAlone:
    def test_the_whole_road(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        keyboard, button = editor.page.keyboard, editor.button("Teaser")
        button.focus()
        keyboard.press("Enter")
        expect(button).to_have_attribute("aria-expanded", "true")
        panel = Panel(editor, button)
        expect(panel.action("Rewrite")).to_be_focused()
        keyboard.press("Enter")
        expect(panel.text).to_be_focused()
        tab_to(editor, panel, "Accept")
        keyboard.press("Enter")
        expect(editor.input("teaser")).to_be_focused()

    def test_escape_closes_and_gives_focus_back(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Teaser")
        expect(panel.root).to_have_role("region")
        editor.page.keyboard.press("Escape")
        expect(panel.root).to_be_hidden()
        expect(panel.button).to_be_focused()
        expect(panel.button).to_have_attribute("aria-expanded", "false")

    def test_the_comparison_is_switched_without_losing_the_place(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Teaser")
        panel.run()
        panel.control("Suggestion").focus()
        editor.page.keyboard.press("Enter")
        expect(panel.control("Suggestion")).to_be_focused()
        expect(panel.control("Suggestion")).to_have_attribute("aria-pressed", "true")

    def test_a_failure_takes_focus(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(HOUSE)
        sandbox.fault("error-200")
        panel = editor.panel("Teaser")
        panel.start("Rewrite")
        expect(panel.notice).to_be_focused()


class TestAnnouncements:
    def test_start_and_end_are_said_once_and_the_words_between_are_not(
        self, editor: Editor, sandbox: SandboxProcess
    ) -> None:
        editor.open_page(HOUSE)
        editor.page.evaluate(
            """() => {
              window.said = [];
              const region = document.querySelector('body > [role=status][aria-live=polite]');
              new MutationObserver(() => region.textContent && window.said.push(region.textContent))
                .observe(region, { childList: true, characterData: true, subtree: true });
            }"""
        )
        sandbox.fault(None, chunk_ms=30)
        panel = editor.panel("Teaser")
        panel.run()
        expect(editor.announced()).to_contain_text("ready")
        said = editor.page.evaluate("() => window.said")
        assert len(said) == 2, said
        expect(panel.root.locator("[aria-live]")).to_have_count(0)


class TestAxe:
    @pytest.mark.parametrize("user", ["editor", "editor-dark"])
    def test_finds_nothing_serious_in_any_state(self, editors: Open, user: str, sandbox: SandboxProcess) -> None:
        editor = editors(user)
        editor.open_page(GUIDE)
        title, text = editor.panel("Title"), editor.panel("Section: Text", 0)
        assert serious(editor, user) == []
        title.run("Suggest titles")
        text.run()
        assert serious(editor, user) == []
        sandbox.fault("stall")
        teaser = editor.panel("Teaser")
        teaser.start("Rewrite")
        expect(teaser.arriving).not_to_be_empty()
        assert serious(editor, user) == []
        text.control("Discard").click()
        sandbox.fault("error-200")
        text.button.click()
        text.start("Rewrite")
        expect(text.notice).to_be_visible()
        assert serious(editor, user) == []

    def test_finds_nothing_serious_with_nothing_left(self, editor: Editor) -> None:
        editor.open_page(SHOP)
        editor.panel("Teaser")
        assert serious(editor) == []


class TestOtherWindows:
    def test_from_right_to_left_everything_is_mirrored(self, editors: Open) -> None:
        editor = editors("editor-ar")
        editor.open_page(HOUSE)
        panel = Panel(editor, editor.page.locator(".shareai-button").nth(1))
        panel.button.click()
        expect(panel.button).to_have_attribute("aria-expanded", "true")
        assert editor.page.locator("html").get_attribute("dir") == "rtl"
        icon, close = (
            panel.root.locator(selector).first.bounding_box() for selector in (".icon-shareai", ".shareai-close")
        )
        field = editor.input("teaser").bounding_box()
        button = panel.button.bounding_box()
        assert icon and close and field and button
        assert icon["x"] > close["x"]
        assert abs(button["x"] - field["x"]) < 4

    @pytest.mark.parametrize("width", [640, 320])
    def test_at_high_zoom_nothing_sticks_out(self, editors: Open, width: int) -> None:
        """A window of 640 pixels is one of 1280 at 200 %."""
        editor = editors(viewport={"width": width, "height": 700})
        editor.open_page(HOUSE)
        panel = editor.panel("Introduction")
        for state in ("choice", "suggestion"):
            if state == "suggestion":
                panel.run()
            sticking = panel.root.evaluate(
                """panel => {
                  const { right } = panel.getBoundingClientRect();
                  const inner = Array.from(panel.querySelectorAll('*'));
                  return inner.filter((element) => element.getBoundingClientRect().right > right + 1).length;
                }"""
            )
            assert sticking == 0

    def test_fingers_find_targets_of_44_pixels(self, editors: Open) -> None:
        editor = editors(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
        editor.open_page(HOUSE)
        panel = editor.panel("Introduction")
        panel.run()
        buttons = panel.root.get_by_role("button").all()
        heights = [box["height"] for button in buttons if (box := button.bounding_box())]
        assert len(heights) >= 6
        assert min(heights) >= 44

    def test_still_people_see_nothing_move(self, editors: Open, sandbox: SandboxProcess) -> None:
        editor = editors(reduced_motion="reduce")
        editor.open_page(HOUSE)
        sandbox.fault("stall")
        panel = editor.panel("Teaser")
        panel.start("Rewrite")
        expect(panel.arriving).not_to_be_empty()
        names = panel.root.evaluate(
            """() => [
              getComputedStyle(document.querySelector('.shareai-arriving'), '::after').animationName,
              getComputedStyle(document.querySelector('[data-state=running] .icon')).animationName,
            ]"""
        )
        assert names == ["none", "none"]
