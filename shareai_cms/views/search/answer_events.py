"""What a visitor's browser is told of an answer: its sentences, its sources, and nothing about the site's account."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from shareai_cms.actions.events import ActionResult, Delta, Event, Failed, Remaining, Started
from shareai_cms.errors import (
    ActionCancelled,
    ActionInProgress,
    ActionInterrupted,
    CoolingDown,
    InputEmpty,
    InputTooLong,
    InvalidRequest,
    KeyReused,
    MarketplaceError,
    ObjectNotFound,
    OutputRefused,
    ShareAIError,
    TooManySearches,
)
from shareai_cms.views.streaming import PING, Encoder

#: Errors that are about what the visitor did, and are told as they are.
_OWN = (ActionInProgress, CoolingDown, InputEmpty, InputTooLong, InvalidRequest, KeyReused, TooManySearches)


class VisitorEncoder(Encoder):
    """The events of ``views.streaming`` without what is left, units, or a reason that only managers may read."""

    def __init__(self) -> None:
        super().__init__(frozenset())

    def encode(self, event: Event) -> bytes:
        return PING if isinstance(event, Remaining) else super().encode(event)

    def _describe(self, event: Event) -> tuple[str, dict[str, Any]]:
        if isinstance(event, Started):
            return "start", {"key": event.key}
        if isinstance(event, Delta):
            return "delta", dict(event.more)
        if isinstance(event, ActionResult):
            return "result", told_result(event)
        if isinstance(event, Failed):
            return "error", told_error(event.error)
        return super()._describe(event)


def told_result(given: ActionResult) -> dict[str, Any]:
    return {"result": dict(given.result), "is_complete": given.is_complete, "replayed": given.is_replayed}


def told_error(given: ShareAIError) -> dict[str, Any]:
    """An error in two sentences and a code that says no more than they do."""
    if isinstance(given, OutputRefused):
        code, sentence = "not_backed", _("No answer could be found that the pages of this site bear out.")
        return _error(code, sentence, _("Look through the results, or ask in other words."))
    if isinstance(given, _OWN):
        return _error(given.code, str(given.sentence), str(given.remedy))
    if isinstance(given, ObjectNotFound):
        return _error("not_kept", _("This answer is no longer kept."), _("Ask again for a new one."))
    if isinstance(given, MarketplaceError | ActionCancelled | ActionInterrupted):
        sentence = _("The answer did not come to its end.")
        return _error("broken", sentence, _("Try again in a moment, or look through the results."))
    return _error("unavailable", _("There are no answers right now."), _("Look through the results."))


def _error(code: str, sentence: str, remedy: str) -> dict[str, Any]:
    return {"error": {"code": code, "sentence": sentence, "remedy": remedy}}
