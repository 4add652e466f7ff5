"""Writing what a reviewer has accepted, and writing back what stood there: each object whole, or not at all.

The decision and the values are written in one transaction, which begins with a guarded UPDATE of the decision: of two
people who click at once, or of two workers, one does it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from django.apps import apps
from django.db import DataError, IntegrityError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.facts import Change, ProductFacts, Value
from shareai_cms.catalog.base import Catalogue
from shareai_cms.catalog.constraints import refusal_of
from shareai_cms.catalog.registry import catalogue_for
from shareai_cms.conf import conf
from shareai_cms.errors import (
    ChangedSince,
    InputEmpty,
    NotPermitted,
    ObjectNotFound,
    RunClosed,
    ShareAIError,
)
from shareai_cms.metering.retry import patiently, refresh, rows, transact
from shareai_cms.models import AppliedChange, RunItem, Suggestion
from shareai_cms.runs import control, tasks
from shareai_cms.runs.tasks import Proposal

T = TypeVar("T")

Review = RunItem.Review
#: Decisions after which it can still be applied.
APPLICABLE = (Review.OPEN, Review.ACCEPTED, Review.DECLINED, Review.REFUSED, Review.UNDONE)
#: How the decision on an object reads of its suggestion.
_SUGGESTED: Mapping[str, str] = {
    Review.OPEN: Suggestion.State.PROPOSED,
    Review.APPLIED: Suggestion.State.ACCEPTED,
    Review.DECLINED: Suggestion.State.DISCARDED,
    Review.UNDONE: Suggestion.State.DISCARDED,
}
#: Names one value of an object.
Place = tuple[str, str]


def apply(item: RunItem, user: Any, places: Collection[Place] | None = None, *, is_decided: bool = False) -> None:
    """Write an object's proposals as this person, all of them or those at some places; into a draft where it has one.

    ``is_decided`` carries out a decision, which has to stand as the item was read. Raises ``InputEmpty``,
    ``NotPermitted``, ``ObjectLocked``, ``ObjectNotFound``, ``ChangedSince``, ``ChangeRefused`` or ``RunClosed``; the
    object is then as it was, and the item says why.
    """
    standing = _standing(item, APPLICABLE, is_decided=is_decided)
    try:
        _check(user, item)
        wanted = _wanted(item, places)
        write(lambda: _apply(item, user, wanted, standing), wanted)
    except (RunClosed, InputEmpty):
        refresh(item)
        raise
    except ShareAIError as error:
        _note(item, error, standing, Review.REFUSED)
        raise
    refresh(item)


def undo(item: RunItem, user: Any, *, is_decided: bool = False) -> None:
    """Write back what stood there before, as this person; refused where the object was changed since.

    Raises what ``apply`` raises; ``RunClosed`` also where ``RUN_UNDO_DAYS`` have passed.
    """
    if item.review not in (Review.APPLIED, Review.RETURNING):
        raise RunClosed(f"{item.review or 'none'}: item {item.pk}")
    standing = _standing(item, (Review.APPLIED, Review.RETURNING), is_decided=is_decided)
    try:
        _check(user, item)
        _check_age(item)
        write(lambda: _undo(item, user, standing))
    except RunClosed:
        refresh(item)
        raise
    except ShareAIError as error:
        # It stays applied: that is what it is.
        _note(item, error, standing, Review.APPLIED)
        raise
    refresh(item)


def _standing(item: RunItem, reviews: Collection[str], *, is_decided: bool) -> QuerySet[RunItem]:
    """The row while it may be written; of a decision, while it was neither called off nor taken anew."""
    mine = rows(RunItem).filter(pk=item.pk, state=RunItem.State.DONE, review__in=reviews)
    return mine.filter(review=item.review, reviewed_at=item.reviewed_at) if is_decided else mine


def write(body: Callable[[], T], proposed: Collection[Proposal] = ()) -> T:
    """Write in one transaction of its own; raises ``ChangeRefused`` also where only the table refuses it."""
    try:
        return transact(body)
    except (IntegrityError, DataError) as error:
        # A constraint that no validation knows of: this object does not take it, and no other try would help.
        raise refusal_of(error, (each.label or each.part for each in proposed)) from None


def decline(item: RunItem, user: Any) -> None:
    """Leave the object as it is; raises ``NotPermitted`` or ``RunClosed``."""
    _check(user, item)
    standing = _standing(item, (Review.OPEN, Review.REFUSED), is_decided=False)
    if not transact(lambda: _decide(item, standing, user, Review.DECLINED)):
        raise RunClosed(f"not open: item {item.pk}")
    refresh(item)


def undo_until(item: RunItem) -> Any:
    """Until when it can be taken back, UTC; None where it is not applied."""
    if item.review != Review.APPLIED or item.reviewed_at is None:
        return None
    return item.reviewed_at + timedelta(days=conf.run_undo_days)


def result_of(item: RunItem) -> Mapping[str, Any]:
    """What was proposed; raises ``ObjectNotFound`` where it is no longer kept."""
    usage = item.usage
    suggestion = getattr(usage, "suggestion", None) if usage is not None else None
    if suggestion is None or suggestion.erased_at is not None:
        raise ObjectNotFound(
            "erased after its days",
            sentence=_("This suggestion is no longer kept."),
            remedy=_("Start a new run for this object."),
        )
    return dict(suggestion.result)


def _check(user: Any, item: RunItem) -> None:
    if user is None or not user.is_active:
        raise NotPermitted("nobody to write as")
    control.check(user, item.run)


def _check_age(item: RunItem) -> None:
    applied_at = item.changes.filter(undone_at__isnull=True).order_by("applied_at").values_list("applied_at", flat=True)
    first = patiently(applied_at.first)
    if first is None or timezone.now() - first > timedelta(days=conf.run_undo_days):
        raise RunClosed(
            "too old",
            sentence=_("This can no longer be taken back by itself."),
            remedy=_("Change it by hand, or take an older revision back."),
        )


def _wanted(item: RunItem, places: Collection[Place] | None) -> tuple[Proposal, ...]:
    proposals = tasks.get(item.run.task).proposals(result_of(item))
    wanted = tuple(each for each in proposals if places is None or (each.part, each.key) in places)
    if not wanted:
        raise InputEmpty(
            "no proposal at these places",
            sentence=_("Nothing was picked."),
            remedy=_("Pick at least one suggestion."),
        )
    return wanted


def doubtful(item: RunItem) -> set[Place]:
    """The places of an object whose values somebody should look at."""
    proposals = tasks.get(item.run.task).proposals(result_of(item))
    return {(each.part, each.key) for each in proposals if each.needs_look}


def _found(item: RunItem) -> tuple[Catalogue, Any]:
    """The object, fresh from its table and locked, so that nobody changes it unseen; raises ``ObjectNotFound``."""
    try:
        model = apps.get_model(item.object_type)
    except (LookupError, ValueError):
        raise ObjectNotFound(item.object_type) from None
    catalogue = catalogue_for(model)
    obj = patiently(catalogue.queryset(model).filter(pk=item.object_ref).first) if catalogue is not None else None
    if catalogue is None or obj is None:
        raise ObjectNotFound(f"{item.object_type} {item.object_ref}")
    return catalogue, catalogue.lock(obj, item.language)


def _apply(item: RunItem, user: Any, wanted: tuple[Proposal, ...], standing: QuerySet[RunItem]) -> None:
    if not _decide(item, standing, user, Review.APPLIED):
        raise RunClosed(f"not to be applied: item {item.pk}")
    catalogue, obj = _found(item)
    check_unchanged(catalogue.read(obj, item.language), item.language, wanted)
    changes = tasks.get(item.run.task).changes(wanted)
    written = catalogue.write(user, obj, changes, language=item.language, note=str(item.run.title))
    moment = timezone.now()
    rows(AppliedChange).bulk_create(
        AppliedChange(
            item=item,
            part=change.part,
            key=change.key,
            before=written.before[change.part, change.key],
            after=change.value,
            applied_at=moment,
        )
        for change in changes
    )
    rows(RunItem).filter(pk=item.pk).update(version_applied=written.version)


def check_unchanged(facts: ProductFacts, language: str, wanted: Collection[Proposal]) -> None:
    """Raise ``ChangedSince`` where something else stands at a place than when it was proposed."""
    is_other = bool(language) and facts.language != language
    for proposal in wanted:
        now: Value = ""
        if not is_other:
            try:
                now = facts.value(proposal.part, proposal.key)
            except KeyError:
                raise ChangedSince(f"{proposal.part} {proposal.key} is gone") from None
        if _comparable(now) != _comparable(proposal.before):
            raise ChangedSince(proposal.part)


def _comparable(value: Value) -> Value:
    """Nothing is nothing, whether as a text or as a list; and a list is the same in any order: tags are sets."""
    return sorted(value) if value and isinstance(value, list) else value or ""


def _undo(item: RunItem, user: Any, standing: QuerySet[RunItem]) -> None:
    if not _decide(item, standing, user, Review.UNDONE):
        raise RunClosed(f"not applied: item {item.pk}")
    catalogue, obj = _found(item)
    if catalogue.version(obj, item.language) != item.version_applied:
        raise ChangedSince("another version")
    written = rows(AppliedChange).filter(item=item, undone_at__isnull=True)
    changes = tuple(
        replace(Change(part=each.part, key=each.key, value=each.before), is_restored=True) for each in written
    )
    catalogue.write(user, obj, changes, language=item.language, note=str(item.run.title))
    written.update(undone_at=timezone.now())


def _decide(item: RunItem, standing: QuerySet[RunItem], user: Any, after: str) -> bool:
    label = getattr(user, "get_full_name", str)() or user.get_username()
    decided = {
        "review": after,
        "review_error": "",
        "review_note": "",
        "reviewed_at": timezone.now(),
        "reviewed_by": label[:255],
        "reviewer": user,
    }
    if not patiently(lambda: standing.update(**decided)):
        return False
    note_decisions(rows(RunItem).filter(pk=item.pk), label, after)
    return True


def note_decisions(items: QuerySet[RunItem], label: str, after: str) -> None:
    """Say of the suggestions too what became of them, as reports and the history of an object read it."""
    decided = {"state": _SUGGESTED[after], "decided_at": timezone.now(), "decided_by": label[:255]}
    if decided["state"] == Suggestion.State.PROPOSED:
        decided |= {"decided_at": None, "decided_by": ""}
    found = rows(Suggestion).filter(usage__in=items.filter(usage__isnull=False).values("usage"))
    patiently(lambda: found.update(**decided))


def _note(item: RunItem, error: ShareAIError, standing: QuerySet[RunItem], after: str) -> None:
    """Keep why it could not be done, for the reviewers' list."""
    note = f"{error.sentence} {error.remedy}"[:500]
    patiently(lambda: standing.update(review=after, review_error=error.code[:64], review_note=note))
    refresh(item)


def items() -> Any:
    """Items with all that applying needs, in one query."""
    return rows(RunItem).select_related("run__account__wallet", "usage__suggestion")


__all__ = [
    "APPLICABLE",
    "Place",
    "apply",
    "check_unchanged",
    "decline",
    "items",
    "result_of",
    "undo",
    "undo_until",
    "write",
]
