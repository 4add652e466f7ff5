"""What is written once and shown in several places: the people and the goods."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PublishingPanel
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, RevisionMixin, TranslatableMixin
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


@register_snippet
class Product(TranslatableMixin, DraftStateMixin, RevisionMixin, index.Indexed, models.Model):
    """Something on the shop's shelves."""

    #: What visitors call them among the results of a search.
    shareai_kind = _("On our shelves")

    class Kind(models.TextChoices):
        BOOK = "book", _("Books")
        MAP = "map", _("Maps")
        NOTEBOOK = "notebook", _("Notebooks")
        PRINT = "print", _("Prints")

    name = models.CharField(max_length=120)
    sku = models.CharField("article number", max_length=32)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    price = models.DecimalField(max_digits=7, decimal_places=2, help_text="In euros, tax included.")
    summary = models.TextField(max_length=240, help_text="One sentence, shown on the shelf.")
    description = RichTextField(blank=True, features=["h3", "bold", "italic", "ul", "ol", "link"])
    materials = models.CharField(max_length=160, blank=True)
    size = models.CharField(max_length=80, blank=True)
    image = models.ForeignKey(IMAGE, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("sku"), FieldPanel("kind"), FieldPanel("price")]),
        FieldPanel("summary"),
        FieldPanel("description"),
        FieldPanel("image"),
        MultiFieldPanel([FieldPanel("materials"), FieldPanel("size")], heading="Details"),
        PublishingPanel(),
    ]
    search_fields = [
        index.SearchField("name"),
        index.SearchField("summary"),
        index.SearchField("description"),
        index.AutocompleteField("name"),
        index.FilterField("kind"),
        index.FilterField("live"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        ordering = ("kind", "name")

    def __str__(self) -> str:
        return self.name
