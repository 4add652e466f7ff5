"""A site with nothing but core and the shelf, for worker processes; its database and marketplace come with the call."""

from __future__ import annotations

import json
import os

_given = json.loads(os.environ["SHAREAI_RUNS_SITE"])

SECRET_KEY = "only-for-tests-0123456789-0123456789-0123456789"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shareai_cms", "tests.runs"]
DATABASES = {"default": _given["database"]}
USE_TZ = True
TIME_ZONE = "UTC"
SHAREAI_CMS = _given["shareai"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"shareai_cms": {"handlers": ["console"], "level": os.environ.get("SHAREAI_RUNS_LOG", "ERROR")}},
}
