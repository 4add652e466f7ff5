"""Products are enriched: one from its edit form, and many by a run from their list."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Complaints, Open
from tests.browser.editor import Editor
from tests.browser.preparation import SHOP, database_of
from tests.browser.runs import opened_panel, product_id
from tests.browser.test_access import serious
from tests.browser.test_topups import order, pay
from tests.demo.process import DemoProcess
from tests.demo.service import Service, worker_command
from tests.services import SandboxProcess

#: A window of its own: the site that a person works for is remembered in their session.
SIZE = {"width": 1440, "height": 900}
#: A product of which little is filled in, and what is improved of it.
RUCKSACK, WANTED = "SW-R01", ("description", "seo_title", "attribute", "tags", "alt_text")
#: What a run is over, and for how much of it there are units.
MANY, ENOUGH = 5, 3


@pytest.fixture
def worker(demo: DemoProcess) -> Iterator[Service]:
    """Starts while the run is put together: nobody waits for it."""
    log = demo.directory / "worker.log"
    service = Service("worker", worker_command(), sign="Working", log=log, environment=demo.environment)
    service.start()
    yield service
    service.stop()


def row(panel: Locator, place: str) -> Locator:
    return panel.locator(f"[data-place='{place}']")


def without_units(editor: Editor, panel: Locator) -> None:
    """It says so, and where to buy what is missing, until somebody comes back from there."""
    page, start = editor.page, panel.locator("[data-action='shareai-enrich#start']")
    short = '<div data-enrich-short="1" data-enrich-topup="/shelf/#shareai-wanted"></div>'
    page.route("**/shareai/enrich/?*", lambda route: route.fulfill(body=short, content_type="text/html"))
    page.evaluate("() => document.dispatchEvent(new CustomEvent('shareai:usage', { detail: { hasArrived: true } }))")
    expect(panel).to_contain_text("There are no units left for this action.")
    buy = panel.get_by_role("link", name=re.compile("Buy more"))
    expect(buy).to_have_attribute("href", re.compile("/shelf/#shareai-wanted$"))
    page.unroute("**/shareai/enrich/?*")
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(start).to_be_enabled()


def test_one_product_from_its_form(editors: Open, demo: DemoProcess, sandbox: SandboxProcess) -> None:
    editor = editors("manager", viewport=SIZE)
    panel = opened_panel(editor, product_id(demo, RUCKSACK))
    without_units(editor, panel)
    price = panel.locator(".shareai-enrich__price")
    expect(price).to_contain_text("1 product enrichment")
    before = price.inner_text()
    sandbox.fault("silent")
    panel.locator("[data-action='shareai-enrich#start']").click()
    sandbox.wait_for(open=1, calls=1)
    panel.get_by_role("button", name="Stop").click()
    expect(panel.locator(".shareai-notice")).to_contain_text("Nothing was counted.")
    expect(price).to_have_text(before)
    sandbox.reset()
    for box in panel.get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("value") in WANTED)
    panel.locator("[data-action='shareai-enrich#start']").press("Enter")

    description = row(panel, "description:")
    expect(description.locator("dd").last).to_be_visible()
    assert serious(editor) == []
    words = description.locator("dd").last.inner_text().split()[:4]
    description.get_by_role("button").press("Enter")
    expect(description).to_contain_text("It is in the form now.")
    assert " ".join(editor.rich_text("description").texts()).split()[:4] == words

    editor.input("seo_title").fill("Mine.")
    title = row(panel, "seo_title:")
    expect(title.get_by_role("heading")).to_have_text("Title for search engines")
    title.get_by_role("button").click()
    expect(title).to_contain_text("The text has changed since")
    expect(editor.input("seo_title")).to_have_value("Mine.")
    title.get_by_role("button", name="Accept all the same").click()
    expect(editor.input("seo_title")).not_to_have_value("Mine.")
    # The text of the picture has a field in the form.
    panel.locator("[data-place^='alt_text:']").get_by_role("button").click()
    expect(editor.input("image_alt")).not_to_have_value("")

    # What has no field of its own: the form is saved, all the rest written into that draft, and the form loaded anew.
    wanted = editor.input("seo_title").input_value()
    expect(row(panel, "attribute:care").locator("[data-enrich-server]")).to_be_visible()
    panel.get_by_role("button", name="Accept all").click()
    expect(panel.locator(".shareai-notice")).to_contain_text("Written into the draft.")
    expect(editor.input("seo_title")).to_have_value(wanted)
    for place in ("description:", "attribute:care", "attribute:colour", "tags:"):
        expect(row(panel, place)).to_contain_text("This is in place.")
    expect(editor.input("tags")).to_have_value(re.compile('"Ferry Rucksack"'))

    care = row(panel, "attribute:care")
    care.get_by_role("button", name="Take").click()
    expect(panel.locator(".shareai-notice")).to_contain_text("Taken back")
    expect(care.get_by_role("button", name="Accept")).to_be_visible()
    assert serious(editor) == []

    # Once more: tags of several words, which stand between quotes there, are no change of anybody's.
    panel.get_by_role("button", name="Close the list").click()
    for box in panel.get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("value") == "tags")
    panel.locator("[data-action='shareai-enrich#start']").click()
    row(panel, "tags:").get_by_role("button").click()
    expect(row(panel, "tags:")).to_contain_text("It is in the form now.")
    expect(editor.input("tags")).to_have_value(re.compile('"Ferry Rucksack".*"All year"'))


def leave_units(demo: DemoProcess, units: int) -> None:
    """So many product enrichments in all are left for the shop."""
    with database_of(demo) as database:
        [[wallet]] = database.execute("SELECT wallet_id FROM shareai_cms_siteaccount WHERE label = ?", [SHOP])
        available = "spent = spent + available - :units, available = :units"
        remaining = "remaining = CASE kind WHEN 'allowance' THEN :units ELSE 0 END"
        for change in (f"shareai_cms_balance SET {available}", f"shareai_cms_grant SET {remaining}"):
            database.execute(
                f"UPDATE {change} WHERE wallet_id = :wallet AND meter = 'products'", {"wallet": wallet, "units": units}
            )


def test_many_products_run_out_and_go_on(
    editors: Open, demo: DemoProcess, sandbox: SandboxProcess, complaints: Complaints, worker: Service
) -> None:
    complaints.expected += ["Applying inline style"]  # the sandbox's own page is not what is tested
    editor = editors("manager", viewport=SIZE)
    page = editor.page
    sandbox.fault(None, latency_ms=500)
    editor.go("snippets/demo/product/?locale=en&q=the")
    boxes = page.locator("tbody [data-bulk-action-checkbox]")
    for number in range(MANY):
        boxes.nth(number).check()
    page.locator("[data-bulk-action-button]", has_text="AI: enrich").click()
    page.get_by_role("button", name="Continue").click()
    # Now that the site has looked at them: a period's units are given when somebody first asks.
    leave_units(demo, ENOUGH)
    page.reload()
    expect(page.locator(".shareai-run__figure")).to_have_text(
        f"About {MANY} product enrichments. You have {ENOUGH} left."
    )
    page.get_by_role("button", name="Start with all").press("Enter")

    progress, state = page.locator("[data-run=progress]"), page.locator("[data-run=headline]")
    expect(state).to_be_focused()
    page.get_by_role("button", name="Pause").press("Enter")
    expect(state).to_have_text("Paused")
    page.get_by_role("button", name="Go on").press("Enter")
    # All the way the page is not loaded anew, and who reads it with the keyboard stays where they are.
    review = page.get_by_role("link", name="Review", exact=True)
    review.focus()
    expect(page.locator("[data-run=reasons]")).to_contain_text("The units have run out.")
    expect(progress).to_have_text(f"{ENOUGH} of {MANY}")
    expect(page.locator("[data-run=spoken]")).to_contain_text("Out of units")
    expect(review).to_be_focused()

    page.get_by_role("link", name="Top up").click()
    expect(page.locator("#shareai-wanted")).to_have_text("Product enrichments")
    order(page)
    pay(page, "pay")
    page.get_by_role("link", name="Back to what you were doing").click()
    expect(state).to_have_text("Finished")
    expect(progress).to_have_text(f"{MANY} of {MANY}")

    page.get_by_role("link", name="Review", exact=True).click()
    assert serious(editor) == []
    card = page.locator(".shareai-review").first
    name = card.get_by_role("heading").inner_text()
    card.get_by_role("button", name=re.compile("^Accept")).press("Enter")
    expect(page.locator(".shareai-review").first).to_be_focused()
    page.goto(page.url.split("?")[0] + "?show=all")
    card = page.locator(".shareai-review").filter(has=page.get_by_role("heading", name=name, exact=True))
    expect(card).to_contain_text("Applied")
    card.get_by_role("button", name="Take back").click()
    expect(page.locator(".shareai-review").filter(has_text=name).first).to_contain_text("Taken back")
