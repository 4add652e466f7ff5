from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.editor import Editor
from tests.browser.stored import rows
from tests.demo.process import DemoProcess


class TestTheImageForm:
    def test_a_description_is_suggested_accepted_and_saved(self, editor: Editor, demo: DemoProcess) -> None:
        editor.open("images/1/")
        field = editor.input("description")
        field.fill("")
        panel = editor.panel("Description")
        site = panel.root.get_by_role("button", name="Slackwater Press")
        expect(site.or_(panel.action("Describe the image")).first).to_be_visible()
        if site.is_visible():
            # Images belong to no site: the first time, the person says for which one it counts.
            site.click()
        left = panel.left()
        panel.run("Describe the image")
        expect(panel.control("Changes")).to_have_count(0)
        expect(panel.units).to_contain_text(f"{left - 1} of")
        suggestion = panel.text.inner_text()
        panel.accept()
        expect(field).to_have_value(suggestion)
        expect(field).to_be_focused()
        editor.page.keyboard.press("Control+z")
        expect(field).to_have_value("")
        editor.page.keyboard.press("Control+Shift+z")
        expect(field).to_have_value(suggestion)
        editor.page.get_by_role("button", name="Save", exact=True).click()
        expect(editor.page.locator(".messages .success")).to_be_visible()
        assert rows(demo, "SELECT description FROM wagtailimages_image WHERE id = 1") == [{"description": suggestion}]
