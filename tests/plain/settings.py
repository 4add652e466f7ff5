"""A Django site without Wagtail: its own admin, its own models, SQLite.

PLAIN_DIR    where database and log live (var/plain)
SANDBOX_URL  the marketplace's stand-in
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.databases import RECOMMENDED_OPTIONS, sqlite
from tests.plain import unwagtailed

unwagtailed.enforce()

SECRET_KEY = "only-for-tests-0123456789-0123456789-0123456789"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
LANGUAGES = [("en", "English"), ("de", "German"), ("ar", "Arabic")]
ROOT_URLCONF = "tests.plain.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

INSTALLED_APPS = [
    "shareai_cms",
    "tests.plain",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tests.plain.policy.ContentSecurityPolicy",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FOLDER = os.environ.get("PLAIN_DIR")
DATABASES = {"default": sqlite(RECOMMENDED_OPTIONS)}
if FOLDER:
    DATABASES["default"]["NAME"] = str(Path(FOLDER) / "plain.sqlite3")
SHAREAI_CMS = {
    "ENVIRONMENT": "sandbox",
    "SANDBOX_URL": os.environ.get("SANDBOX_URL", "http://127.0.0.1:8100/api/v1"),
    "EXCLUDED_FIELDS": ["plain.article.notes"],
    "CALL_BUDGET": 20.0,
    "READ_TIMEOUT": 6.0,
    "HOLD_DEADLINE": 60.0,
    "STREAM_PING_SECONDS": 0.3,
    "TOPUP_URL": "https://shop.example/units/",
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR"}},
}
