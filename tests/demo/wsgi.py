from __future__ import annotations

import os

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.demo.settings")

# Serves the static files too, whichever server runs it and whatever DEBUG says.
application = StaticFilesHandler(get_wsgi_application())
