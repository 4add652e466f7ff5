"""A stream field in reading order: its blocks' texts, with the headings that stand in blocks of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from wagtail import blocks
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from shareai_cms.search.markup import blocks_of_html, blocks_of_text
from shareai_cms.search.sources.base import Block

#: Names that sites give to the heading inside a structure, or to a block that is one.
HEADINGS = frozenset(
    (
        "heading", "title", "headline", "header", "question", "subheading", "subtitle", "heading_text",
        "section_title",
    )
)  # fmt: skip
#: The heading of a block stands below the page's title.
TOP = 2
_LEVEL = re.compile(r"h([1-6])\Z", re.IGNORECASE)
_STRUCTURES = (blocks.StructBlock, blocks.StreamBlock, blocks.ListBlock)
#: How a block looks, not what it says.
_SILENT = (blocks.ChoiceBlock, blocks.MultipleChoiceBlock, blocks.RawHTMLBlock, blocks.StaticBlock)


def blocks_of_stream(value: Any) -> Iterator[Block]:
    """What a stream says, from its first block to its last."""
    for child in value:
        yield from blocks_of_block(child)


def blocks_of_block(child: Any) -> Iterator[Block]:
    """What one block of a stream says."""
    yield from _of_block(child.block, child.value, name=child.block_type, level=TOP)


def _of_block(block: Any, value: Any, *, name: str, level: int) -> Iterator[Block]:
    if value is None or not getattr(block, "search_index", True) or isinstance(block, _SILENT):
        return
    if isinstance(block, ImageChooserBlock | ImageBlock):
        yield from blocks_of_text(_alternative(value))
    elif _says_for_itself(block):
        yield from _lines(block.get_searchable_content(value))
    elif isinstance(block, blocks.StructBlock):
        yield from _of_struct(block, value, level=level)
    elif isinstance(block, blocks.StreamBlock):
        for child in value:
            yield from _of_block(child.block, child.value, name=child.block_type, level=level)
    elif isinstance(block, blocks.ListBlock):
        yield from _of_list(block, value, level=level)
    elif isinstance(block, blocks.RichTextBlock):
        yield from blocks_of_html(value.source)
    elif isinstance(block, blocks.CharBlock) and _is_heading(name):
        yield from _heading(value, level)
    else:
        yield from _lines(block.get_searchable_content(value))


def _of_struct(block: Any, value: Any, *, level: int) -> Iterator[Block]:
    named = {name: value.get(name) for name in block.child_blocks}
    heading = next((name for name, child in block.child_blocks.items() if _is_heading_of(name, child, named)), None)
    if heading is not None:
        level = _level_in(named) or level
        yield from _heading(named.pop(heading), level)
        level = min(level + 1, 6)
    for name, child_value in named.items():
        yield from _of_block(block.child_blocks[name], child_value, name=name, level=level)


def _of_list(block: Any, value: Any, *, level: int) -> Iterator[Block]:
    inner = block.child_block
    if isinstance(inner, (*_STRUCTURES, blocks.RichTextBlock)):
        for item in value:
            yield from _of_block(inner, item, name="", level=level)
        return
    parts = (part.text for item in value for part in _of_block(inner, item, name="", level=level))
    yield from _lines(parts)


def _says_for_itself(block: Any) -> bool:
    """Whether the site has written what a structure says, in its own class."""
    if not isinstance(block, _STRUCTURES):
        return False
    defining = next(cls for cls in type(block).__mro__ if "get_searchable_content" in vars(cls))
    return not defining.__module__.startswith("wagtail.")


def _is_heading(name: str) -> bool:
    return name.lower() in HEADINGS or bool(_LEVEL.match(name))


def _is_heading_of(name: str, block: Any, named: dict[str, Any]) -> bool:
    return isinstance(block, blocks.CharBlock) and _is_heading(name) and bool(named.get(name))


def _level_in(named: dict[str, Any]) -> int | None:
    """The level that an editor chose beside the heading, as ``h3``."""
    found = (_LEVEL.match(value) for value in named.values() if isinstance(value, str))
    return next((int(match[1]) for match in found if match), None)


def _heading(value: Any, level: int) -> Iterator[Block]:
    text = " ".join(str(value).split())
    if text:
        yield Block(text=text, level=level)


def _lines(texts: Iterable[object]) -> Iterator[Block]:
    """Several short texts that belong together, such as the items of a list or the cells of a table."""
    yield from blocks_of_text("\n".join(str(text) for text in texts if text))


def _alternative(image: Any) -> str:
    """What is said instead of an image; its title is no more than the name of a file, often."""
    if getattr(image, "decorative", False):
        return ""
    return str(getattr(image, "contextual_alt_text", None) or getattr(image, "description", "") or "")
