from __future__ import annotations

from typing import Any

from wagtail.models import Locale, Site

from tests.demo.loading.references import References
from tests.demo.models import NewsletterSettings, SiteDetails, SiteDetailsTranslation


def load_details(words: dict[str, dict[str, Any]], references: References) -> None:
    """Fill the settings pages; ``words`` are the tables of ``settings.toml``, language by language."""
    english = words.pop("en")
    for site in Site.objects.all():
        key = site.root_page.specific_class.__name__
        details = SiteDetails.for_site(site)
        for name, value in english[key].items():
            setattr(details, name, value)
        details.translations = [
            SiteDetailsTranslation(sort_order=order, language=code, **texts[key])
            for order, (code, texts) in enumerate(words.items())
        ]
        details.save()
    locale = Locale.objects.get(language_code="en")
    letter = {name: references.resolve(value, locale) for name, value in english["NewsletterSettings"].items()}
    NewsletterSettings.objects.update_or_create(pk=NewsletterSettings.load().pk, defaults=letter)
