"""``{% load shareai_search %}{% related_pages page limit=3 as pages %}``"""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from wagtail.models import Site

from shareai_cms import metering
from shareai_cms.errors import NotMigrated
from shareai_cms.integrations.wagtail.search.places import locale_of, public_pages

register = template.Library()


@register.simple_tag(takes_context=True)
def related_pages(context: dict[str, Any], page: Any, limit: int = 3) -> list[Any]:
    """Public pages of this site and language that are about the same, the nearest first.

    No call and no unit: the vectors are there already. Empty for a page that is not in the index.
    """
    from shareai_cms.search import related

    request: HttpRequest | None = context.get("request")
    site = Site.find_for_request(request) if request else page.get_site()
    if site is None or not page.pk:
        return []
    locale = locale_of(page.locale.language_code)
    try:
        with metering.tables_ready():
            # The home page is about everything, and every page leads there.
            within = public_pages(site, locale).filter(depth__gt=site.root_page.depth)
            return related(page, within=within, limit=limit)
    except NotMigrated:
        return []
