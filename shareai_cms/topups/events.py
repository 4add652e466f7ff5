"""Webhooks: a message is verified, stored, and only then acted upon; a duplicate does nothing and is a success."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import F, Q
from django.utils import timezone

from shareai_cms.errors import CheckoutOff, PaymentMismatch, ProviderBadReply, ShareAIError
from shareai_cms.metering.retry import patiently, refresh, rows
from shareai_cms.models import Order, PaymentEvent
from shareai_cms.topups.fulfilment import hear
from shareai_cms.topups.providers import BaseProvider, Event, News, provider_named

log = logging.getLogger("shareai_cms.topups")

#: Tries of one message, with pauses that double from the first one up to the longest: about three days.
MOST_TRIES = 20
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
#: Another process that has just taken a message is left alone with it.
BUSY = timedelta(seconds=60)
#: Bodies hold buyers' addresses. The messages' names stay, so that an old one is still known when it is sent again.
KEPT = timedelta(days=90)


def receive(provider: BaseProvider, body: bytes, headers: Mapping[str, str]) -> PaymentEvent:
    """Take a message in. Raises ``ForgedWebhook``, or whatever keeps it from being acted upon.

    After such an error the message is stored, the provider may send it again, and ``retry_events`` tries it
    again, too.
    """
    return take_in(provider, provider.verify(body, headers))


def take_in(provider: BaseProvider, event: Event) -> PaymentEvent:
    """Store a message that is known to be the provider's, and act upon it unless that was done before."""
    row = _store(provider, event)
    if not row.body and row.state == PaymentEvent.State.FAILED:
        row.body = event.body  # emptied since, and here it is again
        patiently(lambda: rows(PaymentEvent).filter(pk=row.pk).update(body=event.body))
    if row.state in (PaymentEvent.State.RECEIVED, PaymentEvent.State.FAILED):
        process(row, provider, event)
    return row


def process(row: PaymentEvent, provider: BaseProvider, event: Event) -> None:
    """Act upon a stored message and note what came of it; raises what goes wrong, after noting it."""
    moment = timezone.now()
    try:
        if missing := provider.problem():
            # Not set up, it may take what is ours for somebody else's.
            raise CheckoutOff(missing)  # noqa: TRY301  noted below like any other
        said = provider.read(event)
        order = find_order(provider, said) if said is not None else None
        if said is not None and order is not None:
            hear(order, said)
    except Exception as error:
        _note_failure(row, error, moment)
        raise
    state = PaymentEvent.State.PROCESSED if order is not None else PaymentEvent.State.IGNORED
    values = {"state": state, "order": order, "error": "", "processed_at": timezone.now(), "next_try_at": None}
    if order is None:
        values["body"] = ""  # another site's buyers are none of our business
    patiently(lambda: rows(PaymentEvent).filter(pk=row.pk).update(attempts=F("attempts") + 1, **values))
    log.info("event=%s provider=%s type=%s state=%s", row.event_id, row.provider, row.type, state)
    refresh(row)


def retry_events(*, now: datetime | None = None, most: int = 100, every_event: bool = False) -> tuple[int, int]:
    """Try the messages again that are due: how many there were, and how many failed again.

    ``every_event`` tries all that may still do better, due or not.
    """
    moment = now or timezone.now()
    failed_before = Q(state=PaymentEvent.State.FAILED, next_try_at__isnull=False)
    wanted = Q(next_try_at__lte=moment) | failed_before if every_event else Q(next_try_at__lte=moment)
    due = rows(PaymentEvent).filter(wanted).order_by("next_try_at")[:most]
    tried = failed = 0
    for row in patiently(lambda: list(due)):
        tried += 1
        try:
            _try_again(row, moment)
        except (OperationalError, InterfaceError):
            raise  # the database itself, which the others would meet too
        except Exception:  # noqa: BLE001  noted with the message, and no reason to leave the others
            failed += 1
    return tried, failed


def _try_again(row: PaymentEvent, now: datetime) -> None:
    provider = provider_named(row.provider)
    if provider is None or not row.body:
        # No longer configured, or emptied: it waits behind the others, and ends like them.
        error = LookupError("nobody to read it, or nothing to read")
        _note_failure(row, error, now)
        raise error
    process(row, provider, stored_event(row))


def stored_event(row: PaymentEvent) -> Event:
    """The message as it was verified when it came."""
    return Event(id=row.event_id, type=row.type, body=row.body, data=json.loads(row.body))


def erase_bodies(*, now: datetime | None = None) -> int:
    """Empty the bodies of old messages that are done with; how many."""
    old = rows(PaymentEvent).filter(received_at__lt=(now or timezone.now()) - KEPT, next_try_at__isnull=True)
    return patiently(lambda: old.exclude(body="").update(body=""))


def find_order(provider: BaseProvider, said: News) -> Order | None:
    """The order that a message is about, by any name that it gives; None for one of another site."""
    mine = rows(Order).filter(provider=provider.slug).select_related("account", "wallet")
    names = {"session_ref": said.session_ref, "number": said.number, "payment_ref": said.payment_ref}
    for name, value in names.items():
        found = patiently(mine.filter(**{name: value}).first) if value else None
        # A number of ours that somebody put into a session that we did not make is not that order.
        if found is not None and (not said.session_ref or found.session_ref in ("", said.session_ref)):
            return found
    return None


def _store(provider: BaseProvider, event: Event) -> PaymentEvent:
    moment = timezone.now()
    new = PaymentEvent(
        provider=provider.slug,
        event_id=event.id,
        type=event.type,
        body=event.body,
        received_at=moment,
        # Due by itself, should this process die before it has acted.
        next_try_at=moment + BUSY,
    )
    known = rows(PaymentEvent).filter(provider=provider.slug, event_id=event.id)
    found = patiently(known.first)
    if found is not None:
        return found
    try:
        patiently(lambda: new.save(force_insert=True))
    except IntegrityError:
        return patiently(known.get)
    return new


def _note_failure(row: PaymentEvent, error: Exception, now: datetime) -> None:
    """Keep the error's class and code, never its text; a message that can never be used is not tried again."""
    attempts = row.attempts + 1
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    is_hopeless = attempts >= MOST_TRIES or not is_worth_retrying(error)
    values = {
        "state": PaymentEvent.State.FAILED,
        "error": code_of(error),
        "next_try_at": None if is_hopeless else now + pause,
    }
    still = rows(PaymentEvent).filter(pk=row.pk).exclude(state=PaymentEvent.State.PROCESSED)
    patiently(lambda: still.update(attempts=F("attempts") + 1, **values))
    log.error("event=%s provider=%s type=%s error=%s", row.event_id, row.provider, row.type, values["error"])


def code_of(error: Exception) -> str:
    """What an error is, without its text: that may hold content."""
    code = f" {error.code}" if isinstance(error, ShareAIError) else ""
    return f"{type(error).__name__}{code}"[:255]


def is_worth_retrying(error: Exception) -> bool:
    """Whether the same message may do better later. One that does not fit its order never will."""
    return not isinstance(error, PaymentMismatch | ProviderBadReply)
