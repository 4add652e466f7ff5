from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tests.demo.loading import clear_content, load_content, place_sites
from tests.demo.models import HomePage


class Command(BaseCommand):
    help = "Load the demo's content into an empty database, and let its sites answer at the port of the settings."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clear", action="store_true", help="Delete pages, snippets, images and people first.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["clear"] and HomePage.objects.exists():
            clear_content()
        if HomePage.objects.exists():
            place_sites(settings.PORT)
        elif User.objects.exists():
            raise CommandError("This database has users but no demo in it; the demo needs one of its own.")
        else:
            load_content(settings.PORT)
