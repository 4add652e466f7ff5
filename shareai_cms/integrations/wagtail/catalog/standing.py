"""What a new text does not say, and the one that stood there holds: images and embeds, and links at their words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from shareai_cms.errors import ChangeRefused
from shareai_cms.integrations.wagtail.richtext.rules import ATOMIC, Rules
from shareai_cms.integrations.wagtail.richtext.state import Block, Content, Span, read


def kept(blocks: list[Block], standing: str, features: Iterable[str]) -> Content:
    """The new blocks with what is kept of the rich text that stood there; raises ``ChangeRefused`` for a broken one."""
    if "<a" not in standing and "<embed" not in standing and "<hr" not in standing:
        return Content(blocks=blocks, entities={})
    features = list(features)
    old = read(_raw(standing, features), Rules.of(features))
    for anchor, name in _links(old):
        _link(blocks, anchor, name)
    return Content(blocks=list(_with_atomics(blocks, old.blocks)), entities=old.entities)


def _raw(standing: str, features: list[str]) -> Any:
    # Not at the top, which is read when the site starts: it brings all of Draftail along.
    from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

    try:
        return json.loads(ContentstateConverter(features).from_database_format(standing))
    # Whatever rules of the site's own raise on an embed that they do not know any more: no editor can open it either.
    except Exception as error:  # noqa: BLE001
        raise ChangeRefused(
            type(error).__name__,
            sentence=_("The text that stands there cannot be opened."),
            remedy=_("Open it in the editor and save it again, or go back to an earlier version."),
        ) from None


def _links(old: Content) -> Iterator[tuple[str, str]]:
    for block in old.blocks:
        if block.type != ATOMIC:
            for span in block.entities:
                yield block.text[span.start : span.end].strip(), span.name


def _link(blocks: list[Block], anchor: str, name: str) -> None:
    """Link the first of these words that no other link has; where the new text says it otherwise, there is none."""
    words = re.compile(rf"(?<!\w){re.escape(anchor)}(?!\w)") if anchor else None
    for block in blocks:
        for match in words.finditer(block.text) if words is not None else ():
            if not any(span.start < match.end() and match.start() < span.end for span in block.entities):
                block.entities.append(Span(start=match.start(), end=match.end(), name=name))
                return


def _with_atomics(blocks: list[Block], old: list[Block]) -> Iterator[Block]:
    """Each image after as many paragraphs as before, or at the end."""
    waiting, before = list[tuple[int, Block]](), 0
    for block in old:
        if block.type == ATOMIC:
            waiting.append((before, block))
        before += bool(block.type != ATOMIC and block.text.strip())
    for number in range(len(blocks) + 1):
        is_last = number == len(blocks)
        while waiting and (waiting[0][0] <= number or is_last):
            yield waiting.pop(0)[1]
        if not is_last:
            yield blocks[number]
