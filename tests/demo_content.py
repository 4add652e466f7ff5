"""The demo's content in a test's database, and what is written in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.test import TestCase
from wagtail.blocks import BoundBlock, ListBlock, RichTextBlock, StreamBlock, StructBlock
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page

from tests.demo.loading import load_content
from tests.demo.models import (
    Event,
    FaqPage,
    GuidePage,
    HomePage,
    InfoPage,
    NewsletterSettings,
    Product,
    SectionPage,
    ShelfPage,
    ShopPage,
    StoryPage,
    WorkshopPage,
)

#: The page types with a StreamField.
BODIES = (HomePage, ShopPage, GuidePage, StoryPage, WorkshopPage, FaqPage)


def rich_texts() -> Iterator[tuple[str, list[str] | None]]:
    """Every rich text of the demo in its stored form, with the features of its field."""
    for info in InfoPage.objects.all():
        yield info.body, InfoPage.body.field.features
    for model in (ShelfPage, SectionPage):
        for page in model.objects.all():
            yield page.note, model.note.field.features
    for product in Product.objects.all():
        yield product.description, Product.description.field.features
    for workshop in WorkshopPage.objects.all():
        yield workshop.small_print, WorkshopPage.small_print.field.features
    for event in Event.objects.all():
        yield event.details, Event.details.field.features
    for letter in NewsletterSettings.objects.all():
        yield letter.small_print, NewsletterSettings.small_print.field.features
    for model in BODIES:
        for page in model.objects.all():
            yield from _inside(page.body.stream_block, page.body)


def words_of(page: Page) -> int:
    """How many words an editor wrote on the page."""
    texts = [page.introduction, *(text for text in _texts(page.specific))]
    return len(re.sub(r"<[^>]+>", " ", " ".join(texts)).split())


def _texts(page: Any) -> Iterator[str]:
    if isinstance(page, InfoPage):
        yield page.body
    elif hasattr(page, "body"):
        yield from page.body.stream_block.get_searchable_content(page.body)
    for relation, names in (
        ("stops", ["title", "note"]),
        ("voices", ["words"]),
        ("events", ["title", "summary", "details"]),
    ):
        for item in getattr(page, relation).all() if hasattr(page, relation) else ():
            yield from (getattr(item, name) for name in names)


def _inside(block: Any, value: Any) -> Iterator[tuple[str, list[str] | None]]:
    if isinstance(block, RichTextBlock):
        yield value.source, block.features
    elif isinstance(block, ImageBlock):
        return
    elif isinstance(block, StreamBlock | ListBlock):
        children: list[BoundBlock] = list(value if isinstance(block, StreamBlock) else value.bound_blocks)
        for child in children:
            yield from _inside(child.block, child.value)
    elif isinstance(block, StructBlock):
        for name, child_block in block.child_blocks.items():
            yield from _inside(child_block, value[name])


class Loaded(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        load_content(8123)


def user(username: str) -> User:
    return User.objects.get(username=username)
