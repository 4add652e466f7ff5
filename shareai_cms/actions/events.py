"""What the road of an action reports on its way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shareai_cms.errors import ShareAIError
from shareai_cms.metering import Allowance


@dataclass(frozen=True, kw_only=True)
class Started:
    """The units are held; the call begins."""

    units: int
    meter: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Delta:
    """A piece of the answer: as the model wrote it, not sanitised, or what an action's sieve let through."""

    text: str
    #: What the browser is told besides, by name.
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ActionResult:
    """The whole answer, sanitised and paid for."""

    result: Mapping[str, Any]
    suggestion_id: int | None
    units: int
    is_complete: bool = True
    is_replayed: bool = False


@dataclass(frozen=True, kw_only=True)
class Remaining:
    """What is left after the action."""

    allowance: Allowance


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The action ended without a result; nothing was counted."""

    error: ShareAIError


Event = Started | Delta | ActionResult | Remaining | Failed


class VisibleText:
    """Finds out whether a stream has shown anything yet: a character that is neither space nor markup."""

    _BLANK = re.compile(r"[\s\u200b-\u200f\ufeff]*\Z")

    def __init__(self, *, is_html: bool) -> None:
        self._is_html = is_html
        self._inside_tag = False

    def feed(self, text: str) -> bool:
        """Whether this piece holds a visible character; pieces may cut tags anywhere."""
        if not self._is_html:
            return not self._BLANK.match(text)
        for character in text:
            if self._inside_tag:
                self._inside_tag = character != ">"
            elif character == "<":
                self._inside_tag = True
            elif not self._BLANK.match(character):
                return True
        return False
