from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shareai_cms.metering import audit, late_deliveries
from shareai_cms.models import Usage, Wallet


class Command(BaseCommand):
    help = "Rebuild every balance from its rows and print what does not agree; exit code 1 where something does not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wallet", type=int, help="The number of the only wallet to look at.")

    def handle(self, *_args: Any, **options: Any) -> None:
        wallet = self._wallet(options["wallet"])
        for usage in late_deliveries(wallet):
            self.stdout.write(self._late(usage))
        findings = audit(wallet)
        for finding in findings:
            self.stdout.write(self.style.ERROR(str(finding)))
        if findings:
            raise CommandError(f"The ledger contradicts itself in {len(findings)} places.", returncode=1)
        self.stdout.write(self.style.SUCCESS("The ledger agrees with its rows."))

    def _wallet(self, number: int | None) -> Wallet | None:
        if number is None:
            return None
        try:
            return Wallet.objects.get(pk=number)
        except Wallet.DoesNotExist:
            raise CommandError(f"There is no wallet {number}.") from None

    def _late(self, usage: Usage) -> str:
        return (
            f"late: {usage.account}, {usage.feature} of {usage.created_at:%Y-%m-%d %H:%M} UTC, "
            f"{usage.units} {usage.meter} delivered free"
        )
