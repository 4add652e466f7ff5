from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.editor import GUIDE, HOUSE, Editor, body_of
from tests.services import SandboxProcess

#: The first and the third section of the guide; the third holds a picture between its paragraphs.
FIRST, THIRD = "body-0-value-text", "body-3-value-text"


class TestARichTextField:
    def test_the_whole_field_keeps_its_structure_and_one_step_undoes_it(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        body = editor.rich_text("body")
        before = body.blocks()
        shape = body.shape()
        panel = editor.panel("Body")
        expect(panel.root.locator(".shareai-scope")).to_contain_text("whole")
        panel.run()
        panel.accept()

        after = body.blocks()
        assert body.shape() == shape
        assert [block["text"] for block in after] != [block["text"] for block in before]
        assert [block["entities"] for block in after] == [block["entities"] for block in before]
        expect(editor.page.locator(".public-DraftEditor-content:focus")).to_have_count(1)
        editor.page.keyboard.press("Control+z")
        assert body.blocks() == before

    def test_only_the_selected_blocks_are_sent_and_replaced(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        body = editor.rich_text("body")
        before = body.blocks()
        body.select(1, 2)
        panel = editor.panel("Body")
        expect(panel.root.locator(".shareai-scope")).to_contain_text("2 paragraphs")
        request = editor.during(lambda: panel.start("Rewrite"), "/actions/")
        expect(panel.control("Accept")).to_be_visible()
        panel.accept()

        sent = body_of(request)["input"]["raw"]["blocks"]
        after = body.blocks()
        assert [block["text"] for block in sent] == [block["text"] for block in before[1:3]]
        assert [block["text"] for block in after[1:3]] != [block["text"] for block in before[1:3]]
        assert after[:1] + after[3:] == before[:1] + before[3:]

    def test_a_tall_field_keeps_panel_and_selection_in_sight(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        body = editor.rich_text("body")
        body.select(0, 0)
        panel = editor.panel("Body")
        expect(panel.action("Rewrite")).to_be_in_viewport()
        panel.run()
        panel.control("Accept").click()
        expect(editor.page.locator(".public-DraftEditor-content:focus [data-block]").first).to_be_in_viewport()

    def test_the_scope_follows_the_selection_while_the_panel_is_open(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Body")
        scope = panel.root.locator(".shareai-scope")
        expect(scope).to_contain_text("whole")
        editor.rich_text("body").select(3, 3)
        expect(scope).to_contain_text("around your selection")

    def test_blocks_that_were_changed_meanwhile_are_not_overwritten(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        body = editor.rich_text("body")
        body.select(1, 1)
        panel = editor.panel("Body")
        panel.run()
        suggestion = panel.suggestion()
        body.select(1, 1)
        editor.page.keyboard.type("Changed. ")
        changed = body.blocks()
        panel.control("Accept").click()

        expect(panel.notice).to_contain_text("changed")
        assert body.blocks() == changed
        panel.control("Insert at the end").click()
        assert body.blocks()[:-1] == changed
        assert body.texts()[-1] == suggestion

    def test_a_change_elsewhere_in_the_field_is_kept(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        body = editor.rich_text("body")
        body.select(1, 1)
        panel = editor.panel("Body")
        panel.run()
        body.select(2, 2)
        editor.page.keyboard.type("Changed. ")
        panel.accept()
        assert "Changed. " in body.texts()[2]

    def test_comments_stay_where_their_words_were(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        page, body = editor.page, editor.rich_text("body")
        page.get_by_role("button", name="Toggle comments").click()
        body.select(1, 1)
        page.keyboard.press("Control+Alt+m")
        page.locator(".comment textarea, .comment [contenteditable]").first.fill("Is this so?")
        page.locator(".comment").get_by_role("button", name="Comment").click()
        commented = body.blocks()[1]["inlineStyleRanges"]
        assert any(style["style"].startswith("COMMENT-") for style in commented)
        body.select(1, 1)
        panel = editor.panel("Body")
        panel.run()
        panel.accept()
        kept = [style["style"] for style in body.blocks()[1]["inlineStyleRanges"]]
        assert any(style.startswith("COMMENT-") for style in kept)
        expect(page.locator(".comment")).to_be_visible()

    def test_changes_are_marked_by_more_than_colour(self, editor: Editor) -> None:
        editor.open_page(HOUSE)
        panel = editor.panel("Body")
        panel.run()
        marks = panel.text.evaluate(
            """pane => ['ins', 'del'].map((tag) => {
              const mark = pane.querySelector(tag);
              return mark && getComputedStyle(mark).textDecorationLine;
            })"""
        )
        assert marks == ["underline", "line-through"]


class TestRichTextInsideABlock:
    def test_one_block_changes_and_every_other_field_stays(self, editor: Editor) -> None:
        editor.open_page(GUIDE)
        first, third = editor.rich_text(FIRST), editor.rich_text(THIRD)
        before, other, shape = first.texts(), third.blocks(), first.shape()
        panel = editor.panel("Section: Text", 0)
        request = editor.during(lambda: panel.run(), "/actions/")
        panel.accept()

        target = body_of(request)["target"]
        assert (target["field"], target["path"], target["blocks"]) == ("body", FIRST, "section/text")
        assert first.texts() != before
        assert first.shape() == shape
        assert third.blocks() == other

    def test_pictures_between_the_paragraphs_stay_as_they_are(self, editor: Editor) -> None:
        editor.open_page(GUIDE)
        third = editor.rich_text(THIRD)
        pictures = [block["entities"] for block in third.blocks() if block["type"] == "atomic"]
        assert pictures
        panel = editor.panel("Section: Text", 2)
        panel.run()
        panel.accept()
        assert [block["entities"] for block in third.blocks() if block["type"] == "atomic"] == pictures

    def test_a_block_that_was_just_added_has_its_button(self, editor: Editor) -> None:
        editor.open_page(GUIDE)
        page = editor.page
        blocks = page.locator("#panel-child-content-body-section [data-streamfield-child]")
        before = blocks.count()
        page.locator("#panel-child-content-body-section .c-sf-add-button").first.click()
        page.get_by_role("option", name="Text").click()
        # Wagtail puts the block in a moment after the click; until then, the first is another one.
        expect(blocks).to_have_count(before + 1)
        added = blocks.first
        added.locator(".public-DraftEditor-content").click()
        page.keyboard.type("The path is easy because the lamps are lit.")
        panel = editor.panel("Text")
        panel.run()
        panel.accept()
        assert "easy" not in added.locator(".public-DraftEditor-content").inner_text()

    def test_a_block_that_is_moved_keeps_its_suggestion(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(GUIDE)
        panel = editor.panel("Section: Text", 0)
        sandbox.fault("hold")
        panel.start("Rewrite")
        block = editor.page.locator("[data-streamfield-child]").first
        block.get_by_title("Move down").click()
        sandbox.fault(None)
        expect(panel.control("Accept")).to_be_visible()


class TestOutputThatWantsToAct:
    def test_scripts_in_the_answer_stay_words(self, editor: Editor, sandbox: SandboxProcess) -> None:
        editor.open_page(GUIDE)
        editor.page.evaluate(
            """() => {
              window.acted = [];
              window.alert = () => window.acted.push('alert');
              new MutationObserver(() => {
                const bad = document.querySelectorAll(
                  '.shareai-panel :is(script, img, iframe, object, embed, style, a[href*="javascript"], form)');
                if (bad.length) window.acted.push(bad[0].outerHTML);
                for (const element of document.querySelectorAll('.shareai-text, .shareai-text *')) {
                  if (element.getAttributeNames().some((name) => name.startsWith('on'))) window.acted.push(name);
                }
              }).observe(document, { childList: true, subtree: true });
            }"""
        )
        sandbox.fault("script-output", chunk_ms=5)
        panel = editor.panel("Section: Text", 0)
        panel.run()
        panel.control("Suggestion").click()
        panel.accept()
        saved = str(editor.rich_text(FIRST).blocks())
        assert editor.page.evaluate("() => window.acted") == []
        assert "javascript:" not in saved
        assert "<script" not in saved
