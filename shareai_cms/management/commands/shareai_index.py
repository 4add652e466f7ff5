"""``manage.py shareai_index``: everything that searches can find, read and embedded as far as it has changed."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shareai_cms import metering
from shareai_cms.conf import conf
from shareai_cms.errors import ShareAIError
from shareai_cms.management.progress import Progress
from shareai_cms.marketplace.text import in_digits
from shareai_cms.metering.retry import rows
from shareai_cms.models import Generation, Passage, SiteAccount
from shareai_cms.search import building, drift, running
from shareai_cms.search import survey as surveys
from shareai_cms.search.survey import Estimate, Survey

#: Objects named in the output at most, of each kind.
NAMED = 5


class Command(BaseCommand):
    help = (
        "Bring the search index up to date: read what has changed, say what it takes, embed what is new. It may be "
        "stopped at any time and run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--estimate", action="store_true", help="Say what it takes, and change nothing.")
        parser.add_argument("--check", action="store_true", help="Compare only; exit code 1 where something differs.")
        parser.add_argument("--rebuild", action="store_true", help="Embed everything anew, beside what is in use.")
        parser.add_argument("--site", type=int, metavar="N", help="Only what belongs to site account N.")
        parser.add_argument("--yes", action="store_true", help="Do not ask before anything is embedded.")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not conf.search:
            raise CommandError("SEARCH is False in the settings, so nothing is indexed.")
        try:
            self._run(options)
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. What is done is kept: run the command again to go on.", returncode=130
            ) from None

    def _run(self, options: dict[str, Any]) -> None:
        account = self._account(options["site"])
        found = self._survey(account)
        if options["check"]:
            self._check(found, account)
            return
        target = building.target(is_rebuild=options["rebuild"])
        estimate = surveys.estimate(found, target)
        self._tell_estimate(found, estimate, target)
        if options["estimate"]:
            return
        if estimate.units and not options["yes"]:
            self._confirm()
        self._index(found)
        if not rows(Passage).exists():
            self.stdout.write("There is nothing to be found yet.")
            return
        self._embed(target or building.begin())

    def _account(self, pk: int | None) -> SiteAccount | None:
        if pk is None:
            return None
        account = rows(SiteAccount).filter(metering.of_environment(), pk=pk).select_related("wallet").first()
        if account is None:
            raise CommandError(f"There is no site account {pk} here; manage.py shareai_account lists them.")
        return account

    def _survey(self, account: SiteAccount | None) -> Survey:
        total, progress = surveys.count(), Progress("Reading", self.stdout)
        found = surveys.survey(account=account, seen=lambda number: progress(number, total))
        progress.end()
        for (label, reference), place in list(found.unreadable.items())[:NAMED]:
            self.stderr.write(self.style.WARNING(f"{label} {reference} cannot be read: {place}"))
        for label, reference in found.unclear[:NAMED]:
            self.stdout.write(
                f"{label} {reference} belongs to no site account, so it is not indexed; shareai_site says whose it is."
            )
        return found

    def _check(self, found: Survey, account: SiteAccount | None) -> None:
        for name, named in (("New", found.missing), ("Changed", found.changed), ("To be taken out", found.extra)):
            examples = ", ".join(" ".join(each) for each in named[:NAMED])
            self.stdout.write(f"{name}: {in_digits(len(named))}{f' ({examples} …)' if named else ''}")
        others = drift.findings(account)
        for sentence in others:
            self.stdout.write(sentence)
        if others or not found.is_clean:
            raise CommandError("The index differs from the site. manage.py shareai_index mends it.", returncode=1)
        self.stdout.write(self.style.SUCCESS(f"The index agrees with all {in_digits(found.objects)} objects."))

    def _tell_estimate(self, found: Survey, estimate: Estimate, target: Generation | None) -> None:
        kind = "A new generation" if target is None else f"Generation {target.pk} ({target.get_state_display()})"
        cost = (
            "the marketplace has named no price yet"
            if estimate.cost_millionths is None
            else f"about {estimate.cost_millionths / 1_000_000:.4f} by its last prices"
        )
        self.stdout.write(
            f"{in_digits(found.objects)} objects: {in_digits(len(found.missing))} new, "
            f"{in_digits(len(found.changed))} changed, {in_digits(len(found.extra))} to be taken out.\n"
            f"{kind}, model {conf.embedding_model or 'of the key'}: {in_digits(estimate.texts)} texts to embed"
            f"{_beside(estimate.probes)}, {in_digits(estimate.characters)} characters, "
            f"about {in_digits(estimate.tokens)} tokens; cost: {cost}."
        )

    def _confirm(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Nobody is here to be asked; say --yes to embed these texts.")
        if input("Embed them now? [y/N] ").strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was changed.")

    def _index(self, found: Survey) -> None:
        # What is to be taken out is looked at again, too: it may have come back meanwhile.
        differing = [*found.missing, *found.changed, *found.extra]
        if not differing:
            return
        progress = Progress("Indexing", self.stdout)
        failed = running.index_objects(differing, progress)
        progress.end()
        if failed:
            self.stderr.write(self.style.WARNING(f"{failed} objects could not be read; the log names them."))

    def _embed(self, generation: Generation) -> None:
        is_complete = False
        while not is_complete:
            progress = Progress("Embedding", self.stdout)
            filled = running.fill(generation, progress, self._wait)
            progress.end()
            if filled.error:
                self._stop(filled.error, filled.left)
            try:
                is_complete = running.complete(generation)
            except ShareAIError as error:
                self._stop(error.code, 0)
        self.stdout.write(
            self.style.SUCCESS(
                f"Searches use generation {generation.pk}: {generation.model}, {generation.dimensions} dimensions, "
                f"least cosine {generation.floor or 0:.3f}."
            )
        )

    def _wait(self) -> None:
        if not getattr(self, "_has_told", False):
            self._has_told = True
            self.stdout.write("A worker is embedding these texts, or was killed less than 90 seconds ago; waiting.")

    def _stop(self, code: str, left: int) -> None:
        raise CommandError(
            f"{running.sentences_of(code)} ({code})\n{in_digits(left)} passages have no vector yet. What is done is "
            "kept, and searches go on as before: run the command again, or leave the rest to shareai_work.",
            returncode=1,
        )


def _beside(probes: int) -> str:
    """What is embedded once besides the site's texts: from them a search knows what it has nothing about."""
    return f" and, once, {in_digits(probes)} sentences of the app's own; together" if probes else ""
