"""``manage.py shareai_run``: a bulk run over objects of one model, from the estimate to its end."""

from __future__ import annotations

import math
import os
import socket
import sys
import threading
import time
import uuid
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldError, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model, QuerySet
from django.utils import timezone

from shareai_cms.actions.languages import other_languages
from shareai_cms.catalog.registry import all_catalogues, catalogue_for
from shareai_cms.errors import CapReached, ShareAIError
from shareai_cms.management.progress import Progress
from shareai_cms.marketplace.text import in_digits
from shareai_cms.metering.meters import units_text
from shareai_cms.models import Run, RunItem
from shareai_cms.runs import control, presence, tasks
from shareai_cms.runs.engine import Engine, switch_often
from shareai_cms.runs.estimating import estimate
from shareai_cms.runs.progress import progress_of
from shareai_cms.runs.selecting import prepare

#: Exit codes beside 0: finished with some that failed, halted before its end, paused by Ctrl-C.
SOME_FAILED, HALTED, INTERRUPTED = 1, 3, 130
#: Seconds between two signs of life.
SIGN_EVERY = 15.0
#: Seconds between two looks at a run whose objects all have to wait.
LOOK_AGAIN = 1.0


class Command(BaseCommand):
    help = (
        "Run an AI task over many objects: say what it takes, ask, and work until it is done. Ctrl-C pauses it; its "
        "reference in the place of the model goes on with it. Everything proposed waits for its review."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", metavar="app.Model|reference", help="The model, or a run to go on with.")
        parser.add_argument("ids", nargs="*", help="Primary keys of the objects; all of the model where none is given.")
        parser.add_argument("--task", help="What is done with each object; needed where the model has several tasks.")
        parser.add_argument("--parts", default="", metavar="A,B", help="What is to be improved; all that the task has.")
        parser.add_argument(
            "--languages", default="", metavar="de,fr", help="Languages to write in; else the object's."
        )
        parser.add_argument(
            "--filter", action="append", default=[], metavar="field=value", dest="filters",
            help="Only objects of which this holds, in Django's own words: --filter category__name=Lamps.",
        )  # fmt: skip
        parser.add_argument("--limit", type=_number, metavar="N", help="The first N objects, by their keys.")
        parser.add_argument("--cap", type=_number, metavar="UNITS", help="Most units that it may take.")
        parser.add_argument("--route", default="standard", help="standard or premium.")
        parser.add_argument("--user", help="Username of the person for whom it runs, and whose rights count.")
        parser.add_argument("--estimate", action="store_true", help="Say what it takes, and keep nothing.")
        parser.add_argument("--yes", action="store_true", help="Do not ask before it starts.")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            runs = self._resumed(options) or self._started(options)
        except ShareAIError as error:
            raise CommandError(f"{error.sentence} {error.remedy} ({error})") from None
        if runs:
            self._work(runs)

    # What is to be run.

    def _resumed(self, options: dict[str, Any]) -> list[Run]:
        try:
            reference = uuid.UUID(options["target"])
        except ValueError:
            return []
        run = Run.objects.select_related("account__wallet", "owner").filter(reference=reference).first()
        if run is None:
            raise CommandError(f"There is no run {reference}.")
        user = self._user(options) if options["user"] else run.owner
        if user is None:
            raise CommandError("The person who began this run is gone: name who it goes on as with --user.")
        if run.state == Run.State.DRAFT:
            return self._confirmed([run], user, options)
        if run.error_code == CapReached.code and options["cap"] is None:
            raise CommandError(f"Its limit of {in_digits(run.cap or 0)} units is used up; --cap raises it.")
        if run.state in control.HALTED:
            control.resume(run, user, cap=options["cap"])
        elif run.state != Run.State.RUNNING:
            raise CommandError(f"The run is {run.get_state_display()}; nothing is left to do.")
        return [run]

    def _started(self, options: dict[str, Any]) -> list[Run]:
        model, user = self._model(options["target"]), self._user(options)
        wanted = {name: _listed(options[name]) for name in ("parts", "languages") if options[name]}
        task = self._task(model, options["task"])
        self._check_parts(task, model, wanted.get("parts", []))
        objects = self._objects(model, options)
        self._check_languages(model, objects, wanted.get("languages", []))
        nouns = str(model._meta.verbose_name), str(model._meta.verbose_name_plural)
        drafts = prepare(user, task.slug, objects, wanted, route=options["route"], nouns=nouns)
        if drafts.left_out:
            self.stdout.write(
                self.style.WARNING(
                    f"{in_digits(drafts.left_out)} objects are left out: no right to run in bulk on their site account."
                )
            )
        return self._confirmed(drafts, user, options)

    def _model(self, label: str) -> type[Model]:
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError):
            model = None
        if model is None or catalogue_for(model) is None:
            known = sorted(each._meta.label for catalogue in all_catalogues() for each in catalogue.models())
            raise CommandError(f"No catalogue knows {label}; there are {', '.join(known) or 'none'}.")
        return model

    def _user(self, options: dict[str, Any]) -> Any:
        people: Any = get_user_model()
        if not options["user"]:
            raise CommandError("Say for whom it runs: --user USERNAME. Their rights and budgets count.")
        try:
            return people._default_manager.get_by_natural_key(options["user"])
        except people.DoesNotExist:
            raise CommandError(f"There is no user {options['user']}.") from None

    def _task(self, model: type[Model], slug: str | None) -> tasks.RunTask:
        offered = {task.slug: task for task in tasks.tasks_for(model)}
        if slug is None and len(offered) == 1:
            return next(iter(offered.values()))
        names = ", ".join(offered) or "none"
        if slug is not None and slug not in offered:
            raise CommandError(f"There is no task {slug} for {model._meta.label}; there are {names}.")
        if slug is None:
            raise CommandError(f"Say what is to be done with each: --task; for {model._meta.label} there are {names}.")
        return offered[slug]

    def _check_parts(self, task: tasks.RunTask, model: type[Model], parts: Sequence[str]) -> None:
        known = [choice.value for choice in task.choices(model)]
        if unknown := [part for part in parts if part not in known]:
            raise CommandError(f"No part named {', '.join(unknown)}; there are {', '.join(known) or 'none'}.")

    def _check_languages(self, model: type[Model], objects: QuerySet[Any], languages: Sequence[str]) -> None:
        catalogue, first = catalogue_for(model), objects.first() if languages else None
        if catalogue is None or first is None:
            return
        names, offered = dict(other_languages("")), catalogue.languages(first)
        for language in languages:
            if language not in offered and language != catalogue.read(first).language:
                raise CommandError(
                    f"{model._meta.label} has no {names.get(language, language)} version; "
                    f"there are {', '.join(offered) or 'none'}."
                )

    def _objects(self, model: type[Model], options: dict[str, Any]) -> QuerySet[Any]:
        catalogue = catalogue_for(model)
        if catalogue is None:
            raise CommandError(f"No catalogue knows {model._meta.label}.")
        found = catalogue.queryset(model).order_by("pk")
        try:
            if options["ids"]:
                found = found.filter(pk__in=options["ids"])
            for given in options["filters"]:
                name, is_pair, value = given.partition("=")
                if not is_pair:
                    raise CommandError(f"--filter takes field=value, not {given}.")
                found = found.filter(**{name: value})
        except (FieldError, ValidationError, ValueError) as error:
            raise CommandError(f"The objects cannot be chosen like that: {error}") from None
        return found[: options["limit"]] if options["limit"] else found

    # What it takes.

    def _confirmed(self, drafts: Sequence[Run], user: Any, options: dict[str, Any]) -> list[Run]:
        try:
            for run in drafts:
                self._tell(run)
            if options["estimate"]:
                self._drop(drafts)
                return []
            if not options["yes"]:
                self._ask()
        except (CommandError, KeyboardInterrupt):
            self._drop(drafts)
            raise
        for run in drafts:
            control.start(run, user, cap=options["cap"])
        return list(drafts)

    def _tell(self, run: Run) -> None:
        found = estimate(run)
        self.stdout.write(
            f"{run.account}: {in_digits(found.objects)} objects, up to {units_text(found.meter, found.units)}; "
            f"{in_digits(found.available)} are left."
        )
        if not found.is_enough:
            self.stdout.write(
                self.style.WARNING(
                    f"That suffices for {in_digits(found.fits)} of them. Then it waits for a top-up, or use --limit."
                )
            )
        if found.in_other_runs:
            self.stdout.write(f"{in_digits(found.in_other_runs)} of them are in another run that is not finished.")

    def _ask(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Nobody is here to be asked; say --yes to start it.")
        if input("Start it now? [y/N] ").strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was started.")

    def _drop(self, drafts: Sequence[Run]) -> None:
        keys = [run.pk for run in drafts]
        RunItem.objects.filter(run__in=keys, run__state=Run.State.DRAFT).delete()
        Run.objects.filter(pk__in=keys, state=Run.State.DRAFT).delete()

    # The work.

    def _work(self, runs: Sequence[Run]) -> None:
        switch_often()
        bar, pause, sign = Progress("Done", self.stdout), threading.Event(), Sign()

        def on_step() -> None:
            sign.give()
            self._show(bar, runs)

        try:
            while going := [run for run in runs if self._goes_on(run)]:
                engine = Engine(only=[run.pk for run in going])
                engine.drain(on_step=on_step)
                if any(self._goes_on(run) for run in going):
                    # What is left waits: another worker has it, or the marketplace is away.
                    self._show(bar, runs)
                    pause.wait(LOOK_AGAIN)
        except KeyboardInterrupt:
            self._pause(runs)
        self._show(bar, runs, is_last=True)
        bar.end()
        self._close(runs)

    def _goes_on(self, run: Run) -> bool:
        run.refresh_from_db(fields=["state", "error_code", "resting_until"])
        return bool(run.state == Run.State.RUNNING)

    def _show(self, bar: Progress, runs: Sequence[Run], *, is_last: bool = False) -> None:
        if not (is_last or bar.is_due()):
            return
        found = [progress_of(run) for run in runs]
        bar(sum(each.closed for each in found), sum(each.total for each in found))

    def _pause(self, runs: Sequence[Run]) -> None:
        for run in runs:
            if self._goes_on(run):
                control.pause(run, run.owner)
        references = " or ".join(f"manage.py shareai_run {run.reference}" for run in runs)
        raise CommandError(f"Paused. Go on with {references}", returncode=INTERRUPTED)

    def _close(self, runs: Sequence[Run]) -> None:
        code = 0
        for run in runs:
            found = progress_of(run)
            counts = ", ".join(
                f"{in_digits(number)} {RunItem.State(state).label}" for state, number in sorted(found.by_state.items())
            )
            self.stdout.write(f"{run.account}: {counts}; {units_text(tasks.get(run.task).action.meter, found.units)}.")
            for reason in found.reasons():
                self.stdout.write(self.style.WARNING(reason))
            if run.state != Run.State.FINISHED:
                more = " --cap, with a higher limit" if run.error_code == CapReached.code else ""
                self.stdout.write(
                    f"The run is {run.get_state_display()}; go on with manage.py shareai_run {run.reference}{more}"
                )
                code = HALTED
            elif found.count(RunItem.State.FAILED):
                code = code or SOME_FAILED
        if code:
            raise CommandError("Not everything is done.", returncode=code)


class Sign:
    """Of life, from time to time: the page of the run says else that nobody works on it while it has to wait."""

    def __init__(self) -> None:
        self._reference = f"{socket.gethostname()}:{os.getpid()}"
        self._began, self._given_at = timezone.now(), -math.inf

    def give(self) -> None:
        if time.monotonic() - self._given_at >= SIGN_EVERY:
            self._given_at = time.monotonic()
            presence.note(self._reference, self._began)


def _number(given: str) -> int:
    """A number of objects or units: with none at all there is nothing to run."""
    if (found := int(given)) < 1:
        raise ArgumentTypeError("must be 1 or more")
    return found


def _listed(given: str) -> list[str]:
    return [part.strip() for part in given.split(",") if part.strip()]
