"""What a person asks of the usage report, checked against the accounts that they manage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shareai_cms.conf import conf
from shareai_cms.models import SiteAccount
from shareai_cms.reports import UsageFilter, choices
from shareai_cms.views.day_field import DayField


def account_label(account: SiteAccount) -> str:
    """The account's name, with its environment where that is another than this one."""
    return str(account) if account.environment == conf.environment else f"{account} ({account.environment})"


def account_choices(accounts: Iterable[SiteAccount]) -> choices.Choices:
    return [(str(account.pk), account_label(account)) for account in accounts]


def usage_filter(accounts: Iterable[SiteAccount], given: Mapping[str, Any]) -> UsageFilter:
    """The filter for cleaned form data; what was left empty means all, and the last thirty days."""
    known = tuple(accounts)
    wanted = set(given.get("account") or ())
    last: date = given.get("last") or choices.last_day(known)
    first: date = given.get("first") or last - timedelta(days=choices.USUAL_DAYS - 1)
    rest = {name: given.get(name) or "" for name in ("meter", "feature", "person", "route", "counted")}
    chosen = tuple(account for account in known if not wanted or str(account.pk) in wanted)
    return UsageFilter(accounts=chosen, first=min(first, last), last=last, **rest)


class UsageForm(forms.Form):
    """The report's filters as a form that is sent by GET."""

    account = forms.MultipleChoiceField(label=_("Sites"), required=False)
    first = DayField(label=pgettext_lazy("period", "From"), required=False)
    last = DayField(label=pgettext_lazy("period", "To"), required=False)
    meter = forms.ChoiceField(label=_("Kind of unit"), required=False)
    feature = forms.ChoiceField(label=_("Action"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)
    route = forms.ChoiceField(label=_("Route"), required=False)
    counted = forms.ChoiceField(label=_("Counted"), required=False)

    def __init__(self, data: Any, accounts: Iterable[SiteAccount]) -> None:
        super().__init__(data)
        self._accounts = tuple(accounts)
        offered = {
            "meter": choices.meters(),
            "feature": choices.features(),
            "person": choices.people(self._accounts),
            "route": choices.routes(),
            "counted": choices.counted(),
        }
        for name, found in offered.items():
            self._field(name).choices = [("", _("All")), *found]
        self._field("account").choices = account_choices(self._accounts)
        if len(self._accounts) < 2:
            del self.fields["account"]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and first > last:
            raise forms.ValidationError(_("The first day is after the last one. Change one of them."))
        return given

    def usage_filter(self) -> UsageFilter:
        """What was asked for; the usual period of all accounts where nothing valid was."""
        return usage_filter(self._accounts, self.cleaned_data if self.is_valid() else {})
