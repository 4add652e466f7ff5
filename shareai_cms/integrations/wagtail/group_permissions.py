"""The panel on Wagtail's group form that says who may use, run, buy and manage AI, site by site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from wagtail.models import Site

from shareai_cms import metering
from shareai_cms.errors import NotMigrated
from shareai_cms.integrations.wagtail import accounts
from shareai_cms.integrations.wagtail.rights_table import RightsTable
from shareai_cms.models import AccountPermission, SiteAccount

EVERYWHERE = "all"


class RightsForm(RightsTable):
    """One row of check boxes for all sites and one per site; what is ticked in a row is given there."""

    template_name = "shareai_cms/wagtail/groups/panel.html"
    prefix = "shareai"

    #: A form that was not on the page must not take every right away.
    is_present = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, instance: Group | None = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.instance = instance or Group()
        self._sites = {str(site.pk): site for site in Site.objects.order_by("-is_default_site", "hostname", "port")}
        try:
            with metering.tables_ready():
                self.add_row(EVERYWHERE, _("All sites, also those still to come"))
        except NotMigrated:
            # Groups can still be edited; there is nothing to give rights to yet.
            self.fields["is_present"].initial = False
            self._sites = {}
            return
        for reference, site in self._sites.items():
            self.add_row(reference, accounts.reference_of(site).label)

    def rights(self) -> Any:
        """The group's rights that this form shows: those for everything and for this project's sites."""
        # By its number: a group that is not saved yet has none, and no right has that.
        mine = AccountPermission.objects.filter(group=self.instance.pk).select_related("account")
        here = mine.filter(account__in=accounts.opened_accounts(self._sites))
        return here | mine.filter(account__isnull=True)

    def key_of(self, right: AccountPermission) -> str:
        return right.account.reference if right.account else EVERYWHERE

    def give(self, key: str, permission: str) -> None:
        AccountPermission.objects.get_or_create(group=self.instance, account=self._account(key), permission=permission)

    def save(self) -> None:
        """Give what is ticked and take what is not; accounts are opened where a right needs one."""
        if self.cleaned_data["is_present"]:
            self.apply()

    def _account(self, scope: str) -> SiteAccount | None:
        return None if scope == EVERYWHERE else accounts.open_account(accounts.reference_of(self._sites[scope]))

    def as_admin_panel(self) -> str:
        columns = [label for _value, label in AccountPermission.Permission.choices]
        return render_to_string(self.template_name, {"form": self, "columns": columns})
