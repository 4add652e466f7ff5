"""``manage.py shareai_account``: the site accounts, and the answer to "has it moved, or is this a copy?"."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shareai_cms import metering
from shareai_cms.models import SiteAccount


class Command(BaseCommand):
    help = "List the site accounts, or say of one that its site has moved, is a copy, or is the original after all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", type=int, nargs="?", help="The number of the account, from the list.")
        answer = parser.add_mutually_exclusive_group()
        answer.add_argument("--moved", action="store_true", help="The live site is at another address for good.")
        answer.add_argument(
            "--copy", action="store_true", help="This database is a copy: go on in staging, without units."
        )
        answer.add_argument("--original", action="store_true", help="Take --copy back.")
        parser.add_argument("--address", default="", help="The site's address, where its platform does not say it.")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["account"] is None:
            self._list()
            return
        account = self._account(options["account"])
        address = options["address"] or metering.present_address(account)
        if options["moved"]:
            self._moved(account, address)
        elif options["copy"]:
            self._copy(account, address)
        elif options["original"]:
            self._original(account, address)
        else:
            self.stdout.write(_described(account))

    def _list(self) -> None:
        for account in SiteAccount.objects.select_related("wallet").order_by("pk"):
            self.stdout.write(_described(account))

    def _account(self, number: int) -> SiteAccount:
        try:
            return SiteAccount.objects.select_related("wallet").get(pk=number)
        except SiteAccount.DoesNotExist:
            raise CommandError(f"There is no account {number}; manage.py shareai_account lists them.") from None

    def _moved(self, account: SiteAccount, address: str) -> None:
        if not address:
            raise CommandError("The new address is not known: give it with --address https://….")
        if not metering.declare_moved(account, address):
            raise CommandError(f"Account {account.pk} is a copy; --original makes it the live site's again.")
        self.stdout.write(f"{account} is at {account.address} now.")

    def _copy(self, account: SiteAccount, address: str) -> None:
        if not metering.declare_copy(account, address):
            raise CommandError(f"Account {account.pk} is not that of a live site, or its site was said to have moved.")
        self.stdout.write(
            f"{account} is a copy now, in {account.environment}, without units. --original takes it back."
        )

    def _original(self, account: SiteAccount, address: str) -> None:
        if not metering.declare_original(account, address):
            raise CommandError(f"A live account has taken the place of account {account.pk}, so it stays a copy.")
        self.stdout.write(f"{account} is the live site's account again, with the units that it had.")


def _described(account: SiteAccount) -> str:
    now = metering.present_address(account)
    parts = [
        f"{account.pk}: {account}",
        f"environment={account.environment}{' (copy)' if account.is_copy else ''}",
        f"status={account.status}",
        f"wallet={account.wallet_id}",
        f"address={account.address or '-'}",
    ]
    if metering.has_changed(account, now):
        parts.append(f"now={now}: say --moved or --copy")
    return "  ".join(parts)
