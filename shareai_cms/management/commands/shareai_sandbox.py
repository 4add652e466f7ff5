"""``manage.py shareai_sandbox``: the stand-in marketplace, beside the development server."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shareai_cms.sandbox.__main__ import add_arguments, run


class Command(BaseCommand):
    help = "Start the sandbox, a stand-in for the ShareAI marketplace, and keep it running until it is stopped."
    # The sandbox touches nothing of the site, so it starts on a site that is not set up yet, too.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        code = run(argparse.Namespace(**options))
        if code:
            sys.exit(code)
