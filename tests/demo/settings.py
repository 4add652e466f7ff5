"""Settings of the demo client; whatever differs from run to run comes from the environment.

DEMO_DIR       where database, media and logs live (var/demo)
DEMO_DATABASE  a PostgreSQL address, postgresql://user:password@host:port/name (SQLite in DEMO_DIR)
PORT           the site's port (8000)
SANDBOX_PORT   the sandbox's port (8100), or SANDBOX_URL its whole address
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from tests.demo.databases import database_from

DEMO_ROOT = Path(__file__).resolve().parent
DEMO_DIR = Path(os.environ.get("DEMO_DIR") or DEMO_ROOT.parents[1] / "var" / "demo").resolve()
PORT = int(os.environ.get("PORT") or 8000)
SANDBOX_PORT = int(os.environ.get("SANDBOX_PORT") or 8100)
SANDBOX_URL = os.environ.get("SANDBOX_URL") or f"http://127.0.0.1:{SANDBOX_PORT}/api/v1"

SECRET_KEY = "the demo's key, which protects nothing but the demo"
DEBUG = os.environ.get("DEMO_DEBUG") == "1"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]

INSTALLED_APPS = [
    "tests.demo",
    "shareai_cms",
    "shareai_cms.integrations.wagtail",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.locales",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
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
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "tests.demo.urls"
WSGI_APPLICATION = "tests.demo.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": database_from(os.environ.get("DEMO_DATABASE", ""), DEMO_DIR / "demo.sqlite3"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", _("English")), ("de", _("German")), ("ar", _("Arabic"))]
LOCALE_PATHS = [DEMO_ROOT / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = DEMO_DIR / "media"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
# Cookies know no ports: another project's site on localhost must not sign our editors out.
SESSION_COOKIE_NAME = "slackwater_session"
CSRF_COOKIE_NAME = "slackwater_csrf"

WAGTAIL_SITE_NAME = "Slackwater Press"
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_BASE_URL = f"http://localhost:{PORT}"
WAGTAILADMIN_PERMITTED_LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("ar", "العربية"),
]
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database"},
    "semantic": {"BACKEND": "shareai_cms.integrations.wagtail.search.backend"},
}
# The demo asks nothing of any other machine: no avatars, no news of the next release.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "txt"]

SHAREAI_CMS = {
    "ENVIRONMENT": "sandbox",
    "SANDBOX_URL": SANDBOX_URL,
    "SELLER": {
        "name": "Brackholm Web Works Ltd",
        "address": "7 Ropewalk\nBrackholm",
        "email": "units@webworks.example",
        "tax_note": "Prices include 19 % VAT. VAT ID DE000000000.",
    },
}
