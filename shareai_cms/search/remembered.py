"""Questions that were asked before: their vectors, found by a keyed hash, and who is asking right now."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from shareai_cms.metering.retry import ledger_alias, patiently, rows
from shareai_cms.models import Generation, QueryVector, SiteAccount

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: A question that nobody has asked for so long is forgotten.
KEPT = timedelta(days=90)
#: Rows at most; beyond them the ones longest unused go.
MOST = 200_000
#: How often the last use is written down.
TOUCH = timedelta(days=1)
#: On top of what the call may take: for the ledger's part, and for clocks that differ.
LEASE_MARGIN = timedelta(seconds=2)
#: Seconds between two looks at what another asker does.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.02, 0.2
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the vector of one question is kept."""

    account: SiteAccount
    model: str
    dimensions: int
    digest: str

    @classmethod
    def of(cls, question: str, account: SiteAccount, generation: Generation) -> Place:
        digest = salted_hmac("shareai_cms.search.question", question, algorithm="sha256").hexdigest()
        return cls(account=account, model=generation.model, dimensions=generation.dimensions or 0, digest=digest)

    def read(self) -> NDArray[np.float32] | None:
        """The vector, if the question was answered before; one query."""
        import numpy as np

        row = patiently(self._mine().filter(vector__isnull=False).first)
        if row is None:
            return None
        data = bytes(row.vector or b"")
        if len(data) != 4 * self.dimensions:
            # Nobody could take the place of a broken vector.
            patiently(self._mine().delete)
            return None
        now = timezone.now()
        if row.used_at < now - TOUCH:
            patiently(lambda: self._mine().update(used_at=now))
        return np.frombuffer(data, dtype="<f4").astype(np.float32)

    def take(self, seconds: float) -> Lease | None:
        """Have the question to oneself for a call of so many seconds; None while somebody else has it."""
        now = timezone.now()
        until = now + timedelta(seconds=seconds) + LEASE_MARGIN
        free = self._mine().filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now), vector__isnull=True)
        if patiently(lambda: free.update(leased_until=until)) or patiently(lambda: self._insert(now, until)):
            return Lease(place=self, until=until)
        return None

    def _insert(self, now: datetime, until: datetime) -> bool:
        try:
            with transaction.atomic(using=ledger_alias()):
                rows(QueryVector).create(**self._key, leased_until=until, used_at=now)
        except IntegrityError:
            return False
        return True

    @property
    def _key(self) -> dict[str, object]:
        return {"account": self.account, "model": self.model, "dimensions": self.dimensions, "digest": self.digest}

    def _mine(self) -> QuerySet[QueryVector]:
        return rows(QueryVector).filter(**self._key)


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to ask; it ends by itself, so the question of a killed process is taken over."""

    place: Place
    until: datetime

    def keep(self, vector: NDArray[np.float32]) -> None:
        """The answer, for everybody who asks from now on."""
        data = vector.astype("<f4").tobytes()
        mine = self.place._mine()  # noqa: SLF001
        patiently(lambda: mine.update(vector=data, leased_until=None, used_at=timezone.now()))

    def end(self) -> None:
        """Nothing came of it: the next one may ask."""
        mine = self.place._mine().filter(leased_until=self.until, vector__isnull=True)  # noqa: SLF001
        patiently(mine.delete)


def pauses(until: float) -> Iterator[bool]:
    """Wait a little longer each time, until the moment of ``time.monotonic``."""
    pause = SHORTEST_PAUSE
    while (remaining := until - time.monotonic()) > 0:
        time.sleep(min(random.uniform(pause / 2, pause), remaining))  # noqa: S311  jitter, no secret
        pause = min(pause * 1.5, LONGEST_PAUSE)
        yield True


def purge(goes_on: Callable[[], bool], *, now: datetime | None = None) -> tuple[int, bool]:
    """Forget questions that nobody asks any more: how many, and whether there are more."""
    moment = now or timezone.now()
    total = rows(QueryVector).count()
    forgotten = 0
    while goes_on():
        found = list(rows(QueryVector).order_by("used_at").values_list("pk", "used_at")[:BATCH])
        surplus = total - forgotten - MOST
        gone = [pk for place, (pk, used) in enumerate(found) if place < surplus or used < moment - KEPT]
        if not gone:
            return forgotten, False
        forgotten += rows(QueryVector).filter(pk__in=gone).delete()[0]
    return forgotten, True
