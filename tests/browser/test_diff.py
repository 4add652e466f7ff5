from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_weight import STATIC

WORDS = ["lamp", "post", " ", " ", ".", "\n", "north", "light", "日本", "语"]


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Page:
    """An empty page with the comparison alone."""
    page = chromium.new_page()
    page.evaluate("() => { window.shareai = {}; }")
    page.add_script_tag(content=(STATIC / "js" / "diff.js").read_text())
    return page


def runs(page: Page, before: str, after: str) -> list[tuple[bool, str, str]]:
    compare = "([before, after]) => shareai.diff.diff(shareai.diff.words(before), shareai.diff.words(after))"
    found: list[dict[str, Any]] = page.evaluate(compare, [before, after])
    return [(each["isSame"], "".join(each["removed"]), "".join(each["added"])) for each in found]


class TestTheComparison:
    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            ("", "", []),
            ("", "new", [(False, "", "new")]),
            ("old", "", [(False, "old", "")]),
            ("the same", "the same", [(True, "the same", "the same")]),
            ("a red boat", "a blue boat", [(True, "a ", "a "), (False, "red", "blue"), (True, " boat", " boat")]),
        ],
    )
    def test_names_what_went_and_what_came(
        self, page: Page, before: str, after: str, expected: list[tuple[bool, str, str]]
    ) -> None:
        assert runs(page, before, after) == expected

    def test_a_space_between_two_changes_is_part_of_one(self, page: Page) -> None:
        assert runs(page, "old boat sails", "new ship sails")[0] == (False, "old boat", "new ship")

    def test_both_texts_can_be_put_together_again(self, page: Page) -> None:
        chance = random.Random(7)
        for _ in range(60):
            before, after = ("".join(chance.choices(WORDS, k=chance.randrange(40))) for _ in range(2))
            found = runs(page, before, after)
            assert "".join(removed for _, removed, _ in found) == before
            assert "".join(added for _, _, added in found) == after
            assert all(removed == added for is_same, removed, added in found if is_same)

    def test_texts_with_nothing_in_common_are_told_apart_at_once(self, page: Page) -> None:
        before, after = (" ".join(f"{letter}{number}" for number in range(4000)) for letter in "ab")
        assert [is_same for is_same, _, _ in runs(page, before, after)] == [False]
