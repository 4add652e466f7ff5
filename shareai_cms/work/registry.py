"""What workers do: a list of duties that each room adds its own to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

#: Seconds that one turn of a duty should last at most, so that none keeps the others waiting.
TURN_SECONDS = 20.0


class Turn:
    """One worker's go at one duty; asked between two steps whether to go on."""

    def __init__(self, *, seconds: float = TURN_SECONDS, is_stopping: Callable[[], bool] = lambda: False) -> None:
        self._ends_at = time.monotonic() + seconds
        self._is_stopping = is_stopping
        #: Set by a duty that left work undone: it is then due again at once.
        self.has_more = False

    @property
    def seconds(self) -> float:
        """What is left of the turn."""
        return max(0.0, self._ends_at - time.monotonic())

    def goes_on(self) -> bool:
        """Whether there is time for another step. False also where the worker was asked to end."""
        return not self._is_stopping() and self.seconds > 0


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Work that is due again and again.

    ``run`` gets a ``Turn`` and returns how many things it did. It may be begun twice after a kill or
    when a machine sleeps through its lease, so its own writes have to bear that.
    """

    name: str
    #: Seconds from one end to the next beginning.
    every: float
    run: Callable[[Turn], int]
    #: What ``run`` counts, in the plural, as ``shareai_work --once`` shows it.
    counts: str = "things done"
    #: Whether something has been waiting since before the given moment: what managers are told of where no
    #: worker is seen. Left out for duties whose absence nobody notices.
    is_waiting: Callable[[datetime], bool] | None = None


_duties: dict[str, Duty] = {}


def register_duty(duty: Duty) -> None:
    """Add a duty for every worker; the same name replaces the earlier one."""
    _duties[duty.name] = duty


def all_duties() -> tuple[Duty, ...]:
    """Every duty, in the order of registration."""
    return tuple(_duties.values())
