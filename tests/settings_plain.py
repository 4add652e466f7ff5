"""A Django site without Wagtail: core alone."""

from __future__ import annotations

from tests.databases import sqlite
from tests.settings import (  # noqa: F401
    ALLOWED_HOSTS,
    DEBUG,
    DEFAULT_AUTO_FIELD,
    DJANGO_APPS,
    MIDDLEWARE,
    PASSWORD_HASHERS,
    SECRET_KEY,
    SHAREAI_CMS,
    SILENCED_SYSTEM_CHECKS,
    STATIC_URL,
    TEMPLATES,
    TIME_ZONE,
    USE_TZ,
)

INSTALLED_APPS = ["shareai_cms", *DJANGO_APPS]
ROOT_URLCONF = "tests.urls_plain"
DATABASES = {"default": sqlite()}
