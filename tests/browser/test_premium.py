"""A site with a premium route: what it costs is said before the click, and the click takes that road."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import chromium as system
from tests.browser.editor import HOUSE, Editor, Panel, body_of
from tests.browser.preparation import prepared_demo
from tests.browser.test_access import serious


@pytest.fixture(scope="module")
def field(chromium: Browser) -> Iterator[Panel]:
    """The panel of a field on a demo of its own."""
    with prepared_demo(settings="tests.browser.premium") as demo:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        system.sign_in(context, demo, "editor")
        editor = Editor(context.new_page(), demo)
        editor.open_page(HOUSE)
        yield editor.panel("Teaser")
        context.close()


@pytest.fixture
def teaser(field: Panel) -> Panel:
    """The panel, open at its actions."""
    if field.root.is_hidden():
        field.button.click()
    return field


class TestPremium:
    def test_both_roads_name_their_units_before_the_click(self, teaser: Panel) -> None:
        expect(teaser.action("Rewrite")).to_contain_text("Standard · 1 writing action")
        row = teaser.row("Rewrite")
        left = teaser.left()
        request = teaser.editor.during(row.get_by_role("button", name="Premium · 3 writing actions").click, "/actions/")
        expect(teaser.control("Accept")).to_be_visible()
        assert body_of(request)["route"] == "premium"
        assert teaser.left() == left - 3
        assert teaser.editor.demo.sandbox.state()["last"]["model"] == "large"
        expect(teaser.control("Try again")).to_contain_text("3 writing actions")
        teaser.control("Discard").click()

    def test_questions_are_asked_on_the_road_that_was_picked(self, teaser: Panel) -> None:
        row = teaser.row("Change the tone")
        row.get_by_role("button", name="Premium").click()
        go = teaser.control("Change the tone · Premium · 3 writing actions")
        request = teaser.editor.during(go.click, "/actions/")
        expect(teaser.control("Accept")).to_be_visible()
        assert (body_of(request)["route"], body_of(request)["options"]) == ("premium", {"tone": "friendly"})
        teaser.control("Discard").click()

    def test_an_action_may_be_premium_only(self, teaser: Panel) -> None:
        action = teaser.action("Write for an audience")
        expect(action).to_contain_text("Premium · 3 writing actions")
        expect(teaser.row("Write for an audience").get_by_role("button")).to_have_count(1)
        left = teaser.left()
        teaser.ask("Write for an audience", audience="children")
        expect(teaser.question("Anything else? (optional)")).to_be_visible()
        request = teaser.editor.during(
            teaser.control("Write for an audience · Premium · 3 writing actions").click, "/actions/"
        )
        expect(teaser.control("Accept")).to_be_visible()
        assert body_of(request)["options"] == {"audience": "children", "wish": ""}
        assert teaser.left() == left - 3
        teaser.accept()


class TestAxe:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_finds_nothing_serious_in_the_roads_and_the_questions(
        self, teaser: Panel, scheme: Literal["light", "dark"]
    ) -> None:
        page = teaser.editor.page
        page.emulate_media(color_scheme=scheme)
        expect(teaser.row("Rewrite").get_by_role("button")).to_have_count(2)
        assert serious(teaser.editor) == []
        teaser.row("Rewrite").get_by_role("button", name="Premium").focus()
        assert serious(teaser.editor) == []
        teaser.row("Change the tone").get_by_role("button", name="Premium").click()
        expect(teaser.question("Tone")).to_be_visible()
        assert serious(teaser.editor) == []
        teaser.control("Back").click()
