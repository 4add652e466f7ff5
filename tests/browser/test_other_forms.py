"""Snippets and settings: the same road as on a page, to what the database holds in the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.editor import Editor, Panel
from tests.browser.preparation import PRESS, inside
from tests.browser.stored import Stored, blocks_of, rows
from tests.browser.test_side_panel import opened
from tests.demo.process import DemoProcess

PRODUCT = "demo_product"


@pytest.fixture
def shop(demo: DemoProcess) -> Iterator[None]:
    """The site of the products has units, which it has in no other test."""
    inside(demo, "fill(SHOP, 9)")
    yield
    inside(demo, "spend(SHOP)")


def panel_of(editor: Editor, field: str) -> Panel:
    """The panel of a field; what belongs to no site asks each person once for which one it counts."""
    panel = editor.panel(field)
    site = panel.root.get_by_role("button", name=PRESS)
    expect(site.or_(panel.action("Rewrite")).first).to_be_visible()
    if site.is_visible():
        site.click()
    return panel


class TestASnippet:
    @pytest.mark.usefixtures("shop")
    def test_its_rich_text_is_rewritten_saved_and_published(self, editor: Editor, demo: DemoProcess) -> None:
        query = f"SELECT {PRODUCT}.id FROM {PRODUCT} JOIN wagtailcore_locale AS locale ON locale.id = locale_id"
        [product] = rows(demo, f"{query} WHERE name = 'Reading the Tide' AND language_code = 'en'")
        stored = Stored(demo, PRODUCT, product["id"], base=PRODUCT)
        editor.open(f"snippets/demo/product/edit/{product['id']}/", autosaves=True)
        text = editor.rich_text("description")
        before, shape = stored.live("description"), text.shape()
        panel = panel_of(editor, "Description")
        panel.run("Rewrite")
        panel.accept()
        assert text.shape() == shape
        wanted = [(block["type"], block["text"]) for block in text.blocks()]
        assert wanted != blocks_of(before)
        stored.saved(editor, "description", wanted, blocks_of)
        assert stored.live("description") == before

        first = opened(editor).locator(".shareai-past > li").first
        expect(first).to_contain_text("Rewrite")
        expect(first).to_contain_text("Description")
        expect(first).to_contain_text("Accepted · 1 writing action")
        stored.published(editor)
        assert blocks_of(stored.live("description")) == wanted


class TestSettings:
    @pytest.mark.parametrize(
        ("model", "field", "name"),
        [("sitedetails", "Footer text", "footer_text"), ("newslettersettings", "Invitation", "invitation")],
        ids=["of-a-site", "of-all-sites"],
    )
    def test_a_text_is_rewritten_and_saved(
        self, editor: Editor, demo: DemoProcess, model: str, field: str, name: str
    ) -> None:
        editor.go(f"settings/demo/{model}/")
        editor.open(editor.page.url.split("/admin/")[1])
        text = editor.input(name)
        before = text.input_value()
        panel = panel_of(editor, field)
        panel.run("Rewrite")
        panel.accept()
        expect(text).not_to_have_value(before)
        wanted = text.input_value()
        editor.page.get_by_role("button", name="Save", exact=True).click()
        expect(editor.page.locator(".messages .success")).to_be_visible()
        expect(text).to_have_value(wanted)
        found = [row[name].replace("\r\n", "\n") for row in rows(demo, f"SELECT {name} FROM demo_{model}")]
        assert wanted in found
