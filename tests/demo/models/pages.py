"""The page types of both sites."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from tests.demo.models.blocks import StoryBlock
from tests.demo.models.goods import Product
from tests.demo.models.snippets import IMAGE


class ContentPage(Page):
    """What every page has: a teaser for lists, an introduction, a picture."""

    #: What visitors call pages of this kind among the results of a search.
    shareai_kind = _("Pages")

    teaser = models.CharField(max_length=180, blank=True, help_text="One line, shown where this page is linked.")
    introduction = models.TextField(blank=True, help_text="The first paragraph, set larger than the rest.")
    cover = models.ForeignKey(IMAGE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    content_panels = [
        *Page.content_panels,
        FieldPanel("teaser"),
        FieldPanel("introduction"),
        FieldPanel("cover"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("teaser"),
        index.SearchField("introduction"),
    ]

    class Meta:
        abstract = True


class HomePage(ContentPage):
    body = StreamField(StoryBlock(), blank=True)

    template = "demo/home_page.html"
    content_panels = [*ContentPage.content_panels, FieldPanel("body")]
    search_fields = [*ContentPage.search_fields, index.SearchField("body")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "demo.GuideIndexPage",
        "demo.InfoPage",
        "demo.SectionPage",
        "demo.StoryPage",
        "demo.EventsPage",
        "demo.FaqPage",
    ]


class GuideIndexPage(ContentPage):
    template = "demo/guide_index_page.html"
    parent_page_types = ["demo.HomePage"]
    subpage_types = ["demo.GuidePage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        guides = GuidePage.objects.child_of(self).live().select_related("cover", "author")
        return {**context, "guides": guides.order_by("path")}


class GuidePage(ContentPage):
    subtitle = models.CharField(max_length=160, blank=True)
    author = models.ForeignKey("demo.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    region = models.CharField(max_length=80, blank=True)
    duration = models.CharField(max_length=80, blank=True)
    body = StreamField(StoryBlock(), blank=True)

    shareai_kind = _("Guides")
    template = "demo/guide_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("subtitle"),
        *ContentPage.content_panels[len(Page.content_panels) :],
        FieldPanel("author"),
        FieldRowPanel([FieldPanel("region"), FieldPanel("duration")]),
        FieldPanel("body"),
        InlinePanel("stops", heading="Stops along the way", label="Stop"),
    ]
    search_fields = [
        *ContentPage.search_fields,
        index.SearchField("subtitle"),
        index.SearchField("body"),
    ]
    parent_page_types = ["demo.GuideIndexPage"]
    subpage_types = []


class GuideStop(Orderable):
    """One place worth stopping at."""

    page = ParentalKey(GuidePage, on_delete=models.CASCADE, related_name="stops")
    title = models.CharField(max_length=120)
    note = models.TextField(blank=True)

    panels = [FieldPanel("title"), FieldPanel("note")]

    def __str__(self) -> str:
        return self.title


class InfoPage(ContentPage):
    body = RichTextField(
        features=["h2", "h3", "h4", "bold", "italic", "ol", "ul", "hr", "link", "image", "document-link"],
        blank=True,
    )

    template = "demo/info_page.html"
    content_panels = [*ContentPage.content_panels, FieldPanel("body")]
    search_fields = [*ContentPage.search_fields, index.SearchField("body")]
    subpage_types = []


class ShopPage(ContentPage):
    body = StreamField(StoryBlock(), blank=True)

    template = "demo/shop_page.html"
    content_panels = [*ContentPage.content_panels, FieldPanel("body")]
    search_fields = [*ContentPage.search_fields, index.SearchField("body")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["demo.ShelfPage", "demo.InfoPage", "demo.SectionPage"]


class ShelfPage(ContentPage):
    """The goods of the shop, kind by kind."""

    note = RichTextField(blank=True, features=["bold", "italic", "link", "ul"])

    template = "demo/shelf_page.html"
    content_panels = [*ContentPage.content_panels, FieldPanel("note")]
    search_fields = [*ContentPage.search_fields, index.SearchField("note")]
    parent_page_types = ["demo.ShopPage"]
    subpage_types = []

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        products = Product.objects.filter(live=True, locale=self.locale).select_related("image")
        return {**context, "products": products.annotate(stars=models.Avg("reviews__stars"))}
