"""What becomes of an object, and of its run, after an error."""

from __future__ import annotations

import enum
import random
from datetime import datetime, timedelta

from shareai_cms.errors import (
    AccountSuspended,
    ActionCancelled,
    ActionInProgress,
    ActionInterrupted,
    ActionRefused,
    AddressChanged,
    AllowanceExhausted,
    InsufficientCredits,
    KeyRejected,
    LeaseLost,
    MarketplaceError,
    NotConfigured,
    NotPermitted,
    OutputRefused,
    ReplyTooLarge,
    RequestRejected,
    ShareAIError,
    StreamBroken,
    UnknownAction,
    error_classes,
)

#: Seconds until an object is tried again after the marketplace failed, doubled each time up to the cap.
AWAY_BASE, AWAY_CAP = 5.0, 300.0
#: Failures in a row of that kind, which is about an hour, after which the object counts as failed.
AWAY_MOST = 17
#: Answers in a row that could not be used.
REFUSED_MOST = 3
#: Takings of an object after which the next failure is the last, whatever its kind.
MOST_TAKINGS = 100
#: Seconds until an unusable answer is asked for again.
REFUSED_PAUSE = 1.0


class End(enum.Enum):
    """How an attempt at an object ended."""

    DONE = "done"
    #: Nothing was sent, and nothing will be: its reason is the object's own.
    SKIPPED = "skipped"
    FAILED = "failed"
    #: The marketplace did not deliver; the same object is tried again later.
    AWAY = "away"
    #: The answer could not be used; asked again soon.
    REFUSED = "refused"
    #: Nothing was delivered and nobody is to blame: paused, cancelled or taken over.
    GIVEN_BACK = "given_back"
    #: The server failed in the middle, as where the database was away for long; tried again later.
    INTERRUPTED = "interrupted"
    #: No units left.
    OUT = "out"
    #: Every other object would meet the same.
    STOPPED = "stopped"


#: Raised for reasons of the account or of the installation.
_STOPPING = (
    AccountSuspended,
    AddressChanged,
    InsufficientCredits,
    KeyRejected,
    NotConfigured,
    NotPermitted,
    UnknownAction,
)
_GIVEN_BACK = (LeaseLost, ActionCancelled, ActionInProgress)


def end_of(error: ShareAIError) -> End:
    """The end of an attempt whose call raised this error."""
    if isinstance(error, _GIVEN_BACK):
        return End.GIVEN_BACK
    if isinstance(error, ActionInterrupted):
        return End.INTERRUPTED
    if isinstance(error, AllowanceExhausted):
        return End.OUT
    if isinstance(error, _STOPPING):
        return End.STOPPED
    if isinstance(error, OutputRefused | ReplyTooLarge) or _is_cut_short(error):
        return End.REFUSED
    if isinstance(error, RequestRejected):
        return End.FAILED
    if isinstance(error, MarketplaceError):
        return End.AWAY
    return End.SKIPPED if isinstance(error, ActionRefused) else End.FAILED


def _is_cut_short(error: ShareAIError) -> bool:
    """The model ended its answer too early, which is no fault of the line."""
    return isinstance(error, StreamBroken) and error.detail.startswith("finish_reason")


def is_alike(end: End, code: str, detail: str) -> bool:
    """Whether the last failure of an object, as it was noted, was of the same kind: its code may have been another."""
    last = error_classes().get(code)
    return last is not None and end_of(last(detail)) is end


def is_final(end: End, failures: int) -> bool:
    """Whether an object is given up after so many failures in a row."""
    return failures >= (REFUSED_MOST if end is End.REFUSED else AWAY_MOST)


def again_at(end: End, failures: int, error: ShareAIError, now: datetime) -> datetime:
    """When the object is tried again."""
    if end is End.REFUSED:
        return now + timedelta(seconds=REFUSED_PAUSE)
    return now + timedelta(seconds=max(pause(failures), min(error.retry_after or 0.0, AWAY_CAP)))


def pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row: between half and all of a doubling, capped step."""
    step = min(AWAY_BASE * 2.0 ** min(failures - 1, 20), AWAY_CAP)
    return step * random.uniform(0.5, 1.0)  # noqa: S311  jitter, no secret
