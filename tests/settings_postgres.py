"""The same site on PostgreSQL."""

from __future__ import annotations

from tests.databases import postgres
from tests.settings import *  # noqa: F403

DATABASES = {"default": postgres()}
