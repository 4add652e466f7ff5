from __future__ import annotations

import math
from typing import Any

import pytest

from shareai_cms.errors import InputTooLong, InvalidRequest
from shareai_cms.integrations.wagtail.richtext import rich_text_input
from tests.integrations.wagtail.test_rich_text import FEATURES, LINK, block, echoed, raw


def link(url: Any) -> dict[str, Any]:
    return {"type": "LINK", "mutability": "MUTABLE", "data": {"url": url}}


class TestForgedInput:
    @pytest.mark.parametrize(
        "given_raw",
        [
            None,
            [],
            {"blocks": {}},
            {"blocks": ["x"]},
            {"blocks": [{"text": 1, "type": "unstyled"}]},
            {"blocks": [{"text": "x"}]},
            {"blocks": [{"text": "x", "type": "unstyled", "depth": "1"}]},
            {"blocks": [{"text": "x", "type": "unstyled", "depth": True}]},
            {"blocks": [{"text": "x", "type": "unstyled", "inlineStyleRanges": {}}]},
            {"blocks": [{"text": "x", "type": "unstyled", "inlineStyleRanges": [{"style": "BOLD"}]}]},
            {"blocks": [block("x", styles=[(0, 1, "BOLD")] * 501)]},
            {"blocks": [block("x")] * 2_001},
            {"blocks": [block("x", styles=[(0, 1, "BOLD")] * 500)] * 11},
            {"blocks": [block("x")], "entityMap": []},
            {"blocks": [block("x")], "entityMap": {"0": []}},
            {"blocks": [block("x")], "entityMap": {"0": {"type": []}}},
            raw(block("x"), entities=[link(math.nan)]),
            raw(block("x"), entities=[link([-math.inf])]),
            raw(block("x"), entities=[link(10**400)]),
            raw(block("x"), entities=[link("x" * 20_001)]),
            raw(block("x"), entities=[link(["x"] * 501)]),
            raw(block("x"), entities=[link([[[[[[[[["x"]]]]]]]]])]),
        ],
    )
    def test_what_is_no_content_state_is_refused(self, given_raw: Any) -> None:
        with pytest.raises(InvalidRequest):
            rich_text_input(given_raw, features=FEATURES)

    def test_an_entity_is_made_fit_to_be_stored(self) -> None:
        state = raw(block("tides", links=[(0, 5, 0)]), entities=[link(["a\x00b\ud800", {"\x00c": 1.5}])])
        assert echoed(state)["entityMap"]["0"]["data"] == {"url": ["ab\ufffd", {"c": 1.5}]}

    def test_more_text_than_an_action_takes_is_not_read(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"MAX_INPUT_CHARACTERS": 9}
        rich_text_input(raw(block("Tides"), block("come")), features=FEATURES)
        with pytest.raises(InputTooLong):
            rich_text_input(raw(block("Tides"), block("comes")), features=FEATURES)

    @pytest.mark.parametrize("label", [[["BOLD"]], {"style": "BOLD"}, None, 1.5])
    def test_a_range_whose_name_is_none_is_dropped(self, label: Any) -> None:
        state = raw(block("tides", styles=[(0, 2, label)], links=[(0, 2, label)]), entities=[LINK])
        assert rich_text_input(state, features=FEATURES).text == "<p>tides</p>"

    def test_ranges_outside_of_the_text_and_unknown_names_are_dropped(self) -> None:
        state = raw(
            block(
                "tides", "x-unknown", styles=[(-1, 2, "BOLD"), (9, 2, "BOLD"), (0, 2, "COMMENT-1")], links=[(0, 2, 7)]
            )
        )
        assert rich_text_input(state, features=FEATURES).text == "<p>tides</p>"
