"""What a lost webhook would have said: open orders are asked for, lists of events read, failed messages tried again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.utils import timezone

from shareai_cms.errors import ShareAIError
from shareai_cms.metering.retry import patiently, refresh, rows
from shareai_cms.models import Feed, Order, SiteAccount
from shareai_cms.topups.events import code_of, retry_events, take_in
from shareai_cms.topups.fulfilment import fulfil, hear
from shareai_cms.topups.providers import BaseProvider, Event, configured, provider_named
from shareai_cms.topups.states import ABANDONED, BOUGHT, ENDED, LONGEST, State, move

log = logging.getLogger("shareai_cms.topups")

#: Pauses between two looks at an order, the last one from then on.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 10, 30, 60, 180, 360))
#: Beyond the end of the payment page: nobody can pay there any more.
GRACE = timedelta(hours=2)
#: Looked at in one run.
MOST_ORDERS = 1_000


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one run has found out about one order."""

    number: str
    provider: str
    before: str
    after: str
    #: The code of the error that the question ended with, empty after an answer.
    error: str = ""


@dataclass(kw_only=True)
class Reconciled:
    """What one run has found."""

    looked: int = 0
    #: Each of them, in the order of asking.
    orders: list[Seen] = field(default_factory=list)
    fulfilled: int = 0
    events: int = 0
    failed: int = 0
    has_more: bool = False


def reconcile(
    *, now: datetime | None = None, goes_on: Callable[[], bool] = lambda: True, every_order: bool = False
) -> Reconciled:
    """Ask the providers for everything that is due; one that is down does not stop the others.

    ``every_order`` asks for all that may still change, and tries all messages that may still do better, due or
    not.
    """
    done = Reconciled()
    done.events, done.failed = retry_events(now=now, every_event=every_order)
    for provider in configured():
        if goes_on() and _has_sold(provider):
            _read_lists(provider, done, now or timezone.now(), goes_on)
    due = _due(now or timezone.now(), every_order=every_order)
    done.has_more = not every_order and len(due) == MOST_ORDERS
    for order in due:
        if not goes_on():
            done.has_more = True
            break
        _look_at(order, done, now)
    return done


def _look_at(order: Order, done: Reconciled, now: datetime | None) -> None:
    before, problem = order.state, ""
    done.looked += 1
    try:
        done.fulfilled += look(order, now=now)
    except (OperationalError, InterfaceError):
        raise  # the database itself, which the others would meet too
    except Exception as error:  # noqa: BLE001  one order that cannot be looked at does not stop the others
        done.failed += 1
        problem = error.code if isinstance(error, ShareAIError) else type(error).__name__
        log.warning("order=%s event=look error=%s", order.number, problem)
    done.orders.append(
        Seen(number=order.number, provider=order.provider, before=before, after=order.state, error=problem)
    )


def look(order: Order, *, now: datetime | None = None, is_scheduled: bool = True) -> bool:
    """Ask the provider how an order stands; whether its units were booked by this. Raises a ``ProviderError``.

    A look that a person asks for leaves the plan of those to come as it is.
    """
    moment = now or timezone.now()
    was_bought = order.state == State.FULFILLED
    if is_scheduled:
        _plan_next(order, moment)
    try:
        _ask(order, moment)
        is_answered = True
    except Exception:
        is_answered = False
        raise
    finally:
        if is_scheduled:
            _let_go(order, moment, is_answered=is_answered)
    return order.state == State.FULFILLED and not was_bought


def _ask(order: Order, now: datetime) -> None:
    provider = provider_named(order.provider)
    if order.state in BOUGHT:
        fulfil(order, now=now)
    elif provider is not None and provider.is_hosted and order.session_ref:
        hear(order, provider.look_up(order), now=now)


def is_waiting(since: datetime) -> bool:
    """Whether a payment has been waiting for a look since then: what managers are told where no worker is seen."""
    return rows(Order).filter(next_look_at__lt=since).exclude(state=State.CANCELLED).exists()


def _due(now: datetime, *, every_order: bool) -> list[Order]:
    waiting = rows(Order).select_related("account__wallet", "wallet")
    if every_order:
        may_change = waiting.exclude(state=State.FULFILLED).exclude(session_ref="", state__in=ENDED)
        return patiently(lambda: list(may_change.order_by("pk")))
    due = waiting.filter(next_look_at__lte=now).order_by("next_look_at", "pk")
    return patiently(lambda: list(due[:MOST_ORDERS]))


def _has_sold(provider: BaseProvider) -> bool:
    """Whether its list can hold anything for us. One that is not set up sells nothing, and a check says so."""
    return not provider.problem() and rows(Order).filter(provider=provider.slug).exists()


def _plan_next(order: Order, now: datetime) -> None:
    """Before the question: whatever becomes of it, it is asked again. ``_let_go`` ends that."""
    pause = PAUSES[min(order.looks, len(PAUSES) - 1)]
    mine = rows(Order).filter(pk=order.pk).exclude(state=State.FULFILLED)
    patiently(lambda: mine.update(looks=F("looks") + 1, next_look_at=now + pause))


def _let_go(order: Order, now: datetime, *, is_answered: bool) -> None:
    """Ask no more where nothing can come any more. What comes all the same becomes units."""
    refresh(order)
    is_over = now - order.created_at >= LONGEST
    if order.state == State.CREATED:
        is_over = now - order.created_at >= ABANDONED
    elif order.state in ENDED | {State.OPEN} and order.open_until is not None:
        # Only an answer tells that nobody has paid there before it closed.
        is_over = is_over or (is_answered and now >= order.open_until + GRACE)
    if order.state in BOUGHT or not (is_over or order.state in (State.FAILED, State.EXPIRED)):
        return
    move(order, State.EXPIRED, closed_at=now, next_look_at=None)
    patiently(lambda: rows(Order).filter(pk=order.pk, state__in=ENDED).update(next_look_at=None))
    refresh(order)


def _read_lists(provider: BaseProvider, done: Reconciled, now: datetime, goes_on: Callable[[], bool]) -> None:
    for name, account in provider.lists():
        try:
            _read_list(provider, f"{provider.slug} {name}".strip()[:64], account, done, now, goes_on)
        except (OperationalError, InterfaceError):
            raise  # the database itself, which the others would meet too
        except Exception as error:  # noqa: BLE001  one list that cannot be read does not keep back the orders
            done.failed += 1
            log.warning("provider=%s event=feed error=%s", provider.slug, code_of(error))


def _read_list(
    provider: BaseProvider,
    name: str,
    account: SiteAccount | None,
    done: Reconciled,
    now: datetime,
    goes_on: Callable[[], bool],
) -> None:
    """Read on in a list of messages, a page at a time; where it was read to is kept after each."""
    feed, _ = rows(Feed).get_or_create(provider=name)
    has_more = True
    while has_more and goes_on():
        found, has_more = provider.events(feed.last_event, account)
        for event in found:
            _take_in(provider, event, done)
        # The same page again would never end.
        has_more = has_more and bool(found) and found[-1].id != feed.last_event
        if found:
            feed.last_event = found[-1].id
        feed.read_at = now
        feed.save(update_fields=["last_event", "read_at"])


def _take_in(provider: BaseProvider, event: Event, done: Reconciled) -> None:
    done.events += 1
    try:
        take_in(provider, event)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001  noted with it, and tried again like one that was delivered
        done.failed += 1
