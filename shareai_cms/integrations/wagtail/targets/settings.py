"""Settings of ``wagtail.contrib.settings``: one for each site, or one for all."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest

from shareai_cms.actions.targets import AccountRef, TargetRef
from shareai_cms.errors import InvalidRequest
from shareai_cms.integrations.wagtail import accounts, compat, rights
from shareai_cms.integrations.wagtail.targets.base import Found, WagtailPolicy


class SettingPolicy(WagtailPolicy):
    """A setting may be changed by whoever its permission policy lets change it, site by site where it has sites."""

    def handles(self, model: type[models.Model]) -> bool:
        return compat.is_setting_model(model)

    def find(self, request: HttpRequest, ref: TargetRef) -> Found:
        model: Any = ref.model()
        if not ref.id:
            raise InvalidRequest("a setting is never added by hand")
        setting: Any = self.load(model, ref.id)
        rights.check_right(request.user, setting)
        return Found(model=model, obj=setting)

    def payer(self, request: HttpRequest, found: Found) -> AccountRef:
        """The setting's own site; for one that all sites share, the rule for shared objects."""
        if compat.is_site_setting(found.model):
            return accounts.reference_of(found.obj.site)
        return super().payer(request, found)
