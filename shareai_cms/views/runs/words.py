"""A run in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shareai_cms.metering.meters import units_text
from shareai_cms.models import Run, RunItem
from shareai_cms.runs import control, cutting, tasks, waking
from shareai_cms.runs.estimating import Estimate
from shareai_cms.runs.presence import Signs
from shareai_cms.runs.progress import Progress

State, ItemState, Review = Run.State, RunItem.State, RunItem.Review
#: The colour and the form of a state's mark; the words say the same.
TONES = {
    State.DRAFT: "draft",
    State.RUNNING: "going",
    State.PAUSED: "paused",
    State.OUT: "bad",
    State.STOPPED: "bad",
    State.CANCELLED: "ended",
    State.FINISHED: "good",
}
REVIEW_TONES = {
    Review.APPLIED: "good",
    Review.REFUSED: "bad",
    Review.OPEN: "waiting",
    Review.ACCEPTED: "going",
    Review.RETURNING: "going",
}


@dataclass(frozen=True, kw_only=True)
class Count:
    """One figure of a run."""

    key: str
    label: str
    number: str
    #: Nought, and nobody wants to know; the page's script shows it once it is more.
    is_hidden: bool


def nobody_works(signs: Signs) -> str:
    """What has to be done before a start does anything; empty where a worker is there, or comes and goes."""
    now = timezone.now()
    if signs.is_alive(now) or signs.comes_again(now) or waking.queue() is not None:
        return ""
    return _("No worker is running, so nothing happens after the start. Start one: manage.py shareai_work.")


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
        State.CANCELLED: _("Cancelled") if run.started_at else _("Cancelled before it began"),
        State.FINISHED: _("Finished"),
    }[State(run.state)]


def progress_text(found: Progress) -> str:
    return _("%(closed)s of %(total)s") % {"closed": number_format(found.closed), "total": number_format(found.total)}


def counts(found: Progress) -> Iterator[Count]:
    """Every state that an object can have: together they are all of the run."""
    labels = (
        (ItemState.DONE, _("Done")),
        (ItemState.WORKING, _("Being worked on")),
        (ItemState.WAITING, _("Waiting")),
        (ItemState.FAILED, _("Failed")),
        (ItemState.SKIPPED, _("Left out")),
    )
    for key, label in labels:
        number = found.count(key)
        is_hidden = not number and key != ItemState.DONE
        yield Count(key=key, label=label, number=number_format(number), is_hidden=is_hidden)


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
        return _("Nothing is left for this run. Started all the same, it waits, and goes on by itself after a top-up.")
    if found.whole:
        text = ngettext(
            "That is enough for the first %(number)s. Run it alone, or start with all: the run waits when the units "
            "have run out, and goes on after a top-up.",
            "That is enough for the first %(number)s. Run those alone, or start with all: the run waits when the units "
            "have run out, and goes on after a top-up.",
            found.whole,
        )
        return text % {"number": first_text(found)}
    return _(
        "That is not enough for all. Started all the same, it waits when the units have run out, and goes on by itself "
        "after a top-up."
    )


def first_text(found: Estimate) -> str:
    """How far the units go: "25", "12 in 2 languages"."""
    number = number_format(found.whole)
    if not found.is_in_languages:
        return number
    return _("%(number)s in %(languages)s languages") % {"number": number, "languages": number_format(found.languages)}


def earlier_text(number: int) -> str:
    """What an earlier run has proposed for the same objects."""
    text = ngettext(
        "%(number)s suggestion of an earlier run over the same objects waits for its review.",
        "%(number)s suggestions of an earlier run over the same objects wait for their review.",
        number,
    )
    return text % {"number": number_format(number)}


def rest_text(rest: Run) -> str:
    """The way to what was cut off."""
    number = rest.total // max(1, len(cutting.languages_of(rest)))
    text = ngettext("Run the rest (%(number)s)", "Run the rest (%(number)s)", number)
    return text % {"number": number_format(number)}


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
        "hidden": [each.key for each in counts(found) if each.is_hidden],
        "busy": busy(found),
        # A run that is out of units goes on by itself when somebody has bought more.
        "moves": found.run.state in (State.RUNNING, State.OUT) or bool(busy(found)),
    }
