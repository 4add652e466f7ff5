"""``manage.py shareai_orders``: the orders as a list, for operators and their spreadsheets."""

from __future__ import annotations

import csv
import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from shareai_cms.models import Order, OrderAdjustment
from shareai_cms.topups.money import from_minor

#: What begins like this is a formula to a spreadsheet program.
_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
Status, Kind = OrderAdjustment.Status, OrderAdjustment.Kind


def month(text: str) -> tuple[datetime, datetime]:
    """The beginning of a month and of the next one, UTC."""
    try:
        start = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no month; write it like 2026-03.") from None
    return start, start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


class Command(BaseCommand):
    help = "List the orders of top-ups, the newest first. Shows no address of a payment page and no secret."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--state", choices=Order.State.values, help="Only orders in this state.")
        parser.add_argument("--account", type=int, help="Only orders of the site account of this number.")
        parser.add_argument("--month", type=month, help="Only orders placed in this month, as 2026-03, in UTC.")
        parser.add_argument("--format", choices=["table", "csv", "json"], default="table", help="How to print them.")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = [_columns(order) for order in _chosen(options)]
        printers = {"table": self._table, "csv": self._csv, "json": self._json}
        printers[options["format"]](found)

    def _table(self, found: list[dict[str, Any]]) -> None:
        if not found:
            self.stdout.write("No order fits.")
            return
        names = ("number", "created", "state", "account", "bundle", "price", "currency", "provider", "note")
        lines = [names, *(tuple(str(row[name]) for name in names) for row in found)]
        widths = [max(len(line[index]) for line in lines) for index in range(len(names))]
        for line in lines:
            self.stdout.write("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())

    def _csv(self, found: Iterable[dict[str, Any]]) -> None:
        writer = csv.DictWriter(self.stdout, fieldnames=list(_columns(Order())), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _as_text(value) for name, value in row.items()} for row in found)

    def _json(self, found: list[dict[str, Any]]) -> None:
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))


def _chosen(options: dict[str, Any]) -> QuerySet[Order, Any]:
    orders = Order.objects.select_related("account").order_by("-created_at", "-pk")
    if options["state"]:
        orders = orders.filter(state=options["state"])
    if options["account"] is not None:
        orders = orders.filter(account=options["account"])
    if options["month"]:
        start, end = options["month"]
        orders = orders.filter(created_at__gte=start, created_at__lt=end)
    disputes = OrderAdjustment.objects.filter(order=OuterRef("pk"), kind=Kind.DISPUTE, status=Status.OPEN)
    gone = Sum("adjustments__amount_minor", filter=Q(adjustments__status=Status.RETURNED))
    return orders.annotate(returned_minor=Coalesce(gone, 0), is_disputed=Exists(disputes))


def _columns(order: Any) -> dict[str, Any]:
    """An order as plain values; of an empty one only the names matter."""
    is_row = order.pk is not None
    returned = order.returned_minor if is_row else 0
    return {
        "number": order.number,
        "created": _moment(order.created_at),
        "state": order.state,
        "account": f"{order.account_id} {order.account}" if is_row else "",
        "wallet": order.wallet_id,
        "bundle": order.bundle_name,
        "price": str(from_minor(order.price_minor, order.currency)) if is_row else "",
        "currency": order.currency,
        "charged": "" if order.total_minor is None else str(from_minor(order.total_minor, order.currency)),
        "returned": str(from_minor(returned, order.currency)) if returned else "",
        "payer": order.payer,
        "provider": order.provider,
        "payment": order.payment_ref,
        "buyer": order.buyer_label,
        "paid": _moment(order.paid_at),
        "booked": _moment(order.fulfilled_at),
        "note": order.problem or ("disputed" if is_row and order.is_disputed else "returned" if returned else ""),
    }


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if value is not None else ""


def _as_text(value: Any) -> Any:
    """A value that people typed must not become a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
