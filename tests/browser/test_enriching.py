"""Products are enriched: one from its edit form, and many by a run from their list."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.editor import Editor
from tests.browser.preparation import SHOP, database_of
from tests.browser.test_access import serious
from tests.demo.process import DemoProcess
from tests.demo.service import Service, worker_command
from tests.services import SandboxProcess

#: A window of its own: the site that a person works for is remembered in their session.
SIZE = {"width": 1440, "height": 900}
SATCHEL = "SW-R04"
#: More than the worker can do before somebody pauses it: two at a time, a second each.
MANY = 8


@pytest.fixture
def worker(demo: DemoProcess) -> Iterator[Service]:
    """Starts while the run is put together: nobody waits for it."""
    log = demo.directory / "worker.log"
    service = Service("worker", worker_command(), sign="Working", log=log, environment=demo.environment)
    service.start()
    yield service
    service.stop()


def product_id(demo: DemoProcess, sku: str) -> int:
    with database_of(demo) as database:
        return int(database.execute("SELECT min(id) FROM demo_product WHERE sku = ?", [sku]).fetchone()[0])


def opened_panel(editor: Editor, pk: int) -> Locator:
    """The part of the side panel that enriches, for the shop."""
    editor.open(f"snippets/demo/product/edit/{pk}/")
    editor.page.locator("[data-side-panel-toggle=shareai]").click()
    side = editor.page.locator("[data-shareai-side]")
    start = side.locator("[data-action='shareai-enrich#start']")
    shop = side.get_by_role("button", name=SHOP)
    expect(start.or_(shop)).to_be_visible()
    if shop.is_visible():
        shop.click()
    expect(start).to_be_enabled()
    return side.locator(".shareai-enrich")


def row(panel: Locator, place: str) -> Locator:
    return panel.locator(f"[data-place='{place}']")


def test_one_product_from_its_form(editors: Open, demo: DemoProcess, sandbox: SandboxProcess) -> None:
    editor = editors("manager", viewport=SIZE)
    panel = opened_panel(editor, product_id(demo, SATCHEL))
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
        box.set_checked(box.get_attribute("value") in ("description", "short_description", "seo_title", "alt_text"))
    panel.locator("[data-action='shareai-enrich#start']").press("Enter")

    description = row(panel, "description:")
    expect(description.locator("ins").first).to_be_visible()
    assert serious(editor) == []
    words = description.locator("dd").last.inner_text().split()[:4]
    description.get_by_role("button").press("Enter")
    expect(description).to_contain_text("It is in the form now.")
    assert " ".join(editor.rich_text("description").texts()).split()[:4] == words

    editor.input("summary").fill("Mine.")
    summary = row(panel, "short_description:")
    summary.get_by_role("button").click()
    expect(summary).to_contain_text("The text has changed since")
    expect(editor.input("summary")).to_have_value("Mine.")
    summary.get_by_role("button", name="Accept all the same").click()
    expect(editor.input("summary")).not_to_have_value("Mine.")

    # What the form has no field for: the draft is saved, the value written into it, and the form loaded anew.
    wanted = editor.input("summary").input_value()
    picture = panel.locator("[data-place^='alt_text:']")
    expect(picture.locator("[data-enrich-server]")).to_be_visible()
    picture.get_by_role("button").click()
    expect(panel.locator(".shareai-notice")).to_contain_text("Written into the draft.")
    expect(editor.input("summary")).to_have_value(wanted)
    expect(panel.locator("[data-place^='alt_text:']")).to_contain_text("This is in place.")
    expect(row(panel, "seo_title:").get_by_role("button")).to_be_visible()


def test_many_products_from_their_list(
    editors: Open, demo: DemoProcess, sandbox: SandboxProcess, worker: Service
) -> None:
    editor = editors("manager", viewport=SIZE)
    page = editor.page
    sandbox.fault(None, latency_ms=1_000)
    editor.go("snippets/demo/product/?locale=en&q=the")
    boxes = page.locator("tbody [data-bulk-action-checkbox]")
    for number in range(MANY):
        boxes.nth(number).check()
    page.locator("[data-bulk-action-button]", has_text="AI: enrich").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".shareai-run__figure")).to_contain_text(f"About {MANY} product enrichments.")
    page.get_by_role("button", name="Start", exact=True).click()

    progress, state = page.locator("[data-run=progress]"), page.locator("[data-run=headline]")
    expect(progress).to_have_text(f"0 of {MANY}")
    page.evaluate("() => { window.isSameLoad = true; }")
    expect(progress).to_have_text(re.compile(r"[1-9] of"))
    assert page.evaluate("() => window.isSameLoad")
    page.get_by_role("button", name="Pause").click()
    expect(state).to_have_text("Paused")
    expect(progress).not_to_have_text(f"{MANY} of {MANY}")
    sandbox.reset()
    page.get_by_role("button", name="Go on").click()
    expect(state).to_have_text("Finished")
    expect(progress).to_have_text(f"{MANY} of {MANY}")

    page.get_by_role("link", name="Review", exact=True).click()
    assert serious(editor) == []
    card = page.locator(".shareai-review").first
    name = card.get_by_role("heading").inner_text()
    card.get_by_role("button", name="Accept what is ticked").click()
    page.goto(page.url.split("?")[0] + "?show=all")
    card = page.locator(".shareai-review").filter(has=page.get_by_role("heading", name=name, exact=True))
    expect(card).to_contain_text("Applied")
    card.get_by_role("button", name="Take back").click()
    expect(page.locator(".shareai-review").filter(has_text=name).first).to_contain_text("Taken back")


def test_without_units_it_says_so_until_there_are_some(
    editors: Open, demo: DemoProcess, sandbox: SandboxProcess
) -> None:
    editor = editors("manager", viewport=SIZE)
    panel = opened_panel(editor, product_id(demo, SATCHEL))
    page, start = editor.page, panel.locator("[data-action='shareai-enrich#start']")
    short = '<div data-enrich-short="1"></div>'
    page.route("**/shareai/enrich/?*", lambda route: route.fulfill(body=short, content_type="text/html"))
    page.evaluate("() => document.dispatchEvent(new CustomEvent('shareai:usage', { detail: { hasArrived: true } }))")
    expect(panel).to_contain_text("There are no units left for this action.")
    expect(panel.get_by_role("link", name=re.compile("Buy more"))).to_be_visible()
    page.unroute("**/shareai/enrich/?*")
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(start).to_be_enabled()
