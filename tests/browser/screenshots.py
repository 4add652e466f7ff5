"""``make screenshots``: the pictures of the documentation, taken from two demos and the magazine in a real browser."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser import runs
from tests.browser.chromium import chromium, sign_in
from tests.browser.editor import GUIDE, SHOP, Editor, Panel
from tests.browser.preparation import inside, prepared_demo
from tests.demo.process import DemoProcess
from tests.plain.process import PlainProcess

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
#: What can be seen on the pictures; a test compares it with what there is.
MANIFEST = FOLDER / "manifest.json"
LIST_ACTIONS = """
import json
from shareai_cms.actions import all_actions
print(json.dumps([action.slug for action in all_actions()]))
"""
#: Pages of those who manage, by the name of the picture.
MANAGED = {
    "report": "report/",
    "settings": "settings/accounts/1/",
    "bundles": "settings/bundles/",
    "counts": "what-counts/",
    "orders": "orders/",
}
#: The page that asks once more before a bundle is ordered.
BUY = re.compile(r"/shareai/topups/\d+/")
SIZE = {"width": 1280, "height": 800}
#: A page whose buttons would be below the others' edge.
TALL = {"width": 1280, "height": 900}
#: A panel in which every action has two buttons.
TALLER = {"width": 1280, "height": 1000}
#: What people chose in their own settings, by the suffix of the file.
VIEWS = {
    "light": "preferred_language='en'",
    "dark": "preferred_language='en', theme='dark'",
    "rtl": "preferred_language='ar'",
}
#: The same in Django's admin, which asks the browser.
BROWSERS: dict[str, dict[str, Any]] = {"light": {}, "dark": {"color_scheme": "dark"}, "rtl": {"locale": "ar"}}
#: What is searched for on the demo's first site, with a typing error.
SEARCHES = {
    "else": "en/search/?q=a+walk+past+the+lighthose+at+low+tide",
    "rtl": "ar/search/?q=المد+والجزر",
}
#: What is asked there.
QUESTIONS = {
    "else": "en/search/?q=Can+I+bring+my+dog%3F",
    "rtl": "ar/search/?q=هل+يمكنني+إحضار+كلبي؟",
}
#: The pages that are opened, in Arabic.
IN_ARABIC = {GUIDE: "ساحل-مشعل-القناديل", SHOP: "متجر-سلاكووتر"}
#: Clear of the bars at the window's edges, a tall one from its top on; a click may have moved the main column sideways.
INTO_VIEW = """async (panel) => {
  panel.style.scrollMarginBlockStart = '120px';
  panel.style.scrollMarginBlockEnd = '120px';
  const isTall = panel.offsetHeight > window.innerHeight - 240;
  panel.scrollIntoView({ block: isTall ? 'start' : 'end', behavior: 'instant' });
  if (panel.getBoundingClientRect().top < 60) panel.scrollIntoView({ block: 'start', behavior: 'instant' });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (let element = panel; element; element = element.parentElement) element.scrollLeft = 0;
}"""
#: Just below Wagtail's bar.
TO_THE_TOP = "(part) => { part.style.scrollMarginBlockStart = '20px'; part.scrollIntoView({ behavior: 'instant' }); }"
#: Below what floats over the side panel's corner.
BELOW_THE_TOGGLE = TO_THE_TOP.replace("20px", "170px")
#: A product in whose text the sandbox exaggerates.
DOUBTED = "SW-R03"
#: Wagtail opens the next page with the side panel that was open last.
SHUT = "() => localStorage.removeItem('wagtail:side-panel-open')"
AVATAR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#8a94a6" d="{}"/></svg>'.format(
    "M4 4a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3zM1 8a3 3 0 0 1 6 0z"
)


def take(page: Page, name: str, panel: Locator | None = None) -> None:
    page.mouse.move(0, 0)
    if panel is not None:
        panel.evaluate(INTO_VIEW)
    path = FOLDER / f"{name}.png"
    taken = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    # 256 colours are enough for an admin, and half the bytes.
    taken.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path.relative_to(FOLDER.parents[1]), flush=True)


class Photographer:
    """One person's window on the demo, and the pictures taken of it."""

    def __init__(self, browser: Browser, demo: DemoProcess, view: str, person: str = "editor") -> None:
        context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
        # The demo's people have no pictures of themselves on the internet.
        context.route("**/*gravatar*/**", self._avatar)
        sign_in(context, demo, person)
        self.demo, self.view = demo, view
        self.editor = Editor(context.new_page(), demo)

    def _avatar(self, route: Route) -> None:
        route.fulfill(body=AVATAR, content_type="image/svg+xml")

    @property
    def page(self) -> Page:
        return self.editor.page

    def open_page(self, slug: str) -> None:
        self.editor.open_page(IN_ARABIC.get(slug, slug) if self.view == "rtl" else slug)

    def panel(self, field: str) -> Panel:
        """Open the panel of a field, whose name stands in the button's in every language."""
        name = re.compile(rf"[“«]\s?{field}\s?[”»]")
        button = self.page.locator(".shareai-button").and_(self.page.get_by_role("button", name=name)).first
        button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
        return Panel(self.editor, button)

    def action(self, panel: Panel, slug: str) -> Locator:
        return panel.root.locator(f".shareai-action[data-shareai-panel-slug-param={slug}]").first

    def take(self, name: str, panel: Panel | None = None) -> None:
        take(self.page, f"{name}-{self.view}", panel and panel.root)

    def editing(self) -> None:
        self.open_page(GUIDE)
        panel = self.panel("Teaser")
        self.take("button", panel)
        self.action(panel, "tone").click()
        expect(panel.root.locator("select")).to_be_visible()
        self.take("options", panel)
        panel.button.click()
        text = self.panel("Section: Text")
        self.demo.sandbox.fault(None, chunk_ms=120)
        self.action(text, "rewrite").click()
        expect(text.arriving).to_contain_text("22:40")
        self.take("stream", text)
        self.demo.sandbox.reset()
        expect(text.text).to_be_visible()
        self.take("diff", text)
        text.root.locator(".shareai-panel__body .button:not(.button-secondary)").first.click()
        expect(text.root).to_be_hidden()

    def side(self) -> None:
        """Open beside a page on which something has been done before."""
        self.page.locator("[data-side-panel-toggle=shareai]").click()
        side = self.page.locator("[data-shareai-side]")
        expect(side.locator(".shareai-past > li").first).to_be_visible()
        self.page.evaluate("() => window.scrollTo(0, 0)")
        self.take("side")
        self.page.evaluate(SHUT)

    def asking(self) -> None:
        self.open_page(SHOP)
        self.take("ask", self.panel("Teaser"))

    def buying(self) -> None:
        """From the form without units to the order's page, with words whose translations are not known here."""
        self.open_page(SHOP)
        panel = self.panel("Teaser")
        self.take("zero", panel)
        panel.root.locator(".shareai-offer--prominent a").click()
        self.page.wait_for_url("**/shareai/topups/**")
        self.page.set_viewport_size(TALL)
        self.take("topups")
        self.page.set_viewport_size(SIZE)
        self.page.locator(".shareai-card__buy a").nth(1).click()
        self.page.wait_for_url(BUY)
        self.take("buy")
        self.pay("pay")
        expect(self.page.locator(".shareai-standing--good .shareai-standing__balance")).to_be_visible()
        self.take("paid")

    def order(self, account: int, nth: int, action: str) -> None:
        """One more line for the list of orders."""
        self.editor.go(f"shareai/topups/?account={account}")
        self.page.locator(".shareai-card__buy a").nth(nth).click()
        self.page.wait_for_url(BUY)
        self.pay(action)

    def pay(self, action: str) -> None:
        """From the page that asks once more over the sandbox's payment page to the order's."""
        self.page.locator(".shareai-confirm__form button").click()
        self.page.locator(f"button[name=action][value={action}]").click()
        self.page.wait_for_url("**/shareai/orders/**")

    def dashboard(self) -> None:
        self.editor.go("")
        self.take("dashboard")

    def managing(self) -> None:
        for name, path in MANAGED.items():
            self.editor.go(f"shareai/{path}")
            self.take(name)

    def searches(self) -> None:
        self.page.set_viewport_size(TALL)
        self.editor.go("shareai/searches/?account=1")
        self.take("searches")
        self.page.locator(".shareai-words").evaluate(TO_THE_TOP)
        self.take("words")

    def enriching(self) -> None:
        """One product, beside its form."""
        self.page.set_viewport_size(TALL)
        panel = runs.opened_panel(self.editor, runs.product_id(self.demo, DOUBTED))
        panel.locator("[data-action='shareai-enrich#start']").click()
        expect(panel.locator("[data-enrich-row]").first).to_be_visible()
        panel.evaluate(BELOW_THE_TOGGLE)
        self.page.evaluate("() => window.scrollTo(0, 0)")
        self.take("enrich")
        self.page.evaluate(SHUT)

    def premium(self) -> None:
        self.page.set_viewport_size(TALLER)
        self.open_page(GUIDE)
        self.take("premium", self.panel("Teaser"))


def take_the_demo(browser: Browser) -> None:
    with prepared_demo("portray()") as demo:
        for view, choices in VIEWS.items():
            inside(demo, f"dress({choices}); begin_again(SHOP)")
            photographer = Photographer(browser, demo, view)
            photographer.editing()
            photographer.side()
            photographer.asking()
            photographer.dashboard()
            Photographer(browser, demo, view, "manager").buying()
        manager = Photographer(browser, demo, "light", "manager")
        manager.order(account=1, nth=3, action="pay")
        manager.order(account=1, nth=7, action="cancel")
        # Afterwards: the other pictures are of a site that has just begun.
        inside(demo, "begin_again(SHOP); put_back(SHOP); remember(PRESS, 400); remember(SHOP, 60, 3)")
        for view, choices in VIEWS.items():
            inside(demo, f"dress({choices})")
            Photographer(browser, demo, view, "manager").managing()
        actions = json.loads(demo.manage("shell", "--no-imports", "-c", LIST_ACTIONS))
    MANIFEST.write_text(json.dumps({"actions": actions}))


def take_the_search(browser: Browser) -> None:
    """As visitors see it, whose browser says how light and in which language; and what a manager reads of them."""
    with prepared_demo("portray()") as demo:
        for view, options in BROWSERS.items():
            language = "rtl" if view == "rtl" else "else"
            context = browser.new_context(viewport=SIZE, reduced_motion="reduce", **options)
            page = context.new_page()
            page.goto(f"{demo.url}/{SEARCHES[language]}")
            page.evaluate("document.fonts.ready")
            take(page, f"search-{view}")
            page.goto(f"{demo.url}/{QUESTIONS[language]}")
            page.locator(".shareai-answer__button").click()
            expect(page.locator("[data-part=warning]")).to_be_visible()
            take(page, f"answer-{view}")
            context.close()
        inside(demo, "from tests.browser.visits import be_searched; be_searched(PRESS)")
        for view, choices in VIEWS.items():
            inside(demo, f"dress({choices})")
            Photographer(browser, demo, view, "manager").searches()


def take_the_runs(browser: Browser) -> None:
    """One run over the shop's goods: before it starts, on its way, and what it proposes."""
    with prepared_demo("portray()") as demo, runs.worker(demo):
        page = Photographer(browser, demo, "light", "manager").page
        runs.select_goods(page, demo)
        address = page.url
        take_views(browser, demo, "estimate", address)
        demo.sandbox.fault(None, latency_ms=runs.SLOW_MS)
        runs.start(page)
        expect(page.locator("[data-run=bar]")).to_have_attribute("value", "16", timeout=60_000)
        take_views(browser, demo, "run", address)
        demo.sandbox.reset()
        runs.wait_until(page, "out")
        take_views(browser, demo, "review", f"{address}review/?show=look")
        inside(demo, f"fill(SHOP, 50); fill(SHOP, {len(VIEWS)}, 'products')")
        for view, choices in VIEWS.items():
            inside(demo, f"dress({choices})")
            Photographer(browser, demo, view, "manager").enriching()


def take_views(browser: Browser, demo: DemoProcess, name: str, address: str) -> None:
    for view, choices in VIEWS.items():
        inside(demo, f"dress({choices})")
        page = Photographer(browser, demo, view, "manager").page
        page.set_viewport_size(TALL)
        page.goto(address)
        take(page, f"{name}-{view}")
        page.context.close()


def take_premium(browser: Browser) -> None:
    with prepared_demo("portray()", settings="tests.browser.premium") as demo:
        for view, choices in VIEWS.items():
            inside(demo, f"dress({choices})")
            Photographer(browser, demo, view).premium()


def take_the_magazine(browser: Browser) -> None:
    with PlainProcess() as plain:
        for view, options in BROWSERS.items():
            context = browser.new_context(viewport=SIZE, reduced_motion="reduce", **options)
            sign_in(context, plain, "author")
            page = context.new_page()
            page.goto(f"{plain.url}/admin/plain/article/1/change/")
            button = page.locator("[name=body] + .shareai-slot > .shareai-button")
            button.click()
            expect(button).to_have_attribute("aria-expanded", "true")
            panel = page.locator(f"#{button.get_attribute('aria-controls')}")
            panel.locator(".shareai-action[data-shareai-panel-slug-param=rewrite]").click()
            expect(panel.locator(".shareai-result")).to_be_visible()
            take(page, f"django-admin-{view}", panel)


#: By the name that ``make screenshots ARGS=…`` takes.
PARTS = {
    "premium": take_premium,
    "magazine": take_the_magazine,
    "search": take_the_search,
    "demo": take_the_demo,
    "runs": take_the_runs,
}


def main(wanted: Sequence[str]) -> None:
    """All parts, or those named."""
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"There is no part named {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name in wanted or PARTS:
            PARTS[name](browser)
    seen = json.loads(MANIFEST.read_text())
    pictures = sorted(path.name for path in FOLDER.glob("*.png"))
    MANIFEST.write_text(json.dumps({"actions": seen["actions"], "pictures": pictures}, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
