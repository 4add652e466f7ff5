"""Who works on which object of a run: leases with a number, decided by guarded UPDATEs.

A worker renews the leases of what it has in hand, so a short lease is enough: what a killed worker had is
taken over soon, and its open hold is given back at once. Every taking has a number; a worker that wakes up
with an older one is not heard. Nothing here keeps a lock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.errors import CapReached
from shareai_cms.metering.retry import ledger_alias, patiently, rows, transact
from shareai_cms.models import Run, RunItem, SiteAccount, Usage

#: Renewed four times as often by whoever lives.
LEASE = timedelta(seconds=30)
#: Takings of one object whose worker was gone each time, after which the object is left alone.
MOST_INTERRUPTIONS = 10
#: Objects that one look takes over.
BATCH = 100
#: Of dead attempts whose hold is looked for, the latest: one that died while taking over left one more.
ATTEMPTS_BACK = 5

INTERRUPTED = "interrupted"
State = RunItem.State


def hold_key(item: RunItem, attempt: int | None = None) -> str:
    """The idempotency key of one attempt at an object."""
    return f"run:{item.run_id}:{item.pk}:{item.attempt if attempt is None else attempt}"


def claim(run: Run, limit: int, *, units: int = 1, now: datetime | None = None) -> list[RunItem]:
    """Up to ``limit`` objects of the run that wait and are due, leased to the caller in their order.

    ``units`` is what each costs: a run with a cap gives no more than fit under it.
    """
    moment = now or timezone.now()
    # Beside it, workers on one PostgreSQL take different objects at the same moment.
    can_skip = connections[ledger_alias()].features.has_select_for_update_skip_locked
    is_alone = not can_skip or run.cap is not None

    def body() -> list[RunItem]:
        # The only lock that SQLite knows, and it has to come first there.
        if is_alone and not rows(Run).filter(pk=run.pk, state=Run.State.RUNNING).update(state=Run.State.RUNNING):
            return []
        number = limit if run.cap is None else min(limit, room_under_cap(run, units))
        due = _due(run.pk, moment).order_by("position")
        if not is_alone:
            due = due.select_for_update(skip_locked=True)
        return _take(list(due[:number]), moment) if number > 0 else []

    return transact(body)


def room_under_cap(run: Run, units: int) -> int:
    """Objects that may still be begun under the run's cap; those in hand count as done."""
    begun = rows(RunItem).filter(run=run.pk, state__in=(State.DONE, State.WORKING)).count()
    return max(0, (run.cap or 0) // max(1, units) - begun)


def _due(run: int, moment: datetime) -> QuerySet[RunItem]:
    return rows(RunItem).filter(Q(not_before__isnull=True) | Q(not_before__lte=moment), run=run, state=State.WAITING)


def _take(found: Sequence[RunItem], moment: datetime) -> list[RunItem]:
    until = moment + LEASE
    taken = rows(RunItem).filter(pk__in=[item.pk for item in found], state=State.WAITING)
    if found:
        taken.update(state=State.WORKING, leased_until=until, attempt=F("attempt") + 1)
    for item in found:
        item.state, item.leased_until, item.attempt = State.WORKING, until, item.attempt + 1
    return list(found)


def mine(item: RunItem) -> QuerySet[RunItem]:
    """The row while this attempt has it; empty once it was taken over, or the run was cancelled."""
    return rows(RunItem).filter(pk=item.pk, attempt=item.attempt, state=State.WORKING)


def renew(items: Iterable[RunItem], *, now: datetime | None = None) -> set[int]:
    """Keep the leases of these objects; the keys of those that were lost."""
    by_attempt: dict[int, set[int]] = defaultdict(set)
    for item in items:
        by_attempt[item.attempt].add(item.pk)
    until = (now or timezone.now()) + LEASE
    lost: set[int] = set()
    for attempt, keys in by_attempt.items():
        kept = rows(RunItem).filter(pk__in=keys, attempt=attempt, state=State.WORKING)
        if patiently(lambda kept=kept: kept.update(leased_until=until)) < len(keys):  # type: ignore[misc]
            lost |= keys - set(patiently(lambda kept=kept: list(kept.values_list("pk", flat=True))))  # type: ignore[misc]
    return lost


def give_back(item: RunItem, **values: Any) -> bool:
    """Let the object wait again, with what else is to be noted; False where it was lost."""
    waiting = {"state": State.WAITING, "leased_until": None, **values}
    return bool(patiently(lambda: mine(item).update(**waiting)))


def end(item: RunItem, state: str, code: str, detail: str = "") -> bool:
    """Close the object as failed or left out, with the reason; False where it was lost."""
    values = {
        "state": state,
        "error_code": code[:64],
        "error_detail": detail[:500],
        "leased_until": None,
        "finished_at": timezone.now(),
    }
    return bool(patiently(lambda: mine(item).update(**values)))


def take_over(*, now: datetime | None = None) -> int:
    """Free what dead workers had: their open holds go back at once, and the objects wait again; how many."""
    moment = now or timezone.now()
    # A moment further ahead than any lease was written by a clock that ran ahead.
    is_over = Q(leased_until__lte=moment) | Q(leased_until__gt=moment + 4 * LEASE) | Q(leased_until__isnull=True)
    over = rows(RunItem).filter(is_over, state=State.WORKING).select_related("run")
    return sum(_take_over(item, moment) for item in patiently(lambda: list(over[:BATCH])))


def _take_over(item: RunItem, moment: datetime) -> bool:
    dead = mine(item).filter(leased_until=item.leased_until)
    # First mine: from here on the dead attempt can neither count its units nor store its answer.
    if not patiently(lambda: dead.update(attempt=item.attempt + 1, leased_until=moment + LEASE)):
        return False
    item.attempt += 1
    release_holds(item)
    failures = item.failures + 1 if item.error_code == INTERRUPTED else 1
    if failures >= MOST_INTERRUPTIONS:
        return end(item, State.FAILED, INTERRUPTED, f"its worker was gone {failures} times")
    return give_back(item, failures=failures, error_code=INTERRUPTED)


def is_in_hand(run: int, *, now: datetime | None = None) -> bool:
    """Whether any worker has an object of the run: the units held for it may come back yet."""
    alive = rows(RunItem).filter(run=run, state=State.WORKING, leased_until__gt=now or timezone.now())
    return patiently(alive.exists)


def release_holds(item: RunItem) -> None:
    """Give back the open holds of the attempts before this one."""
    earlier = range(max(1, item.attempt - ATTEMPTS_BACK), item.attempt)
    keys = [hold_key(item, attempt) for attempt in earlier]
    account = SiteAccount.objects.filter(runs=item.run_id).values("pk")
    held = rows(Usage).filter(account__in=account, key__in=keys, state=Usage.State.HELD)
    for usage in patiently(lambda: list(held)):
        hold = metering.Hold(usage=usage, is_new=True)
        metering.release(hold, outcome=Usage.Outcome.UNKNOWN, error_code=INTERRUPTED)


def finish(run: int) -> bool:
    """Close a running run of which nothing is left to do; False where something is."""
    left = rows(RunItem).filter(run=run, state__in=(State.WAITING, State.WORKING))
    if patiently(left.exists):
        return False
    going = rows(Run).filter(pk=run, state=Run.State.RUNNING)
    ended = {"state": Run.State.FINISHED, "ended_at": timezone.now(), "error_code": "", "resting_until": None}

    def body() -> bool:
        # Locked before the last look: whoever has failed objects tried again at this moment comes before or after it.
        if not going.update(state=Run.State.RUNNING) or left.exists():
            return False
        return bool(going.update(**ended))

    return transact(body)


def stop_at_cap(run: Run, units: int) -> bool:
    """Pause a run under whose cap nothing more fits; False where there is still room, or something in hand."""
    in_hand = rows(RunItem).filter(run=run.pk, state=State.WORKING)
    if patiently(in_hand.exists) or patiently(lambda: room_under_cap(run, units)):
        return False
    full = rows(Run).filter(pk=run.pk, state=Run.State.RUNNING, cap=run.cap)
    return bool(patiently(lambda: full.update(state=Run.State.PAUSED, error_code=CapReached.code)))
