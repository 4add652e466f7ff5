"""Background work: duties that are due again and again, done by any number of workers."""

from __future__ import annotations

from shareai_cms.work.loop import WorkLoop
from shareai_cms.work.presence import Presence, failing_duties, is_left_undone, presence, waiting_duties
from shareai_cms.work.registry import Duty, Turn, all_duties, register_duty

__all__ = [
    "Duty",
    "Presence",
    "Turn",
    "WorkLoop",
    "all_duties",
    "failing_duties",
    "is_left_undone",
    "presence",
    "register_duty",
    "waiting_duties",
]
