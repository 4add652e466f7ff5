"""From a provider's news to units: idempotent, in any order, from a webhook, the return page or a look.

The news is kept first: the refund as a row, the payment as the state ``paid``. Then the grants are brought
to what all rows together say, in one transaction. A process that dies in between leaves a paid order that
the next message, look or page brings to its end.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils import timezone

from shareai_cms.errors import PaymentMismatch
from shareai_cms.metering import NEVER, Bought, book
from shareai_cms.metering.retry import patiently, refresh, rows
from shareai_cms.models import Order, OrderAdjustment, OrderUnits
from shareai_cms.topups import news
from shareai_cms.topups.providers.base import Adjusted, News, Paid, Status
from shareai_cms.topups.returns import Taken
from shareai_cms.topups.states import BOUGHT, State, move

log = logging.getLogger("shareai_cms.topups")

#: How far a refund or a dispute has gone.
RANKS = (Status.OPEN, Status.KEPT, Status.RETURNED)
#: News of a purchase is told again for so long, should a process have died before it had told.
RECENT = timedelta(days=1)
#: A look for units that are not booked yet, should this process die before they are.
SOON = timedelta(minutes=1)
#: The next look for a payment on its way.
LATER = timedelta(hours=1)


def hear(order: Order, said: News, *, now: datetime | None = None) -> None:
    """Keep what a provider says of an order, and book what follows from it.

    Raises ``PaymentMismatch`` for another sum or currency than the order's; nothing is booked then.
    """
    moment = now or timezone.now()
    _check(order, said)
    _note(order, said)
    adjusted = [each for each in said.adjustments if _keep(order, each, moment)]
    has_paid = said.paid == Paid.PAID and _mark_paid(order, moment)
    if not has_paid and said.paid is not None:
        _follow(order, said.paid, moment)
    refresh(order)
    if order.state in BOUGHT:
        fulfil(order, now=moment)
    for each in said.adjustments:
        news.adjusted(order, each.ref, is_new=each in adjusted)


def fulfil(order: Order, *, now: datetime | None = None) -> bool:
    """Bring the units of a paid order to where its money stands; whether they were booked for the first time.

    May be called at any time, any number of times, by any number of processes.
    """
    moment = now or timezone.now()
    contents = list(rows(OrderUnits).filter(order=order))
    is_first = False

    def decide() -> Sequence[Bought]:
        nonlocal is_first
        # Not forgotten where the connection broke at a commit that went through.
        is_first = move(order, State.FULFILLED, fulfilled_at=moment, next_look_at=None, problem="") or is_first
        refresh(order)
        return _bought(order, contents) if order.state == State.FULFILLED else ()

    book(order.wallet_id, [row.meter for row in contents], decide, now=moment)
    if is_first:
        log.info("order=%s event=fulfilled provider=%s", order.number, order.provider)
    if order.fulfilled_at is not None and moment - order.fulfilled_at < RECENT:
        news.paid(order, is_new=is_first)
    return is_first


def _bought(order: Order, contents: Sequence[OrderUnits]) -> list[Bought]:
    taken = Taken.of(list(rows(OrderAdjustment).filter(order=order)))
    total = order.total_minor or order.price_minor
    return [
        Bought(
            meter=row.meter,
            units=row.units,
            source_ref=f"order:{order.pk}:{row.meter}",
            taken_back=taken.units(row.units, total),
            is_frozen=taken.is_disputed,
            expires_at=_expiry(order),
            note=order.number,
        )
        for row in sorted(contents, key=lambda row: row.meter)
    ]


def _expiry(order: Order) -> datetime:
    # From the moment at which they could be used: a message that took a week must not cost a week.
    if order.expires_days is None or order.fulfilled_at is None:
        return NEVER
    return order.fulfilled_at + timedelta(days=order.expires_days)


def _check(order: Order, said: News) -> None:
    is_other = said.price_minor not in (None, order.price_minor) or said.currency not in ("", order.currency)
    if not is_other:
        return
    rows(Order).filter(pk=order.pk).update(problem=PaymentMismatch.code)
    log.error("order=%s event=mismatch provider=%s", order.number, order.provider)
    raise PaymentMismatch(f"order {order.number}: {said.price_minor} {said.currency}")


def _note(order: Order, said: News) -> None:
    """References and figures that the order does not have yet."""
    new = {"session_ref": said.session_ref, "payment_ref": said.payment_ref, "receipt_url": said.receipt_url}
    missing: dict[str, Any] = {name: value for name, value in new.items() if value and not getattr(order, name)}
    if said.total_minor and said.paid == Paid.PAID and order.total_minor is None:
        missing["total_minor"] = said.total_minor
    for name, value in missing.items():
        # Guarded, one by one: another process may know one of them already, and what it wrote stays.
        _write_once(order, name, value)
    if missing:
        refresh(order)


def _write_once(order: Order, name: str, value: Any) -> None:
    empty = Q(total_minor=None) if name == "total_minor" else Q(**{name: ""})
    patiently(lambda: rows(Order).filter(empty, pk=order.pk).update(**{name: value}))


def _keep(order: Order, said: Adjusted, now: datetime) -> bool:
    """Keep how a refund or dispute stands; whether that is new. Older news than the row's changes nothing."""
    new = OrderAdjustment(
        order=order,
        provider=order.provider,
        provider_ref=said.ref,
        kind=said.kind,
        status=said.status,
        amount_minor=said.amount_minor,
        as_of=said.as_of,
        created_at=now,
    )
    mine = rows(OrderAdjustment).filter(provider=order.provider, provider_ref=said.ref)
    if not mine.exists():
        try:
            patiently(lambda: new.save(force_insert=True))
        except IntegrityError:
            pass  # the same message in another process, or a later one
        else:
            return True
    return _update(mine.filter(order=order), said)


def _update(mine: QuerySet[OrderAdjustment], said: Adjusted) -> bool:
    # The latest news holds; of two in the same second the one that goes further. So their order does not matter.
    further = RANKS[RANKS.index(said.status) + 1 :]
    before = mine.filter(Q(as_of__lt=said.as_of) | (Q(as_of=said.as_of) & ~Q(status__in=(said.status, *further))))
    values = {"status": said.status, "as_of": said.as_of, "amount_minor": said.amount_minor}
    if patiently(lambda: before.exclude(status=said.status).update(**values)):
        return True
    patiently(lambda: before.filter(status=said.status).update(**values))
    return False


def _mark_paid(order: Order, now: datetime) -> bool:
    return move(order, State.PAID, paid_at=now, closed_at=None, problem="", next_look_at=now + SOON)


def _follow(order: Order, said: Paid, now: datetime) -> None:
    if said == Paid.PENDING:
        move(order, State.PENDING, closed_at=None, next_look_at=now + LATER)
    elif said == Paid.FAILED:
        is_new = move(order, State.FAILED, closed_at=now, next_look_at=None)
        if is_new:
            log.info("order=%s event=failed provider=%s", order.number, order.provider)
        if order.state == State.FAILED and order.closed_at is not None and now - order.closed_at < RECENT:
            news.failed(order, is_new=is_new)
    elif said == Paid.EXPIRED:
        move(order, State.EXPIRED, closed_at=now, next_look_at=None)
