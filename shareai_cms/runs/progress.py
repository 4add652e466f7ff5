"""How far a run is, in one query however large it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from shareai_cms.errors import AllowanceExhausted, NotPermitted, ShareAIError, error_classes
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Run, RunItem
from shareai_cms.runs import presence, waking

#: Seconds over which the speed is measured.
WINDOW = timedelta(seconds=60)
#: Within this a worker takes the first objects in hand.
BEGINS_WITHIN = timedelta(seconds=6)
#: A rest that ended so long ago says nothing any more: longer than the longest rest and the try that follows it.
REST_IS_OVER = timedelta(minutes=10)
State, Review = RunItem.State, RunItem.Review


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A run at one moment."""

    run: Run
    by_state: Mapping[str, int] = field(default_factory=dict)
    by_review: Mapping[str, int] = field(default_factory=dict)
    units: int = 0
    needs_look: int = 0
    #: Objects closed in the last minute, per minute.
    per_minute: float = 0.0
    #: Who was heard of when; None where nobody has to be.
    signs: presence.Signs | None = None
    moment: datetime

    def count(self, state: str) -> int:
        return self.by_state.get(state, 0)

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def left(self) -> int:
        return self.count(State.WAITING) + self.count(State.WORKING)

    @property
    def closed(self) -> int:
        return self.total - self.left

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.closed / self.total if self.total else 1.0

    @property
    def seconds_left(self) -> float | None:
        """A forecast from the last minute's speed; None where nothing moves."""
        if self.run.state != Run.State.RUNNING or not self.per_minute:
            return None
        return self.left / self.per_minute * 60

    @property
    def is_resting(self) -> bool:
        """The marketplace does not answer: until one object was answered, also while one is tried."""
        until = self.run.resting_until
        return self.run.state == Run.State.RUNNING and until is not None and until > self.moment - REST_IS_OVER

    @property
    def is_waiting_for_worker(self) -> bool:
        """Nobody has anything in hand, and no worker was heard of a moment ago."""
        return self.signs is not None and not self.signs.is_alive(self.moment)

    def reasons(self) -> tuple[str, ...]:
        """Why it stands still, and what to do, in sentences; empty where it does not."""
        found: list[str] = []
        if self.signs is not None and self.is_waiting_for_worker:
            found.append(nobody_works(self.signs, self.moment))
        if self.is_resting:
            found.append(_("The AI service does not answer just now. The run tries again by itself; nothing is lost."))
        if self.run.error_code == AllowanceExhausted.code:
            found.append(
                _("The units have run out. After a top-up the run goes on by itself; after a reset, click “Go on”.")
            )
        elif self.run.error_code == NotPermitted.code:
            # Of its owner, who need not be the one that reads it.
            found.append(
                _("It has stopped, since %(person)s may not run it any more.") % {"person": self.run.owner_label}
            )
        elif self.run.error_code:
            error = error_classes().get(self.run.error_code, ShareAIError)
            found += [str(error.sentence), str(error.remedy)]
        return tuple(found)


def nobody_works(signs: presence.Signs, now: datetime) -> str:
    """What is to be done where no worker was heard of a moment ago; those that come and go need not be missed."""
    if signs.comes_again(now):
        return _("No worker is here just now. The next one that your schedule or task queue starts goes on.")
    if waking.queue() is not None:
        return _("Nothing happens yet: is the worker of the site’s task queue running?")
    return _("No worker is running, so nothing happens. Start one: manage.py shareai_work.")


def progress_of(run: Run, *, now: datetime | None = None) -> Progress:
    """Read a run's progress: as many queries for one object as for 100,000, five at most."""
    moment = now or timezone.now()
    items = rows(RunItem).filter(run=run.pk)
    groups = (
        items.order_by().values_list("state", "review", "needs_look").annotate(number=Count("pk"), units=Sum("units"))
    )
    by_state: dict[str, int] = {}
    by_review: dict[str, int] = {}
    units = needs_look = 0
    for state, review, looks, number, taken in patiently(lambda: list(groups)):
        by_state[state] = by_state.get(state, 0) + number
        if review:
            by_review[review] = by_review.get(review, 0) + number
        needs_look += number if looks and review == Review.OPEN else 0
        units += taken or 0
    is_going = run.state == Run.State.RUNNING
    is_idle = is_going and not by_state.get(State.WORKING) and bool(by_state.get(State.WAITING))
    return Progress(
        run=run,
        by_state=by_state,
        by_review=by_review,
        units=units,
        needs_look=needs_look,
        per_minute=_per_minute(run, moment) if is_going else 0.0,
        signs=_signs(run, moment) if is_idle else None,
        moment=moment,
    )


def _signs(run: Run, moment: datetime) -> presence.Signs | None:
    """Who was heard of; None where the run has only just begun, or somebody has objects of another run in hand."""
    if run.started_at is not None and moment - run.started_at < BEGINS_WITHIN:
        return None
    found = presence.signs()
    if found.is_alive(moment):
        return found
    # A worker whose duty takes long does not note itself meanwhile; its runs go on beside it.
    going = rows(RunItem).filter(run__state=Run.State.RUNNING, state=State.WORKING, leased_until__gt=moment)
    return None if patiently(going.exists) else found


def _per_minute(run: Run, moment: datetime) -> float:
    since = max(moment - WINDOW, run.started_at or moment - WINDOW)
    seconds = max((moment - since).total_seconds(), 1.0)
    lately = rows(RunItem).filter(run=run.pk, finished_at__gte=since)
    return patiently(lately.count) * 60 / seconds
