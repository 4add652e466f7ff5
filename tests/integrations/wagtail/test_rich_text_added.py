"""Further blocks after the selected ones: nothing of the selection comes back, nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from shareai_cms.errors import OutputEmpty, OutputRefused, OutputUnsafe
from shareai_cms.integrations.wagtail.richtext import rich_text_input
from tests.integrations.wagtail.test_rich_text import FEATURES, IMAGE, LINK, atomic, block, raw, texts


class TestAdditions:
    def added(self, state: dict[str, Any], output: str, features: Iterable[str] = FEATURES) -> dict[str, Any]:
        given_input = rich_text_input(state, features=features)
        return given_input.codec.beside(given_input.text).decode(output)

    def test_only_what_is_new_comes_back_under_other_keys(self) -> None:
        result = self.added(raw(block("Old", links=[(0, 3, 0)]), atomic(1), entities=[LINK, IMAGE]), "<p>New</p>")
        assert texts(result) == [("unstyled", "New")]
        assert result["raw"]["blocks"][0]["key"] != "aaaaa"
        assert result["raw"]["entityMap"] == {}

    def test_an_image_of_the_selection_is_not_repeated(self) -> None:
        state = raw(block("Old"), atomic(0), entities=[IMAGE])
        assert texts(self.added(state, '<p>New <a ref="1">x</a></p><embed ref="1">')) == [("unstyled", "New x")]

    def test_headings_and_lists_by_the_fields_own_rules(self) -> None:
        output = "<h2>One</h2><ul><li>Two<ul><li>Three</li></ul></li></ul><h1>Four</h1><pre>Five</pre>"
        assert texts(self.added(raw(block("")), output)) == [
            ("header-two", "One"),
            ("unordered-list-item", "Two"),
            ("unordered-list-item", "Three"),
            ("unstyled", "Four"),
            ("unstyled", "Five"),
        ]
        plain_field = texts(self.added(raw(block("")), output, features=["bold"]))
        assert {kind for kind, _text in plain_field} == {"unstyled"}

    @pytest.mark.parametrize(
        ("output", "error"),
        [("", OutputEmpty), ("<p> </p>", OutputEmpty), ("<script>alert(1)</script>", OutputUnsafe)],
    )
    def test_nothing_usable_is_refused(self, output: str, error: type[OutputRefused]) -> None:
        with pytest.raises(error):
            self.added(raw(block("Old")), output)

    @pytest.mark.parametrize(
        ("features", "tags"),
        [
            (["h2", "h3", "ul", "bold"], ("h2", "h3", "ul", "li", "b")),
            (["h1", "code", "link", "image"], ()),
            (["italic", "ol", "blockquote"], ("blockquote", "ol", "li", "i")),
        ],
    )
    def test_a_model_is_told_what_the_field_keeps(self, features: list[str], tags: tuple[str, ...]) -> None:
        assert rich_text_input(raw(block("")), features=features).tags == tags
