"""What a person asks of the list of orders, checked against the accounts whose orders they may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shareai_cms.metering.retry import rows
from shareai_cms.models import Order, SiteAccount
from shareai_cms.reports.days import midnight
from shareai_cms.views.filter_form import FilterForm, chosen


class OrdersForm(FilterForm):
    state = forms.ChoiceField(label=_("Status"), required=False)
    search = forms.CharField(
        label=_("Order number or buyer"), required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )

    #: Both days stand beside each other.
    field_order = ("account", "state", "search", "first", "last")

    def __init__(self, data: Any, accounts: Iterable[SiteAccount]) -> None:
        super().__init__(data, accounts)
        self.offer("state", [(value, _capitalised(label)) for value, label in Order.State.choices])

    def orders(self) -> QuerySet[Order]:
        """What was asked for, newest first; all orders of the accounts where nothing valid was."""
        return orders_of(self.accounts, self.given())


def orders_of(accounts: Iterable[SiteAccount], given: Mapping[str, Any]) -> QuerySet[Order]:
    found = rows(Order).filter(_days(chosen(accounts, given.get("account")), given))
    if state := given.get("state"):
        found = found.filter(state=state)
    if search := (given.get("search") or "").strip():
        found = found.filter(Q(number__icontains=search) | Q(buyer_label__icontains=search))
    related = found.select_related("account", "wallet").prefetch_related("contents", "adjustments")
    return related.order_by("-created_at", "-pk")


def _days(accounts: Iterable[SiteAccount], given: Mapping[str, Any]) -> Q:
    """The accounts, and the days as each one's wallet has them."""
    zones: dict[str, list[int]] = defaultdict(list)
    for account in accounts:
        zones[account.wallet.time_zone].append(account.pk)
    scope = Q(pk__in=[])
    for zone, pks in zones.items():
        part = Q(account__in=pks)
        if first := given.get("first"):
            part &= Q(created_at__gte=midnight(first, zone))
        if last := given.get("last"):
            part &= Q(created_at__lt=midnight(last + timedelta(days=1), zone))
        scope |= part
    return scope


def _capitalised(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]
