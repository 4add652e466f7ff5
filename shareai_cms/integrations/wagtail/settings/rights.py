"""Who may use, run, buy and manage AI on one account: its groups and their rights."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shareai_cms.integrations.wagtail.rights_table import RightsTable
from shareai_cms.integrations.wagtail.settings.access import Desk
from shareai_cms.integrations.wagtail.settings.base import DeskFormView, address
from shareai_cms.models import AccountPermission, SiteAccount


class AccountRightsForm(RightsTable):
    """One row of check boxes per group."""

    def __init__(self, *args: Any, desk: Desk, account: SiteAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account = account
        self._groups = {str(group.pk): group for group in desk.groups}
        everywhere = self._everywhere()
        for key, group in self._groups.items():
            self.add_row(key, group.name)
            self.fields[f"rights_{key}"].help_text = ", ".join(everywhere.get(group.pk, []))

    def _everywhere(self) -> dict[int, list[str]]:
        """Rights that groups hold on all sites, in words: they apply here, too, and are given elsewhere."""
        found: dict[int, list[str]] = {}
        for right in AccountPermission.objects.filter(group__in=self._groups.values(), account__isnull=True):
            found.setdefault(right.group_id, []).append(right.get_permission_display())
        return found

    def rights(self) -> Any:
        return AccountPermission.objects.filter(account=self._account, group__in=self._groups.values())

    def key_of(self, right: AccountPermission) -> str:
        return str(right.group_id)

    def give(self, key: str, permission: str) -> None:
        AccountPermission.objects.get_or_create(group=self._groups[key], account=self._account, permission=permission)


class AccountRightsView(DeskFormView):
    form_class = AccountRightsForm
    page_title = gettext_lazy("Rights")
    template_name = "shareai_cms/wagtail/settings/rights.html"

    def prepare(self, **kwargs: Any) -> None:
        self.account = self.desk.account(kwargs["pk"])
        self.back = address("account", self.account.pk)

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.back, "label": str(self.account)}]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "desk": self.desk, "account": self.account}

    def save(self, form: Any) -> None:
        form.apply()

    def done_text(self) -> str:
        return _("The rights on %(site)s were saved.") % {"site": self.account}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        columns = [label for _value, label in AccountPermission.Permission.choices]
        return {**super().get_context_data(**kwargs), "columns": columns, "account": self.account}
