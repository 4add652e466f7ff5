"""What a person asks of the usage report, checked against the accounts that they manage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shareai_cms.models import SiteAccount
from shareai_cms.reports import UsageFilter, choices
from shareai_cms.views.filter_form import FilterForm, chosen, period


def usage_filter(accounts: Iterable[SiteAccount], given: Mapping[str, Any]) -> UsageFilter:
    """The filter for cleaned form data; what was left empty means all, and the last thirty days."""
    known = tuple(accounts)
    first, last = period(known, given)
    rest = {name: given.get(name) or "" for name in ("meter", "feature", "person", "route", "counted")}
    return UsageFilter(accounts=chosen(known, given.get("account")), first=first, last=last, **rest)


class UsageForm(FilterForm):
    account = forms.MultipleChoiceField(label=_("Sites"), required=False)
    meter = forms.ChoiceField(label=_("Kind of unit"), required=False)
    feature = forms.ChoiceField(label=_("Action"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)
    route = forms.ChoiceField(label=_("Route"), required=False)
    counted = forms.ChoiceField(label=_("Counted"), required=False)

    def __init__(self, data: Any, accounts: Iterable[SiteAccount]) -> None:
        super().__init__(data, accounts)
        self.offer("meter", choices.meters())
        self.offer("feature", choices.features())
        self.offer("person", choices.people(self.accounts))
        self.offer("route", choices.routes())
        self.offer("counted", choices.counted())

    def usage_filter(self) -> UsageFilter:
        """What was asked for; the usual period of all accounts where nothing valid was."""
        return usage_filter(self.accounts, self.given())
