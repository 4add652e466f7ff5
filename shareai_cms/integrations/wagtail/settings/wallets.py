"""A wallet: whose it is, when its month begins, its plan, what is left and where that came from."""

from __future__ import annotations

from collections.abc import Container
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shareai_cms import metering
from shareai_cms.integrations.wagtail.settings.access import left_of, wallet_name
from shareai_cms.integrations.wagtail.settings.base import DeskFormView, address
from shareai_cms.integrations.wagtail.settings.budgets import budget_lines
from shareai_cms.metering import meters
from shareai_cms.models import Grant, Order, SiteAccount, Wallet
from shareai_cms.reports.days import day_of
from shareai_cms.views.order_sheet import Line, line

#: Grants on the page, those of today before those of the past.
MOST_GRANTS = 30
MOST_ORDERS = 10


class WalletForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is the agency's can be read by others, and changed by nobody else."""

    class Meta:
        model = Wallet
        fields = ["client", "time_zone", "anchor_day", "plan", "status"]
        help_texts = {
            "plan": gettext_lazy("Another plan applies from the next reset. This month keeps what it has."),
            "anchor_day": gettext_lazy(
                "From 1 to 31; a shorter month resets on its last day. A change applies from the next reset."
            ),
        }

    def __init__(self, *args: Any, manages_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.fields["time_zone"].label,
            choices=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())],
            help_text=gettext_lazy("Days of the reports and the reset are those of this zone."),
        )
        if not manages_all:
            for field in self.fields.values():
                field.disabled = True


class WalletView(DeskFormView):
    """One wallet, for those who manage all its accounts."""

    template_name = "shareai_cms/wagtail/settings/wallet.html"
    form_class = WalletForm

    def prepare(self, **kwargs: Any) -> None:
        self.wallet = self.desk.wallet(kwargs["pk"])

    def get_page_title(self) -> str:
        return _("Wallet of %(client)s") % {"client": wallet_name(self.wallet)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.wallet, "manages_all": self.desk.manages_all}

    def save(self, form: Any) -> None:
        self.desk.check_manages_all()
        plan = form.cleaned_data["plan"]
        # As it is in the database: the ledger has to book this month by the plan that it began with.
        stored = Wallet.objects.get(pk=self.wallet.pk)
        columns = [name for name in form.changed_data if name != "plan"]
        if columns:
            form.instance.save(update_fields=columns)
        if plan.pk != stored.plan_id:
            metering.change_plan(stored, plan)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # The form has written its values into the wallet, valid or not.
        wallet = Wallet.objects.select_related("plan").get(pk=self.wallet.pk)
        return {
            **super().get_context_data(**kwargs),
            "wallet": wallet,
            "accounts": self.desk.accounts.filter(wallet=wallet),
            "left": left_of(SiteAccount(wallet=wallet)),
            "grants": _grants(wallet, self.desk.accounts),
            "budgets": budget_lines(wallet),
            "orders": _orders(wallet, self.desk.accounts),
            "back": address("settings"),
        }


def _orders(wallet: Wallet, accounts: QuerySet[SiteAccount]) -> list[Line]:
    """The newest of these accounts: another client may have drawn on the wallet before."""
    found = Order.objects.filter(wallet=wallet, account__in=accounts).select_related("account", "wallet")
    newest = found.prefetch_related("contents", "adjustments").order_by("-created_at", "-pk")
    return [line(order) for order in newest[:MOST_ORDERS]]


def _grants(wallet: Wallet, accounts: QuerySet[SiteAccount]) -> list[dict[str, str]]:
    """Where the units came from; the unlimited ones of meters that nobody sees are left out."""
    shown = [meter.slug for meter in meters.limited_meters()]
    order = ("-expires_at", "meter", "-pk")
    found = Grant.objects.filter(wallet=wallet, meter__in=shown, expires_at__gt=timezone.now()).order_by(*order)
    hidden = set(Order.objects.filter(wallet=wallet).exclude(account__in=accounts).values_list("number", flat=True))
    return [_grant(each, wallet, hidden) for each in found[:MOST_GRANTS]]


def _grant(grant: Grant, wallet: Wallet, hidden: Container[str]) -> dict[str, str]:
    """The number of an order is its note, which is for those who manage the order's own account."""
    is_hidden = grant.kind == Grant.Kind.TOPUP and grant.note in hidden
    ends = (
        _("never")
        if grant.expires_at >= metering.NEVER
        else meters.day_text(day_of(grant.expires_at, wallet.time_zone))
    )
    return {
        "kind": grant.get_kind_display(),
        "units": meters.units_text(grant.meter, grant.units),
        "left": number_format(grant.remaining),
        "state": _("frozen") if grant.is_frozen else grant.get_state_display(),
        "ends": ends,
        "note": "" if is_hidden else grant.note,
    }
