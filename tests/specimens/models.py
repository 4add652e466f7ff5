"""A page and settings with every kind of field, for what the demo's own content has no use for."""

from __future__ import annotations

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting, register_setting
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page

from tests.specimens.blocks import SpecimenBlock


class Specimen(Page):
    lead = RichTextField(blank=True, features=["bold"])
    body = StreamField(SpecimenBlock(), blank=True)

    template = "demo/home_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("body"),
        InlinePanel("remarks", label="Remark"),
    ]


class Remark(Orderable):
    page = ParentalKey(Specimen, on_delete=models.CASCADE, related_name="remarks")
    headline = models.CharField(max_length=120, blank=True)
    text = models.TextField(max_length=300, blank=True)
    code = models.CharField(max_length=10, blank=True)

    panels = [FieldPanel("headline"), FieldPanel("text"), FieldPanel("code")]


@register_setting
class House(BaseSiteSetting):
    """What each site says about itself."""

    tagline = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    story = RichTextField(blank=True, features=["bold", "link"])

    class Meta:
        verbose_name = "house"


@register_setting
class Imprint(BaseGenericSetting):
    """What all sites share."""

    notice = models.TextField(blank=True)

    class Meta:
        verbose_name = "imprint"
