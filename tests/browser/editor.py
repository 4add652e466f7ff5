"""What an editor does on an edit form, in the words of the tests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

from playwright.sync_api import Locator, Page, Request, Response, expect

from tests.demo.process import DemoProcess

#: A guide built of blocks, a page with a single rich text, which loads faster, and the shop's front page.
GUIDE, HOUSE, SHOP = "lamplighters-coast", "house", "chandlery"
#: A page with a text in every kind of block.
SPECIMEN = "specimen"
#: One with a picture alone, to be published: the other's choosers are empty.
GALLERY = "gallery"
#: A guide of its own for what is saved and published.
TIDE = "reading-the-tide"

_page_ids: dict[str, int] = {}

#: The form as Wagtail would save it now.
FORM_DATA = """() => {
  const data = new FormData(document.querySelector('form[data-edit-form]'));
  return Array.from(data, ([name, value]) => [name, typeof value === 'string' ? value : value.name]);
}"""
#: Draftail writes its own form of the stored text into the form a moment after it was mounted.
FORM_IS_QUIET = f"""() => {{
  const data = JSON.stringify(({FORM_DATA})());
  if (data !== window.lastFormData) [window.lastFormData, window.quietSince] = [data, Date.now()];
  return Date.now() - window.quietSince > 1000;
}}"""


class Panel:
    """The panel of one field."""

    def __init__(self, editor: Editor, button: Locator) -> None:
        self.editor = editor
        self.button = button

    @cached_property
    def root(self) -> Locator:
        # The panel's scripts are loaded by the first click, and name it.
        expect(self.button).to_have_attribute("aria-controls", re.compile("."))
        return self.editor.page.locator(f"#{self.button.get_attribute('aria-controls')}")

    def row(self, name: str) -> Locator:
        """An action with every road that it may take."""
        label = self.editor.page.locator(".shareai-action__label", has_text=re.compile(f"^{re.escape(name)}$"))
        return self.root.locator(".shareai-actions > li").filter(has=label)

    def action(self, name: str) -> Locator:
        return self.row(name).locator(".shareai-action")

    def question(self, label: str) -> Locator:
        return self.root.get_by_label(label, exact=True)

    def control(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name)

    @property
    def notice(self) -> Locator:
        return self.root.locator(".shareai-notice").first

    @property
    def text(self) -> Locator:
        return self.root.locator(".shareai-result")

    @property
    def arriving(self) -> Locator:
        return self.root.locator(".shareai-arriving")

    @property
    def units(self) -> Locator:
        return self.root.locator(".shareai-panel__units")

    def left(self) -> int:
        expect(self.units).to_contain_text("left")
        return int(self.units.inner_text().split()[0])

    def start(self, action: str) -> None:
        self.action(action).click()

    def run(self, action: str = "Rewrite") -> None:
        """Start an action and wait for the suggestion."""
        self.start(action)
        expect(self.control("Accept")).to_be_visible()

    def ask(self, action: str, **answers: str) -> None:
        """Pick an action and answer what it asks."""
        self.start(action)
        for name, answer in answers.items():
            control = self.root.locator(f"[name='{name}']")
            if control.evaluate("element => element.localName") == "select":
                control.select_option(answer)
            else:
                control.fill(answer)

    def go(self, action: str) -> None:
        """The click that costs, after the questions, and the suggestion that it brings."""
        self.control(f"{action} ·").click()
        expect(self.control("Accept")).to_be_visible()

    def suggestion(self) -> str:
        """The suggestion as plain text."""
        self.control("Suggestion").click()
        return self.text.inner_text()

    def accept(self) -> None:
        self.control("Accept").click()
        expect(self.root).to_be_hidden()


class RichText:
    """A Draftail editor, seen from inside: its blocks as the editor holds them, not as the form lags behind."""

    def __init__(self, editor: Editor, name: str) -> None:
        self.page = editor.page
        self.name = name
        # A page's head has names too.
        self.selector = f"form[data-edit-form] [name='{name}']"

    def blocks(self) -> list[dict[str, Any]]:
        mounted = "selector => document.querySelector(selector)?.draftailEditor"
        self.page.wait_for_function(mounted, arg=self.selector)
        raw = self.page.evaluate(
            """selector => {
              const editor = document.querySelector(selector).draftailEditor;
              return window.DraftJS.convertToRaw(editor.getEditorState().getCurrentContent());
            }""",
            self.selector,
        )
        entities = raw["entityMap"]
        for block in raw["blocks"]:
            block["entities"] = [entities[str(each["key"])]["data"] for each in block.pop("entityRanges")]
        return list(raw["blocks"])

    def shape(self) -> list[tuple[str, int]]:
        return [(block["type"], block["depth"]) for block in self.blocks()]

    def texts(self) -> list[str]:
        return [block["text"] for block in self.blocks()]

    def select(self, first: int, last: int) -> None:
        """Select from the middle of one block to the middle of another, as the mouse would."""
        self.page.evaluate(
            """([selector, first, last]) => {
              const editor = document.querySelector(selector).draftailEditor;
              const { EditorState, SelectionState } = window.DraftJS;
              const state = editor.getEditorState();
              const blocks = state.getCurrentContent().getBlocksAsArray();
              const selection = SelectionState.createEmpty(blocks[first].getKey()).merge({
                anchorOffset: 2, focusKey: blocks[last].getKey(), focusOffset: 5, hasFocus: true,
              });
              editor.onChange(EditorState.forceSelection(state, selection));
            }""",
            [self.selector, first, last],
        )


class Editor:
    """A browser window on the demo's admin."""

    def __init__(self, page: Page, demo: DemoProcess) -> None:
        self.page = page
        self.demo = demo
        #: What Wagtail saved of the open form, newest last.
        self.saved: list[str] = []
        page.on("request", self._note_saving)

    def _note_saving(self, request: Request) -> None:
        path = self.page.url.split("?")[0]
        if request.method == "POST" and request.url.split("?")[0] == path and request.post_data is not None:
            self.saved.append(request.post_data)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.demo.url}/admin/{path}")

    def open(self, path: str, *, autosaves: bool = False) -> None:
        """Open an edit form and wait for its buttons; without autosave, so that the next test finds it unchanged."""
        self.saved.clear()
        self.go(path)
        if not autosaves:
            form = self.page.locator("form[data-edit-form]")
            form.evaluate("form => form.setAttribute('data-controller', 'w-unsaved')")
        expect(self.page.locator(".shareai-button").first).to_be_visible()

    def open_page(self, slug: str, *, autosaves: bool = False) -> None:
        self.open(f"pages/{self.page_id(slug)}/edit/", autosaves=autosaves)

    def page_id(self, slug: str) -> int:
        if slug not in _page_ids:
            answer = self.page.request.get(f"{self.demo.url}/admin/api/main/pages/?slug={slug}&fields=_,id")
            _page_ids[slug] = int(answer.json()["items"][0]["id"])
        return _page_ids[slug]

    def wait_for_watching(self) -> None:
        """Wagtail takes changes for changes only from about two seconds after the page was loaded."""
        self.page.wait_for_function("() => window.wagtail.app.queryController('w-unsaved')?.initialFormData")

    def button(self, field: str, nth: int = 0) -> Locator:
        named = self.page.get_by_role("button", name=f"“{field}”")
        return self.page.locator(".shareai-button, .shareai-icon").and_(named).nth(nth)

    def panel(self, field: str, nth: int = 0) -> Panel:
        """Open the panel of a field by its button."""
        button = self.button(field, nth)
        button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
        return Panel(self, button)

    def input(self, name: str) -> Locator:
        return self.page.locator(f"form[data-edit-form] [name='{name}']")

    def rich_text(self, name: str) -> RichText:
        return RichText(self, name)

    def form_data(self) -> Any:
        self.page.wait_for_function(FORM_IS_QUIET, polling=100)
        return self.page.evaluate(FORM_DATA)

    def focused(self, attribute: str = "id") -> str:
        return str(self.page.evaluate("name => document.activeElement.getAttribute(name)", attribute))

    def announced(self) -> Locator:
        return self.page.locator("body > [role=status][aria-live=polite]")

    def during(self, act: Callable[[], None], part: str) -> Request:
        """The request to an address with this part in it that ``act`` causes."""
        with self.page.expect_request(lambda request: part in request.url) as caught:
            act()
        return caught.value

    def answer_to(self, act: Callable[[], None], part: str) -> Response:
        with self.page.expect_response(lambda response: part in response.url) as caught:
            act()
        return caught.value


def body_of(request: Request) -> Any:
    return json.loads(request.post_data or "null")
