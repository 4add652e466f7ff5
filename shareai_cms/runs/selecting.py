"""From a selection to drafts of runs, one for each site account that it touches; nothing is sent yet."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shareai_cms import metering, permissions
from shareai_cms.actions.targets import AccountRef
from shareai_cms.catalog.base import Catalogue
from shareai_cms.catalog.registry import catalogue_for
from shareai_cms.errors import AccountUnclear, InputEmpty, InputTooLong, InvalidRequest, NotPermitted
from shareai_cms.metering.retry import ledger_alias, patiently, rows
from shareai_cms.models import Run, RunItem, SiteAccount
from shareai_cms.permissions import BULK, MANAGE, Actor
from shareai_cms.runs import tasks
from shareai_cms.runs.tasks import RunTask

#: Objects of one selection at most, and rows that one statement writes.
MOST, BATCH = 100_000, 1_000


class Drafts(list[Run]):
    """The runs of one selection, not started yet."""

    #: Objects of accounts on which the person may not run in bulk, or of none that is clear.
    left_out = 0


def prepare(
    user: Any,
    task: str,
    objects: QuerySet[Any] | Iterable[Any],
    options: Mapping[str, Any] | None = None,
    title: str = "",
    *,
    route: str = "standard",
    shared: Callable[[], AccountRef] | None = None,
    nouns: tuple[str, str] | None = None,
) -> Drafts:
    """List the objects in drafts, read in pieces so that a large selection takes no memory.

    Without a title the runs are called by their number of ``nouns``, singular and plural. ``shared`` names the account
    of objects that belong to no site of their own, such as images of a project with several sites; without it they are
    left out. ``options["languages"]`` asks for each object in several languages; an empty tag is its own. Raises
    ``InvalidRequest`` for an unknown task or a kind of object that it does not fit, ``InputEmpty`` and
    ``InputTooLong`` for no objects or too many, ``NotPermitted`` where nothing is left that the person may run.
    """
    return _Selection(user, _task(task), dict(options or {}), route, title[:255], shared, nouns).prepare(objects)


def _task(slug: str) -> RunTask:
    try:
        return tasks.get(slug)
    except KeyError:
        raise InvalidRequest("no such task") from None


class _Selection:
    def __init__(
        self,
        user: Any,
        task: RunTask,
        options: dict[str, Any],
        route: str,
        title: str,
        shared: Callable[[], AccountRef] | None,
        nouns: tuple[str, str] | None,
    ) -> None:
        self._nouns = nouns
        self._shared = cache(shared) if shared is not None else None
        self._user, self._task, self._options, self._route, self._title = user, task, options, route, title
        self._actor = Actor.from_user(user)
        self._batch = uuid.uuid4()
        languages = options.get("languages") or [""]
        self._languages: tuple[str, ...] = tuple(dict.fromkeys(str(each) for each in languages))
        self._catalogues: dict[type[Model], Catalogue] = {}
        self._accounts: dict[tuple[str, str], SiteAccount | None] = {}
        self._runs: dict[int, Run] = {}
        self._positions: dict[int, int] = {}
        self._left_out = 0
        task.units(route)  # raises for a road that is not offered

    def prepare(self, objects: QuerySet[Any] | Iterable[Any]) -> Drafts:
        try:
            for piece in _pieces(self._items(_iterated(objects))):
                patiently(lambda piece=piece: self._write(piece))  # type: ignore[misc]
        except BaseException:
            self._forget()
            raise
        if not self._runs:
            self._refuse()
        return self._drafts()

    def _items(self, objects: Iterator[Any]) -> Iterator[RunItem]:
        for number, obj in enumerate(objects, 1):
            if number > MOST:
                raise InputTooLong(
                    f"more than {MOST} objects",
                    sentence=_("The selection is too large for one run."),
                    remedy=_("Select at most 100,000 objects."),
                )
            run = self._run_of(obj)
            if run is None:
                self._left_out += 1
                continue
            for language in self._languages:
                self._positions[run.pk] += 1
                yield RunItem(
                    run_id=run.pk,
                    position=self._positions[run.pk],
                    object_type=type(obj)._meta.label_lower,
                    object_ref=str(obj.pk),
                    object_label=str(obj)[:255],
                    language=language,
                )

    def _run_of(self, obj: Any) -> Run | None:
        try:
            account = self._account(self._catalogue(type(obj)).account(obj))
        except AccountUnclear:
            account = self._account(self._shared()) if self._shared is not None else None
        if account is None:
            return None
        if account.pk not in self._runs:
            self._runs[account.pk] = self._draft(account)
            self._positions[self._runs[account.pk].pk] = 0
        return self._runs[account.pk]

    def _catalogue(self, model: type[Model]) -> Catalogue:
        if model not in self._catalogues:
            found = catalogue_for(model)
            if found is None or model not in self._task.models():
                raise InvalidRequest(f"{model._meta.label_lower} is nothing for {self._task.slug}")
            self._catalogues[model] = found
        return self._catalogues[model]

    def _account(self, ref: AccountRef) -> SiteAccount | None:
        """The account, None where the person may not run in bulk on it."""
        key = (ref.platform, ref.reference)
        if key not in self._accounts:
            found = metering.open_account(
                platform=ref.platform, reference=ref.reference, label=ref.label, address=ref.address
            )
            may = any(permissions.can(self._actor, right, found) for right in (BULK, MANAGE))
            self._accounts[key] = found if may else None
        return self._accounts[key]

    def _draft(self, account: SiteAccount) -> Run:
        return rows(Run).create(
            batch=self._batch,
            account=account,
            task=self._task.slug,
            options=self._options,
            route=self._route,
            title=self._title,
            owner=self._user,
            owner_label=self._actor.label,
        )

    def _write(self, piece: Sequence[RunItem]) -> None:
        with transaction.atomic(using=ledger_alias()):
            # A join may name an object twice.
            rows(RunItem).bulk_create(piece, ignore_conflicts=True)

    def _drafts(self) -> Drafts:
        drafts = Drafts(self._runs.values())
        drafts.left_out = self._left_out
        for run in drafts:
            run.total = rows(RunItem).filter(run=run).count()
            run.title = run.title or _counted(run.total, self._languages, self._nouns)
            rows(Run).filter(pk=run.pk).update(total=run.total, title=run.title)
        return drafts

    def _refuse(self) -> None:
        if self._left_out:
            raise NotPermitted("no right to run in bulk on the accounts of the selection")
        raise InputEmpty(sentence=_("Nothing was selected."), remedy=_("Select at least one object first."))

    def _forget(self) -> None:
        for run in self._runs.values():
            rows(RunItem).filter(run=run).delete()
            rows(Run).filter(pk=run.pk).delete()


def _counted(total: int, languages: Sequence[str], nouns: tuple[str, str] | None) -> str:
    number = total // max(1, len(languages))
    if nouns is not None:
        return f"{number} {nouns[number != 1]}"
    return ngettext("%(number)d object", "%(number)d objects", number) % {"number": number}


def _iterated(objects: QuerySet[Any] | Iterable[Any]) -> Iterator[Any]:
    return objects.iterator(chunk_size=BATCH) if isinstance(objects, QuerySet) else iter(objects)


def _pieces(items: Iterator[RunItem]) -> Iterator[list[RunItem]]:
    piece: list[RunItem] = []
    for item in items:
        piece.append(item)
        if len(piece) >= BATCH:
            yield piece
            piece = []
    if piece:
        yield piece
