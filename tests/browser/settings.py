"""The demo's settings with short waits, so that a marketplace that never answers costs a test seconds."""

from __future__ import annotations

from tests.demo.settings import *  # noqa: F403
from tests.demo.settings import INSTALLED_APPS as DEMO_APPS
from tests.demo.settings import SHAREAI_CMS as DEMO

# Each once, whatever the demo has of them.
INSTALLED_APPS = list(dict.fromkeys([*DEMO_APPS, "tests.specimens", "wagtail.contrib.settings"]))

SHAREAI_CMS = {
    **DEMO,
    "CALL_BUDGET": 20.0,
    "READ_TIMEOUT": 6.0,
    "HOLD_DEADLINE": 60.0,
    "STREAM_PING_SECONDS": 0.3,
    "RUN_CONCURRENCY": 2,
    "TOPUP_URL": "https://shop.example/units/",
}
