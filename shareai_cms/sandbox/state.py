"""What the sandbox counts, and the fault that is set for everybody."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Summaries kept of the newest calls; without messages, so that they stay small.
RECENT = 200


@dataclass(frozen=True, kw_only=True)
class Timings:
    """How fast the sandbox answers."""

    latency_ms: int = 150
    """Milliseconds until the first word."""
    chunk_ms: int = 25
    """Milliseconds between two words of a stream."""
    retry_after: int = 1
    """Seconds that ``rate-limit`` asks the client to wait."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """The fault and the timings that hold for every call from now on."""

    fault: str = ""
    times: int | None = None
    """Calls that the fault is left for; None means until it is changed."""
    timings: Timings = Timings()
    is_paced: bool = False
    """Whether the timings were asked for; else a fault may bring its own."""


@dataclass(kw_only=True)
class Call:
    """One request of the marketplace's API, from its arrival until the last byte or the break."""

    number: int
    epoch: int
    path: str
    fault: str
    serial: int
    timings: Timings
    is_paced: bool = False
    model: str = ""
    is_stream: bool = False
    status: int = 0
    outcome: str = "open"
    tokens_in: int = 0
    tokens_out: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def duration_ms(self) -> int:
        return round((time.monotonic() - self.started) * 1000)

    def summary(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "model": self.model,
            "stream": self.is_stream,
            "fault": self.fault,
            "status": self.status,
            "outcome": self.outcome,
        }


class State:
    """Counters since the last reset; every method may be called from any thread."""

    def __init__(self, timings: Timings) -> None:
        self._changed = threading.Condition()
        self._defaults = timings
        self._setting = Setting(timings=timings)
        self._serial = 0
        self._epoch = 0
        self._connections_seen: set[int] = set()
        self._clear()

    def _clear(self) -> None:
        self._epoch += 1
        self._calls = self._connections = self._open = self._aborted = 0
        self._by_path: Counter[str] = Counter()
        self._last: dict[str, Any] | None = None
        self._recent: deque[Call] = deque(maxlen=RECENT)
        self._connections_seen.clear()

    def begin(self, *, path: str, connection: int, fault: str, last: Mapping[str, Any]) -> Call:
        """Count a call; ``fault`` is what the request itself asks for and wins over the setting."""
        with self._changed:
            if connection not in self._connections_seen:
                self._connections_seen.add(connection)
                self._connections += 1
            self._calls += 1
            self._open += 1
            self._by_path[path] += 1
            call = Call(
                number=self._calls,
                epoch=self._epoch,
                path=path,
                fault=fault or self._take_fault(),
                serial=self._serial,
                timings=self._setting.timings,
                is_paced=self._setting.is_paced,
            )
            self._last = {"path": path, **last}
            self._recent.append(call)
            self._changed.notify_all()
            return call

    def _take_fault(self) -> str:
        setting = self._setting
        if setting.times is None:
            return setting.fault
        left = setting.times - 1
        self._setting = Setting(
            fault=setting.fault if left else "",
            times=left or None,
            timings=setting.timings,
            is_paced=setting.is_paced,
        )
        return setting.fault

    def finish(self, call: Call, outcome: str) -> None:
        with self._changed:
            call.outcome = outcome
            # A call from before a reset is no longer anybody's business.
            if call.epoch == self._epoch:
                self._open -= 1
                self._aborted += outcome == "aborted"
            self._changed.notify_all()

    def set_fault(self, fault: str, *, times: int | None, timings: Mapping[str, int]) -> None:
        """Replace the setting; a timing that is not given is the process's own again."""
        with self._changed:
            chosen = {**vars(self._defaults), **timings}
            self._setting = Setting(fault=fault, times=times, timings=Timings(**chosen), is_paced=bool(timings))
            self._serial += 1
            self._changed.notify_all()

    def reset(self) -> None:
        with self._changed:
            self._clear()
        self.set_fault("", times=None, timings={})

    def is_current(self, call: Call) -> bool:
        """False once the setting was changed after the call began: a held answer goes on."""
        with self._changed:
            return self._serial == call.serial

    def snapshot(self) -> dict[str, Any]:
        with self._changed:
            return {
                "calls": self._calls,
                "connections": self._connections,
                "open": self._open,
                "aborted": self._aborted,
                "by_path": dict(self._by_path),
                "fault": self._setting.fault or None,
                "last": self._last,
                "recent": [call.summary() for call in self._recent],
            }

    def wait_for(self, wanted: Mapping[str, int], seconds: float) -> dict[str, Any]:
        """The state once ``wanted`` holds (``open`` exactly, the others at least), or when time is up."""

        def holds() -> bool:
            counts = {
                "calls": self._calls,
                "connections": self._connections,
                "aborted": self._aborted,
            }
            if self._open != wanted.get("open", self._open):
                return False
            return all(counts[name] >= number for name, number in wanted.items() if name in counts)

        with self._changed:
            self._changed.wait_for(holds, timeout=seconds)
            return self.snapshot()
