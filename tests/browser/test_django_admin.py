"""Django's own admin, on a site without Wagtail, under the strictest content security policy it works with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Response, expect

from tests.browser import chromium as system
from tests.browser.conftest import Complaints
from tests.browser.editor import Panel, body_of
from tests.browser.test_access import serious
from tests.browser.test_weight import KILOBYTE, Load
from tests.plain.process import PlainProcess

ARTICLE = "plain/article/1/change/"
ADD = "plain/article/add/"


@pytest.fixture(scope="module")
def plain() -> Iterator[PlainProcess]:
    with PlainProcess() as process:
        yield process
        assert "Traceback" not in process.site.output()


class Desk:
    """A browser window on the magazine's admin."""

    def __init__(self, page: Page, site: PlainProcess) -> None:
        self.page = page
        self.site = site
        self.loaded: list[Response] = []
        page.on("response", lambda response: self.loaded.append(response))

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site.url}/admin/{path}")

    def open(self, path: str = ARTICLE) -> None:
        self.go(path)
        expect(self.page.locator(".shareai-button").first).to_be_visible()

    def input(self, name: str) -> Locator:
        return self.page.locator(f"#article_form [name='{name}']")

    def button(self, name: str) -> Locator:
        return self.page.locator(f"[name='{name}'] + .shareai-slot > .shareai-button")

    def panel(self, name: str) -> Panel:
        button = self.button(name)
        button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
        return Panel(self, button)  # type: ignore[arg-type]  it asks for nothing but the page

    def save(self) -> None:
        self.page.get_by_role("button", name="Save and continue editing").click()
        expect(self.page.locator(".messagelist .success")).to_be_visible()

    @property
    def ours(self) -> list[Response]:
        return [each for each in self.loaded if "shareai" in each.url]


OpenDesk = Callable[..., Desk]


@pytest.fixture
def desks(chromium: Browser, plain: PlainProcess, complaints: Complaints) -> Iterator[OpenDesk]:
    plain.sandbox.reset()
    contexts = []

    def open_window(user: str = "author", **options: Any) -> Desk:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        system.sign_in(context, plain, user)
        page = context.new_page()
        complaints.watch(page)
        return Desk(page, plain)

    yield open_window
    for context in contexts:
        context.close()
    plain.sandbox.reset()


@pytest.fixture
def desk(desks: OpenDesk) -> Desk:
    return desks()


class TestATextArea:
    def test_is_rewritten_accepted_and_saved(self, desk: Desk, plain: PlainProcess) -> None:
        plain.sandbox.fault(None, chunk_ms=60)
        desk.open()
        before = desk.input("body").input_value()
        panel = desk.panel("body")
        left = panel.left()
        panel.start("Rewrite")
        expect(panel.arriving).not_to_be_empty()
        assert desk.input("body").input_value() == before
        expect(panel.text.locator("ins").first).to_be_visible()
        expect(panel.text.locator("del").first).to_be_visible()
        assert panel.left() == left - 1
        suggestion = panel.suggestion()
        panel.accept()
        expect(desk.input("body")).to_have_value(suggestion)
        expect(desk.input("body")).to_be_focused()
        desk.save()
        expect(desk.input("body")).to_have_value(suggestion)
        desk.go("plain/article/1/history/")
        expect(desk.page.locator("#change-history")).to_contain_text("Applied an AI suggestion: Rewrite (Body)")

    def test_is_given_back_by_one_step_of_undoing(self, desk: Desk) -> None:
        desk.open()
        before = desk.input("summary").input_value()
        panel = desk.panel("summary")
        panel.run()
        panel.accept()
        expect(desk.input("summary")).not_to_have_value(before)
        desk.page.keyboard.press("Control+z")
        expect(desk.input("summary")).to_have_value(before)

    def test_is_not_overwritten_when_it_was_changed_meanwhile(self, desk: Desk) -> None:
        desk.open()
        panel = desk.panel("body")
        panel.run()
        desk.input("body").fill("Written meanwhile.")
        panel.control("Accept").click()
        expect(panel.notice).to_contain_text("changed")
        expect(desk.input("body")).to_have_value("Written meanwhile.")


class TestATitle:
    def test_is_chosen_from_several_drawn_from_the_form_as_it_stands(self, desk: Desk) -> None:
        desk.open(ADD)
        desk.input("body").fill("Barnacles on the quay are counted each spring. Barnacles are patient. " * 3)
        desk.page.locator("#id_owner").select_option(label="author")
        panel = desk.panel("title")
        panel.run("Suggest titles")
        choices = panel.root.get_by_role("radio")
        choices.first.focus()
        desk.page.keyboard.press("ArrowDown")
        expect(choices.nth(1)).to_be_checked()
        wanted = panel.root.locator(".shareai-alternatives label").nth(1).inner_text()
        panel.accept()
        expect(desk.input("title")).to_have_value(wanted)
        assert "barnacle" in wanted.lower()
        # The admin's own scripts hear of it as of typing: on leaving the field.
        desk.page.keyboard.press("Tab")
        expect(desk.input("slug")).not_to_have_value("")
        desk.save()
        expect(desk.input("title")).to_have_value(wanted)


class TestAnInline:
    def test_has_buttons_in_rows_that_are_added_later_too(self, desk: Desk) -> None:
        desk.open()
        expect(desk.button("remarks-0-text")).to_be_visible()
        desk.page.locator("#passages-group .add-row a").click()
        desk.input("passages-1-heading").fill("The boats")
        desk.input("passages-1-text").fill("In order to leave, the boats waited for the tide.")
        panel = desk.panel("passages-1-text")
        run = []
        desk.page.on("request", lambda request: "/actions/" in request.url and run.append(request))
        panel.run()
        target = body_of(run[0])["target"]
        assert (target["field"], target["path"]) == ("passages-*-text", "passages-1-text")
        suggestion = panel.suggestion()
        panel.accept()
        expect(desk.input("passages-1-text")).to_have_value(suggestion)
        desk.save()
        expect(desk.input("passages-1-text")).to_have_value(suggestion)

    def test_has_none_in_the_row_that_new_ones_are_copied_from(self, desk: Desk) -> None:
        desk.open()
        expect(desk.button("passages-__prefix__-text")).to_have_count(0)

    def test_loses_the_panel_with_its_row(self, desk: Desk) -> None:
        desk.open()
        # Another test may have saved a row.
        number = desk.input("passages-TOTAL_FORMS").input_value()
        desk.page.locator("#passages-group .add-row a").click()
        panel = desk.panel(f"passages-{number}-text")
        expect(panel.action("Rewrite")).to_be_visible()
        desk.page.locator(f"#passages-{number} .inline-deletelink").click()
        expect(panel.root).to_have_count(0)


class TestWhoAndWhere:
    def test_an_intern_without_the_right_loads_nothing(self, desks: OpenDesk) -> None:
        intern = desks("intern")
        intern.go("plain/article/2/change/")
        expect(intern.input("body")).to_be_visible()
        intern.page.wait_for_load_state("networkidle")
        assert intern.ours == []
        expect(intern.page.locator(".shareai-button")).to_have_count(0)

    def test_fields_that_are_no_prose_have_no_button(self, desk: Desk) -> None:
        desk.open()
        names = desk.page.locator(".shareai-slot").evaluate_all("all => all.map(each => each.previousSibling.name)")
        assert names == [
            "title", "summary", "body", "passages-0-heading", "passages-0-text", *names[5:-1], "remarks-0-text",
        ]  # fmt: skip
        assert all(re.fullmatch(r"passages-\d-(heading|text)", name) for name in names[5:-1])

    def test_other_pages_load_nothing(self, desk: Desk) -> None:
        for path in ("", "plain/article/", "plain/article/1/history/", "plain/shop/add/"):
            desk.go(path)
        assert desk.ours == []

    def test_a_popup_is_a_form_too(self, desk: Desk) -> None:
        desk.open(f"{ADD}?_popup=1")
        desk.input("summary").fill("In order to see.")
        panel = desk.panel("summary")
        panel.run()
        panel.accept()

    def test_the_panel_leads_to_what_is_left(self, desk: Desk) -> None:
        desk.open()
        desk.panel("body")
        with desk.page.expect_popup() as opened:
            desk.page.get_by_role("link", name="What is left (opens in a new tab)").click()
        expect(opened.value.locator(".shareai-page")).to_contain_text("writing actions left")
        opened.value.close()

    def test_escape_closes_and_focus_returns(self, desk: Desk) -> None:
        desk.open()
        panel = desk.panel("body")
        expect(panel.action("Rewrite")).to_be_focused()
        desk.page.keyboard.press("Escape")
        expect(panel.root).to_be_hidden()
        expect(panel.button).to_be_focused()


class TestBadDays:
    def test_no_units_left(self, desk: Desk, plain: PlainProcess) -> None:
        plain.inside("spend_all()")
        try:
            desk.open()
            panel = desk.panel("body")
            expect(panel.action("Rewrite")).to_be_disabled()
            expect(panel.notice).to_contain_text("no units left")
            expect(panel.units).to_contain_text(re.compile("^0 of"))
        finally:
            plain.inside("refill()")

    def test_the_marketplace_is_off(self, desk: Desk, plain: PlainProcess) -> None:
        desk.open()
        panel = desk.panel("body")
        left, before = panel.left(), desk.input("body").input_value()
        plain.sandbox.kill()
        try:
            panel.start("Rewrite")
            expect(panel.root.locator(".shareai-notice--critical")).to_be_visible(timeout=30_000)
            assert panel.left() == left
            assert desk.input("body").input_value() == before
        finally:
            plain.sandbox.restart()
        panel.control("Try again").click()
        expect(panel.control("Accept")).to_be_visible()

    def test_stop_before_the_first_word_costs_nothing(self, desk: Desk, plain: PlainProcess) -> None:
        desk.open()
        panel = desk.panel("body")
        left = panel.left()
        plain.sandbox.fault(None, latency_ms=5_000)
        panel.start("Rewrite")
        panel.control("Stop").click()
        expect(panel.notice).to_contain_text("Nothing was counted")
        assert panel.left() == left


class TestBuying:
    def test_opens_a_new_tab_and_the_units_come_to_the_old_one(
        self, desks: OpenDesk, plain: PlainProcess, complaints: Complaints
    ) -> None:
        complaints.expected += ["Applying inline style"]  # by axe
        plain.inside("spend_all()")
        try:
            chief = desks("chief")
            chief.open()
            panel = chief.panel("body")
            chief.input("body").fill("In order to leave, the boats waited for the tide. They were many.")
            link = panel.root.get_by_role("link", name="Buy more")
            link.focus()
            with chief.page.expect_popup() as popup:
                chief.page.keyboard.press("Enter")
            popup.value.wait_for_url(re.compile(r"/topups/\?account=\d+&meter=writing#shareai-wanted$"))
            expect(panel.root.locator(".shareai-offer")).to_contain_text("Your work stays here.")
            assert serious(chief) == []  # type: ignore[arg-type]
            popup.value.close()
        finally:
            plain.inside("refill()")
        chief.page.bring_to_front()
        expect(panel.action("Rewrite")).to_be_enabled()
        expect(panel.root.locator(".shareai-offer--prominent")).to_have_count(0)
        expect(chief.input("body")).to_have_value(re.compile("^In order to leave"))
        panel.run()

    def test_who_may_not_asks_for_more(self, desk: Desk, plain: PlainProcess) -> None:
        plain.inside("spend_all()")
        try:
            desk.open()
            panel = desk.panel("body")
            panel.control("Ask for more").click()
            expect(panel.control("Ask for more")).to_be_disabled()
            # Nobody there has an address to write to.
            expect(panel.notice).to_contain_text("Ask the people who run this site.")
        finally:
            plain.inside("refill()")


class TestWeight:
    def test_a_form_is_light_and_asks_once(self, desk: Desk) -> None:
        desk.open()
        cold = Load.of(desk.page)
        desk.open()
        warm = Load.of(desk.page)
        desk.panel("body").run()
        print(f"\n{cold}; again: {warm}; with the first panel: {Load.of(desk.page)}")
        assert len(cold.asked) == len(warm.asked) == 1
        assert cold.files
        assert warm.files == []
        assert cold.size <= 40 * KILOBYTE


LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "mirrored": {"locale": "ar"},
    "narrow": {"viewport": {"width": 420, "height": 800}},
}


class TestAccess:
    @pytest.mark.parametrize("look", LOOKS)
    def test_nothing_keeps_anybody_out(self, desks: OpenDesk, complaints: Complaints, look: str) -> None:
        complaints.expected += ["Applying inline style"]  # by axe
        desk = desks(**LOOKS[look])
        desk.open()
        rewrite = "[data-shareai-panel-slug-param=rewrite]"  # its label is translated
        expect(desk.panel("summary").root.locator(rewrite)).to_be_visible()
        assert serious(desk) == []  # type: ignore[arg-type]  it asks for nothing but the page
        panel = desk.panel("body")
        panel.root.locator(rewrite).click()
        expect(panel.text).to_be_visible()
        assert serious(desk) == []  # type: ignore[arg-type]
        width = desk.page.viewport_size["width"]  # type: ignore[index]
        box = panel.root.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width

    @pytest.mark.parametrize("look", LOOKS)
    def test_nor_from_the_pages_about_units(
        self, desks: OpenDesk, complaints: Complaints, plain: PlainProcess, look: str
    ) -> None:
        complaints.expected += ["Applying inline style"]  # by axe
        desk = desks("chief", **LOOKS[look])
        for path in ("allowance/", "what-counts/", "usage/", "usage/?counted=nonsense&first=nonsense"):
            desk.page.goto(f"{plain.url}/shareai/{path}")
            expect(desk.page.locator(".shareai-page")).to_be_visible()
            assert serious(desk) == [], path  # type: ignore[arg-type]
            wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert desk.page.evaluate(wide) <= 1, path
