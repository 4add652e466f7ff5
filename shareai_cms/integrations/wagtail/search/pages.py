"""Every page type of the site as a source, with no code of the site's."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from wagtail.models import Site, get_page_models
from wagtail.query import PageQuerySet

from shareai_cms.integrations.wagtail import compat
from shareai_cms.integrations.wagtail.search.extraction import blocks_of_page
from shareai_cms.models import SiteAccount
from shareai_cms.search.sources.accounts import account_of
from shareai_cms.search.sources.base import Extract, Source


class PageSource(Source):
    """Live pages that everybody may see, each by its own type."""

    slug = "wagtail-pages"

    def models(self) -> tuple[type[Model], ...]:
        return tuple(model for model in get_page_models() if issubclass(model, compat.base_page_model()))

    def queryset(self, model: type[Model]) -> QuerySet[Any]:
        # Not the model's own manager: a site may filter it, and language, rights and site are asked for below.
        pages = PageQuerySet(model).filter(content_type=ContentType.objects.get_for_model(model))
        return findable(pages).select_related("locale").order_by("pk")

    def read(self, obj: Any) -> Extract:
        return Extract(title=str(obj.title), language=str(obj.locale.language_code), blocks=blocks_of_page(obj))

    def account(self, obj: Any) -> SiteAccount:
        return account_of(obj)

    def address(self, obj: Any) -> str:
        return str(obj.get_url() or "")


def findable(pages: Any) -> Any:
    """Those of these pages that are live, public and below the root page of a site, in any language."""
    below = Q(pk__in=())
    for path in root_paths():
        below |= Q(path__startswith=path)
    return pages.live().public().filter(below)


def root_paths() -> tuple[str, ...]:
    """The tree paths of every site's root page and of its translations."""
    roots = compat.base_page_model()._base_manager.filter(pk__in=Site.objects.values("root_page"))
    keys = roots.values("translation_key")
    same = compat.base_page_model()._base_manager.filter(translation_key__in=keys, depth__gt=1)
    return tuple(same.order_by("path").values_list("path", flat=True))
