"""What AI may improve of the shop's goods, and what it is told of them."""

from __future__ import annotations

from typing import Any

from wagtail.models import Site

from shareai_cms.actions.targets import AccountRef
from shareai_cms.catalog import Column, Images, JSONKeys, ModelCatalog, Reviews, Rows, register
from shareai_cms.integrations.wagtail import accounts
from tests.demo.models import Product, ShopPage
from tests.demo.models.goods import CARE

#: What the shop's people may answer to what they ask of their goods.
SPECS = {
    "Closure": ("Two-way zip", "Press studs", "Roll top", "Buckle", "Magnet", "Elastic band"),
    "Lining": ("Unlined", "Cotton", "Wool", "Recycled fleece"),
    "Light source": ("LED", "E27 bulb", "Paraffin", "Candle"),
    "Glaze": ("Matt", "Glossy", "Speckled"),
    "Ruling": ("Blank", "Lined", "Dotted", "Squared"),
}
#: And what they ask of which kind.
ASKED = {
    "jacket": ("Closure", "Lining"),
    "bag": ("Closure", "Lining"),
    "lamp": ("Light source",),
    "mug": ("Glaze",),
    "notebook": ("Ruling", "Closure"),
}


def specs_of(product: Product) -> tuple[str, ...]:
    """Its properties, whether anybody has answered yet or not."""
    return ASKED.get(product.kind, ())


@register
class Goods(ModelCatalog):
    slug = "goods"
    model = Product
    name = "name"
    description = "description"
    short_description = "summary"
    seo_title = "seo_title"
    seo_description = "seo_description"
    attributes = (
        "materials",
        "size",
        "colour",
        "season",
        Column("care", allowed=CARE),
        Rows("specs", name="name", value="value", keys=specs_of, allowed=SPECS),
        JSONKeys("sheet", is_writable=False),
    )
    category = "kind"
    tags = "tags"
    images = Images("image", alt="image_alt")
    reviews = Reviews("reviews", text="text", rating="stars")
    review_summary = "review_summary"
    language = "locale__language_code"
    more = ("sku", "price", "supplier_note")

    def account(self, obj: Any) -> AccountRef:
        """The shop's: a product belongs to no site of its own."""
        return accounts.reference_of(Site.objects.get(root_page__in=ShopPage.objects.all()))
