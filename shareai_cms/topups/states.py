"""The states of an order and the ways between them: a guarded UPDATE, whose row count decides.

::

    created ──→ open ──→ pending ──→ paid ──→ fulfilled
       └─────────┴──────────┴──→ failed | expired | cancelled ──→ paid   (late money)
                                             └─────────┴────────→ pending
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Order

State = Order.State

#: Payments on their way and by hand: bank debits take up to two weeks, people longer.
LONGEST = timedelta(days=30)
#: An order that never got a payment page was given up by its buyer.
ABANDONED = timedelta(hours=24)
#: Somebody may still pay.
OPEN_STATES = frozenset({State.CREATED, State.OPEN})
#: Ended without money.
ENDED = frozenset({State.FAILED, State.EXPIRED, State.CANCELLED})
#: The money is there.
BOUGHT = frozenset({State.PAID, State.FULFILLED})

_BEFORE: dict[str, frozenset[str]] = {
    State.OPEN: frozenset({State.CREATED}),
    # Cancelled or closed by us while the buyer was paying.
    State.PENDING: OPEN_STATES | {State.CANCELLED, State.EXPIRED},
    State.PAID: OPEN_STATES | {State.PENDING} | ENDED,
    State.FULFILLED: frozenset({State.PAID}),
    State.FAILED: OPEN_STATES | {State.PENDING},
    State.EXPIRED: OPEN_STATES | {State.PENDING},
    State.CANCELLED: OPEN_STATES,
}


def move(order: Order, state: str, **values: Any) -> bool:
    """Move the order on, with other columns along; False where it is somewhere that no way leads from."""
    from_here = rows(Order).filter(pk=order.pk, state__in=_BEFORE[state])
    if not patiently(lambda: from_here.update(state=state, **values)):
        return False
    order.state = state
    for name, value in values.items():
        setattr(order, name, value)
    return True
