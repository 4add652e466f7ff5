from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.axe import found_by_axe
from tests.browser.conftest import Open
from tests.browser.editor import HOUSE, SHOP, Editor
from tests.browser.preparation import SHOP as SHOP_NAME
from tests.browser.preparation import inside
from tests.browser.stored import rows
from tests.demo.process import DemoProcess

#: Wagtail's own messages are pale while they fade in.
AXE = {"include": [["main"]], "exclude": [[".messages"]]}
SETTINGS = (
    *("", "accounts/1/", "accounts/1/key/", "accounts/1/rights/", "wallets/1/", "wallets/1/budgets/"),
    *("plans/", "plans/1/", "plans/new/"),
)
#: All that we add to the admin apart from the forms, for those who manage AI.
EVERY_PAGE = ("report/", "what-counts/", "allowance/", *(f"settings/{path}" for path in SETTINGS))


@pytest.fixture(scope="module", autouse=True)
def remembered(demo: DemoProcess) -> Iterator[None]:
    """Some weeks of use at both sites, and a manager of the shop alone."""
    inside(demo, "remember(PRESS, 120); remember(SHOP, 30, 3); hire_keeper()")
    yield
    inside(demo, "forget()")


@pytest.fixture
def manager(editors: Open) -> Editor:
    return editors("manager")


def headline(page: Page) -> str:
    return page.locator(".shareai-totals__headline").first.inner_text()


def serious(page: Page, user: str) -> list[str]:
    return found_by_axe(page, AXE, colours_alone=user.endswith("-dark"))


def downloaded(page: Page, name: str, folder: Path) -> Path:
    if not page.get_by_role("link", name=name).is_visible():
        page.get_by_role("button", name="Actions", exact=True).click()
    with page.expect_download() as caught:
        page.get_by_role("link", name=name).click()
    path = folder / caught.value.suggested_filename
    caught.value.save_as(path)
    return path


class TestTheReport:
    def test_is_opened_filtered_and_taken_along(self, manager: Editor, tmp_path: Path) -> None:
        page = manager.page
        manager.go("")
        page.get_by_role("link", name="AI usage").first.click()
        expect(page.get_by_role("heading", name="Writing actions per day")).to_be_visible()
        everything = headline(page)
        page.get_by_role("button", name="Show filters").click()
        page.get_by_role("button", name="Counted").click()
        page.locator("#id_counted").select_option("no")
        expect(page.locator(".shareai-totals__headline").first).to_have_text("0 writing actions counted")
        assert everything != headline(page)
        expect(page.locator("#listing-results")).to_contain_text("The AI service took too long to answer.")
        lines = list(csv.DictReader(downloaded(page, "Download CSV", tmp_path).read_text("utf-8-sig").splitlines()))
        book = load_workbook(downloaded(page, "Download XLSX", tmp_path)).active
        assert len(lines) == book.max_row - 1 > 0
        assert {line["Units counted"] for line in lines} == {"0"}
        assert {line["Time zone"] for line in lines} == {"Europe/Berlin"}

    def test_the_chart_is_a_table_by_keyboard(self, manager: Editor) -> None:
        manager.go("shareai/report/")
        summary = manager.page.locator("summary").filter(has_text="The chart as a table")
        summary.focus()
        manager.page.keyboard.press("Enter")
        expect(manager.page.get_by_role("columnheader", name="Together")).to_be_visible()

    def test_a_client_sees_their_own_site_alone(self, editors: Open) -> None:
        keeper = editors("keeper")
        keeper.go("shareai/report/")
        body = keeper.page.locator("body")
        expect(body).to_contain_text("writing actions counted")
        expect(body).not_to_contain_text("Ida Marlow reads")
        rows = keeper.page.locator("#listing-results tbody tr:has(.shareai-time)")
        assert rows.count() > 10
        assert rows.filter(has_text="Slackwater Press").count() == 0
        keeper.go("shareai/settings/")
        expect(keeper.page.get_by_role("link", name="The Slackwater Chandlery")).to_be_visible()
        expect(keeper.page.get_by_role("link", name="Slackwater Press")).to_have_count(0)


class TestTheSettings:
    def test_a_voice_is_saved(self, manager: Editor) -> None:
        page = manager.page
        manager.go("shareai/settings/")
        page.get_by_role("link", name="Slackwater Press", exact=True).click()
        page.get_by_label("Voice").fill("We say “you” and never “utilise”.")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        expect(page.get_by_label("Voice")).to_have_value("We say “you” and never “utilise”.")
        # Nobody else's suggestions shall follow it.
        page.get_by_label("Voice").fill("")
        saved = manager.answer_to(page.get_by_role("button", name="Save", exact=True).click, "/settings/accounts/")
        assert saved.status == 302

    def test_a_budget_is_made_and_removed(self, manager: Editor) -> None:
        page = manager.page
        manager.go("shareai/settings/")
        page.get_by_role("link", name="The Slackwater Chandlery").click()
        page.get_by_role("link", name="The Slackwater Chandlery").last.click()
        page.get_by_role("link", name="Add a budget").click()
        page.get_by_label("For whom").select_option(label="Editors")
        page.get_by_label("Units per period").fill("25")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("row", name="Editors")).to_contain_text("0 of 25 writing actions in this period")
        page.get_by_role("link", name="Editors").click()
        page.get_by_role("button", name="Remove the budget").click()
        expect(page.get_by_text("The budget was removed.")).to_be_visible()

    def test_a_right_is_given_and_works_at_once(self, editors: Open) -> None:
        manager, intern = editors("manager"), editors("intern")
        page = manager.page
        manager.go("shareai/settings/")
        page.get_by_role("link", name="Slackwater Press", exact=True).click()
        page.get_by_role("link", name="Rights of groups").click()
        for is_given in (True, False):
            box = page.get_by_label("Interns: use AI")
            box.set_checked(is_given)
            page.get_by_role("button", name="Save", exact=True).click()
            expect(page.get_by_text("were saved.")).to_be_visible()
            intern.go(f"pages/{intern.page_id(HOUSE)}/edit/")
            intern.page.wait_for_load_state("networkidle")
            assert (intern.page.locator(".shareai-button").count() > 0) is is_given
            page.get_by_role("link", name="Rights of groups").click()

    def test_on_the_sandbox_a_sentence_says_why_no_key_is_asked_for(self, manager: Editor) -> None:
        page = manager.page
        manager.go("shareai/settings/")
        page.get_by_role("link", name="Slackwater Press", exact=True).click()
        expect(page.get_by_text("This site runs on the sandbox, which needs no key.")).to_be_visible()
        expect(page.get_by_label("ShareAI key")).to_have_count(0)


class TestWhatCounts:
    def test_is_led_to_where_nothing_is_left(self, editor: Editor) -> None:
        editor.open_page(SHOP)
        link = editor.panel("Teaser").root.get_by_role("link", name="What counts and what is included")
        with editor.page.expect_popup() as opened:
            link.click()
        page = opened.value
        expect(page.get_by_role("heading", name="When nothing is left")).to_be_visible()
        expect(page.locator("main")).to_contain_text(re.compile("These people manage AI for this site: .*Ida Marlow"))
        page.close()


class TestAxe:
    @pytest.mark.parametrize("user", ["manager", "manager-dark"])
    @pytest.mark.parametrize("path", EVERY_PAGE)
    def test_finds_nothing_serious_and_no_page_that_is_too_wide(self, editors: Open, user: str, path: str) -> None:
        window = editors(user)
        window.go(f"shareai/{path}")
        # Whoever is sent away looks at something else.
        assert window.page.url.endswith(f"/shareai/{path}")
        for fold in window.page.locator("summary").all():
            fold.click()
        assert serious(window.page, user) == []
        # A narrow window scrolls its tables, and not the page.
        window.page.set_viewport_size({"width": 420, "height": 800})
        wider = window.page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 1

    @pytest.mark.parametrize("user", ["manager", "manager-dark"])
    @pytest.mark.parametrize(
        ("path", "button", "complaint"),
        [
            ("settings/accounts/1/key/", "Test and save", "Paste the key first."),
            ("settings/plans/new/", "Save", "This field is required."),
            ("settings/wallets/1/budgets/", "Save", "This field is required."),
        ],
        ids=["key", "plan", "budget"],
    )
    def test_finds_nothing_serious_in_a_form_with_errors(
        self, editors: Open, user: str, path: str, button: str, complaint: str
    ) -> None:
        window = editors(user)
        window.go(f"shareai/{path}")
        window.page.get_by_role("button", name=button, exact=True).click()
        expect(window.page.get_by_text(complaint).first).to_be_visible()
        assert serious(window.page, user) == []

    @pytest.mark.parametrize("user", ["manager", "manager-dark"])
    def test_finds_nothing_serious_where_nothing_is_left(self, editors: Open, demo: DemoProcess, user: str) -> None:
        [shop] = rows(demo, "SELECT id FROM shareai_cms_siteaccount WHERE label = ?", SHOP_NAME)
        window = editors(user)
        window.go(f"shareai/what-counts/?account={shop['id']}")
        expect(window.page.get_by_text("Used up.")).to_be_visible()
        assert serious(window.page, user) == []
