"""What a person asks of the report of searches, checked against the accounts that they manage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shareai_cms.models import SiteAccount
from shareai_cms.reports.searches import SearchFilter
from shareai_cms.views.filter_form import FilterForm, chosen, period

SURFACES = (
    ("site", _("Search page")),
    ("json", _("JSON")),
    ("admin", _("Admin")),
    ("backend", _("The site's own code")),
    ("answer", _("Answers")),
)


class SearchForm(FilterForm):
    surface = forms.ChoiceField(label=_("Where"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, data: Any, accounts: Iterable[SiteAccount]) -> None:
        super().__init__(data, accounts)
        self.offer("surface", SURFACES)
        self.offer("language", settings.LANGUAGES)

    def search_filter(self) -> SearchFilter:
        """What was asked for; the usual period of all accounts where nothing valid was."""
        given = self.given()
        first, last = period(self.accounts, given)
        return SearchFilter(
            accounts=chosen(self.accounts, given.get("account")),
            first=first,
            last=last,
            surface=given.get("surface") or "",
            language=given.get("language") or "",
        )
