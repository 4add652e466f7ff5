"""What was searched for, kept for the report: no address and no person, and the words only for a while."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from shareai_cms.conf import conf
from shareai_cms.marketplace.text import clean
from shareai_cms.metering.retry import ledger_alias, rows
from shareai_cms.models import SearchLog
from shareai_cms.search.limits import count
from shareai_cms.search.reasons import Reason
from shareai_cms.search.results import Asker, Outcome, Query

log = logging.getLogger("shareai_cms.search")

#: As the column has it.
CHARACTERS = 200
#: Rows are deleted after these, so that a month can be held against the same month of the year before.
ROW_DAYS = 400
#: Rows of one account in a minute and in a day. A site that is searched more is reported by what fits in.
MOST_A_MINUTE, MOST_A_DAY = 600, 50_000
#: Rows that one statement changes.
BATCH = 1_000

# Control characters, and marks that make a text read otherwise than it is stored.
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]+")


def record(asker: Asker, query: Query, outcome: Outcome, results: int, duration_ms: int) -> None:
    """Write one search down.

    Never raises: a row that cannot be written is lost, and the search goes on. Searches beyond ``SEARCH_RATE`` are
    not written, so that a flood from one address fills no table, nor what is beyond the most rows of an account.
    """
    if not asker.is_logged or outcome.reason == Reason.RATE or not _is_room(asker):
        return
    row = _row(asker, query, outcome, results, duration_ms)
    try:
        # A savepoint where the caller is in a transaction, which a failure here must not spoil.
        with transaction.atomic(using=ledger_alias()):
            row.save(using=ledger_alias(), force_insert=True)
    except (DatabaseError, InterfaceError, ValueError) as error:
        log.warning("search=unwritten account=%s error=%s", asker.account.pk, type(error).__name__)


def erase(*, before: datetime, goes_on: Callable[[], bool] = lambda: True) -> tuple[int, bool]:
    """Empty the words of searches made before a moment; how many, and whether there are more."""
    erased = 0
    while oldest := _batch(_worded(before)):
        if not goes_on():
            return erased, True
        erased += rows(SearchLog).filter(pk__in=oldest).update(text="", corrected="")
    return erased, False


def delete(*, before: datetime, goes_on: Callable[[], bool] = lambda: True) -> tuple[int, bool]:
    """Delete the searches made before a moment; how many, and whether there are more."""
    deleted = 0
    while oldest := _batch(rows(SearchLog).filter(created_at__lt=before)):
        if not goes_on():
            return deleted, True
        deleted += rows(SearchLog).filter(pk__in=oldest).delete()[0]
    return deleted, False


def is_waiting(before: datetime) -> bool:
    """Whether a search of before that moment still has its words."""
    return _worded(before).exists()


def cleaned(text: str) -> str:
    """Words as they are kept: one line without hidden characters, at most as long as the column."""
    # Cut first: nobody needs ten thousand characters looked at, and squeezing never makes a text longer.
    shown = _HIDDEN.sub(" ", clean(text[: CHARACTERS * 4]))
    return " ".join(shown.split())[:CHARACTERS].rstrip()


def _is_room(asker: Asker) -> bool:
    account = str(asker.account.pk)
    if asker.client and count("search-log-client", of=f"{account} {asker.client}", seconds=60) > conf.search_rate:
        return False
    if count("search-log-minute", of=account, seconds=60) > MOST_A_MINUTE:
        return False
    return count("search-log-day", of=account, seconds=86_400) <= MOST_A_DAY


def _row(asker: Asker, query: Query, outcome: Outcome, results: int, duration_ms: int) -> SearchLog:
    is_by_meaning = outcome.reason is None and query.by_meaning
    keeps_words = conf.search_query_days > 0
    corrected = outcome.text if outcome.corrected_from else ""
    return SearchLog(
        account=asker.account,
        created_at=timezone.now(),
        text=cleaned(query.text) if keeps_words else "",
        corrected=cleaned(corrected) if keeps_words else "",
        language=cleaned(query.language)[:35],
        surface=asker.surface[:16],
        mode=SearchLog.Mode.MEANING if is_by_meaning else SearchLog.Mode.KEYWORDS,
        reason=outcome.reason or "",
        is_cached=outcome.is_cached,
        results=max(0, results),
        best_cosine=outcome.best_cosine,
        units=max(0, outcome.units),
        duration_ms=max(0, duration_ms),
    )


def _worded(before: datetime) -> QuerySet[SearchLog]:
    return rows(SearchLog).filter(created_at__lt=before).exclude(text="")


def _batch(found: QuerySet[SearchLog]) -> list[int]:
    return list(found.order_by("created_at").values_list("pk", flat=True)[:BATCH])
