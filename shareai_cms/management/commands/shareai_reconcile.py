"""``manage.py shareai_reconcile``: what a lost message of a payment provider would have said."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shareai_cms import topups
from shareai_cms.topups.reconciling import Reconciled, Seen


class Command(BaseCommand):
    help = (
        "Ask the payment providers about orders that wait for an answer, read their lists of events, and try failed "
        "messages again. May be run at any time; exit code 1 where something failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--all",
            action="store_true",
            help="Ask about every order that may still change, and try every failed message, due or not.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        done = topups.reconcile(every_order=options["all"])
        for seen in done.orders:
            self.stdout.write(_line(seen))
        if done.failed:
            raise CommandError(f"{_summary(done)} The log names each failure: shareai_cms.topups.", returncode=1)
        self.stdout.write(self.style.SUCCESS(_summary(done)))


def _line(seen: Seen) -> str:
    state = seen.after if seen.after == seen.before else f"{seen.before} → {seen.after}"
    return f"{seen.number}  {seen.provider}  {state}{f'  error={seen.error}' if seen.error else ''}"


def _summary(done: Reconciled) -> str:
    return (
        f"Orders asked about: {done.looked}, units booked for: {done.fulfilled}, messages read or tried again: "
        f"{done.events}, failed: {done.failed}."
    )
