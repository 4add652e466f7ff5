"""What is said on every page: once for each site, once for the whole house."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting, register_setting
from wagtail.fields import RichTextField
from wagtail.models import Orderable


class DetailsText(models.Model):
    """The words that every page of a site shares."""

    footer_text = models.TextField(blank=True, help_text="Two or three sentences at the foot of every page.")
    opening_hours = models.TextField(blank=True, help_text="When people may come in, and what to do when nobody is in.")
    default_meta_description = models.CharField(
        max_length=160, blank=True, help_text="What search engines show of pages that have no description."
    )

    text_panels = [
        FieldPanel("footer_text"),
        FieldPanel("opening_hours"),
        FieldPanel("default_meta_description"),
    ]

    class Meta:
        abstract = True


@register_setting(icon="site")
class SiteDetails(DetailsText, ClusterableModel, BaseSiteSetting):
    panels = [
        MultiFieldPanel(DetailsText.text_panels, "In English"),
        InlinePanel("translations", heading="In other languages", label="Translation"),
    ]

    class Meta:
        verbose_name = "site details"
        verbose_name_plural = "site details"

    def __str__(self) -> str:
        return f"Details of {self.site}"

    def in_language(self) -> DetailsText:
        """The words for the language of the page that is shown; English where there are none."""
        return self.translations.filter(language=get_language()).first() or self


class SiteDetailsTranslation(DetailsText, Orderable):
    details = ParentalKey(SiteDetails, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=10, help_text="The code of the language, such as de or ar.")

    panels = [FieldPanel("language"), *DetailsText.text_panels]

    def __str__(self) -> str:
        return self.language


@register_setting(icon="mail")
class NewsletterSettings(BaseGenericSetting):
    """The letter that both sites invite to; it is written in English only."""

    heading = models.CharField(max_length=80, blank=True)
    invitation = models.TextField(blank=True)
    small_print = RichTextField(blank=True, features=["italic", "link"])

    panels = [FieldPanel("heading"), FieldPanel("invitation"), FieldPanel("small_print")]

    class Meta:
        verbose_name = "newsletter"

    def __str__(self) -> str:
        return "Newsletter"
