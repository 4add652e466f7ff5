from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.editor import GALLERY, SPECIMEN, Editor, body_of
from tests.browser.stored import Stored
from tests.demo.process import DemoProcess

#: Label of the button, name of the input, and the path of types that the server is told.
TEXTS = [
    ("Heading", "body-0-value", "heading"),
    ("Paragraph", "body-1-value", "paragraph"),
    ("Words", "body-2-value-0-value", "words/item"),
    ("Chapter: Title", "body-3-value-title", "chapter/title"),
    ("Chapter: Note", "body-3-value-entries-0-value-note", "chapter/entries/item/note"),
    ("Line", "body-3-value-entries-0-value-lines-0-value", "chapter/entries/item/lines/line"),
]


class TestPlainTextInsideBlocks:
    def test_every_one_has_its_button_and_no_other_input(self, editor: Editor) -> None:
        editor.open_page(SPECIMEN)
        names = editor.page.evaluate(
            """() => window.shareai.fields.all().map(([wrapper, input]) => [
              input.name, window.shareai.fields.label(wrapper)])"""
        )
        found = {name: label for name, label in names if name.startswith(("body-", "remarks-"))}
        assert found == {name: label for label, name, _blocks in TEXTS} | {
            "body-3-value-entries-0-value-lines-1-value": "Aside",
            "body-4-value-alt_text": "Picture: Alt text",
            "body-5-value-alt": "Old picture: Alt",
            "body-5-value-caption": "Old picture: Caption",
            "remarks-0-headline": "Remark 1: Headline",
            "remarks-0-text": "Remark 1: Text",
        }

    @pytest.mark.parametrize(("label", "name", "blocks"), [TEXTS[0], TEXTS[5]])
    def test_the_road(self, editor: Editor, label: str, name: str, blocks: str) -> None:
        editor.open_page(SPECIMEN)
        field, others = editor.input(name), editor.input("body-1-value").input_value()
        before = field.input_value()
        panel = editor.panel(label)
        request = editor.during(lambda: panel.run(), "/actions/")
        suggestion = panel.suggestion()
        panel.accept()
        target = body_of(request)["target"]
        assert (target["field"], target["path"], target["blocks"]) == ("body", name, blocks)
        expect(field).to_have_value(suggestion)
        expect(field).to_be_focused()
        expect(editor.input("body-1-value")).to_have_value(others)
        editor.page.keyboard.press("Control+z")
        expect(field).to_have_value(before)

    def test_a_block_that_was_just_added(self, editor: Editor) -> None:
        editor.open_page(SPECIMEN)
        page = editor.page
        texts = page.locator("[data-streamfield-child] textarea")
        before = texts.count()
        page.locator("#panel-child-content-body-section .c-sf-add-button").first.click()
        page.get_by_role("option", name="Paragraph").click()
        # Wagtail puts the block in a moment after the click; until then, the first text is another block's.
        expect(texts).to_have_count(before + 1)
        added = texts.first
        expect(added).to_have_value("")
        added.fill("In order to see it, come at night.")
        panel = editor.panel("Paragraph")
        panel.run()
        panel.accept()
        expect(added).not_to_have_value("In order to see it, come at night.")

    def test_an_inline_form(self, editor: Editor) -> None:
        editor.open_page(SPECIMEN)
        panel = editor.panel("Remark 1: Text")
        request = editor.during(lambda: panel.run(), "/actions/")
        panel.accept()
        target = body_of(request)["target"]
        assert (target["field"], target["blocks"]) == ("remarks", "text")


class TestAlternativeTextInABlock:
    def test_describes_the_image_that_was_chosen_and_is_published(self, editor: Editor, demo: DemoProcess) -> None:
        editor.open_page(GALLERY)
        panel = editor.panel("Picture: Alt text")
        request = editor.during(lambda: panel.run("Describe the image"), "/actions/")
        suggestion = panel.text.inner_text()
        panel.accept()
        expect(editor.input("body-0-value-alt_text")).to_have_value(suggestion)
        assert body_of(request)["input"]["chosen"] == editor.input("body-0-value-image").input_value()
        stored = Stored(demo, "specimens_specimen", editor.page_id(GALLERY))
        stored.published(editor)
        assert stored.live("body")[0]["value"]["alt_text"] == suggestion

    def test_asks_for_one_where_none_was_chosen(self, editor: Editor) -> None:
        editor.open_page(SPECIMEN)
        panel = editor.panel("Old picture: Alt")
        left = panel.left()
        panel.start("Describe the image")
        expect(panel.notice).to_contain_text("No image has been chosen yet.")
        assert panel.left() == left

    def test_takes_none_once_the_image_is_decorative(self, editor: Editor) -> None:
        editor.open_page(SPECIMEN)
        panel = editor.panel("Picture: Alt text")
        editor.input("body-4-value-decorative").check()
        panel.start("Describe the image")
        expect(panel.notice).to_contain_text("switched off")
        expect(panel.control("Accept")).to_be_hidden()
        expect(panel.control("Copy")).to_be_visible()
