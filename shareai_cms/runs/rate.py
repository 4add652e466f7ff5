"""How many calls an account may still have this minute; ``RUN_RATE`` says how many in all."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from shareai_cms.conf import conf
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Usage

WINDOW = timedelta(minutes=1)


def room(account: int, *, now: datetime | None = None) -> int | None:
    """Calls that may still be begun, those of editors counted in; below 0 where it was exceeded, None for no limit."""
    rate = conf.run_rate
    if rate is None:
        return None
    # What is held may be sent at any moment; of what has ended, that which was sent.
    sent = Q(state=Usage.State.HELD) | Q(attempts__gt=0)
    lately = rows(Usage).filter(sent, account=account, created_at__gt=(now or timezone.now()) - WINDOW)
    return rate - patiently(lately.count)
