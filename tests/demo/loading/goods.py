"""The shop's goods, many at once: one file for each kind, a table for each product."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from wagtail.models import Locale
from wagtail.search.backends import get_search_backend

from tests.demo.loading.references import References
from tests.demo.loading.snippets import translation_key
from tests.demo.models import GoodsTag, Product, ProductSpec, Review, TaggedProduct

#: ``5 Ada Voss: It is warm.``
_REVIEW = re.compile(r"([1-5]) ([^:]+): (.+)", re.DOTALL)
#: What stands in rows of its own.
_ROWS = ("specs", "tags", "reviews")
#: What a translation shares with the English product.
_SHARED = ("sku", "price", "image", "colour", "season", "care")


def load_goods(
    shelves: Mapping[str, dict[str, dict[str, Any]]], locales: Mapping[str, Locale], references: References
) -> None:
    """Put them on the shelves in as few statements as there are tables; ``shelves`` are tables by kind."""
    planned = [
        (key, code, kind, fields)
        for kind, shelf in shelves.items()
        for key, entry in shelf.items()
        for code, fields in _languages(entry)
    ]
    made = [_product(key, kind, fields, locales[code], references) for key, code, kind, fields in planned]
    Product.objects.bulk_create(product for product in made if product.pk is None)
    for product, (key, _code, _kind, _fields) in zip(made, planned, strict=True):
        references.add(key, product.locale, product)
    rows = [(product, fields) for product, (_key, _code, _kind, fields) in zip(made, planned, strict=True)]
    ProductSpec.objects.bulk_create(row for product, fields in rows for row in _specs(product, fields))
    Review.objects.bulk_create(row for product, fields in rows for row in _reviews(product, fields))
    _tag(rows)
    get_search_backend("default").get_index_for_model(Product).add_items(Product, made)


def _languages(entry: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    english = {name: value for name, value in entry.items() if name != "de"}
    yield "en", english
    if "de" in entry:
        yield "de", {name: english[name] for name in _SHARED if name in english} | entry["de"]


def _product(key: str, kind: str, fields: dict[str, Any], locale: Locale, references: References) -> Product:
    found = references.objects.get((key, locale.language_code))
    if isinstance(found, Product):
        return found
    now = timezone.now()
    values = {name: references.resolve(value, locale) for name, value in fields.items() if name not in _ROWS}
    values["price"] = Decimal(values["price"])
    return Product(
        locale=locale,
        translation_key=translation_key(key),
        kind=kind,
        live=True,
        first_published_at=now,
        last_published_at=now,
        **values,
    )


def _specs(product: Product, fields: dict[str, Any]) -> Iterator[ProductSpec]:
    for order, (name, value) in enumerate(fields.get("specs", {}).items()):
        yield ProductSpec(product=product, sort_order=order, name=name, value=value)


def _reviews(product: Product, fields: dict[str, Any]) -> Iterator[Review]:
    for line in fields.get("reviews", ()):
        found = _REVIEW.fullmatch(line)
        if found is None:
            raise ValueError(f"This is no review, such as “5 Ada Voss: It is warm.”: {line}")
        yield Review(product=product, stars=int(found[1]), name=found[2], text=found[3])


def _tag(rows: Iterable[tuple[Product, dict[str, Any]]]) -> None:
    wanted = [(product, name) for product, fields in rows for name in fields.get("tags", ())]
    for name in dict.fromkeys(name for _product, name in wanted):
        GoodsTag.objects.get_or_create(name=name)
    tags = {tag.name: tag for tag in GoodsTag.objects.all()}
    TaggedProduct.objects.bulk_create(TaggedProduct(content_object=product, tag=tags[name]) for product, name in wanted)
