"""What keeps those from calling too much who have no row of their own: one of a site's many visitors."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from shareai_cms.models import Usage


class Guard(Protocol):
    """Asked on the road of a call, in this order."""

    def resting_until(self) -> datetime | None:
        """Until when they may start no other, having stopped too many before the first word; None for no rest."""

    def check(self, usage: Usage) -> None:
        """The units are held and nothing was sent: what this raises gives them back and ends the call."""

    def note_stop(self) -> None:
        """They have stopped one before its first word."""
