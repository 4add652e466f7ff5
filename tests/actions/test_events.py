"""When a stream has shown its first visible character."""

from __future__ import annotations

import pytest

from shareai_cms.actions.events import VisibleText


@pytest.mark.parametrize(
    ("pieces", "is_html", "expected"),
    [
        ([" ", "\n"], False, False),
        ([" ", "a"], False, True),
        (["\u200b\ufeff"], False, False),
        (["<", "b", ">"], False, True),
        (["<p>", "<em cla", 'ss="x">', "  "], True, False),
        (["<p", ">", "W"], True, True),
        (["<p title='a", "bc'>"], True, False),
    ],
)
def test_first_visible_character(pieces: list[str], is_html: bool, expected: bool) -> None:
    visible = VisibleText(is_html=is_html)
    assert any(visible.feed(piece) for piece in pieces) is expected
