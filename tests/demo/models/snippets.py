"""Who writes, draws, prints and binds: written once and shown in several places."""

from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail.snippets.models import register_snippet

IMAGE = "wagtailimages.Image"


@register_snippet
class Person(TranslatableMixin, index.Indexed, models.Model):
    """Someone who writes, draws, prints or binds for the press."""

    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120)
    introduction = models.TextField(blank=True, help_text="Two or three sentences, shown under their guides.")
    portrait = models.ForeignKey(IMAGE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    panels = [
        FieldPanel("name"),
        FieldPanel("role"),
        FieldPanel("introduction"),
        FieldPanel("portrait"),
    ]
    search_fields = [
        index.SearchField("name"),
        index.SearchField("introduction"),
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        ordering = ("name",)
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name
