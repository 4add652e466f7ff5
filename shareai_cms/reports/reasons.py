"""Why an action was not counted, as a sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from shareai_cms.errors import error_classes
from shareai_cms.models import Usage

_OUTCOMES: dict[str, Any] = {
    Usage.Outcome.CANCELLED_EARLY: _("It was stopped before its first word."),
    Usage.Outcome.CANCELLED: _("It was stopped before the answer came."),
    Usage.Outcome.BROKEN: _("The answer broke off before its end."),
    Usage.Outcome.REFUSED: _("The answer could not be used."),
    Usage.Outcome.FAILED: _("The AI service could not finish it."),
    Usage.Outcome.UNKNOWN: _("It was interrupted, and nobody knows how it ended."),
}
_LATE = _("The answer came too late and was delivered free.")
_RUNNING = _("It is still running.")


def why_not_counted(state: str, outcome: str, error_code: str, *, late: bool = False) -> str:
    """The reason in a sentence; empty for an action that was counted."""
    if state == Usage.State.SETTLED:
        return ""
    if state == Usage.State.HELD:
        return str(_RUNNING)
    if late:
        return str(_LATE)
    # What somebody did says more than the code that the road ended with.
    if outcome in (Usage.Outcome.CANCELLED_EARLY, Usage.Outcome.CANCELLED, Usage.Outcome.UNKNOWN):
        return str(_OUTCOMES[outcome])
    if error_code in (errors := error_classes()):
        return str(errors[error_code].sentence)
    return str(_OUTCOMES.get(outcome, _("It delivered nothing.")))
