"""Goods as snippets of Wagtail: with drafts, locks and translations; and one that keeps revisions alone."""

from __future__ import annotations

from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from taggit.models import TaggedItemBase
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, LockableMixin, Orderable, RevisionMixin, TranslatableMixin
from wagtail.snippets.models import register_snippet

from tests.wares.models.goods import IMAGE, Shelf, Tag


class SectionBlock(blocks.StructBlock):
    heading = blocks.CharBlock(required=False)
    text = blocks.RichTextBlock(features=["bold", "ul"])


class ChartBlock(blocks.StreamBlock):
    heading = blocks.CharBlock(max_length=80)
    text = blocks.RichTextBlock(features=["bold", "ul", "link"])
    note = blocks.TextBlock(max_length=200)
    section = SectionBlock()


class ChartLabel(TaggedItemBase):
    content_object = ParentalKey("wares.Chart", on_delete=models.CASCADE, related_name="labellings")


@register_snippet
class Chart(TranslatableMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
    name = models.CharField(max_length=80)
    body = StreamField(ChartBlock(), blank=True)
    blurb = RichTextField(blank=True, features=["bold", "h3", "link"])
    scale = models.CharField(max_length=10, choices=[("s", "Small"), ("l", "Large")], blank=True)
    price = models.CharField(max_length=20, blank=True)
    shelf = models.ForeignKey(Shelf, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    uses = ParentalManyToManyField(Tag, blank=True, related_name="+")
    loose = models.ManyToManyField(Tag, blank=True, related_name="+")
    labels = ClusterTaggableManager(through=ChartLabel, blank=True)
    cover = models.ForeignKey(IMAGE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    panels = [
        FieldPanel("name"),
        FieldPanel("body"),
        FieldPanel("blurb"),
        FieldPanel("price", permission="wares.set_prices"),
        FieldPanel("labels", permission="wares.view_chart"),
    ]

    class Meta(TranslatableMixin.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class ChartSpec(Orderable):
    chart = ParentalKey(Chart, on_delete=models.CASCADE, related_name="specs")
    name = models.CharField(max_length=40)
    value = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class ChartPicture(Orderable):
    chart = ParentalKey(Chart, on_delete=models.CASCADE, related_name="pictures")
    image = models.ForeignKey(IMAGE, on_delete=models.CASCADE, related_name="+")
    alt = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.alt


@register_snippet
class Logbook(RevisionMixin, models.Model):
    """Keeps revisions, and is public as soon as it is saved."""

    name = models.CharField(max_length=80)
    blurb = models.TextField(blank=True)

    panels = [FieldPanel("name"), FieldPanel("blurb")]

    def __str__(self) -> str:
        return self.name
