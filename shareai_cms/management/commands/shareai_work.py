"""``manage.py shareai_work``: the background work, until it is stopped or, from cron, until all is done."""

from __future__ import annotations

import signal
import sys
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from shareai_cms.marketplace.text import in_digits
from shareai_cms.runs.engine import switch_often
from shareai_cms.work import WorkLoop, all_duties


class Command(BaseCommand):
    help = "Do the background work until stopped: any number of these may run. --once does what is due and ends."
    # A worker starts before its database does on some machines, and waits for it.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now and end, for cron.")

    def handle(self, *_args: Any, **options: Any) -> None:
        stop = threading.Event()
        loop = WorkLoop(stop=stop, is_cron=options["once"])
        _stop_on_signals(stop)
        switch_often()
        if options["once"]:
            self._once(loop, is_told=options["verbosity"] > 0)
            return
        self.stdout.write("Working; stop with Ctrl-C or SIGTERM.")
        self.stdout.flush()
        loop.run()
        self.stdout.write("Stopped.")

    def _once(self, loop: WorkLoop, *, is_told: bool) -> None:
        try:
            failures = loop.run_once()
        except DatabaseError as error:
            raise CommandError(
                f"The database could not be used ({type(error).__name__}). manage.py shareai_doctor says more."
            ) from None
        if is_told:
            self._tell(loop)
        if failures:
            raise CommandError(f"{failures} duties failed; manage.py shareai_doctor names them.", returncode=1)

    def _tell(self, loop: WorkLoop) -> None:
        """A line for each duty that did something or failed, and one for all others."""
        idle, later = list[str](), list[str]()
        for duty in all_duties():
            if place := loop.failed.get(duty.name):
                self.stdout.write(self.style.ERROR(f"{duty.name}: failed ({place})"))
            elif done := loop.done.get(duty.name, 0):
                self.stdout.write(f"{duty.name}: {in_digits(done)} {duty.counts}")
            else:
                (idle if duty.name in loop.done else later).append(duty.name)
        if loop.objects:
            self.stdout.write(f"{in_digits(loop.objects)} objects of runs closed")
        if idle:
            self.stdout.write(f"Looked, and found nothing to do: {', '.join(idle)}.")
        if later:
            self.stdout.write(f"Not due yet, or done by another worker: {', '.join(later)}.")


def _stop_on_signals(stop: threading.Event) -> None:
    def end(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():  # asked twice: at once, and the lease ends by itself
            sys.exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
