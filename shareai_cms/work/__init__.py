"""Background work: duties that are due again and again, done by any number of workers.

Names are imported on first use: a site that starts only registers its duties.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shareai_cms.work.attendance import Presence, failing_duties, is_left_undone, presence, waiting_duties
    from shareai_cms.work.loop import WorkLoop
    from shareai_cms.work.registry import Duty, Turn, all_duties, register_duty

#: What other rooms and sites use, and where it is.
_PLACES = {
    "Duty": "registry",
    "Presence": "attendance",
    "Turn": "registry",
    "WorkLoop": "loop",
    "all_duties": "registry",
    "failing_duties": "attendance",
    "is_left_undone": "attendance",
    "presence": "attendance",
    "register_duty": "registry",
    "waiting_duties": "attendance",
}

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


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
