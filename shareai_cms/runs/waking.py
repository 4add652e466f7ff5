"""Who is told that there is something to do, and runs that go on by themselves after a top-up."""

from __future__ import annotations

from typing import Any

from shareai_cms import metering
from shareai_cms.errors import AllowanceExhausted
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Order, Run
from shareai_cms.runs import tasks
from shareai_cms.signals import order_fulfilled


def wake(run: Run | None = None) -> None:
    """Tell the site's own task queue, where it has one; ``shareai_work`` looks by itself every second."""


def hear_order(order: Order, **_: Any) -> None:
    """Units were bought: the wallet's runs that had none left go on."""
    out = (
        rows(Run)
        .filter(state=Run.State.OUT, error_code=AllowanceExhausted.code, account__wallet=order.wallet_id)
        .select_related("account__wallet")
    )
    for run in patiently(lambda: list(out)):
        go_on(run)


def go_on(run: Run) -> bool:
    """Let a run go on that is out of units, if there are enough for one object again."""
    try:
        task = tasks.get(run.task)
    except KeyError:
        return False
    if metering.allowance_of(run.account, task.action.meter).available < task.units(run.route):
        return False
    out = rows(Run).filter(pk=run.pk, state=Run.State.OUT)
    if not patiently(lambda: out.update(state=Run.State.RUNNING, error_code="")):
        return False
    wake(run)
    return True


def connect() -> None:
    """Called once, when the app is ready."""
    order_fulfilled.connect(hear_order, dispatch_uid="shareai_cms.runs.waking")
