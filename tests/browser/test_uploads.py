from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image as Picture
from PIL import ImageDraw
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Complaints
from tests.browser.editor import HOUSE, SPECIMEN, Editor, Panel, body_of
from tests.browser.preparation import PRESS
from tests.browser.stored import rows
from tests.demo.process import DemoProcess

#: Wagtail's own, when the chooser goes on from its upload tab to the next step.
TABS = "matching panel"


def picture(number: int) -> dict[str, Any]:
    """A large photograph, as a camera would make it: as a PNG that is larger than a request may be."""
    image = Picture.effect_noise((1400, 1000), 90).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.rectangle((100, 500, 1300, 950), fill=(20, 80, 160))
    draw.ellipse((600, 100, 760 + number, 260), fill=(240, 200, 60))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=0)
    assert len(out.getvalue()) > 2_600_000
    return {"name": f"harbour-{number}.png", "mimeType": "image/png", "buffer": out.getvalue()}


def panel_of(editor: Editor, button: Locator) -> Panel:
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    panel = Panel(editor, button)
    site = panel.root.get_by_role("button", name=PRESS)
    expect(site.or_(panel.action("Describe the image")).first).to_be_visible()
    if site.is_visible():
        # Images belong to no site: the first time, the person says for which one it counts.
        site.click()
    return panel


def description_of(demo: DemoProcess, title: str) -> str:
    """What is stored of the newest image of that title."""
    [row] = rows(demo, "SELECT description FROM wagtailimages_image WHERE title = ? ORDER BY id DESC LIMIT 1", title)
    return str(row["description"])


def choosing(editor: Editor, name: str) -> Locator:
    """The chooser's upload tab, opened from a block of a page."""
    chooser = editor.page.locator(f"#{name}-chooser")
    chooser.get_by_role("button", name="Choose an image").first.click()
    modal = editor.page.locator(".modal")
    modal.get_by_role("tab", name="Upload").click()
    return modal


class TestOneNewImage:
    def test_is_described_before_it_is_saved(self, editor: Editor, demo: DemoProcess) -> None:
        editor.open("images/add/")
        editor.page.locator("input[type=file]").set_input_files(picture(1))
        panel = panel_of(editor, editor.button("Description"))
        request = editor.during(lambda: panel.run("Describe the image"), "/actions/")
        suggestion = panel.text.inner_text()
        panel.accept()
        expect(editor.input("description")).to_have_value(suggestion)
        assert len(request.post_data or "") < 1_000_000
        editor.page.get_by_role("button", name="Upload", exact=True).click()
        expect(editor.page.get_by_text("added")).to_be_visible()
        assert description_of(demo, "harbour-1") == suggestion

    def test_without_a_file_it_says_what_is_missing(self, editor: Editor) -> None:
        editor.open("images/add/")
        panel = panel_of(editor, editor.button("Description"))
        left = panel.left()
        panel.start("Describe the image")
        expect(panel.notice).to_contain_text("Choose a file first")
        assert panel.left() == left

    def test_a_file_that_the_browser_cannot_read_is_for_later(self, editor: Editor) -> None:
        editor.open("images/add/")
        broken = {"name": "x.png", "mimeType": "image/png", "buffer": b"no picture"}
        editor.page.locator("input[type=file]").set_input_files(broken)
        panel = panel_of(editor, editor.button("Description"))
        panel.start("Describe the image")
        expect(panel.notice).to_contain_text("Save the image first")


class TestManyNewImages:
    def test_each_is_described_for_itself(self, editor: Editor, demo: DemoProcess) -> None:
        editor.go("images/multiple/add/")
        buttons = editor.page.locator("#upload-list .shareai-button")
        editor.page.locator("#fileupload").set_input_files([picture(2), picture(3)])
        expect(buttons).to_have_count(2)
        ids, described = set(), []
        for number in range(2):
            panel = panel_of(editor, buttons.nth(number))
            request = editor.during(lambda panel=panel: panel.run("Describe the image"), "/actions/")
            decision = editor.answer_to(panel.accept, "/suggestions/")
            assert decision.status == 204
            target = body_of(request)["target"]
            ids.add(target["id"])
            field = editor.page.locator(f"[name='image-{target['id']}-description']")
            expect(field).not_to_have_value("")
            described.append(field.input_value())
            assert "upload" not in body_of(request)["input"]
        assert len(ids) == 2
        for updates in (1, 0):
            editor.page.locator("#upload-list").get_by_role("button", name="Update").first.click()
            expect(editor.page.locator("#upload-list").get_by_role("button", name="Update")).to_have_count(updates)
        assert [description_of(demo, title) for title in ("harbour-2", "harbour-3")] == described


@pytest.fixture
def tolerant(complaints: Complaints) -> Iterator[None]:
    yield
    complaints.found = [words for words in complaints.found if TABS not in words]


@pytest.mark.usefixtures("tolerant")
class TestTheChooserOfAPage:
    def test_its_upload_counts_for_the_pages_site(self, editor: Editor, demo: DemoProcess) -> None:
        editor.open_page(SPECIMEN)
        modal = choosing(editor, "body-5-value-picture")
        modal.locator("input[type=file]").set_input_files(picture(4))
        panel = panel_of(editor, modal.locator(".shareai-button"))
        request = editor.during(lambda: panel.run("Describe the image"), "/actions/")
        assert body_of(request)["target"]["parent"].startswith("specimens.specimen:")
        panel.accept()
        field = modal.locator("[name$='upload-description']")
        expect(field).not_to_have_value("")
        described = field.input_value()
        modal.get_by_role("button", name="Upload", exact=True).click()
        expect(editor.input("body-5-value-picture")).not_to_have_value("")
        assert description_of(demo, "harbour-4") == described

    def test_escape_closes_the_panel_and_not_the_chooser(self, editor: Editor) -> None:
        editor.open_page(SPECIMEN)
        modal = choosing(editor, "body-5-value-picture")
        panel = panel_of(editor, modal.locator(".shareai-button"))
        panel.action("Describe the image").focus()
        editor.page.keyboard.press("Escape")
        expect(panel.root).to_be_hidden()
        expect(modal).to_be_visible()

    def test_an_image_in_a_rich_text_gets_its_own_text(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        editor.rich_text("body").select(1, 1)
        editor.page.keyboard.press("End")
        editor.page.keyboard.press("Enter")
        editor.page.keyboard.type("/image")
        editor.page.get_by_role("option", name="Image").click()
        modal = editor.page.locator(".modal")
        modal.locator("a[data-chooser-modal-choice]").first.click()
        field = modal.locator("[name='image-chooser-insertion-alt_text']")
        field.fill("")
        panel = panel_of(editor, modal.locator(".shareai-button"))
        panel.run("Describe the image")
        panel.accept()
        expect(field).not_to_have_value("")
        suggestion = field.input_value()
        modal.get_by_label("Full width").check()
        modal.get_by_role("button", name="Insert image").click()
        expect(modal).to_be_hidden()
        entities = [data for block in editor.rich_text("body").blocks() for data in block["entities"]]
        assert suggestion in [data.get("alt") for data in entities]
