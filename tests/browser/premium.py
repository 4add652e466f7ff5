"""The settings of the browser tests, with a premium route and an agency's own actions, one of them premium only."""

from __future__ import annotations

from tests.browser.settings import *  # noqa: F403
from tests.browser.settings import INSTALLED_APPS as APPS
from tests.browser.settings import SHAREAI_CMS as OURS

INSTALLED_APPS = [*APPS, "tests.actions.agency"]
SHAREAI_CMS = {**OURS, "ROUTES": {"standard": ["small"], "premium": ["large"]}}
