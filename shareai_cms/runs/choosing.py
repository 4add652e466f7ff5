"""What a run that has not started is to do: which parts, in which languages, on which road."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from shareai_cms.actions.languages import other_languages
from shareai_cms.catalog.registry import catalogue_for
from shareai_cms.errors import InputTooLong, InvalidRequest, RunClosed
from shareai_cms.metering.retry import ledger_alias, patiently, refresh, rows
from shareai_cms.models import Run, RunItem
from shareai_cms.runs import control, tasks
from shareai_cms.runs.selecting import BATCH, MOST
from shareai_cms.runs.tasks import ONLY_EMPTY, RETRANSLATE, Choice


def models_of(run: Run) -> tuple[type[Model], ...]:
    """The classes of its objects; those of apps that are gone are left out."""
    types = rows(RunItem).filter(run=run.pk).order_by("object_type").values_list("object_type", flat=True).distinct()
    found = []
    for name in patiently(lambda: list(types)):
        try:
            found.append(apps.get_model(name))
        except (LookupError, ValueError):
            continue
    return tuple(found)


def parts_of(run: Run) -> tuple[Choice, ...]:
    """What may be improved, with what is chosen so far."""
    chosen = run.options.get("parts")
    found: dict[str, Choice] = {}
    for model in models_of(run):
        for choice in tasks.get(run.task).choices(model):
            found.setdefault(choice.value, choice)
    return tuple(
        Choice(value=each.value, label=each.label, is_on=each.is_on if not chosen else each.value in chosen)
        for each in found.values()
    )


def languages_of(run: Run) -> tuple[Choice, ...]:
    """The languages that it can be written in, an empty value for each object's own; empty where there is no choice."""
    if not parts_of(run):
        return ()
    others: dict[str, None] = {}
    for model in models_of(run):
        catalogue = catalogue_for(model)
        first = rows(RunItem).filter(run=run.pk, object_type=model._meta.label_lower).order_by("position").first()
        obj = catalogue.queryset(model).filter(pk=first.object_ref).first() if catalogue and first else None
        others |= dict.fromkeys(catalogue.languages(obj) if catalogue and obj is not None else ())
    chosen = run.options.get("languages") or [""]
    names = dict(other_languages(""))
    return tuple(
        Choice(value=code, label=names.get(code, code), is_on=code in chosen) for code in ("", *others) if others
    )


def kept_of(run: Run) -> tuple[Choice, ...]:
    """What is said about values that stand there already: that they stay, and that translations do not."""
    label = _("Only what is empty")
    found = [Choice(value=ONLY_EMPTY, label=label, is_on=tasks.get(run.task).only_empty(run.options))]
    if languages_of(run):
        label = _("Replace translations that are there already")
        found.append(Choice(value=RETRANSLATE, label=label, is_on=bool(run.options.get(RETRANSLATE))))
    return tuple(found)


def choose(
    run: Run,
    user: Any,
    *,
    parts: Sequence[str],
    languages: Sequence[str] | None = None,
    route: str = "standard",
    kept: Sequence[str] | None = None,
) -> None:
    """Change a draft, in each object's own language where none are named.

    ``kept`` names the choices of ``kept_of`` that are on; None leaves them as they are. Raises ``InvalidRequest`` for
    nothing chosen and for what is no choice, ``RunClosed`` for what has started.
    """
    control.check(user, run)
    offered = {choice.value for choice in parts_of(run)}
    spoken = {choice.value for choice in languages_of(run)}
    wanted = ("",) if languages is None or not spoken else tuple(dict.fromkeys(languages))
    _check(parts, offered, _("Choose at least one part."))
    _check(wanted, spoken or {""}, _("Choose at least one language."))
    tasks.get(run.task).units(route)
    options = {**run.options, **({"parts": list(parts)} if offered else {})}
    if kept is not None:
        options |= {name: name in kept for name in (ONLY_EMPTY, RETRANSLATE)}
    is_relisted = tuple(run.options.get("languages") or [""]) != wanted
    if is_relisted:
        options["languages"] = list(wanted)
    patiently(lambda: _write(run, options, route, wanted if is_relisted else ()))
    refresh(run)


def _check(chosen: Sequence[str], offered: Set[str], sentence: str) -> None:
    if set(chosen) - offered:
        raise InvalidRequest("options are not among the choices")
    if offered and not chosen:
        raise InvalidRequest("nothing is chosen", sentence=sentence, remedy=_("The choice before it was kept."))


def _write(run: Run, options: dict[str, Any], route: str, languages: tuple[str, ...]) -> None:
    with transaction.atomic(using=ledger_alias()):
        draft = rows(Run).filter(pk=run.pk, state=Run.State.DRAFT)
        if not draft.update(options=options, route=route):
            raise RunClosed(f"not a draft: {run.pk}")
        if languages:
            draft.update(total=_relist(run, languages))


def _relist(run: Run, languages: tuple[str, ...]) -> int:
    """Every object once for each language, in the order in which they were selected."""
    items = rows(RunItem).filter(run=run.pk).order_by("position")
    objects = list(
        dict.fromkeys(items.values_list("object_type", "object_ref", "object_label").iterator(chunk_size=BATCH))
    )
    if len(objects) * len(languages) > MOST:
        raise InputTooLong(f"{len(objects)} objects in {len(languages)} languages")
    items._raw_delete(ledger_alias())  # noqa: SLF001  nothing hangs on a draft's objects
    rows(RunItem).bulk_create(_items(run, objects, languages), batch_size=BATCH)
    return len(objects) * len(languages)


def _items(run: Run, objects: Sequence[tuple[str, str, str]], languages: tuple[str, ...]) -> Iterator[RunItem]:
    position = 0
    for object_type, object_ref, object_label in objects:
        for language in languages:
            position += 1
            yield RunItem(
                run=run,
                position=position,
                object_type=object_type,
                object_ref=object_ref,
                object_label=object_label,
                language=language,
            )
