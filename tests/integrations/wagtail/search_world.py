"""Two sites with pages that can be found, indexed with the sandbox's vectors."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from wagtail.models import Locale

from shareai_cms.models import Usage
from tests.demo.models import HomePage, InfoPage
from tests.services import SandboxProcess

#: Says what the coast page says, in none of its words.
MEANT = "stroll beside the ocean"
BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database"},
    "semantic": {"BACKEND": "shareai_cms.integrations.wagtail.search.backend"},
}
PAGES = {
    "coast": ("Hiking by the sea", "A path along the coast, with a view of the shore, for a long hike in the wind."),
    "bread": ("Our bakery", "We bake bread and cake each morning, and the recipe of the biscuit is our own."),
    "lamps": ("The lighthouse", "The lamp shines at night; its light is seen from the sea."),
}


def info(parent: Any, slug: str, title: str, text: str, **more: Any) -> InfoPage:
    page = parent.add_child(instance=InfoPage(title=title, slug=slug, introduction=text, **more))
    return page  # type: ignore[no-any-return]


def index() -> str:
    """Read and embed whatever has changed."""
    out = io.StringIO()
    call_command("shareai_index", "--yes", stdout=out)
    return out.getvalue()


def spent() -> int:
    """Units that searches have taken."""
    return sum(Usage.objects.filter(meter="searches", state="settled").values_list("units", flat=True))


@pytest.fixture
def unindexed(sites: SimpleNamespace, sandbox: SandboxProcess, settings: Any, tmp_path: Path) -> SimpleNamespace:
    """Pages of two sites, one of them in German too; nothing is in the index yet."""
    settings.SHAREAI_CMS = {
        "SANDBOX_URL": sandbox.url,
        "SEARCH_DIR": str(tmp_path),
        "DEFAULT_PLAN": {"searches": 100},
        "CALL_BUDGET": 8.0,
        "HOLD_DEADLINE": 20.0,
    }
    settings.WAGTAILSEARCH_BACKENDS = BACKENDS
    cache.clear()
    for key, (title, text) in PAGES.items():
        setattr(sites, key, info(sites.home, key, title, text))
    sites.chart = info(sites.shop, "chart", "A chart of the coast", "A map of the sea and the shore, for a hike.")
    german = Locale.objects.create(language_code="de")
    sites.haus = sites.root.add_child(
        instance=HomePage(title="Der Verlag", slug="verlag", locale=german, translation_key=sites.home.translation_key)
    )
    sites.strand = info(sites.haus, "strand", "Wandern an der Küste", "Ein Weg am Meer entlang.", locale=german)
    return sites


@pytest.fixture
def indexed(unindexed: SimpleNamespace) -> SimpleNamespace:
    index()
    return unindexed
