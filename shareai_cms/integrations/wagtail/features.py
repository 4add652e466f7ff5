"""What markup a rich text field allows, always read from the model: the browser has no say in it."""

from __future__ import annotations

from typing import Any

from wagtail import blocks


def block_features(block: blocks.RichTextBlock) -> tuple[str, ...]:
    """The features of a rich text block, by its editor's settings where it names none itself."""
    return tuple(block.field.widget.features)


def field_features(model_field: Any) -> tuple[str, ...]:
    """The features of a ``RichTextField``, by its editor's settings where it names none itself."""
    from wagtail.admin.rich_text import get_rich_text_editor_widget

    widget = get_rich_text_editor_widget(model_field.editor, features=model_field.features)
    return tuple(widget.features)


def is_rich_text(block: blocks.Block) -> bool:
    """Whether the block is a rich text whose editor stores ContentState (Draftail)."""
    return isinstance(block, blocks.RichTextBlock) and hasattr(block.field.widget, "converter")
