"""What the site has stored, read from its database as it stands: starting Django for every look would take seconds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

from bs4 import BeautifulSoup

from tests.browser.editor import Editor
from tests.demo.process import DemoProcess

#: Wagtail's own saving of drafts, without the pause before it.
AUTOSAVE = """async () => {
  const form = document.querySelector('form[data-edit-form]');
  const autosave = window.wagtail.app.getControllerForElementAndIdentifier(form, 'w-autosave');
  autosave.intervalValue = 1;
  if (!autosave.submitPromise) autosave.save();
  await autosave.submitPromise;
}"""
#: Draftail writes into the form a moment after a change, so that the first saving may come too early.
SAVINGS = 10
KINDS = {"p": "unstyled", "h2": "header-two", "h3": "header-three", "h4": "header-four"}
ITEMS = {"ul": "unordered-list-item", "ol": "ordered-list-item"}


def rows(demo: DemoProcess, query: str, *values: object) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(demo.directory / "demo.sqlite3", timeout=20)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query, values)]


def blocks_of(html: str) -> list[tuple[str, str]]:
    """The blocks of a stored rich text as its editor calls them: kind and text."""
    found = BeautifulSoup(html, "html.parser").find_all([*KINDS, "li"])
    return [(KINDS.get(each.name) or ITEMS[each.parent.name], each.get_text()) for each in found]


class Stored:
    """A page or a snippet with drafts: its latest draft, and what the public sees."""

    def __init__(self, demo: DemoProcess, table: str, pk: int, base: str = "wagtailcore_page") -> None:
        self.demo = demo
        self.table = table
        self.base = base
        self.pk = pk

    def draft(self, name: str) -> Any:
        query = (
            f"SELECT content FROM wagtailcore_revision JOIN {self.base} ON latest_revision_id = wagtailcore_revision.id"
            f" WHERE {self.base}.id = ?"
        )
        [row] = rows(self.demo, query, self.pk)
        return _value(json.loads(row["content"])[name])

    def live(self, name: str) -> Any:
        parts = {self.base: "id", self.table: "id" if self.table == self.base else "page_ptr_id"}
        found: dict[str, Any] = {}
        for table, key in parts.items():
            [row] = rows(self.demo, f"SELECT * FROM {table} WHERE {key} = ?", self.pk)
            found |= row
        return _value(found[name])

    def saved(self, editor: Editor, name: str, wanted: Any, read: Callable[[Any], Any] = lambda value: value) -> None:
        """Save the draft as autosave does, until the database holds what was wanted."""
        found = None
        for _attempt in range(SAVINGS):
            editor.page.evaluate(AUTOSAVE)
            found = read(self.draft(name))
            if found == wanted:
                return
        assert found == wanted

    def published(self, editor: Editor) -> None:
        editor.page.locator("footer").get_by_role("button", name="Actions").click()
        editor.page.get_by_role("button", name="Publish").click()
        success = editor.page.locator(".messages .success")
        success.filter(has_text="published").wait_for()


def _value(raw: Any) -> Any:
    """Streams are stored as JSON in a text; a browser sends a line's end as two characters."""
    if not isinstance(raw, str):
        return raw
    return json.loads(raw) if raw.startswith('[{"') else raw.replace("\r\n", "\n")
