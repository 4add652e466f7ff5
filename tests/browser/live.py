"""The demo as a live site, whose marketplace is the sandbox under the marketplace's address."""

from __future__ import annotations

from tests.browser.settings import *  # noqa: F403
from tests.browser.settings import SHAREAI_CMS as DEMO

SHAREAI_CMS = {**DEMO, "ENVIRONMENT": "production", "BASE_URL": DEMO["SANDBOX_URL"], "API_KEY": "only-for-tests"}
