"""The demo as a live site that nobody has given a key; the environment says that it is live."""

from __future__ import annotations

from tests.browser.settings import *  # noqa: F403
from tests.browser.settings import SHAREAI_CMS as DEMO

SHAREAI_CMS = {**DEMO, "ENVIRONMENT": None, "BASE_URL": DEMO["SANDBOX_URL"]}
