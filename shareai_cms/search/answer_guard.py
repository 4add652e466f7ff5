"""What keeps one visitor's answers from costing too much: their rate, a rest after early stops, the cap of the day."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from shareai_cms.actions.answers import ANSWER
from shareai_cms.conf import conf
from shareai_cms.errors import TooManySearches
from shareai_cms.metering import EARLY_CANCELS
from shareai_cms.models import Usage
from shareai_cms.search.guards import check_cap
from shareai_cms.search.limits import count, counted, is_within

#: Seconds.
MINUTE, STOPS_WINDOW = 60, 600
_ANSWER, _STOP = "answer", "answer-stop"


class AnswerGuard:
    """One visitor, told from others as the rate of searches does; see ``actions.guard``."""

    def __init__(self, client: str) -> None:
        self._client = client

    def check_rate(self) -> None:
        """An answer weighs as much as the searches that it costs; raises ``TooManySearches``."""
        most = max(1, conf.search_rate // ANSWER.units)
        if self._client and not is_within(most, _ANSWER, of=self._client, seconds=MINUTE):
            raise TooManySearches(f"more than {most} answers a minute", retry_after=MINUTE)

    def resting_until(self) -> datetime | None:
        if not self._client or counted(_STOP, of=self._client, seconds=STOPS_WINDOW) < EARLY_CANCELS:
            return None
        begin = time.time() // STOPS_WINDOW * STOPS_WINDOW
        return datetime.fromtimestamp(begin + STOPS_WINDOW, tz=UTC)

    def check(self, usage: Usage) -> None:
        check_cap(usage)

    def note_stop(self) -> None:
        if self._client:
            count(_STOP, of=self._client, seconds=STOPS_WINDOW)
