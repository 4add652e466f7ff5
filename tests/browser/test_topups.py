"""From a refused action through the sandbox's payment page and back to the editor."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Complaints, Open
from tests.browser.editor import SHOP as SHOP_PAGE
from tests.browser.editor import Editor, Panel
from tests.browser.preparation import SHOP, inside
from tests.browser.shortage import offer
from tests.demo.process import DemoProcess
from tests.services import SandboxProcess

#: What the first bundle of the demo holds.
BUNDLE = 100
WORDS = "In order to reach the light, please note that the path is closed at high tide."


@pytest.fixture(autouse=True)
def empty_shop(demo: DemoProcess, complaints: Complaints) -> Iterator[None]:
    """The shop begins without units, and other tests find it so."""
    complaints.expected += ["Applying inline style"]  # the sandbox's own page is not what is tested
    inside(demo, "spend(SHOP)")
    yield
    inside(demo, "spend(SHOP)")


@pytest.fixture
def manager(editors: Open) -> Editor:
    return editors("manager")


def order(page: Page) -> str:
    """From the page that sells to the sandbox's payment page; the number of its session."""
    page.get_by_role("link", name="Buy", exact=True).first.click()
    page.get_by_role("button", name="Go on to the payment").click()
    page.wait_for_url(re.compile("/checkout/pay/"))
    return page.url.rsplit("/", 1)[1]


def pay(page: Page, action: str) -> None:
    page.locator(f"button[name=action][value={action}]").click()


def go_back(editor: Editor, field: str = "Teaser") -> Panel:
    """From the order's page to the form, where the panel is open again."""
    editor.page.get_by_role("link", name="Back to what you were doing").click()
    panel = Panel(editor, editor.button(field))
    expect(panel.button).to_have_attribute("aria-expanded", "true")
    return panel


def standing(page: Page) -> Locator:
    return page.locator(".shareai-standing")


def leave(editor: Editor) -> Panel:
    """With something typed, from the form without units to the page that sells."""
    editor.open_page(SHOP_PAGE, autosaves=True)
    panel = editor.panel("Teaser")
    editor.input("teaser").fill(WORDS)
    offer(panel).click()
    editor.page.wait_for_url(re.compile("/shareai/topups/"))
    return panel


class TestTheWholeWay:
    def test_run_out_buy_come_back_act(self, manager: Editor, demo: DemoProcess) -> None:
        inside(demo, "fill(SHOP, 1)")
        manager.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        manager.open_page(SHOP_PAGE, autosaves=True)
        panel = manager.panel("Teaser")
        manager.input("teaser").fill(WORDS)
        inside(demo, "spend(SHOP)")
        panel.start("Rewrite")
        expect(panel.notice).to_contain_text("not enough units")
        offer(panel).click()
        manager.page.wait_for_url(re.compile("/shareai/topups/"))
        order(manager.page)
        pay(manager.page, "pay")
        expect(standing(manager.page)).to_contain_text(f"{BUNDLE} of ")
        expect(standing(manager.page)).to_contain_text("Paid")
        again = go_back(manager)
        expect(manager.input("teaser")).to_have_value(WORDS)
        expect(again.action("Rewrite")).to_be_focused()
        assert again.left() == BUNDLE
        again.run("Rewrite")
        assert again.left() == BUNDLE - 1

    def test_a_page_that_was_never_saved(self, manager: Editor) -> None:
        manager.open(f"pages/add/demo/sectionpage/{manager.page_id(SHOP_PAGE)}/", autosaves=True)
        panel = manager.panel("Title")
        manager.input("title").fill("A shelf that was new when the units ran out")
        offer(panel).click()
        manager.page.wait_for_url(re.compile("/shareai/topups/"))
        order(manager.page)
        pay(manager.page, "pay")
        again = go_back(manager, "Title")
        assert re.search(r"/admin/pages/\d+/edit/$", manager.page.url)
        expect(manager.input("title")).to_have_value("A shelf that was new when the units ran out")
        assert again.left() == BUNDLE


class TestPaymentsThatTakeAnotherTurn:
    def test_a_transfer_is_on_its_way_and_then_there_by_itself(self, manager: Editor, sandbox: SandboxProcess) -> None:
        leave(manager)
        session = order(manager.page)
        pay(manager.page, "pay_later")
        expect(standing(manager.page)).to_contain_text("on its way")
        panel = go_back(manager)
        expect(panel.notice).to_contain_text("no units left")
        manager.page.go_back()
        expect(standing(manager.page)).to_contain_text("on its way")
        sandbox.checkout(session, "settle")
        expect(standing(manager.page)).to_contain_text("Paid")
        expect(standing(manager.page)).to_contain_text(f"{BUNDLE} of ")

    def test_a_transfer_that_arrives_while_one_writes_is_seen_in_the_panel(
        self, manager: Editor, sandbox: SandboxProcess
    ) -> None:
        leave(manager)
        session = order(manager.page)
        pay(manager.page, "pay_later")
        panel = go_back(manager)
        expect(panel.notice).to_contain_text("no units left")
        sandbox.checkout(session, "settle")
        expect(panel.units).to_contain_text(f"{BUNDLE} of ")
        expect(panel.action("Rewrite")).to_be_enabled()

    def test_a_declined_card_leaves_everything_as_it_was(self, manager: Editor) -> None:
        leave(manager)
        order(manager.page)
        pay(manager.page, "fail")
        expect(manager.page.get_by_role("alert")).to_contain_text("declined")
        pay(manager.page, "cancel")
        expect(standing(manager.page)).to_contain_text("Cancelled")
        panel = go_back(manager)
        expect(manager.input("teaser")).to_have_value(WORDS)
        expect(panel.notice).to_contain_text("no units left")
        expect(offer(panel)).to_be_visible()

    def test_a_transfer_that_fails_says_so_by_itself(self, manager: Editor, sandbox: SandboxProcess) -> None:
        leave(manager)
        session = order(manager.page)
        pay(manager.page, "pay_later")
        expect(standing(manager.page)).to_contain_text("on its way")
        sandbox.checkout(session, "decline")
        expect(standing(manager.page)).to_contain_text("failed")
        expect(go_back(manager).notice).to_contain_text("no units left")

    def test_a_refund_takes_the_units_and_the_order_says_so(self, manager: Editor, sandbox: SandboxProcess) -> None:
        leave(manager)
        session = order(manager.page)
        pay(manager.page, "pay")
        expect(standing(manager.page)).to_contain_text(f"{BUNDLE} of ")
        receipt = manager.page.url
        sandbox.refund(session)
        page = manager.page
        while "taken back" not in page.locator("main").inner_text():  # until the sandbox's message was booked
            page.goto(receipt)
        expect(page.locator("main")).to_contain_text("Refund of €9.00")
        expect(page.locator("main")).to_contain_text(f"{BUNDLE} writing actions were taken back")

    def test_the_tab_is_closed_and_the_message_alone_brings_the_units(self, manager: Editor) -> None:
        manager.open_page(SHOP_PAGE)
        panel = manager.panel("Teaser")
        manager.input("teaser").fill("Not saved, and still here.")
        with manager.page.context.expect_page() as popup:
            offer(panel).click(modifiers=["Control"])
        expect(panel.root.locator(".shareai-offer")).to_contain_text("Your work stays here.")
        tab = popup.value
        order(tab)
        pay(tab, "pay_and_close")
        expect(tab.locator("body")).to_contain_text("You can close this tab")
        tab.close()
        manager.page.bring_to_front()
        expect(panel.units).to_contain_text(f"{BUNDLE} of ")
        expect(manager.announced()).to_contain_text("New units are here")
        expect(manager.input("teaser")).to_have_value("Not saved, and still here.")
        panel.run("Rewrite")
        assert panel.left() == BUNDLE - 1


class TestFormsWithoutDrafts:
    def test_an_image_stays_as_it_is_while_units_are_bought_in_a_new_tab(self, editors: Open) -> None:
        # In a session of its own, for the site that images count for is remembered there.
        manager = editors("manager", locale="en-GB")
        manager.open("images/1/")
        panel = manager.panel("Description")
        panel.root.get_by_role("button", name=SHOP).click()
        manager.input("description").fill("A description that is saved nowhere.")
        expect(panel.notice).to_contain_text("no units left")
        with manager.page.expect_popup() as popup:
            offer(panel).click()
        expect(panel.root.locator(".shareai-offer")).to_contain_text("Your work stays here.")
        order(popup.value)
        pay(popup.value, "pay")
        expect(standing(popup.value)).to_contain_text(f"{BUNDLE} of ")
        expect(popup.value.get_by_role("link", name="Back to what you were doing")).to_have_count(0)
        popup.value.close()
        manager.page.bring_to_front()
        expect(panel.action("Describe the image")).to_be_enabled()
        expect(panel.units).to_contain_text(f"{BUNDLE} of ")
        expect(manager.input("description")).to_have_value("A description that is saved nowhere.")


class TestWhoMayNotBuy:
    def test_asks_those_who_may_with_one_mail(self, editor: Editor, demo: DemoProcess) -> None:
        def letters() -> int:
            count = "from shareai_cms.models import Letter; print(Letter.objects.filter(kind='wish').count())"
            return int(demo.manage("shell", "--no-imports", "-c", count).split()[-1])

        editor.open_page(SHOP_PAGE)
        panel = editor.panel("Teaser")
        expect(offer(panel)).to_have_count(0)
        panel.control("Ask for more").dblclick()
        expect(panel.notice).to_contain_text("have been asked by mail")
        expect(panel.control("Ask for more")).to_be_disabled()
        written = letters()
        assert written
        editor.open_page(SHOP_PAGE)
        panel = editor.panel("Teaser")
        panel.control("Ask for more").focus()
        editor.page.keyboard.press("Enter")
        expect(panel.notice).to_contain_text("asked already")
        assert letters() == written
