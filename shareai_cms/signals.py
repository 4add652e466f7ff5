"""Signals for sites that want to follow the AI actions; receivers run after the ledger has committed."""

from __future__ import annotations

from django.dispatch import Signal

#: An action delivered its result. Arguments: ``usage`` (the settled row), ``suggestion``, ``allowance`` (what is left).
action_delivered = Signal()

#: An action delivered nothing and cost nothing. Arguments: ``usage`` (the released row), ``error``.
action_failed = Signal()

#: An editor took a suggestion over into the form. Arguments: ``suggestion``, ``user``.
suggestion_accepted = Signal()

#: A wallet's new period has begun on one meter. Arguments: ``wallet_id``, ``meter``, ``period``.
period_began = Signal()

#: The live site answers at another address, and its AI waits for an answer. Arguments: ``account``, ``address``.
address_changed = Signal()

#: A duty of the background work raised an error. Arguments: ``name``, ``error``, ``failures`` in a row.
duty_failed = Signal()

#: Units that were bought are booked. Arguments: ``order``.
order_fulfilled = Signal()

#: The payment of an order failed for good. Arguments: ``order``.
payment_failed = Signal()

#: Money of an order went back, is disputed, or stays after all. Arguments: ``order``, ``adjustment``.
order_adjusted = Signal()

#: A meter's use has reached a threshold, the highest where several were passed at once. Arguments: ``alert``.
threshold_reached = Signal()
