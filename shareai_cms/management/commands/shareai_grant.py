"""``manage.py shareai_grant``: units by hand, under a reference, once for each."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.errors import ShareAIError
from shareai_cms.metering.meters import all_meters
from shareai_cms.models import Bundle, Grant, Order, SiteAccount, Wallet
from shareai_cms.topups.orders import confirm_payment

KINDS = (Grant.Kind.TOPUP, Grant.Kind.PROMO, Grant.Kind.ADJUSTMENT)
#: With wallet and meter around it, a source has at most 255 characters.
LONGEST_REFERENCE = 180
MOST_DAYS, MOST_UNITS = 3_650, 1_000_000_000


class Command(BaseCommand):
    help = (
        "Give a wallet units by hand, or confirm the payment of an order that no payment page confirms. The same "
        "reference grants once, however often this is run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--account", type=int, help="The number of the site account whose wallet gets the units.")
        where.add_argument("--wallet", type=int, help="The number of the wallet that gets the units.")
        where.add_argument("--order", help="The number of the order whose payment has arrived: SA-….")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--units", type=int, help="How many units, of the --meter.")
        what.add_argument("--bundle", type=int, help="The number of a bundle whose units are given, on sale or not.")
        parser.add_argument("--meter", choices=list(all_meters()), help="The kind of unit (default: writing).")
        parser.add_argument("--kind", choices=KINDS, help="What they are in the lists (default: topup).")
        parser.add_argument(
            "--expires-days", type=int, help="Days until they expire (default: as the bundle, or never)."
        )
        parser.add_argument(
            "--reference", required=True, help="Your name for this payment or gift, such as its invoice."
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        reference = options["reference"].strip()
        if not reference or len(reference) > LONGEST_REFERENCE:
            raise CommandError(f"A reference has 1 to {LONGEST_REFERENCE} characters.")
        if options["order"]:
            self._confirm(reference, options)
        else:
            self._grant(reference, options)

    def _confirm(self, reference: str, options: dict[str, Any]) -> None:
        others = ("units", "bundle", "meter", "kind", "expires_days")
        if given := [f"--{name.replace('_', '-')}" for name in others if options[name] is not None]:
            raise CommandError(f"An order has its own units; leave out {', '.join(given)}.")
        order = Order.objects.select_related("account", "wallet").filter(number=options["order"].strip()).first()
        if order is None:
            raise CommandError(f"There is no order {options['order']}; manage.py shareai_orders lists them.")
        was_booked = order.state == Order.State.FULFILLED
        try:
            confirm_payment(order, reference)
        except ShareAIError as error:
            raise CommandError(f"Order {order.number}: {error.detail or error.code}.") from error
        units = ", ".join(f"{row.units} {row.meter}" for row in order.contents.all())
        if was_booked:
            self.stdout.write(f"Order {order.number} was confirmed with this reference before; nothing has changed.")
        else:
            self.stdout.write(self.style.SUCCESS(f"Order {order.number} is paid: {units} for {order.account}."))

    def _grant(self, reference: str, options: dict[str, Any]) -> None:
        wallet = _wallet(options)
        contents, days = _contents(options)
        moment = timezone.now()
        for meter, units in contents:
            try:
                found, is_new = metering.grant(
                    wallet,
                    meter,
                    units,
                    kind=options["kind"] or Grant.Kind.TOPUP,
                    source_ref=f"manual:{wallet.pk}:{reference}:{meter}",
                    expires_at=moment + timedelta(days=days) if days is not None else None,
                    note=reference,
                    now=moment,
                )
            except ValueError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(self._told(found, is_new, units, moment))

    def _told(self, found: Grant, is_new: bool, units: int, now: datetime) -> str:
        until = "" if found.expires_at == metering.NEVER else f", until {found.expires_at:%Y-%m-%d %H:%M} UTC"
        what = f"{found.units} {found.meter} ({found.kind}{until})"
        if is_new:
            return self.style.SUCCESS(f"Wallet {found.wallet_id} has got {what}.")
        text = f"Wallet {found.wallet_id} got {what} under this reference on {found.created_at:%Y-%m-%d}; "
        if found.units == units:
            return f"{text}nothing has changed."
        return self.style.WARNING(f"{text}nothing has changed, although {units} are asked for now.")


def _wallet(options: dict[str, Any]) -> Wallet:
    if options["wallet"] is not None:
        wallet = Wallet.objects.filter(pk=options["wallet"]).first()
        if wallet is None:
            raise CommandError(f"There is no wallet {options['wallet']}; manage.py shareai_account names them.")
        return wallet
    account = SiteAccount.objects.select_related("wallet").filter(pk=options["account"]).first()
    if account is None:
        raise CommandError(f"There is no account {options['account']}; manage.py shareai_account lists them.")
    return account.wallet


def _contents(options: dict[str, Any]) -> tuple[list[tuple[str, int]], int | None]:
    """Meters with their units, and the days until they expire; None for never."""
    days = options["expires_days"]
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise CommandError(f"Units expire after 1 to {MOST_DAYS:,} days.")
    if options["bundle"] is None:
        if options["units"] is None:
            raise CommandError("Say how many: --units with --meter, or --bundle.")
        if not 1 <= options["units"] <= MOST_UNITS:
            raise CommandError(f"Units are whole numbers from 1 to {MOST_UNITS:,}.")
        return [(options["meter"] or "writing", options["units"])], days
    if options["meter"] is not None:
        raise CommandError("A bundle has its own kinds of unit; leave out --meter.")
    bundle = Bundle.objects.prefetch_related("contents").filter(pk=options["bundle"]).first()
    if bundle is None:
        raise CommandError(f"There is no bundle {options['bundle']}{_others()}.")
    contents = sorted((row.meter, row.units) for row in bundle.contents.all())
    return contents, days if days is not None else bundle.expires_days


def _others() -> str:
    known: Iterable[Bundle] = Bundle.objects.order_by("pk")
    told = ", ".join(f"{bundle.pk} ({bundle.name})" for bundle in known)
    return f"; there are {told}" if told else ""
