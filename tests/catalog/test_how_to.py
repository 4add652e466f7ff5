"""The snippets of ``docs/how-to/map-models.md``, run as they stand there, on a model that has what they name."""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.db import models
from django.test.utils import isolate_apps
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.models import Site

from shareai_cms.catalog import ModelCatalog, registry
from shareai_cms.catalog.checking import problems_of
from shareai_cms.integrations.wagtail import accounts
from tests.databases import ROOT

PAGE = (ROOT / "docs" / "how-to" / "map-models.md").read_text()
BLOCKS = [textwrap.dedent(code) for code in re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
#: The first is a file of its own, and so is the one of the list; the others are lines of the class.
FILE, *LINES = [code for code in BLOCKS if "SnippetViewSet" not in code]
LIST = next(code for code in BLOCKS if "SnippetViewSet" in code)


@pytest.fixture(scope="module")
def product() -> Iterator[type[models.Model]]:
    """``shop.models`` with a product of every field that the page names."""
    with isolate_apps("tests.wares"):
        yield _product()


def _model(name: str, /, **fields: Any) -> type[models.Model]:
    meta = type("Meta", (), {"app_label": "wares"})
    return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def _texts(*names: str) -> dict[str, models.Field[Any, Any]]:
    return {name: models.CharField(max_length=80) for name in names}


def _link(model: type[models.Model], name: str = "+") -> Any:
    return models.ForeignKey(model, on_delete=models.CASCADE, related_name=name)


def _product() -> type[models.Model]:
    image, kind, maker = get_image_model(), _model("Kind", **_texts("name", "code")), _model("Maker", **_texts("name"))
    section = blocks.StructBlock([("text", blocks.RichTextBlock())])
    found = _model(
        "Product",
        **_texts("name", "sku", "size", "material", "seo_title", "seo_description", "photo_alt", "name_de"),
        **{name: models.TextField() for name in ("summary", "description", "description_de", "story")},
        body=StreamField([("section", section)]),
        colour=models.CharField(max_length=9, choices=[("r", "Red")]),
        price=models.DecimalField(max_digits=9, decimal_places=2),
        data=models.JSONField(default=dict),
        tags=models.JSONField(default=list),
        category=_link(kind),
        maker=_link(maker),
        cover=_link(image),
        photo=models.ImageField(),
    )
    _model("Spec", product=_link(found, "specs"), kind=_link(kind), **_texts("name", "value"))
    _model("Picture", product=_link(found, "gallery"), image=_link(image), **_texts("caption"))
    return found


@pytest.fixture
def names(product: type[models.Model], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the page's file knows, once it has been run."""
    module = ModuleType("shop.models")
    vars(module).update(Product=product, SpecValue=product)
    monkeypatch.setitem(sys.modules, "shop", ModuleType("shop"))
    monkeypatch.setitem(sys.modules, "shop.models", module)
    kept = dict(registry._registered)
    found: dict[str, Any] = {"__name__": "shop.shareai_catalog"}
    exec(FILE, found)
    yield found
    registry._registered.clear()
    registry._registered.update(kept)


def test_the_file_declares_what_the_model_has(names: dict[str, Any], product: type[models.Model]) -> None:
    catalogue = registry.catalogue_for(product)
    assert isinstance(catalogue, names["Products"])
    assert list(problems_of(catalogue)) == []


@pytest.mark.parametrize("code", LINES, ids=range(len(LINES)))
def test_every_line_of_the_class_runs_with_what_the_file_imports(names: dict[str, Any], code: str) -> None:
    for statement in ast.parse(code).body:
        said: dict[str, Any] = {}
        exec(ast.unparse(statement), names, said)
        declared = type("Products", (ModelCatalog,), {"model": names["Product"], **said})
        assert list(problems_of(declared())) == [], code


def test_the_account_is_that_of_the_site_that_the_snippet_names(names: dict[str, Any]) -> None:
    names["accounts"] = accounts
    exec(next(code for code in LINES if "def account" in code), names)
    site = Site(pk=7, hostname="shop.example", port=443)
    found = names["account"](None, SimpleNamespace(shop=SimpleNamespace(site=site)))
    assert (found.platform, found.reference) == ("wagtail", "7")


def test_the_list_runs_and_narrows(names: dict[str, Any], product: type[models.Model]) -> None:
    exec(LIST, names)
    filters = names["ProductFilters"](None, queryset=product._default_manager.all())
    assert list(filters.filters) == ["category", "description"]
    query = str(filters.by_length(filters.queryset, "description", "short").query)
    assert "BETWEEN 1 AND 149" in query
