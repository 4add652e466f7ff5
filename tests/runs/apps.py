from __future__ import annotations

from django.apps import AppConfig


class ShelfConfig(AppConfig):
    name = "tests.runs"
    label = "runs_shelf"

    def ready(self) -> None:
        from shareai_cms.catalog import registry
        from tests.runs.shelf import Shelf

        registry.register(Shelf)
