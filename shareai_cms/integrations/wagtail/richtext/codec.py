"""The codec that rewrites selected blocks of a rich text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from shareai_cms.actions.base import ActionInput
from shareai_cms.actions.codecs import unwrap
from shareai_cms.errors import OutputEmpty, OutputInvalid, OutputUnsafe
from shareai_cms.integrations.wagtail.richtext import state
from shareai_cms.integrations.wagtail.richtext.decode import decode
from shareai_cms.integrations.wagtail.richtext.encode import Encoder, Prompt
from shareai_cms.integrations.wagtail.richtext.rules import ATOMIC, LISTS, Rules
from shareai_cms.integrations.wagtail.richtext.state import Block, Content

# Never past the next "<": a text full of unclosed ones would be read to its end from each of them.
_TAG = re.compile(r"<[^<>]*>")
_UNFINISHED_TAG = re.compile(r"<[^<>]*\Z")
_ENDS_A_BLOCK = re.compile(r"</(?:p|h[1-6]|li|ul|ol|blockquote|pre|div)>\s*\Z")
#: More than any selection has: each lost image looks for its place among them.
_MOST_BLOCKS = 5_000


def rich_text_input(
    raw: Any, *, features: Iterable[str], language: str = "", context: Mapping[str, str] | None = None
) -> ActionInput:
    """The input of an action on selected blocks; raises ``InvalidRequest`` for what is no ContentState.

    The text is empty where the blocks hold no words, so that the action refuses it.
    """
    rules = Rules.of(features)
    content = state.read(raw, rules)
    prompt = Encoder(content).encode()
    taken = frozenset(key for block in raw["blocks"] if isinstance(key := block.get("key"), str))
    return ActionInput(
        text=prompt.html if content.has_words else "",
        format="html",
        codec=RichTextCodec(content=content, prompt=prompt, rules=rules, taken=taken),
        language=language,
        tags=rules.tags,
        context=context or {},
    )


@dataclass(frozen=True, kw_only=True)
class RichTextCodec:
    """Knows what the prompt's refs stand for and what the field allows."""

    content: Content
    prompt: Prompt
    rules: Rules
    #: Block keys of the selection, which the result must not repeat.
    taken: frozenset[str] = frozenset()

    def decode(self, output: str) -> dict[str, Any]:
        """Return ``{"kind": "richtext", "raw": …, "html": …}``; raises an ``OutputRefused``."""
        return self._result(self._blocks(_html(output)))

    def decode_partial(self, output: str) -> dict[str, Any]:
        """The finished paragraphs of an answer that was stopped, then the original's from there on."""
        html = _UNFINISHED_TAG.sub("", _html(output))
        blocks = self._blocks(html)
        words = sum(1 for block in blocks if block.type != ATOMIC)
        # A paragraph that broke off is left as it was, unless there is nothing else to show.
        finished = words if _ENDS_A_BLOCK.search(html) else max(1, words - 1)
        answered = blocks[: _index_after(blocks, finished)]
        kept = {id(block) for block in answered}
        old = self.content.blocks
        rest = [block for block in old[_index_after(old, finished) :] if id(block) not in kept]
        return {**self._result(answered + rest), "rest": "kept"}

    def _blocks(self, html: str) -> list[Block]:
        if not _TAG.sub("", html).strip():
            raise OutputEmpty()
        empty = sum(1 for block in self.content.blocks if not block.text)
        blocks = decode(html, self.prompt.refs, self.rules, empty_blocks=empty)
        if len(blocks) > _MOST_BLOCKS:
            raise OutputInvalid(f"the answer has more than {_MOST_BLOCKS} paragraphs")
        return blocks

    def _result(self, blocks: list[Block]) -> dict[str, Any]:
        _limit_depths(blocks, first=self.content.blocks[0].depth if self.content.blocks else 0)
        result = Content(blocks=self.with_lost_atomics(blocks), entities=self.content.entities)
        if not result.has_words:
            raise OutputUnsafe("nothing was left of the answer without the markup")
        return {"kind": "richtext", "raw": state.write(result, self.taken), "html": preview(result)}

    def beside(self, original: str) -> RichTextCodec:
        """The codec for further blocks after the selected ones, which keep what they hold."""
        return replace(self, content=Content(blocks=[], entities={}), prompt=Prompt())

    def with_lost_atomics(self, blocks: list[Block]) -> list[Block]:
        """The blocks with every image, embed and rule that the model left out, near its old place."""
        kept = {id(block) for block in blocks}
        words = sum(1 for block in blocks if block.type != ATOMIC)
        total = sum(1 for block in self.content.blocks if block.type != ATOMIC)
        result, before = list(blocks), 0
        for block in self.content.blocks:
            if block.type != ATOMIC:
                before += 1
            elif id(block) not in kept:
                place = round(before * words / total) if total else words
                result.insert(_index_after(result, place), block)
        return result


def _html(output: str) -> str:
    return state.whole_characters(unwrap(output))


def _limit_depths(blocks: list[Block], *, first: int) -> None:
    """Let no list item stand deeper than one level below the one before: Wagtail would save an empty one.

    A selection may begin inside a list, at the depth ``first``.
    """
    deepest = first
    for block in blocks:
        block.depth = min(block.depth, deepest) if block.type in LISTS else 0
        deepest = block.depth + 1 if block.type in LISTS else 0


def _index_after(blocks: list[Block], words: int) -> int:
    """Where to insert so that ``words`` blocks of text come before, after atomic blocks already there."""
    seen = 0
    for index, block in enumerate(blocks):
        if block.type != ATOMIC:
            if seen == words:
                return index
            seen += 1
    return len(blocks)


def preview(content: Content) -> str:
    """HTML to look at: no address, no attribute, atomic blocks by their name."""
    prompt = Encoder(content).encode()

    def shown(match: re.Match[str]) -> str:
        ref = prompt.refs[match["number"]]
        if ref.kind != "atomic" or ref.block is None:
            return f"<{match['tag']}>"
        return _placeholder(content, ref.block)

    return re.sub(r'<(?P<tag>[a-z]+) ref="(?P<number>\d+)">', shown, prompt.html)


def _placeholder(content: Content, block: Block) -> str:
    entity = content.entities[block.entities[0].name]
    names = {"IMAGE": _("Image"), "EMBED": _("Embedded media")}
    if entity.get("type") == "HORIZONTAL_RULE":
        return "<hr>"
    return f"<figure>{escape(names.get(str(entity.get('type')), _('Embedded item')))}</figure>"
