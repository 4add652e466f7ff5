"""The shop's run over its goods, from the list to what is taken back: what the pictures and the tests walk through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.browser.editor import Editor
from tests.browser.preparation import SHOP, database_of
from tests.demo.process import DemoProcess
from tests.demo.service import Service, worker_command

#: The list of the shop's goods in one language.
GOODS = "/admin/snippets/demo/product/?locale=en"
#: Calls that take long enough for pictures of a run on its way.
SLOW_MS = 15_000
#: A product with reviews, a picture and much that its maker wrote.
SATCHEL = "SW-R04"


@contextmanager
def worker(demo: DemoProcess) -> Iterator[Service]:
    """What does the work of runs, beside the site."""
    log = demo.directory / "worker.log"
    # With the demo's own patience: the browser tests' is too short for calls that are slow on purpose.
    environment = {**demo.environment, "DJANGO_SETTINGS_MODULE": "tests.demo.settings"}
    with Service("worker", worker_command(), sign="Working", log=log, environment=environment) as service:
        service.wait_until_ready()
        yield service


def select_goods(page: Page, demo: DemoProcess) -> None:
    """From the list to the estimate of a run over all that it shows, whatever language the admin speaks."""
    page.goto(f"{demo.url}{GOODS}")
    page.locator("[data-bulk-action-select-all-checkbox]").first.check()
    page.locator("[data-bulk-action-num-objects-in-listing]").click()
    page.locator("[data-bulk-action-button][href*=shareai_enrich]").click()
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".shareai-run__estimate")).to_be_visible()


def start(page: Page) -> None:
    """All of it, whether the units suffice or not."""
    page.locator(".shareai-run__estimate button[type=submit]:not([name]):not([formaction])").click()
    expect(page.locator("[data-run-status]")).to_be_visible()


def wait_until(page: Page, state: str) -> None:
    """Until the page that follows the run shows this state."""
    expect(page.locator(f'[data-run-status][data-state="{state}"]')).to_be_attached(timeout=60_000)


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
