"""Giving a wallet units by hand: bought elsewhere, a gift, or a correction."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shareai_cms import metering
from shareai_cms.integrations.wagtail.settings.access import wallet_name
from shareai_cms.integrations.wagtail.settings.base import DeskFormView, address
from shareai_cms.metering import meters
from shareai_cms.models import Grant, Wallet
from shareai_cms.reports.days import midnight
from shareai_cms.views.day_field import DayField

MOST_UNITS = 100_000_000
#: With wallet and meter around it, a source has at most 255 characters.
LONGEST_REFERENCE = 180
#: What the operator can say that it is; the plan's own units come by themselves.
KINDS = (Grant.Kind.TOPUP, Grant.Kind.PROMO, Grant.Kind.ADJUSTMENT)


def source_of(wallet: Wallet, reference: str, meter: str) -> str:
    """The name under which units are given once, here and by ``manage.py shareai_grant``."""
    return f"manual:{wallet.pk}:{reference}:{meter}"


class GiftForm(forms.Form):
    """Units for one meter, under a reference that gives them once."""

    meter = forms.ChoiceField(label=gettext_lazy("Kind of unit"))
    units = forms.IntegerField(label=gettext_lazy("Units"), min_value=1, max_value=MOST_UNITS)
    kind = forms.ChoiceField(label=gettext_lazy("What it is"))
    last_day = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("In the wallet's time zone. Leave empty for units that never expire."),
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=LONGEST_REFERENCE,
        help_text=gettext_lazy("For example the number of the invoice. The same reference gives units once."),
    )

    def __init__(self, *args: Any, wallet: Wallet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wallet = wallet
        self._choices("meter", [(meter.slug, meter.plural) for meter in meters.limited_meters()])
        self._choices("kind", [(kind.value, kind.label) for kind in KINDS])

    def _choices(self, name: str, offered: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = offered

    def clean_last_day(self) -> date | None:
        day: date | None = self.cleaned_data["last_day"]
        if day is not None and _end_of(day, self._wallet) <= timezone.now():
            raise forms.ValidationError(_("This day is over. Choose a later one."))
        return day

    def give(self) -> bool:
        """Whether the units are new; ValueError where the reference gave other ones."""
        given = self.cleaned_data
        day = given["last_day"]
        grant, is_new = metering.grant(
            self._wallet,
            given["meter"],
            given["units"],
            kind=given["kind"],
            source_ref=source_of(self._wallet, given["reference"].strip(), given["meter"]),
            expires_at=_end_of(day, self._wallet) if day else None,
            note=given["reference"].strip(),
        )
        if not is_new and grant.units != given["units"]:
            raise ValueError(f"{grant.units} units were given")
        return is_new


def _end_of(day: date, wallet: Wallet) -> datetime:
    return midnight(day + timedelta(days=1), wallet.time_zone)


class GiftView(DeskFormView):
    """Give units to a wallet, for those who manage AI on all sites."""

    form_class = GiftForm
    page_title = gettext_lazy("Give units")
    submit_label = gettext_lazy("Give units")

    def prepare(self, **kwargs: Any) -> None:
        self.desk.check_manages_all()
        self.wallet = self.desk.wallet(kwargs["pk"])
        self.back = address("wallet", self.wallet.pk)

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.back, "label": _("Wallet of %(client)s") % {"client": wallet_name(self.wallet)}}]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "wallet": self.wallet}

    def form_valid(self, form: Any) -> Any:
        try:
            is_new = form.give()
        except ValueError:
            form.add_error("reference", _("This reference has given another number of units before. Use a new one."))
            return self.form_invalid(form)
        if is_new:
            return self.leave(_("The units were given."))
        messages.warning(self.request, _("This reference has given these units before, so nothing was changed."))
        return redirect(self.get_success_url())
