"""What a person asks of the report of searches, checked against the accounts that they manage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shareai_cms.models import SiteAccount
from shareai_cms.reports import choices
from shareai_cms.reports.searches import SearchFilter
from shareai_cms.views.day_field import DayField
from shareai_cms.views.usage_form import account_choices

SURFACES = (
    ("site", _("Search page")),
    ("json", _("JSON")),
    ("admin", _("Admin")),
    ("backend", _("The site's own code")),
    ("answer", _("Answers")),
)


class SearchForm(forms.Form):
    """The report's filters as a form that is sent by GET."""

    account = forms.ChoiceField(label=_("Site"), required=False)
    first = DayField(label=pgettext_lazy("period", "From"), required=False)
    last = DayField(label=pgettext_lazy("period", "To"), required=False)
    surface = forms.ChoiceField(label=_("Where"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, data: Any, accounts: Iterable[SiteAccount]) -> None:
        super().__init__(data)
        self._accounts = tuple(accounts)
        self._field("surface").choices = [("", _("All")), *SURFACES]
        self._field("language").choices = [("", _("All")), *settings.LANGUAGES]
        self._field("account").choices = [("", _("All")), *account_choices(self._accounts)]
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

    def search_filter(self) -> SearchFilter:
        """What was asked for; the last thirty days of all accounts where nothing valid was."""
        given = self.cleaned_data if self.is_valid() else {}
        wanted = given.get("account") or ""
        last: date = given.get("last") or choices.last_day(self._accounts)
        first: date = given.get("first") or last - timedelta(days=choices.USUAL_DAYS - 1)
        return SearchFilter(
            accounts=tuple(account for account in self._accounts if wanted in ("", str(account.pk))),
            first=min(first, last),
            last=last,
            surface=given.get("surface") or "",
            language=given.get("language") or "",
        )
