"""Refuses a model's HTML that would cost far more to parse than to write.

Parsers read in linear time only what people would write: they search the open tags at every tag, and begin
every formatting tag that was left open anew in every paragraph. So the tags are counted before they are parsed.
"""

from __future__ import annotations

import re

from shareai_cms.errors import OutputInvalid

_DEEPEST = 100
#: Open tags at every tag, all added up: what a parser looks at, and what it may have to write again.
_MOST_WORK = 500_000
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
#: Often left open, and closed by the next of their kind.
_ENDED_BY_THE_NEXT = frozenset(("p", "li", "dt", "dd"))
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][^\s/<>]*)(?P<rest>[^<>]*)(?P<close>>?)|<[!?/]")


def check_nesting(html: str) -> None:
    """Raise ``OutputInvalid`` for too many tags in one another, or too many tags in many others.

    Where a parser might see other tags than this does (comments, quotes, tags crossing each other), a tag
    counts as open for good.
    """
    opened: list[str] = []
    work = 0
    for match in _TAG.finditer(html):
        name = (match["name"] or "").lower()
        if match["end"] and opened and opened[-1] == name:
            opened.pop()
        elif not match["end"]:
            opened.extend(_opened_by(name, match))
        work += len(opened) + 1
        if len(opened) > _DEEPEST or work > _MOST_WORK:
            raise OutputInvalid("the markup of the answer is nested too deep")


def _opened_by(name: str, match: re.Match[str]) -> list[str]:
    is_odd = not match["close"] or match["rest"].count('"') % 2 or match["rest"].count("'") % 2
    is_box = name not in _VOID and name not in _ENDED_BY_THE_NEXT
    return [tag for tag, counts in ((name, is_box and bool(name)), ("", is_odd)) if counts]
