"""What a run will take, as far as that can be known before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef

from shareai_cms import metering
from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Run, RunItem
from shareai_cms.permissions import Actor
from shareai_cms.runs import cutting, tasks

#: States in which another run may still propose something for the same object.
BUSY = (Run.State.RUNNING, Run.State.PAUSED, Run.State.OUT, Run.State.STOPPED)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A forecast: objects without facts are left out free of charge, and failures cost nothing."""

    meter: str
    #: Objects, counted once for each language.
    objects: int
    units_each: int
    #: Most units that it takes.
    units: int
    #: What there is at this moment, within the budgets of the person.
    available: int
    #: When the plan's allowance is filled again, UTC.
    resets_at: datetime
    #: Objects of it that another run has not finished either.
    in_other_runs: int
    #: In how many languages each is written.
    languages: int = 1

    @property
    def fits(self) -> int:
        """Rows that the units suffice for, each an object in one language."""
        return min(self.objects, max(0, self.available) // max(1, self.units_each))

    @property
    def whole(self) -> int:
        """Objects that the units suffice for in all of their languages."""
        return self.fits // self.languages

    @property
    def is_in_languages(self) -> bool:
        return self.languages > 1

    @property
    def is_enough(self) -> bool:
        return self.fits >= self.objects

    @property
    def short(self) -> int:
        """Units that are missing."""
        return max(0, self.units - max(0, self.available))


def estimate(run: Run) -> Estimate:
    """What the run will take of what there is; the same number of queries for one object and 100,000."""
    task = tasks.get(run.task)
    each = task.units(run.route)
    waiting = rows(RunItem).filter(run=run.pk, state__in=(RunItem.State.WAITING, RunItem.State.WORKING))
    objects = run.total if run.state == Run.State.DRAFT else patiently(waiting.count)
    meter = task.action.meter
    left = metering.allowance_of(run.account, meter)
    available = left.available
    if run.owner is not None:
        available = metering.within_budgets(run.account, meter, Actor.from_user(run.owner))
    return Estimate(
        meter=meter,
        objects=objects,
        units_each=each,
        units=each * objects,
        available=available,
        resets_at=left.resets_at,
        in_other_runs=in_other_runs(run),
        languages=max(1, len(cutting.languages_of(run))),
    )


def in_other_runs(run: Run) -> int:
    """Objects that wait, or are worked on, in another run of the account with the same task."""
    same = _same()
    open_states = (RunItem.State.WAITING, RunItem.State.WORKING)
    others = rows(RunItem).filter(
        **same, state__in=open_states, run__account=run.account_id, run__task=run.task, run__state__in=BUSY
    )
    mine = rows(RunItem).filter(Exists(others.exclude(run=run.pk)), run=run.pk)
    return patiently(mine.count)


def to_review(run: Run) -> tuple[int, Run | None]:
    """Suggestions of other runs with the same task over its objects that wait for their review, and the latest run."""
    mine = rows(RunItem).filter(**_same(), run=run.pk)
    runs = rows(Run).filter(account=run.account_id, task=run.task).exclude(pk=run.pk).values("pk")
    items = rows(RunItem).filter(Exists(mine), review=RunItem.Review.OPEN, run__in=runs)
    ask = items.aggregate
    found = patiently(lambda: ask(number=Count("pk"), latest=Max("run")))
    latest = patiently(rows(Run).filter(pk=found["latest"]).first) if found["latest"] else None
    return found["number"], latest


def _same() -> dict[str, OuterRef]:
    return {name: OuterRef(name) for name in ("object_type", "object_ref", "language")}
