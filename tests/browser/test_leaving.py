"""Out of units in an editor: leaving to buy more, with the draft saved or in a new tab."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.editor import HOUSE, SHOP, TIDE, Editor, Panel
from tests.browser.preparation import inside
from tests.browser.shortage import SHELVES, Shortage, offer, way_back
from tests.demo.process import DemoProcess

SAVING = re.compile(r"/(edit|add)/")


@pytest.fixture
def manager(editors: Open) -> Editor:
    """A window of somebody who may buy."""
    return editors("manager")


def refusing(editor: Editor, answer: Callable[[Route], None]) -> None:
    """Wagtail refuses to save, in this way."""
    editor.page.route(SAVING, lambda route: answer(route) if route.request.method == "POST" else route.continue_())


def refused(code: str) -> Callable[[Route], None]:
    error = {"success": False, "error_code": code, "error_message": "It was not saved."}
    return lambda route: route.fulfill(status=400, json=error)


def stays(editor: Editor, panel: Panel, sentence: str) -> None:
    """A click on Buy more opens a new tab, and this one says so and keeps what is in it."""
    address = editor.page.url
    with editor.page.expect_popup() as popup:
        offer(panel).click()
    expect(panel.root.locator(".shareai-offer")).to_contain_text(sentence)
    expect(editor.announced()).to_contain_text(sentence)
    popup.value.wait_for_url(SHELVES)
    assert "next" not in popup.value.url
    popup.value.close()
    assert editor.page.url == address


class TestLeavingAPage:
    def test_the_draft_is_saved_and_the_way_back_leads_to_it(self, manager: Editor) -> None:
        Shortage(manager, left=0)
        manager.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        manager.open_page(TIDE, autosaves=True)
        form = manager.page.url
        manager.wait_for_watching()
        panel = manager.panel("Teaser")
        manager.input("teaser").fill("Typed a moment ago.")
        offer(panel).click()
        expect(panel.root.locator(".shareai-working")).to_have_text("Saving your draft…")
        expect(panel.root.locator(".shareai-working")).to_be_focused()
        assert form.endswith(way_back(manager))
        manager.open_page(TIDE)
        expect(manager.input("teaser")).to_have_value("Typed a moment ago.")

    def test_also_where_autosave_is_off(self, manager: Editor) -> None:
        Shortage(manager, left=0)
        manager.open_page(TIDE)
        panel = manager.panel("Teaser")
        manager.input("teaser").fill("Typed where nothing saves.")
        offer(panel).click()
        way_back(manager)
        manager.page.go_back()
        expect(manager.input("teaser")).to_have_value("Typed where nothing saves.")

    @pytest.mark.parametrize("autosaves", [True, False])
    def test_a_new_page_is_made_first(self, manager: Editor, autosaves: bool) -> None:
        Shortage(manager, left=0)
        manager.open(f"pages/add/demo/sectionpage/{manager.page_id(SHOP)}/", autosaves=autosaves)
        panel = manager.panel("Title")
        title = f"Written before the units ran out, {autosaves}"
        manager.input("title").fill(title)
        offer(panel).click()
        back = way_back(manager)
        assert re.fullmatch(r"/admin/pages/\d+/edit/", back)
        manager.page.goto(f"{manager.demo.url}{back}")
        expect(manager.input("title")).to_have_value(title)
        expect(manager.page.locator(".shareai-panel")).to_be_visible()

    def test_a_form_without_changes_is_left_at_once(self, manager: Editor) -> None:
        Shortage(manager, left=0)
        manager.open_page(HOUSE, autosaves=True)
        manager.wait_for_watching()
        offer(manager.panel("Teaser")).click()
        way_back(manager)
        assert manager.saved == []

    def test_what_is_typed_while_it_is_saved_is_saved_too(self, manager: Editor) -> None:
        Shortage(manager, left=0)
        manager.open_page(TIDE)
        panel = manager.panel("Teaser")
        manager.input("teaser").fill("The beginning")

        held: list[Route] = []
        refusing(manager, held.append)
        with manager.page.expect_request(lambda request: request.method == "POST" and "/edit/" in request.url):
            offer(panel).click()
        manager.input("teaser").fill("The beginning and the end")
        manager.page.unroute(SAVING)
        held.pop().continue_()
        way_back(manager)
        assert len(manager.saved) == 2
        manager.page.go_back()
        expect(manager.input("teaser")).to_have_value("The beginning and the end")

    def test_who_stops_or_closes_the_panel_stays(self, manager: Editor) -> None:
        Shortage(manager, left=0)
        manager.open_page(TIDE)
        panel = manager.panel("Teaser")
        address = manager.page.url
        held: list[Route] = []
        refusing(manager, held.append)
        for leave_off in (lambda: panel.control("Stop").click(), lambda: manager.page.keyboard.press("Escape")):
            manager.input("teaser").press_sequentially(" more")
            with manager.page.expect_request(lambda request: request.method == "POST" and "/edit/" in request.url):
                offer(panel).click()
            leave_off()
            with manager.page.expect_response(SAVING):
                held.pop().continue_()
            manager.page.wait_for_timeout(300)
            assert manager.page.url == address
            if panel.root.is_hidden():
                panel.button.click()
            expect(offer(panel)).to_be_visible()


class TestADraftThatCannotBeSaved:
    FAILED = "could not be saved, so a new tab opened"

    @pytest.mark.parametrize("autosaves", [True, False])
    @pytest.mark.parametrize(
        "answer",
        [
            refused("validation_error"),
            refused("locked"),
            lambda route: route.fulfill(status=403, body="<h1>No</h1>", content_type="text/html"),
            lambda route: route.abort(),
        ],
        ids=["invalid", "locked", "forbidden", "network"],
    )
    def test_stays_in_the_form(self, manager: Editor, answer: Callable[[Route], None], autosaves: bool) -> None:
        Shortage(manager, left=0)
        manager.open_page(HOUSE, autosaves=autosaves)
        panel = manager.panel("Teaser")
        refusing(manager, answer)
        manager.input("teaser").fill("Not to be lost.")
        stays(manager, panel, self.FAILED)
        expect(manager.input("teaser")).to_have_value("Not to be lost.")
        expect(offer(panel)).to_be_focused()

    def test_real_errors_of_the_form(self, manager: Editor) -> None:
        Shortage(manager, left=0)
        manager.open_page(TIDE, autosaves=True)
        panel = manager.panel("Teaser")
        # As a script would write it: the browser itself lets nobody type as much.
        manager.input("title").evaluate("(title) => (title.value = 'long '.repeat(100))")
        manager.input("teaser").fill("Not to be lost.")
        stays(manager, panel, self.FAILED)
        expect(manager.input("title")).to_have_value("long " * 100)
        expect(manager.input("teaser")).to_have_value("Not to be lost.")

    def test_somebody_locked_the_page_meanwhile(self, editors: Open, demo: DemoProcess) -> None:
        manager = editors("manager")
        Shortage(manager, left=0)
        manager.open_page(TIDE, autosaves=True)
        panel = manager.panel("Teaser")
        inside(demo, f"lock('{TIDE}')")
        try:
            manager.input("teaser").fill("Typed behind a lock.")
            stays(manager, panel, self.FAILED)
        finally:
            inside(demo, f"unlock('{TIDE}')")
        expect(manager.input("teaser")).to_have_value("Typed behind a lock.")

    def test_where_the_browser_opens_no_tab_the_next_click_does(self, manager: Editor) -> None:
        Shortage(manager, left=0)
        manager.page.add_init_script("window.open = () => null")
        manager.open_page(HOUSE)
        panel = manager.panel("Teaser")
        refusing(manager, refused("validation_error"))
        manager.input("teaser").fill("Not to be lost.")
        offer(panel).click()
        expect(panel.root.locator(".shareai-offer")).to_contain_text("Click again")
        stays(manager, panel, "A new tab opened")

    def test_the_code_for_it_cannot_be_loaded(self, manager: Editor) -> None:
        Shortage(manager, left=0)
        manager.open_page(HOUSE)
        manager.page.route("**/js/drafts.js*", lambda route: route.abort())
        stays(manager, manager.panel("Teaser"), self.FAILED)


#: Forms whose content Wagtail cannot keep as a draft, with a field of theirs.
WITHOUT_DRAFTS = {
    "snippets/demo/person/edit/1/": ("Introduction", "introduction"),
    "images/1/": ("Description", "description"),
    "settings/specimens/house/": ("Tagline", "tagline"),
}


class TestFormsWithoutDrafts:
    @pytest.mark.parametrize("path", WITHOUT_DRAFTS)
    def test_buying_opens_a_new_tab_and_the_units_come_to_the_old_one(self, editors: Open, path: str) -> None:
        admin = editors("admin")
        shortage = Shortage(admin, left=0)
        admin.open(path)
        label, name = WITHOUT_DRAFTS[path]
        panel = admin.panel(label)
        admin.input(name).fill("Words that are saved nowhere.")
        stays(admin, panel, "Your work stays here.")
        shortage.leave(100, 150)
        admin.page.bring_to_front()
        expect(panel.units).to_contain_text("100 of 150")
        expect(panel.root.locator(".shareai-offer--prominent")).to_have_count(0)
        expect(panel.root.locator(".shareai-action:enabled").first).to_be_focused()
        expect(admin.announced()).to_have_text("New units are here: 100 of 150 writing actions left.")
        expect(admin.input(name)).to_have_value("Words that are saved nowhere.")

    def test_a_snippet_with_drafts_is_saved(self, editors: Open) -> None:
        admin = editors("admin")
        Shortage(admin, left=0)
        admin.open("snippets/demo/product/edit/1/", autosaves=True)
        panel = admin.panel("Summary")
        admin.input("summary").fill("A map that was drawn by hand.")
        offer(panel).click()
        assert way_back(admin) == "/admin/snippets/demo/product/edit/1/"
        admin.open("snippets/demo/product/edit/1/")
        expect(admin.input("summary")).to_have_value("A map that was drawn by hand.")

    def test_an_earlier_version_is_not_brought_back_by_it(self, manager: Editor) -> None:
        Shortage(manager, left=0)
        manager.open_page(TIDE)
        revision = manager.input("loaded_revision_id").input_value()
        manager.go(f"pages/{manager.page_id(TIDE)}/revisions/{revision}/revert/")
        expect(manager.page.locator(".shareai-button").first).to_be_visible()
        stays(manager, manager.panel("Teaser"), "Your work stays here.")
        assert manager.saved == []

    def test_another_site_is_another_tab(self, manager: Editor) -> None:
        Shortage(manager, left=0, topup_url="https://shop.example/units/")
        manager.open_page(HOUSE)
        link = offer(manager.panel("Teaser"))
        expect(link).to_have_attribute("href", "https://shop.example/units/")
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener")
