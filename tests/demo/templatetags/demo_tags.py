from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page, Site

from tests.demo.models.details import DetailsText, SiteDetails

if TYPE_CHECKING:
    from shareai_cms.views.search.wanted import Wanted

register = template.Library()


@register.simple_tag(takes_context=True)
def site_root(context: dict[str, Any]) -> Page | None:
    """The home page of this site in the language of the page."""
    request: HttpRequest | None = context.get("request")
    site = Site.find_for_request(request) if request else None
    if site is None:
        return None
    page = context.get("page")
    home = site.root_page
    return home.get_translation_or_none(page.locale) or home if isinstance(page, Page) else home.localized


@register.simple_tag(takes_context=True)
def site_details(context: dict[str, Any]) -> DetailsText | None:
    """What this site says on every page, in the language of the page."""
    request: HttpRequest | None = context.get("request")
    site = Site.find_for_request(request) if request else None
    return SiteDetails.for_site(site).in_language() if site else None


@register.simple_tag
def menu(root: Page | None) -> QuerySet[Page]:
    return root.get_children().live().in_menu() if root else Page.objects.none()


@register.simple_tag
def sister_site(root: Page | None) -> Page | None:
    """The home page of the client's other site in the same language."""
    if root is None:
        return None
    return Page.objects.live().filter(depth=root.depth, locale=root.locale).exclude(pk=root.pk).first()


@register.simple_tag
def languages(page: Any) -> QuerySet[Page]:
    """The page in every language in which it is live."""
    if not isinstance(page, Page):
        return Page.objects.none()
    return page.get_translations(inclusive=True).live().select_related("locale").order_by("-locale__language_code")


@register.simple_tag
def search_in_languages(wanted: Wanted) -> list[tuple[str, str]]:
    """Where the same words are searched for in each language of the site."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append((code, f"{reverse('shareai_search:search')}?{wanted.query(type='', p='')}"))
    return found
