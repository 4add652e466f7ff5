"""How an accepted suggestion reads in the history of a page, image or snippet."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogActionRegistry, LogFormatter

from shareai_cms.integrations.wagtail.targets.base import APPLIED


def register(registry: LogActionRegistry) -> None:
    registry.register_action(APPLIED)(AppliedFormatter)


class AppliedFormatter(LogFormatter):
    label = gettext_lazy("Apply an AI suggestion")

    def format_message(self, log_entry: Any) -> str:
        """For example "Applied an AI suggestion: Rewrite (Introduction)"."""
        data = log_entry.data or {}
        action, field = data.get("action", ""), capfirst(data.get("field", ""))
        if action and field:
            return _("Applied an AI suggestion: %(action)s (%(field)s)") % {"action": action, "field": field}
        return _("Applied an AI suggestion")
