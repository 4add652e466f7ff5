"""What the browser is told, as JSON."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from shareai_cms import permissions
from shareai_cms.actions.events import ActionResult
from shareai_cms.errors import ActionInProgress, AllowanceExhausted, ShareAIError
from shareai_cms.metering import Allowance, meters
from shareai_cms.models import SiteAccount
from shareai_cms.views.buying import topups_url

#: For answers that a form waits for: without spaces, and with letters of any script as they are.
COMPACT: dict[str, Any] = {"separators": (",", ":"), "ensure_ascii": False}


def allowance(given: Allowance) -> dict[str, Any]:
    """What is left of one meter, in numbers and in words; moments are UTC, words in the wallet's zone."""
    return {
        "meter": given.meter,
        "left": given.available,
        "total": given.total,
        "held": given.held,
        "text": allowance_text(given),
        "resets_at": given.resets_at.isoformat().replace("+00:00", "Z"),
        "resets_text": resets_text(given),
    }


def allowance_text(given: Allowance) -> str:
    """For example "49 of 50 writing actions left"."""
    return meters.allowance_text(given.meter, given.available, given.total)


def resets_text(given: Allowance) -> str:
    """For example "Resets on 1 December 2026", the date being that of the wallet's zone."""
    return meters.resets_text(given.resets_at, given.time_zone)


def result(given: ActionResult) -> dict[str, Any]:
    """A whole answer."""
    return {
        "suggestion": given.suggestion_id,
        "result": dict(given.result),
        "is_complete": given.is_complete,
        "replayed": given.is_replayed,
        "units": given.units,
    }


def error(
    given: ShareAIError, *, held: frozenset[str], key: str = "", account: SiteAccount | None = None, meter: str = ""
) -> dict[str, Any]:
    """A failure in sentences; ``held`` are the person's rights: the technical reason is for people who manage AI."""
    told: dict[str, Any] = {"code": given.code, "sentence": str(given.sentence), "remedy": str(given.remedy)}
    if given.retry_after is not None:
        told["retry_after"] = round(given.retry_after, 1)
        told["remedy"] = _wait_text(given) if given.code == "cooling_down" else told["remedy"]
    if given.detail and permissions.MANAGE in held:
        told["detail"] = given.detail
    if isinstance(given, AllowanceExhausted) and permissions.BUY in held:
        told["topup_url"] = topups_url(account, meter=meter)
    if isinstance(given, ActionInProgress) and key:
        told["status_url"] = reverse("shareai_cms:status", args=[key])
    return {"error": told, "usage": None}


def _wait_text(given: ShareAIError) -> str:
    minutes = max(1, round((given.retry_after or 0) / 60))
    text = ngettext("Try again in %(minutes)d minute.", "Try again in %(minutes)d minutes.", minutes)
    return text % {"minutes": minutes}
