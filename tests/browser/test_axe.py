from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.editor import SPECIMEN, Panel
from tests.browser.test_access import serious
from tests.services import SandboxProcess


@pytest.mark.parametrize("theme", ["light", "dark"])
class TestNothingSeriousIsFound:
    """Elsewhere: the panels of a guide in all states (``test_access``), the side panel (``test_side_panel``)."""

    def test_on_the_dashboard(self, editors: Open, theme: str) -> None:
        editor = editors("editor" if theme == "light" else "editor-dark")
        editor.go("")
        expect(editor.page.locator(".shareai-dashboard")).to_be_visible()
        assert serious(editor, f"editor-{theme}") == []

    def test_on_the_form_of_a_group(self, editors: Open, theme: str) -> None:
        editor = editors("admin", color_scheme=theme)
        editor.go("groups/new/")
        expect(editor.page.locator("#shareai-permissions-section")).to_be_visible()
        assert serious(editor, f"editor-{theme}") == []

    def test_in_blocks_of_every_kind(self, editors: Open, theme: str, sandbox: SandboxProcess) -> None:
        editor = editors("editor" if theme == "light" else "editor-dark")
        editor.open_page(SPECIMEN)
        heading = Panel(editor, editor.page.locator(".shareai-icon").first)
        heading.button.click()
        heading.run()
        alt = editor.panel("Old picture: Alt")
        alt.start("Describe the image")
        expect(alt.notice).to_be_visible()
        assert serious(editor, f"editor-{theme}") == []

    def test_where_images_are_uploaded(self, editors: Open, theme: str) -> None:
        editor = editors("editor" if theme == "light" else "editor-dark")
        editor.open("images/add/")
        editor.panel("Description")
        assert serious(editor, f"editor-{theme}") == []
