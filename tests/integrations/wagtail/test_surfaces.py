from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.urls import clear_script_prefix, reverse, set_script_prefix

from shareai_cms.integrations.wagtail.surfaces import surface_at


@pytest.fixture
def prefix() -> Iterator[str]:
    set_script_prefix("/cms/")
    yield "/cms/"
    clear_script_prefix()


class TestAProjectUnderAPrefix:
    def test_has_its_forms(self, sites: SimpleNamespace, prefix: str) -> None:
        path = reverse("wagtailadmin_pages:edit", args=[sites.info.pk])
        assert path.startswith(prefix)
        surface = surface_at(path)
        assert surface is not None
        assert surface.ref.id == str(sites.info.pk)

    def test_has_none_beside_it(self, sites: SimpleNamespace, prefix: str) -> None:
        path = reverse("wagtailadmin_pages:edit", args=[sites.info.pk])
        assert surface_at(path.replace(prefix, "/", 1)) is None
