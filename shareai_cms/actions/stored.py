"""How a click ended that was resolved before, for the same click asked again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.events import ActionResult
from shareai_cms.errors import ActionInterrupted, ObjectNotFound, ShareAIError, error_classes
from shareai_cms.models import Usage


def stored_result(usage: Usage) -> ActionResult:
    """The answer that a settled row kept, for the same click asked again: it costs nothing.

    Raises ``ObjectNotFound`` where it was not kept, or long enough.
    """
    suggestion = getattr(usage, "suggestion", None)
    if suggestion is None or suggestion.erased_at is not None:
        raise ObjectNotFound(
            "never kept, or erased after its days",
            sentence=_("This suggestion is no longer kept."),
            remedy=_("Click the action again for a new one."),
        )
    return ActionResult(
        result=suggestion.result,
        suggestion_id=suggestion.pk,
        units=0,
        is_complete=suggestion.is_complete,
        is_replayed=True,
    )


def stored_error(usage: Usage) -> ShareAIError:
    """The error that a released or expired row ended with."""
    cls = error_classes().get(usage.error_code, ActionInterrupted)
    return cls(usage.error_detail)
