"""A run in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shareai_cms.metering.meters import units_text
from shareai_cms.models import Run, RunItem
from shareai_cms.runs import control, tasks
from shareai_cms.runs.estimating import Estimate
from shareai_cms.runs.progress import Progress

State, ItemState, Review = Run.State, RunItem.State, RunItem.Review
#: How a state is coloured; the words say the same.
TONES = {
    State.DRAFT: "neutral",
    State.RUNNING: "waiting",
    State.PAUSED: "waiting",
    State.OUT: "bad",
    State.STOPPED: "bad",
    State.CANCELLED: "neutral",
    State.FINISHED: "good",
}
REVIEW_TONES = {
    Review.APPLIED: "good",
    Review.REFUSED: "bad",
    Review.OPEN: "waiting",
    Review.ACCEPTED: "waiting",
    Review.RETURNING: "waiting",
}


@dataclass(frozen=True, kw_only=True)
class Count:
    """One figure of a run."""

    key: str
    label: str
    number: str


def task_label(run: Run) -> str:
    """What the run does; its slug where the task is gone."""
    try:
        return str(tasks.get(run.task).label)
    except KeyError:
        return run.task


def headline(run: Run) -> str:
    """Where it stands, in a few words."""
    return {
        State.DRAFT: _("Not started"),
        State.RUNNING: _("Running"),
        State.PAUSED: _("Paused"),
        State.OUT: _("Out of units"),
        State.STOPPED: _("Stopped"),
        State.CANCELLED: _("Cancelled"),
        State.FINISHED: _("Finished"),
    }[State(run.state)]


def progress_text(found: Progress) -> str:
    return _("%(closed)s of %(total)s") % {"closed": number_format(found.closed), "total": number_format(found.total)}


def counts(found: Progress) -> Iterator[Count]:
    """Every figure that says something; those that are nought are left out, but what was done."""
    labels = (
        (ItemState.DONE, _("Done")),
        (ItemState.WORKING, _("Being worked on")),
        (ItemState.WAITING, _("Waiting")),
        (ItemState.FAILED, _("Failed")),
        (ItemState.SKIPPED, _("Left out")),
    )
    for key, label in labels:
        number = found.count(key)
        if number or key == ItemState.DONE:
            yield Count(key=key, label=label, number=number_format(number))


def units_used(found: Progress) -> str:
    """What it has taken so far."""
    task = tasks.known(found.run.task)
    units = units_text(task.action.meter, found.units) if task is not None else number_format(found.units)
    return _("%(units)s so far") % {"units": units}


def goes_on_as(run: Run) -> str:
    """With whose rights and budget a run that stands still would go on."""
    if control.owner_may_go_on(run):
        return _("It goes on as %(person)s.") % {"person": run.owner_label}
    return _("“Go on” makes this run yours, since %(person)s may no longer run it.") % {"person": run.owner_label}


def time_left(found: Progress) -> str:
    """A forecast; empty where nothing moves."""
    seconds = found.seconds_left
    if seconds is None or not found.left:
        return ""
    if seconds < 60:
        return _("Less than a minute left, as it looks now.")
    minutes = round(seconds / 60)
    if minutes < 120:
        text = ngettext("About %(number)d minute left.", "About %(number)d minutes left.", minutes)
        return text % {"number": minutes}
    hours = round(seconds / 3600)
    return ngettext("About %(number)d hour left.", "About %(number)d hours left.", hours) % {"number": hours}


def estimate_text(found: Estimate) -> str:
    """What it will take of what there is."""
    return _("About %(units)s. You have %(left)s left.") % {
        "units": units_text(found.meter, found.units),
        "left": number_format(max(0, found.available)),
    }


def not_enough(found: Estimate) -> str:
    """What can be done where the units do not suffice."""
    if not found.fits:
        return _("Nothing is left for this run. Top up, or cancel it.")
    text = ngettext(
        "That is enough for the first %(number)s. Run it alone, or start with all: the run waits when the units have "
        "run out, and goes on after a top-up.",
        "That is enough for the first %(number)s. Run those alone, or start with all: the run waits when the units "
        "have run out, and goes on after a top-up.",
        found.fits,
    )
    return text % {"number": number_format(found.fits)}


def review_text(found: Progress) -> str:
    """What waits for the reviewer; empty where nothing does."""
    number = found.by_review.get(Review.OPEN, 0)
    if not number:
        return ""
    text = ngettext(
        "%(number)s suggestion waits for your review.", "%(number)s suggestions wait for your review.", number
    )
    return text % {"number": number_format(number)}


def busy(found: Progress) -> int:
    """How many decisions are still carried out."""
    return found.by_review.get(Review.ACCEPTED, 0) + found.by_review.get(Review.RETURNING, 0)


def told(found: Progress) -> dict[str, Any]:
    """What the page shows of a run's progress, by the name of its place."""
    return {
        "state": found.run.state,
        "headline": headline(found.run),
        "progress": progress_text(found),
        "closed": found.closed,
        "total": found.total,
        "units": units_used(found),
        "time_left": time_left(found),
        "review": review_text(found),
        "reasons": list(found.reasons()),
        "counts": {each.key: each.number for each in counts(found)},
        "busy": busy(found),
        # A run that is out of units goes on by itself when somebody has bought more.
        "moves": found.run.state in (State.RUNNING, State.OUT) or bool(busy(found)),
    }
