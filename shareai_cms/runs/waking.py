"""Who is told that there is something to do, and runs that go on by themselves after a top-up."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.errors import AllowanceExhausted
from shareai_cms.errors.places import place_of
from shareai_cms.metering.retry import ledger_alias, patiently, rows
from shareai_cms.models import Duty, Order, Run, RunItem, SiteAccount
from shareai_cms.runs import tasks

log = logging.getLogger("shareai_cms.runs")

#: The row of ``Duty`` that counts the chains of turns, each of which asks for its next turn itself.
CHAINS = "runs-queue"
#: Seconds that a turn waits in its own thread where its queue can defer nothing.
PAUSE = 10.0
#: Backends that run a task at once, in the web server's own process, or never.
_NO_QUEUE = frozenset({"immediate", "dummy"})


def wake() -> None:
    """Tell the site's own task queue, where it has one; ``shareai_work`` looks by itself every second."""
    if queue() is not None:
        transaction.on_commit(begin_chain, using=ledger_alias(), robust=True)


def queue() -> Any:
    """The site's task backend if it works in the background, else None."""
    name = next((each for each in ("django.tasks", "django_tasks") if _exists(each)), "")
    if not name:
        return None
    try:
        backend = import_module(name).task_backends["default"]
    except Exception as error:  # noqa: BLE001  the site's own settings: a run goes on without its queue
        log.warning("event=not_woken error=%s", place_of(error))
        return None
    return None if type(backend).__module__.rpartition(".")[2] in _NO_QUEUE else backend


def begin_chain() -> None:
    """Begin a chain of turns. It takes the place of the one before, which may have been lost with its worker."""
    chain = patiently(_count_up)
    if not enqueue(chain):
        # Nobody heard of it, so the one before goes on.
        patiently(lambda: _chains().filter(attempt=chain).update(attempt=chain - 1))


def go_on(chain: int, *, after: timedelta | None = None) -> None:
    """Ask for the next turn of a chain, unless a newer one has been begun."""
    if is_newest(chain):
        enqueue(chain, after=after)


def is_newest(chain: int) -> bool:
    """Whether no chain of turns was begun after this one."""
    return patiently(_chains().filter(attempt=chain).exists)


def _chains() -> QuerySet[Duty]:
    return rows(Duty).filter(name=CHAINS)


def _count_up() -> int:
    with transaction.atomic(using=ledger_alias()):
        if not _chains().update(attempt=F("attempt") + 1):
            first = Duty(name=CHAINS, due_at=timezone.now())
            rows(Duty).bulk_create([first], ignore_conflicts=True)
            _chains().update(attempt=F("attempt") + 1)
        return _chains().values_list("attempt", flat=True).get()


def enqueue(chain: int, *, after: timedelta | None = None) -> bool:
    """Ask for a turn of the engine, now or later where the queue can do that; False where the queue takes nothing."""
    backend = queue()
    if backend is None:
        return False
    try:
        work = import_module("shareai_cms.runs.background").work_on_runs
        if after is not None and backend.supports_defer:
            work = work.using(run_after=timezone.now() + after)
        elif after is not None:
            # Nothing can be done now: without a pause the queue would run in circles.
            time.sleep(min(after.total_seconds(), PAUSE))
        work.enqueue(chain)
    except Exception as error:  # noqa: BLE001  whatever is wrong with the queue, the run stays startable
        log.warning("event=not_woken error=%s", place_of(error))
        return False
    return True


def is_something_left() -> bool:
    """Whether a run that goes on has an object that waits or is worked on."""
    open_states = (RunItem.State.WAITING, RunItem.State.WORKING)
    here = rows(SiteAccount).filter(metering.of_environment()).values("pk")
    left = rows(RunItem).filter(run__state=Run.State.RUNNING, run__account__in=here, state__in=open_states)
    return patiently(left.exists)


def go_on_after(order: Order) -> None:
    """Units were bought: the wallet's runs that had none left go on."""
    out = rows(Run).filter(state=Run.State.OUT, error_code=AllowanceExhausted.code, account__wallet=order.wallet_id)
    for run in patiently(lambda: list(out.select_related("account__wallet"))):
        _go_on(run)


def go_on_if_bought(run: int) -> None:
    """Units that came while the run was being halted let it go on, since nobody tells of them again."""
    out = rows(Run).filter(pk=run, state=Run.State.OUT, error_code=AllowanceExhausted.code)
    if found := patiently(out.select_related("account__wallet").first):
        _go_on(found)


def _go_on(run: Run) -> None:
    """Let a run go on that is out of units, if there are enough for one object again."""
    try:
        task = tasks.get(run.task)
    except KeyError:
        return
    if metering.allowance_of(run.account, task.action.meter).available < task.units(run.route):
        return
    out = rows(Run).filter(pk=run.pk, state=Run.State.OUT)
    if patiently(lambda: out.update(state=Run.State.RUNNING, error_code="")):
        log.info("run=%d event=resumed", run.pk)
        wake()


def _exists(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
