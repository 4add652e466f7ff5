"""One attempt at one object of a run: facts, call, and what is noted of its end."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from shareai_cms import metering
from shareai_cms.actions.base import ActionInput
from shareai_cms.actions.road import ActionCall
from shareai_cms.actions.road import run as walk
from shareai_cms.actions.targets import AccountRef, Target
from shareai_cms.errors import AccountUnclear, ActionRefused, LeaseLost, ObjectNotFound, ShareAIError
from shareai_cms.errors.places import place_of
from shareai_cms.marketplace import Cancellation
from shareai_cms.metering.retry import patiently
from shareai_cms.models import Run, RunItem, Suggestion, Usage
from shareai_cms.runs import leases, outcomes, rate
from shareai_cms.runs.catalogues import catalogue_of
from shareai_cms.runs.desks import Desk, Thing
from shareai_cms.runs.outcomes import End

log = logging.getLogger("shareai_cms.runs")

#: Seconds between two looks at whether the object that waits for its call is still wanted.
WAIT = 0.25


class Slot:
    """One of the calls that a worker may have under way at once, from before it is sent until its answer is there.

    What comes before and after, in the database, needs none: so that the marketplace never waits for it.
    """

    def __init__(self, every: threading.Semaphore | None = None) -> None:
        self._every = every
        self._is_taken = False

    def take(self, seconds: float) -> bool:
        """Wait until fewer calls are under way; False where that takes longer."""
        self._is_taken = self._is_taken or self._every is None or self._every.acquire(timeout=seconds)
        return self._is_taken

    def give_back(self) -> None:
        """Let another call go; again and again does nothing."""
        if self._every is not None and self._is_taken:
            self._is_taken = False
            self._every.release()


@dataclass(frozen=True)
class Job:
    """An object in a worker's hand."""

    desk: Desk
    item: RunItem
    thing: Thing
    slot: Slot = field(default_factory=Slot, compare=False)
    cancellation: Cancellation = field(default_factory=Cancellation, compare=False)


class Fence:
    """Asked once the units are held, and before anything is sent: is the object still mine, and does the run go on?"""

    def __init__(self, job: Job) -> None:
        self._job = job

    def resting_until(self) -> datetime | None:
        return None

    def check(self, usage: Usage) -> None:
        while not self._job.slot.take(WAIT):
            self._stand()
        # Again, since much may have happened meanwhile.
        self._stand()
        # The hold is counted in: of two workers that come to the limit at once, one at least sees the other.
        left = rate.room(usage.account_id)
        if left is not None and left < 0:
            raise LeaseLost("the account has had its calls for this minute")

    def _stand(self) -> None:
        # Units that are held already are used, also where the last ones were just taken.
        going = (Run.State.RUNNING, Run.State.OUT)
        mine = leases.mine(self._job.item).filter(run__state__in=going)
        if self._job.cancellation.is_cancelled or not patiently(mine.exists):
            raise LeaseLost("taken over, or the run does not go on")

    def note_stop(self) -> None:
        """Nobody stops what nobody watches."""


def work(job: Job) -> tuple[End, ShareAIError | None]:
    """One attempt, noted; raises what the database raises when the lease has to run out by itself."""
    began = time.monotonic()
    try:
        end, error = _attempt(job)
    except ShareAIError as raised:
        end, error = outcomes.end_of(raised), raised
    finally:
        job.slot.give_back()
    end = _note(job, end, error)
    log.log(
        logging.DEBUG if end is End.DONE else logging.INFO,
        "run=%s item=%d attempt=%d end=%s code=%s ms=%d",
        job.item.run_id,
        job.item.pk,
        job.item.attempt,
        end.value,
        error.code if error else "-",
        round((time.monotonic() - began) * 1000),
    )
    return end, error


def _attempt(job: Job) -> tuple[End, ShareAIError | None]:
    # Before the object is looked at, since the account's troubles are everybody's.
    desk, action, actor = job.desk, job.desk.task.action, job.desk.actor
    try:
        given, version = _given(job)
        target = _target(job)
    except ActionRefused as error:
        return End.SKIPPED, error
    store = _Store(job, version)
    call = ActionCall(
        action=action,
        account=desk.account,
        actor=actor,
        target=target,
        given=given,
        key=leases.hold_key(job.item),
        route=desk.run.route,
        has_budgets=getattr(desk.account, "has_budgets", True),
        guard=Fence(job),
        store=store,
        tells_left=False,
    )
    walk(call, cancellation=job.cancellation)
    if not store.is_stored:
        # Its hold had run out before the answer came: delivered for nothing, and kept nowhere.
        raise LeaseLost("the answer came after the hold's deadline")
    return End.DONE, None


def _given(job: Job) -> tuple[ActionInput, str]:
    """The action's input, with the version of the object that it was read from."""
    thing, item, desk = job.thing, job.item, job.desk
    if thing.obj is None or thing.catalogue is None:
        raise ObjectNotFound(f"{item.object_type} {item.object_ref}")
    thing.catalogue.check(desk.run.owner, thing.obj, item.language)
    version = thing.catalogue.version(thing.obj, item.language)
    return desk.task.given(thing.obj, desk.run.options, item.language), version


def _owner(job: Job) -> AccountRef:
    """Whose the object is; what belongs to no site of its own is the run's, as the person has chosen."""
    account = job.desk.account
    try:
        return catalogue_of(job.thing.obj).account(job.thing.obj)
    except AccountUnclear:
        address = metering.present_address(account)
        return AccountRef(platform=account.platform, reference=account.reference, label=account.label, address=address)


def _target(job: Job) -> Target:
    """The object as the road knows it; raises ``AccountUnclear`` where it is another account's by now."""
    item, run = job.item, job.desk.run
    # With the site's address, so that the copy of a live database does not spend the live site's units.
    account = _owner(job)
    if (account.platform, account.reference) != (run.account.platform, run.account.reference):
        raise AccountUnclear("the object has moved to another site since it was selected")
    return Target(
        object_type=item.object_type,
        object_ref=item.object_ref,
        object_label=item.object_label,
        account=account,
        language=item.language,
        obj=job.thing.obj,
    )


class _Store:
    """Runs in the transaction that counts the units: either all of it stands, or nothing was counted."""

    def __init__(self, job: Job, version: str) -> None:
        self._job, self._version = job, version
        self.is_stored = False

    def __call__(self, usage: Usage, suggestion: Suggestion | None) -> None:
        self._job.slot.give_back()
        task = self._job.desk.task
        result: dict[str, Any] = suggestion.result if suggestion is not None else {}
        has_proposals = bool(task.proposals(result))
        done = {
            "state": RunItem.State.DONE,
            "leased_until": None,
            "finished_at": timezone.now(),
            "units": usage.units,
            "usage": usage,
            "needs_look": has_proposals and task.needs_look(result),
            "version_read": self._version,
            "review": RunItem.Review.OPEN if has_proposals else RunItem.Review.NONE,
            "failures": 0,
            "error_code": "",
            "error_detail": "",
        }
        if not leases.mine(self._job.item).update(**done):
            raise LeaseLost("taken over before the answer came")
        self.is_stored = True


def _note(job: Job, end: End, error: ShareAIError | None) -> End:
    """Write down what becomes of the object; an end that turned out to be final comes back as failed."""
    if end is End.DONE or error is None:
        return end
    if end in (End.SKIPPED, End.FAILED):
        state = RunItem.State.SKIPPED if end is End.SKIPPED else RunItem.State.FAILED
        leases.end(job.item, state, error.code, error.detail)
    elif end in (End.AWAY, End.REFUSED, End.INTERRUPTED):
        return _try_again(job, end, error)
    else:
        leases.give_back(job.item)
    return end


def _try_again(job: Job, end: End, error: ShareAIError) -> End:
    item = job.item
    failures = item.failures + 1 if outcomes.is_alike(end, item.error_code, item.error_detail) else 1
    if outcomes.is_final(end, failures) or item.attempt >= outcomes.MOST_TAKINGS:
        leases.end(item, RunItem.State.FAILED, error.code, error.detail)
        return End.FAILED
    leases.give_back(
        item,
        failures=failures,
        error_code=error.code[:64],
        error_detail=error.detail[:500],
        not_before=outcomes.again_at(end, failures, error, timezone.now()),
    )
    return end


def broken(item: RunItem, error: Exception) -> None:
    """Code of the site's own has failed on this object: the others go on."""
    place = place_of(error)
    log.error("run=%s item=%d attempt=%d error=%s", item.run_id, item.pk, item.attempt, place)
    leases.end(item, RunItem.State.FAILED, "error", place)
