"""Two sites with pages that can be found, indexed with the sandbox's vectors."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from wagtail.models import Locale

from shareai_cms.models import Usage
from tests.demo.models import HomePage, InfoPage
from tests.integrations.wagtail.conftest import made_sites
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
    page = InfoPage(title=title, slug=slug, introduction=text, **more)
    parent.add_child(instance=page)
    return page


def index() -> str:
    """Read and embed whatever has changed."""
    out = io.StringIO()
    call_command("shareai_index", "--yes", stdout=out)
    return out.getvalue()


def spent() -> int:
    """Units that searches have taken."""
    return sum(Usage.objects.filter(meter="searches", state="settled").values_list("units", flat=True))


def settings_for(sandbox: SandboxProcess, folder: Path) -> dict[str, Any]:
    return {
        "SHAREAI_CMS": {
            "SANDBOX_URL": sandbox.url,
            "SEARCH_DIR": str(folder),
            "DEFAULT_PLAN": {"searches": 100},
            "CALL_BUDGET": 8.0,
            "HOLD_DEADLINE": 20.0,
        },
        "WAGTAILSEARCH_BACKENDS": BACKENDS,
    }


def made() -> SimpleNamespace:
    """Pages of two sites, one of them in German too."""
    sites = made_sites()
    for key, (title, text) in PAGES.items():
        setattr(sites, key, info(sites.home, key, title, text))
    sites.chart = info(sites.shop, "chart", "A chart of the coast", "A map of the sea and the shore, for a hike.")
    german = Locale.objects.create(language_code="de")
    sites.haus = sites.root.add_child(
        instance=HomePage(title="Der Verlag", slug="verlag", locale=german, translation_key=sites.home.translation_key)
    )
    sites.strand = info(sites.haus, "strand", "Wandern an der Küste", "Ein Weg am Meer entlang.", locale=german)
    return sites


@pytest.fixture(scope="module")
def made_once(
    sandbox_process: SandboxProcess, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[tuple[SimpleNamespace, dict[str, Any]]]:
    """The index of a whole module, in a transaction around those of its tests: building it takes a second."""
    sandbox_process.reset()
    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]  as the tests' own transactions are
    given = settings_for(sandbox_process, tmp_path_factory.mktemp("search"))
    with django_db_blocker.unblock(), override_settings(**given), around:
        cache.clear()
        sites = made()
        index()
        yield sites, given
        transaction.set_rollback(True)


@pytest.fixture
def indexed(made_once: Any, sandbox: SandboxProcess, db: None, settings: Any) -> SimpleNamespace:
    """Indexed pages, as they are in the database."""
    sites, given = made_once
    for name, value in given.items():
        setattr(settings, name, value)
    cache.clear()
    return SimpleNamespace(**{key: type(obj).objects.get(pk=obj.pk) for key, obj in vars(sites).items()})
