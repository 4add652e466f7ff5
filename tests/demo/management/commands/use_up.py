from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from wagtail.models import Site

from shareai_cms.actions.pricing import used_meters
from shareai_cms.integrations.wagtail import accounts
from shareai_cms.metering.meters import units_text
from tests.demo.loading.using_up import use_up


class Command(BaseCommand):
    help = "Use up every unit that the demo's sites have left, as its people would with many clicks."

    def handle(self, *args: Any, **options: Any) -> None:
        for site in Site.objects.order_by("-is_default_site", "pk"):
            account = accounts.open_account(accounts.reference_of(site))
            units = {
                meter: use_up(account, meter, key="demo", who="make demo-empty") for meter in sorted(used_meters())
            }
            words = ", ".join(units_text(meter, number) for meter, number in units.items() if number)
            self.stdout.write(f"{site.site_name}: {words or 'nothing'} used up.")
