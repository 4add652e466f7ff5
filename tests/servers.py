"""The plain test site for a real server process, with the settings of the test that started it."""

from __future__ import annotations

import json
import os

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

settings.SHAREAI_CMS = json.loads(os.environ["SHAREAI_TEST_CMS"])
settings.ROOT_URLCONF = "tests.urls_plain"

wsgi = get_wsgi_application()
asgi = get_asgi_application()
