"""One block of every kind that AI should, or should not, offer its help in."""

from __future__ import annotations

from wagtail import blocks
from wagtail.images.blocks import ImageBlock, ImageChooserBlock


class LineBlock(blocks.StreamBlock):
    """The deepest level: a stream in a list in a structure in a stream."""

    line = blocks.CharBlock(max_length=60)
    aside = blocks.RichTextBlock(features=["bold"])


class EntryBlock(blocks.StructBlock):
    note = blocks.TextBlock()
    lines = LineBlock(required=False)


class ChapterBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=90)
    entries = blocks.ListBlock(EntryBlock())


class OldPictureBlock(blocks.StructBlock):
    """As sites wrote it before Wagtail had a block of its own for this."""

    picture = ImageChooserBlock()
    alt = blocks.CharBlock(max_length=100, required=False)
    caption = blocks.CharBlock(max_length=200, required=False)


class SpecimenBlock(blocks.StreamBlock):
    heading = blocks.CharBlock(max_length=80)
    paragraph = blocks.TextBlock()
    words = blocks.ListBlock(blocks.CharBlock(max_length=60))
    chapter = ChapterBlock()
    picture = ImageBlock()
    old_picture = OldPictureBlock()
    article = blocks.RichTextBlock(features=["h3", "bold", "ol", "ul", "link", "embed", "image"])
    # Text inputs that hold no sentences.
    code = blocks.CharBlock(max_length=20)
    pattern = blocks.RegexBlock(regex=r"^[A-Z]+$")
    markup = blocks.RawHTMLBlock()
    address = blocks.URLBlock()
    mail = blocks.EmailBlock()
    kind = blocks.ChoiceBlock(choices=[("a", "A"), ("b", "B")])
