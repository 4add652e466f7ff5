"""Each writing action from the click to the published page, on plain text and on rich text."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.editor import TIDE, Editor, Panel, RichText
from tests.browser.stored import Stored, blocks_of
from tests.demo.process import DemoProcess

BRIEF = "Summer opening of the workshop. Tours on Saturdays, tea in the garden, printing for children."
#: What the actions ask, and what they are told.
ANSWERS: dict[str, dict[str, str]] = {
    "Change the tone": {"tone": "playful"},
    "Translate": {"language": "de"},
    "Draft from a brief": {"brief": BRIEF},
}
MISTAKES = (
    "We recieve visitors on saturdays. they stay untill the the tea is cold. Nobody has ever complained about it."
)


def run(panel: Panel, action: str) -> None:
    answers = ANSWERS.get(action)
    if answers:
        panel.ask(action, **answers)
        panel.go(action)
    else:
        panel.run(action)


def kinds_and_texts(of: RichText) -> list[tuple[str, str]]:
    return [(block["type"], block["text"]) for block in of.blocks()]


def section(of: RichText) -> Any:
    """Reads the same text from a stored stream, by its place in it."""
    place = int(of.name.split("-")[1])
    return lambda body: blocks_of(body[place]["value"]["text"])


#: What is done to one plain text after the other action.
PLAIN = (
    "Correct spelling and grammar",
    "Rewrite",
    "Simplify",
    "Expand",
    "Change the tone",
    "Continue writing",
    "Summarise",
)


class TestOneFieldAfterTheOther:
    def test_plain_text_through_every_action_saved_and_published(self, editor: Editor, demo: DemoProcess) -> None:
        """Each result is compared with the draft that is stored of it, and the last one with the public page."""
        editor.open_page(TIDE, autosaves=True)
        field = editor.input("introduction")
        stored = Stored(demo, "demo_guidepage", editor.page_id(TIDE))
        live = stored.live("introduction")
        panel = editor.panel("Introduction")
        results: dict[str, str] = {}

        def accepted(action: str) -> str:
            before = field.input_value()
            run(panel, action)
            panel.accept()
            expect(field).not_to_have_value(before)
            results[action] = field.input_value()
            stored.saved(editor, "introduction", results[action])
            panel.button.click()
            return before

        field.fill("")
        accepted("Draft from a brief")
        field.fill(MISTAKES)
        for action in PLAIN:
            before = accepted(action)
            if action == "Continue writing":
                assert results[action].startswith(before), "what there was stays as it is"
        assert len(results["Summarise"]) < len(results["Continue writing"])
        field.fill(MISTAKES)
        accepted("Shorten")
        accepted("Translate")
        assert results["Correct spelling and grammar"].startswith(
            "We receive visitors on saturdays. They stay until the tea is cold."
        )
        assert len(results["Shorten"]) < len(MISTAKES)
        assert results["Translate"].startswith("[Sandbox-Übersetzung]")

        assert stored.live("introduction") == live
        stored.published(editor)
        assert stored.draft("introduction") == stored.live("introduction") == results["Translate"]
        assert results["Translate"] in editor.page.request.get(f"{demo.url}/guides/{TIDE}/").text()


#: Two sections of the guide: paragraphs with formatting, and a list with links and headings around it.
PROSE, LIST = "body-0-value-text", "body-2-value-text"


class TestOneRichTextAfterTheOther:
    def test_formatting_survives_every_action_saved_and_published(self, editor: Editor, demo: DemoProcess) -> None:
        editor.open_page(TIDE, autosaves=True)
        stored = Stored(demo, "demo_guidepage", editor.page_id(TIDE))
        text, other = editor.rich_text(LIST), editor.rich_text(PROSE)
        shape = text.shape()
        links = [block["entities"] for block in text.blocks() if block["entities"]]
        panel = editor.panel("Section: Text", 1)

        def accepted(panel: Panel, action: str, of: RichText) -> None:
            before = of.texts()
            run(panel, action)
            panel.accept()
            assert of.texts() != before, action
            stored.saved(editor, "body", kinds_and_texts(of), section(of))

        for action in ("Rewrite", "Simplify", "Shorten", "Expand", "Change the tone", "Correct spelling and grammar"):
            if action == "Correct spelling and grammar":
                text.select(0, 0)
                editor.page.keyboard.type("teh teh ")
            accepted(panel, action, text)
            assert text.shape() == shape, action
            panel.button.click()
        accepted(panel, "Translate", text)
        assert text.shape() == shape
        assert [block["entities"] for block in text.blocks() if block["entities"]] == links

        before = other.blocks()
        other.select(0, 0)
        added = editor.panel("Section: Text", 0)
        accepted(added, "Continue writing", other)
        after = other.blocks()
        assert [block["text"] for block in (after[0], after[2])] == [block["text"] for block in before]
        assert after[1]["type"] == "unstyled"
        assert after[1]["text"]
        other.select(0, 2)
        added.button.click()
        accepted(added, "Summarise", other)
        assert len(other.blocks()) == 1

        wanted = [kinds_and_texts(each) for each in (other, text)]
        stored.published(editor)
        for body in (stored.draft("body"), stored.live("body")):
            assert [section(each)(body) for each in (other, text)] == wanted
            html = body[2]["value"]["text"]
            assert "[Sandbox-Übersetzung]" in html
            assert 'href="https://en.wikipedia.org/wiki/Rule_of_twelfths"' in html
            assert html.count("<li") >= 5


class TestAPageFromABrief:
    def test_an_empty_text_is_drafted_and_the_page_presents_itself(self, editor: Editor, demo: DemoProcess) -> None:
        """The order in which a page comes into being: text first, then what is drawn from it."""
        editor.open(f"pages/add/demo/infopage/{editor.page_id('press')}/")
        page, body = editor.page, editor.rich_text("body")
        panel = editor.panel("Body")
        expect(panel.action("Rewrite")).to_be_disabled()
        expect(panel.action("Rewrite")).to_contain_text("Needs more text")
        expect(panel.action("Draft from a brief")).to_contain_text("5 writing actions")
        left = panel.left()
        panel.ask("Draft from a brief", brief=BRIEF)
        panel.go("Draft from a brief")
        assert panel.left() == left - 5
        panel.accept()
        kinds = {kind for kind, _depth in body.shape()}
        assert {"header-two", "unordered-list-item", "unstyled"} <= kinds
        assert body.texts()[0], "the empty paragraph was not left behind"
        panel.button.click()
        expect(panel.action("Rewrite")).to_be_enabled()
        drafted = kinds_and_texts(body)
        editor.input("title").fill(f"At the press {uuid4().hex}")
        page.keyboard.press("Tab")
        expect(editor.input("slug")).not_to_have_value("")
        expect(editor.input("body")).not_to_have_value("null")
        page.get_by_role("button", name="Save draft").click()
        expect(page).to_have_url(re.compile(r"/pages/\d+/edit/"))
        stored = Stored(demo, "demo_infopage", int(page.url.split("/pages/")[1].split("/")[0]))
        assert blocks_of(stored.draft("body")) == drafted

        for field, action, name in (
            ("Title", "Suggest titles", "title"),
            ("Teaser", "Summarise the page", "teaser"),
        ):
            panel = editor.panel(field)
            panel.run(action)
            before = editor.input(name).input_value()
            panel.accept()
            expect(editor.input(name)).not_to_have_value(before)
            stored.saved(editor, name, editor.input(name).input_value())
        page.get_by_role("tab", name="Promote").click()
        panel = editor.panel("Meta description")
        panel.run("Suggest meta descriptions")
        panel.root.get_by_role("radio").nth(1).check()
        wanted = panel.root.locator(".shareai-alternatives label").nth(1).inner_text()
        panel.accept()
        expect(editor.input("search_description")).to_have_value(wanted)
        assert len(wanted) <= 155
        stored.saved(editor, "search_description", wanted)
        title, teaser = (editor.input(name).input_value() for name in ("title", "teaser"))
        stored.published(editor)
        for read in (stored.draft, stored.live):
            assert [read(name) for name in ("title", "teaser", "search_description")] == [title, teaser, wanted]
            assert blocks_of(read("body")) == drafted
