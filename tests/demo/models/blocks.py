"""The blocks that pages are built of."""

from __future__ import annotations

from wagtail import blocks
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

#: What editors may do in running text; headings belong to the section block.
TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "hr", "link", "image"]
CARD_FEATURES = ["bold", "italic", "link"]
NOTE_FEATURES = ["bold", "italic"]


class SectionBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=TEXT_FEATURES)

    class Meta:
        icon = "title"
        template = "demo/blocks/section.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(rows=3)
    source = blocks.CharBlock(required=False, max_length=120)

    class Meta:
        icon = "openquote"
        template = "demo/blocks/quote.html"


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock()
    caption = blocks.CharBlock(required=False, max_length=200)

    class Meta:
        icon = "image"
        template = "demo/blocks/figure.html"


class CardBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=80)
    text = blocks.RichTextBlock(features=CARD_FEATURES)
    image = ImageChooserBlock(required=False)
    page = blocks.PageChooserBlock(required=False)

    class Meta:
        icon = "doc-full"


class CardsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=120)
    cards = blocks.ListBlock(CardBlock(), min_num=1, max_num=6)

    class Meta:
        icon = "grip"
        template = "demo/blocks/cards.html"


class ProductsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=120)
    products = blocks.ListBlock(SnippetChooserBlock("demo.Product"), min_num=1, max_num=8)

    class Meta:
        icon = "tag"
        template = "demo/blocks/products.html"


class StoryBlock(blocks.StreamBlock):
    """The body of a guide or of a home page."""

    section = SectionBlock()
    text = blocks.RichTextBlock(features=TEXT_FEATURES, template="demo/blocks/text.html", icon="pilcrow")
    quote = QuoteBlock()
    figure = FigureBlock()
    cards = CardsBlock()
    products = ProductsBlock()


class PictureBlock(blocks.StructBlock):
    """A picture with a description of its own, for this place and this language."""

    picture = ImageBlock()
    caption = blocks.CharBlock(required=False, max_length=200)

    class Meta:
        icon = "image"
        template = "demo/blocks/picture.html"


class AsideBlock(blocks.StructBlock):
    """A box beside the story, made of plain and rich paragraphs."""

    title = blocks.CharBlock(max_length=80)
    body = blocks.StreamBlock(
        [
            ("paragraph", blocks.TextBlock(rows=3)),
            ("text", blocks.RichTextBlock(features=CARD_FEATURES)),
        ],
        min_num=1,
    )

    class Meta:
        icon = "info-circle"
        template = "demo/blocks/aside.html"


class ChecklistBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=120)
    items = blocks.ListBlock(blocks.CharBlock(max_length=160), min_num=1)

    class Meta:
        icon = "list-ul"
        template = "demo/blocks/checklist.html"


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(max_length=160)
    answer = blocks.RichTextBlock(features=CARD_FEATURES)


class QuestionsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=120)
    note = blocks.TextBlock(required=False, rows=2)
    questions = blocks.ListBlock(QuestionBlock(), min_num=1)

    class Meta:
        icon = "help"
        template = "demo/blocks/questions.html"


class HourBlock(blocks.StructBlock):
    time = blocks.CharBlock(max_length=20)
    title = blocks.CharBlock(max_length=120)
    note = blocks.RichTextBlock(required=False, features=NOTE_FEATURES)


class DayBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=80)
    summary = blocks.TextBlock(required=False, rows=2)
    hours = blocks.StreamBlock([("hour", HourBlock()), ("pause", blocks.CharBlock(max_length=120))])


class ProgrammeBlock(blocks.StructBlock):
    """What happens when: days with their hours and pauses."""

    heading = blocks.CharBlock(max_length=120)
    days = blocks.ListBlock(DayBlock(), min_num=1)

    class Meta:
        icon = "date"
        template = "demo/blocks/programme.html"


class ArticleBlock(StoryBlock):
    """The body of an essay, a product story or a workshop."""

    picture = PictureBlock()
    aside = AsideBlock()
    checklist = ChecklistBlock()
    programme = ProgrammeBlock()


class FaqBlock(blocks.StreamBlock):
    text = blocks.RichTextBlock(features=TEXT_FEATURES, template="demo/blocks/text.html", icon="pilcrow")
    questions = QuestionsBlock()
