from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shareai_cms.sandbox.markup import TAG, parse, rewrite_html, visible_text
from shareai_cms.sandbox.prompts import Job
from shareai_cms.sandbox.writing import answer

RICH = (
    '<h2 data-block-key="a">Twice a day</h2>\n'
    '<p data-block-key="b">In order to cross, <b>utilise</b> the <a ref="1">causeway</a>. It is <i>not</i> far.</p>'
    '<embed ref="2"/><ul><li>Commence early.</li><li><a linktype="page" id="4">Numerous</a> gulls</li></ul><hr/>'
    "<p>Fish &amp; chips are located at the quay.&nbsp;<code>utilise()</code></p>"
)


def rewrite(source: str) -> str:
    return answer(Job(task="rewrite", format="html", content=source, language="en"))


class TestMarkup:
    def test_every_tag_stays_in_its_place(self) -> None:
        assert TAG.findall(rewrite(RICH)) == TAG.findall(RICH)

    def test_text_between_the_tags_is_reworded(self) -> None:
        rewritten = rewrite(RICH)
        assert 'To cross, <b>use</b> the <a ref="1">causeway</a>.' in rewritten
        assert '<li>Begin early.</li><li><a linktype="page" id="4">Many</a> gulls</li>' in rewritten

    def test_entities_stay_entities(self) -> None:
        assert "<p>Fish &amp; chips are at the quay.&nbsp;<code>" in rewrite(RICH)
        assert rewrite("<p>We utilise &lt;b&gt; &amp;amp; it.</p>") == "<p>We use &lt;b&gt; &amp;amp; it.</p>"

    def test_code_is_left_alone(self) -> None:
        assert "<code>utilise()</code>" in rewrite(RICH)

    def test_a_sentence_that_goes_on_in_a_tag_keeps_its_order(self) -> None:
        source = "<p>When the tide turns, <b>the boats</b> leave.</p>"
        assert "When the tide turns, <b>the boats</b> leave." in rewrite(source)

    def test_an_opening_goes_to_the_first_paragraph_when_nothing_applies(self) -> None:
        source = "<h2>Hours</h2><p>Ask the fisherman about the tide.</p>"
        assert re.fullmatch(r"<h2>Hours</h2><p>In short: .+\. Ask the fisherman about the tide\.</p>", rewrite(source))

    def test_headings_alone_get_a_tag_line(self) -> None:
        assert rewrite("<h2>Hours</h2>") == "<h2>Hours at a glance</h2>"

    @pytest.mark.parametrize("source", ["", '<embed ref="1"/>', "<p></p>", "<p>12</p>", "<hr>"])
    def test_what_holds_no_word_stays(self, source: str) -> None:
        assert rewrite(source) == source

    def test_scripts_in_the_content_are_not_touched_and_not_run_into(self) -> None:
        source = "<script>utilise()</script><p>Utilise it.</p>"
        assert rewrite(source) == "<script>utilise()</script><p>Use it.</p>"

    @settings(max_examples=150, deadline=None)
    @given(st.text(alphabet="<>/&;pbaex \"'=.utilise-!", max_size=120))
    def test_broken_markup_is_taken_as_it_is(self, source: str) -> None:
        assert "".join(piece.raw for piece in parse(source)) == source
        assert TAG.findall(rewrite_html(source, "en")) == TAG.findall(source)

    def test_visible_text_has_a_line_per_block(self) -> None:
        assert visible_text(RICH).splitlines()[:2] == [
            "Twice a day",
            "In order to cross, utilise the causeway. It is not far.",
        ]
