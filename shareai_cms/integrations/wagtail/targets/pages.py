"""Pages, saved and being written."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest

from shareai_cms.actions.targets import AccountRef, TargetRef
from shareai_cms.errors import AccountUnclear, NotPermitted, ObjectNotFound
from shareai_cms.integrations.wagtail import accounts, compat, rights
from shareai_cms.integrations.wagtail.targets.base import Found, WagtailPolicy


class PagePolicy(WagtailPolicy):
    """A page may be changed by whoever may edit it, a new one written by whoever may add it there."""

    def handles(self, model: type[models.Model]) -> bool:
        return compat.is_page_model(model)

    def find(self, request: HttpRequest, ref: TargetRef) -> Found:
        model: Any = ref.model()
        if not ref.id:
            return self.find_new(request, model, ref.parent)
        page = self.load_page(model, ref.id)
        rights.check_right(request.user, page)
        return Found(model=type(page), obj=page)

    def find_new(self, request: HttpRequest, model: Any, parent_id: str) -> Found:
        parent = self.load_page(compat.base_page_model(), parent_id)
        if not parent.permissions_for_user(request.user).can_add_subpage():
            raise NotPermitted("no right to add a page here")
        if model not in parent.creatable_subpage_models() or not model.can_create_at(parent):
            raise NotPermitted("no page of this type may be added here")
        page = model(owner=request.user, locale_id=parent.locale_id)
        return Found(model=model, obj=page, parent=parent)

    def load_page(self, model: Any, pk: str) -> Any:
        # Not the default manager: a site may filter it, and Wagtail's editor does not use it either.
        try:
            page = model._base_manager.select_related("locale").get(pk=pk)
        except (model.DoesNotExist, ValueError, OverflowError):
            raise ObjectNotFound(f"{model._meta.label_lower} {pk[:40]}") from None
        page = page.specific
        if not isinstance(page, model) or page.specific_class is None:
            raise ObjectNotFound(f"{model._meta.label_lower} {pk[:40]}")
        return page

    def payer(self, request: HttpRequest, found: Found) -> AccountRef:
        """The page's own site, or its parent's for a new page: never what the browser says."""
        declared = accounts.declared_site(found.obj)
        if declared is not None:
            return declared
        site = (found.parent or found.obj).get_site()
        return accounts.reference_of(site if site is not None else accounts.chosen_site(request))

    def owner(self, obj: Any) -> AccountRef:
        declared = accounts.declared_site(obj)
        if declared is not None:
            return declared
        site = obj.get_site()
        if site is None:
            raise AccountUnclear(f"page {obj.pk} is below no site's root page")
        return accounts.reference_of(site)

    def label_of(self, found: Found) -> str:
        return str(found.obj.get_admin_display_title()) if found.is_saved else ""
