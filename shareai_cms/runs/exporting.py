"""A run as a file: one line for each value that was proposed, and for each object without any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.facts import Value
from shareai_cms.errors import ObjectNotFound
from shareai_cms.models import Run, RunItem
from shareai_cms.runs import applying, desks, reviewing, tasks
from shareai_cms.runs.seeing import seen_by

#: Objects read at once.
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Line:
    """One value of one object."""

    position: int
    object_type: str
    object_ref: str
    object_label: str
    language: str
    state: str
    error: str
    units: int
    needs_look: bool
    review: str
    note: str
    part: str = ""
    label: str = ""
    key: str = ""
    before: str = ""
    after: str = ""
    flags: str = ""
    missing: str = ""
    address: str = ""


#: What the columns of a table are called, in their order; JSON has the names of the fields.
HEADINGS: Mapping[str, Any] = {
    "position": _("Number"),
    "object_label": _("Object"),
    "address": _("Address"),
    "object_type": _("Type"),
    "object_ref": _("Key"),
    "language": _("Language"),
    "state": _("Status"),
    "review": _("Review"),
    "label": _("Part"),
    "before": _("Before"),
    "after": _("After"),
    "flags": _("Not in the facts"),
    "missing": _("Missing information"),
    "needs_look": _("Needs a look"),
    "units": _("Units"),
    "error": _("Reason"),
    "note": _("Note"),
    "part": _("Name of the part"),
    "key": _("Name of the value"),
}


def lines(run: Run, user: Any, narrowed: str = "all") -> Iterator[Line]:
    """Every line in the order of the run, read in pieces, for this person: without values that they may not edit."""
    task = tasks.known(run.task)
    found = reviewing.listed(run, narrowed).order_by("position").iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        things = desks.load(batch)
        seen, written = seen_by(user, batch, things), desks.written(batch, things)
        for item in batch:
            yield from _lines(item, task if item.pk in seen else None, things[item.pk], written.get(item.pk))


def _lines(item: RunItem, task: tasks.RunTask | None, thing: desks.Thing, written: Any) -> Iterator[Line]:
    """The lines of an object; without a task that knows its values, one line that says where it stands."""
    known = thing.catalogue if thing.obj is not None else None
    shared: dict[str, Any] = {
        "position": item.position,
        "object_type": item.object_type,
        "object_ref": item.object_ref,
        "object_label": item.object_label,
        "language": item.language or (known.language_of(thing.obj) if known is not None else ""),
        "address": known.address(written) if known is not None and task is not None else "",
        "state": item.state,
        "error": item.error_code,
        "units": item.units,
        "needs_look": item.needs_look,
        "review": item.review,
        # A refusal may name the value that it refuses.
        "note": item.review_note if task is not None else "",
    }
    try:
        result = applying.result_of(item)
    except ObjectNotFound:
        result = {}
    if task is None or not result:
        yield Line(**shared)
        return
    missing = "; ".join(task.missing(result))
    proposals = task.proposals(result)
    if not proposals:
        yield Line(**shared, missing=missing)
    for each in proposals:
        yield Line(
            **shared,
            part=each.part,
            label=each.label or each.part,
            key=each.key,
            before=text_of(each.before),
            after=text_of(each.after),
            flags="; ".join(flag.get("text", "") for flag in each.flags),
            missing=missing,
        )


def text_of(value: Value) -> str:
    """A value as one text: lists by commas, a summary of reviews as its sentences."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    said = [
        f"{mark} {each.get('text', '')} ({each.get('count', 0)})"
        for mark, name in (("+", "pros"), ("–", "cons"))
        for each in value.get(name, ())
    ]
    return "; ".join(said)
