"""What an examination says: a sentence, how bad it is, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

OK, WARNING, ERROR = "ok", "warning", "error"
LEVELS = (OK, WARNING, ERROR)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at. Neither text ever holds a secret or content."""

    level: str
    #: What belongs together in the output, in one or two words.
    area: str
    text: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What the examinations may do."""

    #: False: nothing is asked over the network.
    is_online: bool = True


Exam = Callable[[Scope], Iterable[Finding]]


def ok(area: str, text: str) -> Finding:
    return Finding(level=OK, area=area, text=text)


def warning(area: str, text: str, hint: str) -> Finding:
    return Finding(level=WARNING, area=area, text=text, hint=hint)


def error(area: str, text: str, hint: str) -> Finding:
    return Finding(level=ERROR, area=area, text=text, hint=hint)
