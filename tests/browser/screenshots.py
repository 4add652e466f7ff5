"""``make screenshots``: the pictures of the documentation, taken from the demo in a real browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.chromium import chromium, sign_in
from tests.browser.editor import GUIDE, SHOP, Editor, Panel
from tests.browser.preparation import inside, prepared_demo
from tests.demo.process import DemoProcess

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
SIZE = {"width": 1280, "height": 800}
#: Who looks, by the suffix of the file.
VIEWS = {"light": "editor", "dark": "editor-dark", "rtl": "editor-ar"}
#: Who manages, by the same suffix.
MANAGERS = {"light": "manager", "dark": "manager-dark", "rtl": "manager-ar"}
#: At the end of the window, above Wagtail's own buttons; a click may have moved the main column sideways.
INTO_VIEW = """panel => {
  panel.style.scrollMarginBlockEnd = '120px';
  panel.scrollIntoView({ block: 'end', behavior: 'instant' });
  for (let element = panel; element; element = element.parentElement) element.scrollLeft = 0;
}"""
AVATAR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#8a94a6" d="{}"/></svg>'.format(
    "M4 4a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3zM1 8a3 3 0 0 1 6 0z"
)


class Photographer:
    """One person's window on the demo, and the pictures taken of it."""

    def __init__(self, browser: Browser, demo: DemoProcess, view: str, people: dict[str, str] = VIEWS) -> None:
        context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
        # The demo's people have no pictures of themselves on the internet.
        context.route("**/*gravatar*/**", self._avatar)
        sign_in(context, demo, people[view])
        self.demo, self.view = demo, view
        self.editor = Editor(context.new_page(), demo)

    def _avatar(self, route: Route) -> None:
        route.fulfill(body=AVATAR, content_type="image/svg+xml")

    @property
    def page(self) -> Page:
        return self.editor.page

    def panel(self, nth: int) -> Panel:
        """Open a panel by the order of its button: labels are translated."""
        button = self.page.locator(".shareai-button").nth(nth)
        button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
        return Panel(self.editor, button)

    def take(self, name: str, panel: Panel | None = None) -> None:
        if panel is not None:
            self.page.mouse.move(0, 0)
            panel.root.evaluate(INTO_VIEW)
        path = FOLDER / f"{name}-{self.view}.png"
        self.page.screenshot(path=path, animations="disabled")
        print(path.relative_to(FOLDER.parents[1]), flush=True)

    def editing(self) -> None:
        self.editor.open_page(GUIDE)
        panel = self.panel(3)
        self.take("button", panel)
        panel.button.click()
        text = self.panel(6)
        self.demo.sandbox.fault(None, chunk_ms=120)
        text.root.locator(".shareai-action").first.click()
        expect(text.arriving).to_contain_text("22:40")
        self.take("stream", text)
        self.demo.sandbox.reset()
        expect(text.text).to_be_visible()
        self.take("diff", text)

    def nothing_left(self) -> None:
        self.editor.open_page(SHOP)
        self.take("zero", self.panel(1))

    def dashboard(self) -> None:
        self.editor.go("")
        self.take("dashboard")

    def managing(self) -> None:
        for name, path in (("report", "report/"), ("settings", "settings/accounts/1/"), ("counts", "what-counts/")):
            self.editor.go(f"shareai/{path}")
            self.page.mouse.move(0, 0)
            self.take(name)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with prepared_demo("portray()") as demo, chromium() as browser:
        for view in VIEWS:
            photographer = Photographer(browser, demo, view)
            photographer.editing()
            photographer.nothing_left()
            photographer.dashboard()
        # Afterwards: the other pictures are of a site that has just begun.
        inside(demo, "remember(PRESS, 400); remember(SHOP, 60, 3)")
        for view in MANAGERS:
            Photographer(browser, demo, view, MANAGERS).managing()


if __name__ == "__main__":
    main()
