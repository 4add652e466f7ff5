"""Page types for what is told, taught, announced and asked."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable
from wagtail.search import index

from tests.demo.models.blocks import CARD_FEATURES, NOTE_FEATURES, ArticleBlock, FaqBlock
from tests.demo.models.pages import ContentPage
from tests.demo.models.snippets import IMAGE


class SectionPage(ContentPage):
    """A list of the pages below it, with a few words about them."""

    note = RichTextField(blank=True, features=["bold", "italic", "link", "ul"])

    template = "demo/section_page.html"
    content_panels = [*ContentPage.content_panels, FieldPanel("note")]
    search_fields = [*ContentPage.search_fields, index.SearchField("note")]
    parent_page_types = ["demo.HomePage", "demo.ShopPage"]
    subpage_types = ["demo.StoryPage", "demo.WorkshopPage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, "entries": self.get_children().live().specific()}


class StoryPage(ContentPage):
    """An essay, or the story of a product; what is shared elsewhere has words and a picture of its own."""

    author = models.ForeignKey("demo.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    written_on = models.DateField(null=True, blank=True)
    body = StreamField(ArticleBlock(), blank=True)
    social_text = models.TextField(blank=True, max_length=280, help_text="What people read when this page is shared.")
    social_image = models.ForeignKey(IMAGE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    shareai_kind = _("Stories")
    template = "demo/story_page.html"
    content_panels = [
        *ContentPage.content_panels,
        FieldRowPanel([FieldPanel("author"), FieldPanel("written_on")]),
        FieldPanel("body"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel(name) for name in ("slug", "seo_title", "search_description")], "For search engines"
        ),
        MultiFieldPanel([FieldPanel("social_text"), FieldPanel("social_image")], "When shared"),
        FieldPanel("show_in_menus"),
    ]
    search_fields = [*ContentPage.search_fields, index.SearchField("body")]
    parent_page_types = ["demo.HomePage", "demo.SectionPage"]
    subpage_types = []


class WorkshopPage(ContentPage):
    """A day, or two, on which people learn something with their hands."""

    teacher = models.ForeignKey("demo.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    dates = models.CharField(max_length=120, blank=True)
    fee = models.CharField(max_length=80, blank=True)
    body = StreamField(ArticleBlock(), blank=True)
    small_print = RichTextField(blank=True, features=NOTE_FEATURES)

    shareai_kind = _("Workshops")
    template = "demo/workshop_page.html"
    content_panels = [
        *ContentPage.content_panels,
        FieldPanel("teacher"),
        FieldRowPanel([FieldPanel("dates"), FieldPanel("fee")]),
        FieldPanel("body"),
        InlinePanel("voices", heading="What people said", label="Voice"),
        FieldPanel("small_print"),
    ]
    search_fields = [*ContentPage.search_fields, index.SearchField("body")]
    parent_page_types = ["demo.SectionPage"]
    subpage_types = []


class WorkshopVoice(Orderable):
    """What somebody said on the way home."""

    page = ParentalKey(WorkshopPage, on_delete=models.CASCADE, related_name="voices")
    name = models.CharField(max_length=120)
    words = models.TextField()

    panels = [FieldPanel("words"), FieldPanel("name")]

    def __str__(self) -> str:
        return self.name


class EventsPage(ContentPage):
    template = "demo/events_page.html"
    content_panels = [*ContentPage.content_panels, InlinePanel("events", heading="Events", label="Event")]
    parent_page_types = ["demo.HomePage"]
    subpage_types = []


class Event(Orderable):
    """One evening, morning or tide to come to."""

    page = ParentalKey(EventsPage, on_delete=models.CASCADE, related_name="events")
    title = models.CharField(max_length=120)
    when = models.CharField(max_length=120)
    place = models.CharField(max_length=120, blank=True)
    summary = models.TextField(blank=True)
    details = RichTextField(blank=True, features=CARD_FEATURES)

    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("when"), FieldPanel("place")]),
        FieldPanel("summary"),
        FieldPanel("details"),
    ]

    def __str__(self) -> str:
        return self.title


class FaqPage(ContentPage):
    body = StreamField(FaqBlock(), blank=True)

    template = "demo/faq_page.html"
    content_panels = [*ContentPage.content_panels, FieldPanel("body")]
    search_fields = [*ContentPage.search_fields, index.SearchField("body")]
    parent_page_types = ["demo.HomePage"]
    subpage_types = []
