"""The same site on SQLite with the options that Django recommends for production."""

from __future__ import annotations

from tests.databases import RECOMMENDED_OPTIONS, sqlite
from tests.settings import *  # noqa: F403

DATABASES = {"default": sqlite(RECOMMENDED_OPTIONS)}
