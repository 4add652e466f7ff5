"""Who is told of what has happened to an order: signals for the site, mails for people.

Called after the ledger has committed; nothing that goes wrong here touches units.
"""

from __future__ import annotations

from shareai_cms.models import Order, OrderAdjustment
from shareai_cms.signals import order_adjusted, order_fulfilled, payment_failed
from shareai_cms.topups import letters


def paid(order: Order, *, is_new: bool) -> None:
    """Its units are booked. Told again, it sends what a process that died has not sent, and nothing twice."""
    if is_new:
        order_fulfilled.send_robust(Order, order=order)
    letters.write(letters.PAID, order)


def failed(order: Order, *, is_new: bool) -> None:
    """The payment failed for good."""
    if is_new:
        payment_failed.send_robust(Order, order=order)
    letters.write(letters.FAILED, order)


def adjusted(order: Order, provider_ref: str, *, is_new: bool) -> None:
    """Money went back, is disputed, or stays after all."""
    row = OrderAdjustment.objects.filter(order=order, provider_ref=provider_ref).first()
    if row is None:
        return
    if is_new:
        order_adjusted.send_robust(Order, order=order, adjustment=row)
    if row.status == OrderAdjustment.Status.RETURNED and (is_new or not letters.is_written(order, row)):
        letters.write(letters.RETURNED, order, row)
