"""Fills an empty database with the client's content."""

from __future__ import annotations

from tests.demo.loading.content import clear_content, load_content
from tests.demo.loading.sites import place_sites

__all__ = ["clear_content", "load_content", "place_sites"]
