from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shareai_cms.actions.base import PartialCodec
from shareai_cms.errors import OutputRefused
from shareai_cms.integrations.wagtail.richtext import rich_text_input
from tests.integrations.wagtail.test_rich_text import (
    FEATURES,
    IMAGE,
    atomic,
    block,
    documents,
    echoed,
    plain,
    raw,
    texts,
)


class TestAnAnswerThatWasStopped:
    def partial(self, state: dict[str, Any], output: str) -> dict[str, Any]:
        codec = rich_text_input(state, features=FEATURES).codec
        assert isinstance(codec, PartialCodec)
        return codec.decode_partial(output)

    def test_ends_with_the_original_from_where_it_broke_off(self) -> None:
        state = raw(block("One."), block("Two."), atomic(0), block("Three."), block("Four."), entities=[IMAGE])
        result = self.partial(state, "<p>First.</p><p>Second.</p><embed ref='1'><p>Thi")
        assert [text for _type, text in texts(result)] == ["First.", "Second.", " ", "Three.", "Four."]
        assert result["rest"] == "kept"

    def test_keeps_an_image_that_it_did_not_reach_in_its_place(self) -> None:
        state = raw(block("One."), block("Two."), atomic(0), block("Three."), entities=[IMAGE])
        result = self.partial(state, "<p>First.</p><p>Sec")
        assert [text for _type, text in texts(result)] == ["First.", "Two.", " ", "Three."]

    def test_shows_a_first_paragraph_that_broke_off(self) -> None:
        result = self.partial(raw(block("One."), block("Two.")), "<p>Fir")
        assert [text for _type, text in texts(result)] == ["Fir", "Two."]

    @settings(max_examples=60, deadline=None)
    @given(documents(), st.data())
    def test_loses_nothing_wherever_it_was_stopped(self, state: dict[str, Any], data: st.DataObject) -> None:
        html = rich_text_input(state, features=FEATURES).text
        try:
            result = self.partial(state, html[: data.draw(st.integers(0, len(html)))])
        except OutputRefused:
            return
        # An echo changes nothing, so only a first paragraph that broke off may differ.
        first = next(index for index, item in enumerate(result["raw"]["blocks"]) if item["type"] != "atomic")
        assert plain(result["raw"])[first + 1 :] == plain(echoed(state))[first + 1 :]
