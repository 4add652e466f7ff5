"""The checkout: sessions that are paid on the sandbox's own page, refunds, disputes, events and their webhooks."""

from __future__ import annotations

DEFAULT_SECRET = "whsec_sandbox"  # noqa: S105 - every sandbox has it, and says so in its help
DEFAULT_PAY_LATER_SECONDS = 20
