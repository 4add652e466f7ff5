"""What keeps questions from costing too much: a rate per client, a cap per day, a rest after failures.

Rate and rest live in Django's cache. Where that is broken or keeps nothing they do not hold, and the cap does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from datetime import time as time_of_day
from http import HTTPStatus
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Sum
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.conf import conf
from shareai_cms.errors import AllowanceExhausted, MarketplaceError, OutputRefused, RequestRejected, ShareAIError
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import SiteAccount, Usage
from shareai_cms.permissions import VISITOR, Actor
from shareai_cms.search.limits import is_within
from shareai_cms.search.reasons import Reason
from shareai_cms.search.results import Asker

log = logging.getLogger("shareai_cms.search")
T = TypeVar("T")

METER = "searches"
#: Usage names nobody who reads a site.
ANYBODY = Actor(kind=VISITOR, reference="")
#: Seconds.
MINUTE = 60
#: Failures in a row after which nobody asks for a while.
FAILURES = 3
#: Seconds: how long they count as being in a row, and how long the rest is.
IN_A_ROW, REST = 120, 30
#: Statuses that refuse a text and say nothing of the marketplace.
OF_TEXT = frozenset(
    (
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
    )
)


class DailyCapReachedError(AllowanceExhausted):
    """``SEARCH_DAILY_CAP`` units were counted or held since midnight."""


def why_not(asker: Asker) -> Reason | None:
    """The reason for which a new question is not asked now."""
    if _is_resting(asker.account):
        return Reason.MARKETPLACE
    if asker.client and not is_within(conf.search_rate, "question", of=asker.client, seconds=MINUTE):
        return Reason.RATE
    if units_today(asker.account) + asker.keeps >= conf.search_daily_cap:
        return Reason.DAILY_CAP
    return Reason.NO_UNITS if asker.keeps and left_for(asker) <= asker.keeps else None


def check_room(asker: Asker) -> None:
    """Refuse while nothing was taken: ``asker.keeps`` units are needed in any case. Raises ``AllowanceExhausted``."""
    if left_for(asker) < asker.keeps:
        raise AllowanceExhausted(f"{asker.keeps} {METER} needed")
    if units_today(asker.account) + asker.keeps > conf.search_daily_cap:
        raise DailyCapReachedError(f"SEARCH_DAILY_CAP of {conf.search_daily_cap} leaves no room for {asker.keeps}")


def left_for(asker: Asker) -> int:
    return metering.within_budgets(asker.account, METER, asker.actor or ANYBODY)


def check_cap(usage: Usage) -> None:
    """Once the units are held: of many who saw room for one more, no more than fit in go on.

    Exact, since the balance is locked before a hold gets its number: every lower number is committed.
    """
    if units_today(usage.account, up_to=usage.pk) > conf.search_daily_cap:
        raise DailyCapReachedError(f"SEARCH_DAILY_CAP of {conf.search_daily_cap} reached")


def units_today(account: SiteAccount, *, up_to: int | None = None, now: datetime | None = None) -> int:
    """Units of searches counted or held since midnight of the wallet's own time zone."""
    zone = _zone(account.wallet.time_zone)
    today = (now or timezone.now()).astimezone(zone).date()
    midnight = datetime.combine(today, time_of_day.min, tzinfo=zone)
    kept = (Usage.State.HELD, Usage.State.SETTLED)
    mine = rows(Usage).filter(account=account, created_at__gte=midnight, meter=METER, state__in=kept)
    if up_to is not None:
        mine = mine.filter(pk__lte=up_to)
    return patiently(lambda: mine.aggregate(units=Sum("units"))["units"] or 0)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a machine that does not know the zone still has days
        return UTC


def note_failure(account: SiteAccount, error: ShareAIError) -> None:
    """Count a failure of the marketplace; after some in a row nobody asks for a while."""
    if not _is_anybodys(error):
        return
    name = _name("failures", account)
    _cached(lambda: cache.add(name, 0, IN_A_ROW), None)
    failures = _cached(lambda: cache.incr(name), 0)
    if failures >= FAILURES:
        _cached(lambda: cache.set(_name("rest", account), True, REST), None)
        log.warning("event=rest account=%s code=%s wait_s=%d", account.pk, error.code, REST)


def _is_anybodys(error: ShareAIError) -> bool:
    """Whether another question would fail as well: a few odd ones of one visitor must not silence all others."""
    if isinstance(error, RequestRejected) and error.status in OF_TEXT:
        return False
    return isinstance(error, MarketplaceError | OutputRefused)


def note_success(account: SiteAccount) -> None:
    _cached(lambda: cache.delete_many([_name("failures", account), _name("rest", account)]), None)


def _is_resting(account: SiteAccount) -> bool:
    return bool(_cached(lambda: cache.get(_name("rest", account)), None))


def _name(what: str, account: SiteAccount) -> str:
    return f"shareai_cms.search.{what}:{account.pk}"


def _cached(work: Callable[[], T], otherwise: T) -> T:
    """What the cache says, or ``otherwise`` where it fails: each backend has errors of its own."""
    try:
        return work()
    except Exception:  # noqa: BLE001
        return otherwise
