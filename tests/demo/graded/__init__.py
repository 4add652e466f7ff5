"""Sixty graded searches of the demo's content, thirty in English and thirty in German, to judge the ranking by."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page, Site

from shareai_cms.integrations.wagtail import accounts
from shareai_cms.models import SiteAccount
from shareai_cms.search import Asker, Query, Results, search
from tests.demo.models import Product

HERE = Path(__file__).parent
CONTENT = HERE.parent / "content"
LANGUAGES = ("en", "de")
DEPTH = 10
PRODUCT = "product."


@dataclass(frozen=True)
class GradedQuery:
    """A search with the names of what answers it: 3 answers, 2 helps, 1 touches on it."""

    language: str
    text: str
    grades: Mapping[str, int]


def queries(language: str) -> list[GradedQuery]:
    found = tomllib.loads((HERE / f"{language}.toml").read_text())["queries"]
    return [GradedQuery(language, each["text"], each["grades"]) for each in found]


def names(language: str) -> dict[Any, str]:
    """What the grades call each object of a language, by the page's slug or the product's article number."""
    plan = tomllib.loads((CONTENT / "site.toml").read_text())
    named: dict[Any, str] = {}
    for file in (CONTENT / language).glob("*.toml"):
        words = tomllib.loads(file.read_text())
        if "slug" in words:
            named[words["slug"]] = file.stem
    for name, snippet in plan["snippets"].items():
        if snippet["model"] == "Product":
            named[snippet["sku"]] = f"{PRODUCT}{name}"
    for file in (CONTENT / "goods").glob("*.toml"):
        goods = tomllib.loads(file.read_text())
        named |= {entry["sku"]: f"{PRODUCT}{name}" for name, entry in goods.items() if "sku" in entry}
    return named


def within(language: str) -> tuple[QuerySet[Any], ...]:
    """Everything that a visitor of either site may find in a language."""
    return (
        Page.objects.live().public().filter(locale__language_code=language),
        Product.objects.filter(live=True, locale__language_code=language),
    )


def account() -> SiteAccount:
    return accounts.open_account(accounts.reference_of(Site.objects.get(is_default_site=True)))


def ask(text: str, language: str, **options: Any) -> Results:
    asker = Asker(account=account(), is_logged=False)
    return search(Query(text=text, within=within(language), asker=asker, language=language, **options))


def name_of(obj: Any, named: Mapping[Any, str]) -> str:
    key = obj.sku if isinstance(obj, Product) else obj.slug
    return named.get(key, str(key))


def mean_ndcg(language: str, *, by_meaning: bool = True) -> float:
    """Mean nDCG@10 with linear gain over the language's searches."""
    named = names(language)
    gained = []
    for query in queries(language):
        found = ask(query.text, language, by_meaning=by_meaning).objects[:DEPTH]
        gained.append(ndcg([name_of(obj, named) for obj in found], query.grades))
    return sum(gained) / len(gained)


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    best = _gain(sorted(grades.values(), reverse=True)[:DEPTH])
    return _gain([grades.get(name, 0) for name in found]) / best


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades))
