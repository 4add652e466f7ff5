"""What the filters of every report and list have in common: accounts that the person may see, and two days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shareai_cms.conf import conf
from shareai_cms.models import SiteAccount
from shareai_cms.reports import choices
from shareai_cms.views.day_field import DayField


def account_label(account: SiteAccount) -> str:
    """The account's name, with its environment where that is another than this one."""
    return str(account) if account.environment == conf.environment else f"{account} ({account.environment})"


def account_choices(accounts: Iterable[SiteAccount]) -> choices.Choices:
    return [(str(account.pk), account_label(account)) for account in accounts]


def chosen(accounts: Iterable[SiteAccount], wanted: str | Iterable[str] | None) -> tuple[SiteAccount, ...]:
    """Those of the accounts that were picked, by one number or several; all where none was."""
    picked = {wanted} if isinstance(wanted, str) else set(wanted or ())
    return tuple(account for account in accounts if picked <= {""} or str(account.pk) in picked)


def period(accounts: Iterable[SiteAccount], given: Mapping[str, Any]) -> tuple[date, date]:
    """The first and the last day of a report: as they were given, else the usual days up to the present one."""
    last: date = given.get("last") or choices.last_day(accounts)
    first: date = given.get("first") or last - timedelta(days=choices.USUAL_DAYS - 1)
    return min(first, last), last


class FilterForm(forms.Form):
    """Filters that are sent by GET; who sees one account alone is not asked which."""

    account = forms.ChoiceField(label=_("Site"), required=False)
    first = DayField(label=pgettext_lazy("period", "From"), required=False)
    last = DayField(label=pgettext_lazy("period", "To"), required=False)

    def __init__(self, data: Any, accounts: Iterable[SiteAccount]) -> None:
        super().__init__(data)
        self.accounts = tuple(accounts)
        self.offer("account", account_choices(self.accounts))
        if len(self.accounts) < 2:
            del self.fields["account"]

    def offer(self, name: str, found: Iterable[tuple[str, Any]]) -> None:
        """Let one of these be picked at a field, or all of them; where several can be, none picked means all."""
        field: Any = self.fields[name]
        is_multiple = isinstance(field, forms.MultipleChoiceField)
        field.choices = [*found] if is_multiple else [("", _("All")), *found]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and first > last:
            raise forms.ValidationError(_("The first day is after the last one. Change one of them."))
        return given

    def given(self) -> dict[str, Any]:
        """What was asked for; nothing where a field is wrong."""
        return self.cleaned_data if self.is_valid() else {}


def filters_of(request: HttpRequest) -> str:
    """The filters without page and format, to be followed by one of them."""
    given = request.GET.copy()
    for name in ("p", "export"):
        given.pop(name, None)
    return given.urlencode()
