"""A run over the first objects of a selection; the others wait in a draft of their own."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F
from django.utils.translation import ngettext

from shareai_cms.metering.retry import patiently, rows
from shareai_cms.models import Run, RunItem


def languages_of(run: Run) -> Sequence[str]:
    """The languages that each object is written in; an empty tag for its own."""
    return run.options.get("languages") or [""]


def cut(run: Run, first: int) -> None:
    """Keep the first rows of a run that has just begun; inside its transaction."""
    others = rows(RunItem).filter(run=run.pk, position__gt=first)
    left = others.count()
    if not left:
        return
    rest = _copy(run, left)
    others.update(run=rest.pk, position=F("position") - first)
    total = rows(RunItem).filter(run=run.pk).count()
    number = _objects(run, total)
    text = ngettext("%(selection)s, the first %(number)d", "%(selection)s, the first %(number)d", number)
    title = text % {"selection": run.title, "number": number}
    rows(Run).filter(pk=run.pk).update(total=total, title=title[:255])


def rest_of(run: Run) -> Run | None:
    """The draft with what was cut off a run; None where nothing was, or it was begun or has been forgotten."""
    same = rows(Run).filter(batch=run.batch, account=run.account_id, task=run.task, state=Run.State.DRAFT)
    return patiently(same.filter(pk__gt=run.pk).order_by("pk").first)


def _copy(run: Run, total: int) -> Run:
    number = _objects(run, total)
    text = ngettext("%(selection)s, the other %(number)d", "%(selection)s, the other %(number)d", number)
    same = ("batch", "account_id", "task", "options", "route", "owner_id", "owner_label")
    values = {name: getattr(run, name) for name in same}
    title = text % {"selection": run.title, "number": number}
    return rows(Run).create(**values, title=title[:255], total=total)


def _objects(run: Run, items: int) -> int:
    """Objects of so many rows, one of which may have a part of its languages."""
    return -(-items // max(1, len(languages_of(run))))
