"""Each writing action from the click to the published page, on plain text and on rich text."""

from __future__ import annotations

import json
import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.editor import TIDE, Editor, Panel
from tests.demo.process import DemoProcess

BRIEF = "Summer opening of the workshop. Tours on Saturdays, tea in the garden, printing for children."
#: What each action does to a text, on top of being different.
ANSWERS: dict[str, dict[str, str]] = {"Change the tone": {"tone": "playful"}, "Translate": {"language": "de"}}
MISTAKES = (
    "We recieve visitors on saturdays. they stay untill the the tea is cold. Nobody has ever complained about it."
)


class Stored:
    """What the site has stored of one page: its latest draft, and what the public sees."""

    def __init__(self, demo: DemoProcess, pk: int) -> None:
        self.demo = demo
        self.pk = pk

    def fields(self, *names: str) -> list[list[str]]:
        """Of the draft, and of what is live: the fields' texts as they are in the database."""
        code = (
            "from wagtail.models import Page; import json; "
            f"live = Page.objects.get(pk={self.pk}).specific; "
            "value = lambda page, name: page._meta.get_field(name).value_to_string(page); "
            f"print(json.dumps([[value(page, name) for name in {names!r}] "
            "for page in (live.get_latest_revision_as_object(), live)]))"
        )
        printed = self.demo.manage("shell", "--no-imports", "-c", code)
        return list(json.loads(printed.strip().splitlines()[-1]))


def save(editor: Editor) -> None:
    editor.page.get_by_role("button", name="Save draft").click()
    expect(editor.page.locator(".messages .success")).to_be_visible()


def publish(editor: Editor) -> None:
    editor.page.locator("footer").get_by_role("button", name="Actions").click()
    editor.page.get_by_role("button", name="Publish").click()
    expect(editor.page.locator(".messages .success")).to_contain_text("published")


def run(panel: Panel, action: str) -> None:
    answers = ANSWERS.get(action)
    if answers:
        panel.ask(action, **answers)
        panel.go(action)
    else:
        panel.run(action)


class TestOneFieldAfterTheOther:
    def test_plain_text_through_every_action_saved_and_published(self, editor: Editor, demo: DemoProcess) -> None:
        editor.open_page(TIDE)
        field, stored = editor.input("introduction"), Stored(demo, editor.page_id(TIDE))
        panel = editor.panel("Introduction")
        field.fill(MISTAKES)
        seen = [MISTAKES]
        for action in (
            "Correct spelling and grammar",
            "Rewrite",
            "Simplify",
            "Expand",
            "Change the tone",
            "Continue writing",
            "Summarise",
            "Shorten",
            "Translate",
        ):
            run(panel, action)
            panel.accept()
            expect(field).not_to_have_value(seen[-1])
            seen.append(field.input_value())
            panel.button.click()
            if action == "Summarise":
                field.fill(MISTAKES)
                seen.append(MISTAKES)
        _mistakes, corrected, *_rest = seen
        continued = seen[6]
        assert corrected.startswith("We receive visitors on saturdays. They stay until the tea is cold.")
        assert continued.startswith(seen[5]), "what there was stays as it is"
        assert continued != seen[5]
        assert len(seen[-2]) < len(MISTAKES)
        assert seen[-1].startswith("[Sandbox-Übersetzung]")

        save(editor)
        [draft], [live] = stored.fields("introduction")
        assert draft == seen[-1]
        assert live != seen[-1]
        publish(editor)
        assert stored.fields("introduction") == [[seen[-1]], [seen[-1]]]
        assert seen[-1] in editor.page.request.get(f"{demo.url}/guides/{TIDE}/").text()


#: Two sections of the guide: paragraphs with formatting, and a list with links and headings around it.
PROSE, LIST = "body-0-value-text", "body-2-value-text"


class TestOneRichTextAfterTheOther:
    def test_formatting_survives_every_action_saved_and_published(self, editor: Editor, demo: DemoProcess) -> None:
        editor.open_page(TIDE)
        stored, text, other = Stored(demo, editor.page_id(TIDE)), editor.rich_text(LIST), editor.rich_text(PROSE)
        shape = text.shape()
        links = [block["entities"] for block in text.blocks() if block["entities"]]
        panel = editor.panel("Section: Text", 1)
        for action in ("Rewrite", "Correct spelling and grammar", "Simplify", "Shorten", "Expand", "Change the tone"):
            run(panel, action)
            panel.accept()
            assert text.shape() == shape, action
            panel.button.click()
        run(panel, "Translate")
        panel.accept()
        assert text.shape() == shape
        assert [block["entities"] for block in text.blocks() if block["entities"]] == links

        before = other.blocks()
        other.select(0, 0)
        added = editor.panel("Section: Text", 0)
        run(added, "Continue writing")
        added.accept()
        after = other.blocks()
        assert [block["text"] for block in (after[0], after[2])] == [block["text"] for block in before]
        assert after[1]["type"] == "unstyled"
        assert after[1]["text"]
        other.select(0, 2)
        added.button.click()
        run(added, "Summarise")
        added.accept()
        assert len(other.blocks()) == 1

        summary = other.texts()[0]
        publish(editor)
        for body, *_rest in stored.fields("body"):
            assert summary[:60] in body
            assert "[Sandbox-\\u00dcbersetzung]" in body or "[Sandbox-Übersetzung]" in body
            assert 'href=\\"https://en.wikipedia.org/wiki/Rule_of_twelfths\\"' in body
            assert body.count("<li") >= 5


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
        editor.input("title").fill(f"At the press {uuid4().hex}")
        page.keyboard.press("Tab")
        expect(editor.input("slug")).not_to_have_value("")
        page.get_by_role("button", name="Save draft").click()
        expect(page).to_have_url(re.compile(r"/pages/\d+/edit/"))

        for field, action, name in (
            ("Title", "Suggest titles", "title"),
            ("Teaser", "Summarise the page", "teaser"),
        ):
            panel = editor.panel(field)
            panel.run(action)
            panel.accept()
            expect(editor.input(name)).not_to_have_value("")
        page.get_by_role("tab", name="Promote").click()
        panel = editor.panel("Meta description")
        panel.run("Suggest meta descriptions")
        panel.root.get_by_role("radio").nth(1).check()
        wanted = panel.root.locator(".shareai-alternatives label").nth(1).inner_text()
        panel.accept()
        expect(editor.input("search_description")).to_have_value(wanted)
        assert len(wanted) <= 155
        title, teaser = (editor.input(name).input_value() for name in ("title", "teaser"))
        stored = Stored(demo, int(page.url.split("/pages/")[1].split("/")[0]))
        publish(editor)
        for draft in stored.fields("title", "teaser", "search_description", "body"):
            assert draft[:3] == [title, teaser, wanted]
            assert "<h2" in draft[3]
            assert "<li" in draft[3]
