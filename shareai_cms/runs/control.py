"""What a person does with a run: start, pause, go on, cancel, try what failed again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from shareai_cms import permissions
from shareai_cms.errors import InvalidRequest, NotPermitted, RunClosed
from shareai_cms.metering.retry import ledger_alias, patiently, refresh, rows
from shareai_cms.models import Run, RunItem
from shareai_cms.permissions import BULK, MANAGE, USE, Actor
from shareai_cms.runs import cutting, leases, tasks, waking

State = Run.State
#: States from which a run can be let go on.
HALTED = (State.PAUSED, State.OUT, State.STOPPED)
OPEN = (State.DRAFT, State.RUNNING, *HALTED)
#: States in which what failed may be tried again.
TRIED_AGAIN = (State.RUNNING, State.FINISHED, *HALTED)


def may_control(user: Any, run: Run) -> bool:
    """Whether the person may start, stop and review runs of this account."""
    actor = Actor.from_user(user)
    return any(permissions.can(actor, right, run.account) for right in (BULK, MANAGE))


def owner_may_go_on(run: Run) -> bool:
    """Whether the run can go on as the person whose it is: there, active, and with the rights that each call asks."""
    owner = run.owner
    return owner is not None and may_control(owner, run) and permissions.can(Actor.from_user(owner), USE, run.account)


def check(user: Any, run: Run) -> None:
    """Raise ``NotPermitted`` where the person may not control the run."""
    if not may_control(user, run):
        raise NotPermitted("no right to run in bulk on this account")


def start(run: Run, user: Any, *, first: int | None = None, cap: int | None = None) -> None:
    """Begin a draft, with its first objects alone where ``first`` says how many; raises ``RunClosed``.

    The others wait in another draft then: see ``cutting.rest_of``.
    It goes on as its owner, and becomes this person's where the owner may not run it any more.
    """
    check(user, run)
    if first is not None and first < 1:
        raise ValueError("first must be at least 1")

    begun = {"state": State.RUNNING, "cap": cap, "started_at": timezone.now(), **_taken_on(run, user)}

    def body() -> None:
        with transaction.atomic(using=ledger_alias()):
            # First the state: nobody's objects are cut off a run that somebody else has just begun.
            _change(run, (State.DRAFT,), **begun)
            if first is not None:
                cutting.cut(run, first)

    patiently(body)
    refresh(run)
    waking.wake()


def pause(run: Run, user: Any) -> None:
    """Begin nothing more; what is under way comes to its end and counts. Raises ``RunClosed``."""
    check(user, run)
    _move(run, (State.RUNNING, State.OUT), State.PAUSED, error_code="")


def resume(run: Run, user: Any, *, cap: int | None = None, is_uncapped: bool = False) -> None:
    """Go on with what is left, under another cap where one is given, or under none; raises ``RunClosed``.

    A run whose owner may not run it any more becomes this person's. Raises ``InvalidRequest`` for a cap under which
    nothing more fits.
    """
    check(user, run)
    if not is_uncapped:
        _check_cap(run, cap if cap is not None else run.cap)
    values = _taken_on(run, user) | ({} if cap is None and not is_uncapped else {"cap": cap})
    _move(run, HALTED, State.RUNNING, error_code="", resting_until=None, **values)
    waking.wake()


def _check_cap(run: Run, cap: int | None) -> None:
    task = tasks.known(run.task)
    if cap is None or task is None or run.state not in HALTED:
        return
    capped, units = Run(pk=run.pk, cap=cap), task.units(run.route)
    waiting = rows(RunItem).filter(run=run.pk, state=RunItem.State.WAITING)
    if not patiently(lambda: leases.room_under_cap(capped, units)) and patiently(waiting.exists):
        raise InvalidRequest(
            f"nothing fits under {cap}",
            sentence=_("The limit of %(number)s is used up.") % {"number": number_format(cap)},
            remedy=_("Raise it, or leave it empty for no limit."),
        )


def cancel(run: Run, user: Any) -> None:
    """End the run for good; calls under way are stopped and not counted. Raises ``RunClosed``."""
    check(user, run)
    in_hand = rows(RunItem).filter(run=run.pk, state=RunItem.State.WORKING)

    def body() -> list[RunItem]:
        with transaction.atomic(using=ledger_alias()):
            _change(run, OPEN, state=State.CANCELLED, error_code="", resting_until=None, ended_at=timezone.now())
            # From here on no attempt under way can store its answer, and none is counted.
            in_hand.update(state=RunItem.State.WAITING, leased_until=None, attempt=F("attempt") + 1)
            return stopped

    stopped = patiently(lambda: list(in_hand))
    patiently(body)
    refresh(run)

    def release() -> None:
        for item in stopped:
            item.attempt += 1
            leases.release_holds(item)

    # A page may be built inside the site's own transaction; the ledger's are outermost.
    transaction.on_commit(release, using=ledger_alias())


def retry_failed(run: Run, user: Any) -> int:
    """Try the objects that failed again, with a run that had ended too; how many. Raises ``RunClosed``."""
    check(user, run)
    failed = rows(RunItem).filter(run=run.pk, state=RunItem.State.FAILED)
    waiting = {"state": RunItem.State.WAITING, "failures": 0, "not_before": None, "finished_at": None}
    taken_on = _taken_on(run, user)

    def body() -> int:
        with transaction.atomic(using=ledger_alias()):
            # First the run's row, which nobody ends or cancels then: see ``leases.finish``.
            _change(run, TRIED_AGAIN, cap=F("cap"), **taken_on)
            if number := failed.update(**waiting):
                rows(Run).filter(pk=run.pk, state=State.FINISHED).update(state=State.RUNNING, ended_at=None)
            return number

    number = patiently(body)
    refresh(run)
    if number:
        waking.wake()
    return number


def _taken_on(run: Run, user: Any) -> dict[str, Any]:
    """Who it goes on as from now on, where its owner is gone, inactive or without the right; else nothing."""
    if owner_may_go_on(run):
        return {}
    return {"owner": user, "owner_label": Actor.from_user(user).label}


def _move(run: Run, states: tuple[str, ...], to: str, **values: Any) -> None:
    patiently(lambda: _change(run, states, state=to, **values))
    refresh(run)


def _change(run: Run, states: tuple[str, ...], **values: Any) -> None:
    """One guarded UPDATE: of two people who click at once, one is told that the run has moved on."""
    if not rows(Run).filter(pk=run.pk, state__in=states).update(**values):
        raise RunClosed(f"not in {'|'.join(states)}: {run.pk}")
