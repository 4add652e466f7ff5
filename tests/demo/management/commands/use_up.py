from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from wagtail.models import Site

from shareai_cms.integrations.wagtail import accounts
from shareai_cms.metering.meters import limited_meters, units_text
from tests.demo.loading.using_up import use_up


class Command(BaseCommand):
    help = "Use up every unit that the demo's sites have left, as its people would with many clicks."

    def handle(self, *args: Any, **options: Any) -> None:
        for site in Site.objects.order_by("-is_default_site", "pk"):
            account = accounts.open_account(accounts.reference_of(site))
            used = (
                (meter.slug, use_up(account, meter.slug, key="demo", who="make demo-empty"))
                for meter in limited_meters()
            )
            words = ", ".join(units_text(meter, units) for meter, units in used if units)
            self.stdout.write(f"{site.site_name}: {words or 'nothing'} used up.")
