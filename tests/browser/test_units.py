from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.editor import HOUSE, SHOP, Editor
from tests.browser.preparation import inside
from tests.demo.process import DemoProcess
from tests.services import SandboxProcess

CONFIG = "**/shareai/config/**"
DATE = re.compile(r"Resets on .*20\d\d")


def configured(editor: Editor, change: Callable[[dict[str, Any]], None]) -> None:
    """Open the guide with something changed in the configuration."""

    def answer(route: Route) -> None:
        response = route.fetch()
        config = response.json()
        change(config)
        route.fulfill(response=response, json=config)

    editor.page.route(CONFIG, answer)
    editor.open_page(HOUSE)


class TestNothingLeft:
    def test_the_actions_are_off_and_say_why_and_until_when(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(SHOP)
        panel = editor.panel("Teaser")
        expect(panel.action("Rewrite")).to_be_disabled()
        expect(panel.notice).to_contain_text("no units left")
        expect(panel.units).to_contain_text(re.compile("^0 of"))
        expect(panel.units).to_contain_text(DATE)
        expect(panel.root.get_by_role("link", name="Buy more")).to_have_count(0)
        expect(panel.root).to_be_focused()
        assert sandbox.state()["calls"] == 0

    def test_who_may_buy_is_shown_where(self, editors: Open) -> None:
        manager = editors("manager")
        manager.open_page(SHOP)
        link = manager.panel("Teaser").root.get_by_role("link", name="Buy more")
        expect(link).to_have_attribute(
            "href", re.compile(r"/admin/shareai/topups/\?account=\d+&meter=writing#shareai-wanted$")
        )

    def test_the_last_unit_spent_in_another_tab_is_refused_in_a_sentence(
        self, editors: Open, demo: DemoProcess
    ) -> None:
        inside(demo, "fill(SHOP, 1)")
        one, other = editors(), editors()
        for tab in (one, other):
            tab.open_page(SHOP)
        first, second = one.panel("Teaser"), other.panel("Teaser")
        expect(second.units).to_contain_text(re.compile("^1 of"))
        first.run()
        second.start("Rewrite")
        expect(second.notice).to_contain_text("not enough units")
        expect(second.units).to_contain_text(re.compile("^0 of"))
        expect(second.control("Try again")).to_be_hidden()
        second.control("Back").click()
        expect(second.action("Rewrite")).to_be_disabled()


class TestUnitsOnThePage:
    def test_every_open_panel_counts_along(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        title, teaser = editor.panel("Title"), editor.panel("Teaser")
        left = title.left()
        teaser.run()
        for panel in (title, teaser):
            expect(panel.units).to_contain_text(f"{left - 1} of")

    def test_a_tenth_left_is_said_in_words(self, editor: Editor) -> None:
        configured(editor, lambda config: config["allowance"].update(left=5, total=50, text="5 of 50 left"))
        expect(editor.panel("Teaser").units).to_contain_text("Few are left")

    def test_an_action_that_costs_more_than_is_left_is_off_by_itself(self, editor: Editor) -> None:
        def change(config: dict[str, Any]) -> None:
            config["allowance"].update(left=2)
            config["actions"]["rewrite"]["routes"][0].update(units=3, text="3 writing actions")

        configured(editor, change)
        panel = editor.panel("Title")
        expect(panel.action("Rewrite")).to_be_disabled()
        expect(panel.action("Rewrite")).to_contain_text("Not enough")
        expect(panel.action("Suggest titles")).to_be_enabled()

    def test_a_premium_route_is_chosen_before_the_click(self, editor: Editor) -> None:
        premium = {"route": "premium", "label": "Premium", "units": 3, "text": "3 writing actions"}
        configured(editor, lambda config: config["actions"]["rewrite"]["routes"].append(premium))
        panel = editor.panel("Teaser")
        expect(panel.action("Rewrite")).to_contain_text("Standard · 1 writing action")
        request = editor.during(panel.control("Premium · 3 writing actions").click, "/actions/")
        assert '"route":"premium"' in (request.post_data or "")


class TestWhatStandsInTheWay:
    def test_a_missing_key_is_said_instead_of_the_actions(self, editor: Editor) -> None:
        problem = {"code": "not_configured", "sentence": "AI is not set up.", "remedy": "Ask.", "detail": "no key"}
        configured(editor, lambda config: config.update(problem=problem))
        panel = editor.panel("Teaser")
        expect(panel.notice).to_contain_text("AI is not set up. Ask.")
        expect(panel.root.locator(".shareai-action")).to_have_count(0)

    def test_a_locked_page_is_said_instead_of_the_actions(self, editor: Editor) -> None:
        locked = {"sentence": "This page is locked.", "remedy": "Unlock it."}
        configured(editor, lambda config: config.update(locked=locked))
        panel = editor.panel("Teaser")
        expect(panel.notice).to_contain_text("This page is locked. Unlock it.")
        expect(panel.root.locator(".shareai-action")).to_have_count(0)

    def test_the_sandbox_is_named(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        expect(editor.panel("Teaser").root.locator(".w-status")).to_have_text("Sandbox")

    def test_who_may_not_use_ai_sees_and_loads_nothing_of_it(self, editors: Open) -> None:
        intern = editors("intern")
        loaded: list[str] = []
        intern.page.on("request", lambda request: loaded.append(request.url))
        intern.go(f"pages/{intern.page_id(HOUSE)}/edit/")
        intern.page.wait_for_load_state("networkidle")
        ours = [url for url in loaded if "shareai" in url and "sprite" not in url]
        assert len(ours) == 2, ours
        expect(intern.page.locator("[class*=shareai]")).to_have_count(0)
