"""What searches find of the shop's goods; pages need no declaration."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from wagtail.models import Site

from shareai_cms.integrations.wagtail import accounts
from shareai_cms.models import SiteAccount
from shareai_cms.search import ModelSource, register
from tests.demo.models import Product, ShelfPage, ShopPage


@register
class Goods(ModelSource):
    slug = "goods"
    model = Product
    title = "name"
    body = ("summary", "description", "materials", "size")
    language = "locale__language_code"

    def queryset(self, model: type[Model]) -> QuerySet[Any]:
        return super().queryset(model).filter(live=True)

    def account(self, obj: Product) -> SiteAccount:
        """The shop's: a product belongs to no site of its own."""
        shop = Site.objects.get(root_page__in=ShopPage.objects.all())
        return accounts.open_account(accounts.reference_of(shop))

    def address(self, obj: Product) -> str:
        """Its place on the shelves."""
        shelf = ShelfPage.objects.live().filter(locale=obj.locale_id).first()
        return f"{shelf.url}#{obj.sku.lower()}" if shelf is not None and shelf.url else ""
