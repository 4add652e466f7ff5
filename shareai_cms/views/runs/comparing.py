"""Two values side by side, with the words marked that differ."""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import nh3

from shareai_cms.actions.facts import Value
from shareai_cms.runs.exporting import text_of
from shareai_cms.runs.tasks import points_of

#: Words of both texts together, beyond which marks would take long and say little.
MOST_WORDS = 4_000
#: Below this likeness the texts have little in common, and marks on words would only confuse.
LEAST_LIKENESS = 0.3

_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")
_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|div|blockquote|tr)>|<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Words in a row that are in both texts, or in one alone."""

    text: str
    is_changed: bool = False


def compared(before: Value, after: Value, *, is_html: bool = False) -> tuple[list[Piece], list[Piece]]:
    """The pieces of either side, in reading order."""
    old, new = (_shown(value, is_html=is_html) for value in (before, after))
    left, right = _TOKENS.findall(old), _TOKENS.findall(new)
    matcher = difflib.SequenceMatcher(str.isspace, left, right, autojunk=False)
    if not left or not right or len(left) + len(right) > MOST_WORDS or matcher.ratio() < LEAST_LIKENESS:
        return _whole(old), _whole(new)
    codes = matcher.get_opcodes()
    return (
        list(_pieces((left[start:end], tag != "equal") for tag, start, end, _a, _b in codes)),
        list(_pieces((right[start:end], tag != "equal") for tag, _a, _b, start, end in codes)),
    )


def _shown(value: Value, *, is_html: bool) -> str:
    # A summary as lines, as it stands in a text field, so that marks are on what differs.
    text = "\n".join(points_of(value)) if isinstance(value, dict) else text_of(value)
    if not is_html:
        return text.strip()
    plain = nh3.clean(_BLOCK_END.sub("\n", text), tags=set(), clean_content_tags={"script", "style"})
    lines = (" ".join(line.split()) for line in html.unescape(plain).splitlines())
    return "\n".join(line for line in lines if line)


def _whole(text: str) -> list[Piece]:
    return [Piece(text=text)] if text else []


def _pieces(runs: Iterator[tuple[Sequence[str], bool]]) -> Iterator[Piece]:
    for words, is_changed in runs:
        if words:
            yield Piece(text="".join(words), is_changed=is_changed)
