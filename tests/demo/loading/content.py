"""Turns the files of ``content/`` into pictures, snippets, pages, sites and people.

``content/site.toml`` says what there is; ``content/<language>/`` holds the words, and ``content/goods/`` what a
shop has most of: products, kind by kind, with their words and reviews in one place. A page or snippet
has the same key in every language, and the other files refer to it by that key: ``@tide`` as a whole
value, or ``{{tide}}`` for the id inside a text. Where a page has no file in a language, links lead to
the English page.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import transaction
from wagtail.images.models import Image
from wagtail.models import Locale, Page

from tests.demo.loading import people, pictures
from tests.demo.loading.details import load_details
from tests.demo.loading.goods import load_goods
from tests.demo.loading.pages import load_pages
from tests.demo.loading.references import References
from tests.demo.loading.selling import clear_bundles, let_the_agency_pay, load_bundles
from tests.demo.loading.sites import place_sites
from tests.demo.loading.snippets import load_snippets
from tests.demo.models import GoodsTag, NewsletterSettings, Person, Product

CONTENT = Path(__file__).resolve().parents[1] / "content"
LANGUAGES = ("en", "de", "ar")


def read(name: str) -> dict[str, Any]:
    with (CONTENT / name).open("rb") as file:
        return tomllib.load(file)


def read_if_there(name: str) -> dict[str, Any] | None:
    return read(name) if (CONTENT / name).exists() else None


def read_goods() -> dict[str, dict[str, Any]]:
    """The tables of the shop's goods by kind, each in a file of its own."""
    return {file.stem: read(f"goods/{file.name}") for file in sorted((CONTENT / "goods").glob("*.toml"))}


@transaction.atomic
def load_content(port: int = 8000) -> None:
    """Put everything into a freshly migrated database; the press answers on localhost, the shop on 127.0.0.1."""
    plan = read("site.toml")
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
    _remove_welcome_page()
    admin = people.load_people(plan["people"])
    references = References(pictures=pictures.load_pictures(plan["pictures"], CONTENT / "pictures", admin))
    for code, locale in locales.items():
        load_snippets(plan["snippets"], read(f"{code}/snippets.toml"), locale, references, admin)
    load_goods(read_goods(), locales, references)
    load_pages(plan["pages"], read_if_there, locales, references, admin)
    place_sites(port)
    let_the_agency_pay()
    load_bundles(plan["bundles"])
    load_details({code: read(f"{code}/settings.toml") for code in LANGUAGES}, references)


def _remove_welcome_page() -> None:
    Page.objects.filter(depth=2, slug="home").delete()


@transaction.atomic
def clear_content() -> None:
    """Take the demo's content out of a database that cannot simply be deleted."""
    for root in Page.objects.filter(depth=2):
        root.delete()
    for model in (Person, Product, GoodsTag, Image, NewsletterSettings):
        model.objects.all().delete()
    clear_bundles()
    Group.objects.all().delete()
    User.objects.all().delete()
