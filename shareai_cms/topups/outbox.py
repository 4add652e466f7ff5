"""Mails on their way: a letter is kept first, sent after the commit, and tried again while the mail server is away.

A sender takes a letter by moving its next try ahead, so no two processes send it. Only a process that is
killed between the mail server's yes and its own note leaves it to be sent again, under the same Message-ID.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from smtplib import SMTPConnectError, SMTPException, SMTPServerDisconnected

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shareai_cms.metering.retry import ledger_alias, patiently, rows
from shareai_cms.models import Letter
from shareai_cms.topups.mails import OutOfDate, message_of

log = logging.getLogger("shareai_cms.topups")

#: Pauses double from the first one up to the longest. The first is longer than any sending takes.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=3)
#: Seconds that the one who has caused a mail may be kept with sending it; the worker sends the rest.
AT_ONCE_SECONDS = 2.0
#: Seconds for which nobody is kept with a mail server that was away.
AWAY_SECONDS = 60
_AWAY = "shareai_cms.topups:mail_server_away"
#: Letters of one turn.
MOST = 500


class Outcome(Enum):
    """What came of one try."""

    SENT = "sent"
    #: Another process has it, or it is not due.
    NOT_MINE = "not_mine"
    FAILED = "failed"
    OUT_OF_DATE = "out_of_date"
    #: The mail server itself, which the other letters would meet too.
    AWAY = "away"


def put(letters: Sequence[Letter]) -> int:
    """Keep letters whose references are new, and send them after the commit; how many were new."""
    references = [letter.reference for letter in letters]
    mine = rows(Letter).filter(reference__in=references)
    known = set(patiently(lambda: list(mine.values_list("reference", flat=True))))
    new = [letter for letter in letters if letter.reference not in known]
    if new:
        # Another process may keep the same ones at this moment.
        patiently(lambda: rows(Letter).bulk_create(new, ignore_conflicts=True))
        wanted = [letter.reference for letter in new]
        transaction.on_commit(partial(send_at_once, wanted), using=ledger_alias(), robust=True)
    return len(new)


def send_at_once(references: Iterable[str]) -> None:
    """Try to send letters that were just kept. Raises nothing: what is not sent now is sent by the worker."""
    ends_at = time.monotonic() + AT_ONCE_SECONDS
    try:
        if cache.get(_AWAY):
            return
        mine = rows(Letter).filter(reference__in=list(references), next_try_at__isnull=False).order_by("pk")
        for pk in list(mine.values_list("pk", flat=True)):
            if time.monotonic() >= ends_at or send(pk) == Outcome.AWAY:
                break
    except Exception as error:  # noqa: BLE001  whoever has caused the mail must not hear of it
        log.warning("event=mails_left error=%s", type(error).__name__)


def send_due(*, now: datetime | None = None, goes_on: Callable[[], bool] = lambda: True) -> tuple[int, bool]:
    """Send the letters that are due: how many were sent, and whether there are more."""
    due = rows(Letter).filter(next_try_at__lte=now or timezone.now()).order_by("next_try_at", "pk")
    found = patiently(lambda: list(due.values_list("pk", flat=True)[:MOST]))
    sent = 0
    for pk in found:
        if not goes_on():
            return sent, True
        outcome = send(pk, now=now)
        if outcome == Outcome.AWAY:
            return sent, False
        sent += outcome == Outcome.SENT
    return sent, len(found) == MOST


def is_waiting(since: datetime) -> bool:
    """Whether a letter has been due since then: what managers are told where no worker is seen."""
    return rows(Letter).filter(next_try_at__lt=since).exists()


def send(pk: int, *, now: datetime | None = None) -> Outcome:
    """Try one letter, unless another process has it."""
    letter = take(pk, now=now)
    if letter is None:
        return Outcome.NOT_MINE
    try:
        message_of(letter).send()
    except OutOfDate:
        return _close(letter, Outcome.OUT_OF_DATE, now)
    except Exception as error:  # noqa: BLE001  mail backends raise what they like, and texts that do not fit them do, too
        return _note_failure(letter, error, now or timezone.now())
    return _close(letter, Outcome.SENT, now)


def take(pk: int, *, now: datetime | None = None) -> Letter | None:
    """Take a letter that is due, for nobody else to send meanwhile; None where it is not due, or taken."""
    moment = now or timezone.now()
    letter = patiently(rows(Letter).filter(pk=pk, next_try_at__lte=moment).first)
    if letter is None:
        return None
    same = rows(Letter).filter(pk=pk, next_try_at=letter.next_try_at)
    pause = min(FIRST_PAUSE * 2 ** min(letter.attempts, 20), LONGEST_PAUSE)
    if not patiently(lambda: same.update(next_try_at=moment + pause, attempts=F("attempts") + 1)):
        return None
    letter.attempts += 1
    return letter


def _close(letter: Letter, outcome: Outcome, now: datetime | None) -> Outcome:
    is_sent = outcome == Outcome.SENT
    values: dict[str, object] = {"to": "", "next_try_at": None, "error": "" if is_sent else outcome.value}
    values["sent_at"] = (now or timezone.now()) if is_sent else None
    patiently(lambda: rows(Letter).filter(pk=letter.pk).update(**values))
    log.info("letter=%d kind=%s event=%s attempts=%d", letter.pk, letter.kind, outcome.value, letter.attempts)
    return outcome


def _note_failure(letter: Letter, error: Exception, now: datetime) -> Outcome:
    """Keep the error's class, never its text: mail servers name the address in it."""
    name = type(error).__name__
    values: dict[str, object] = {"error": name[:255]}
    is_over = now - letter.created_at > GIVEN_UP_AFTER
    if is_over:
        values |= {"next_try_at": None, "to": ""}
    patiently(lambda: rows(Letter).filter(pk=letter.pk).update(**values))
    event = "given_up" if is_over else "not_sent"
    log.warning("letter=%d kind=%s event=%s attempts=%d error=%s", letter.pk, letter.kind, event, letter.attempts, name)
    if not _is_away(error):
        return Outcome.FAILED
    cache.set(_AWAY, True, AWAY_SECONDS)
    return Outcome.AWAY


def _is_away(error: Exception) -> bool:
    """Whether there is no mail server to talk to; its other answers are about one letter."""
    if isinstance(error, SMTPConnectError | SMTPServerDisconnected):
        return True
    return isinstance(error, OSError) and not isinstance(error, SMTPException)
