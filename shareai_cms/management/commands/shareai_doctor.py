"""``manage.py shareai_doctor``: what is wrong, and how to mend it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shareai_cms.doctor import ERROR, LEVELS, OK, WARNING, Finding, Scope, examine


class Command(BaseCommand):
    help = "Say what is wrong with this installation and how to mend it; exit code 1 where something is an error."
    # It looks at sites whose settings are wrong, and says what Django's own checks would stop at.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--offline", action="store_true", help="Ask nothing over the network.")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="How to print what was found.")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = examine(Scope(is_online=not options["offline"]))
        count = {level: sum(finding.level == level for finding in found) for level in LEVELS}
        if options["format"] == "json":
            told = {"findings": [asdict(finding) for finding in found], "count": count}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self._print(found)
        if count[ERROR]:
            raise CommandError(_summary(count), returncode=1)
        if options["format"] == "text":
            self.stdout.write(self.style.SUCCESS(_summary(count)))

    def _print(self, found: Iterable[Finding]) -> None:
        styles = {OK: self.style.SUCCESS, WARNING: self.style.WARNING, ERROR: self.style.ERROR}
        areas = dict.fromkeys(finding.area for finding in found)
        for area in areas:
            self.stdout.write(self.style.MIGRATE_HEADING(area))
            for finding in (one for one in found if one.area == area):
                self.stdout.write(f"  {styles[finding.level](finding.level.ljust(7))}  {finding.text}")
                if finding.hint:
                    self.stdout.write(f"           → {finding.hint}")
            self.stdout.write("")


def _summary(count: dict[str, int]) -> str:
    if not count[ERROR] and not count[WARNING]:
        return "Everything is as it should be."
    return f"{_counted(count[ERROR], 'error')}, {_counted(count[WARNING], 'warning')}."


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
