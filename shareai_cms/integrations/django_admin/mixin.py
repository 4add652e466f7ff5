"""The mixin that a site puts before ``admin.ModelAdmin``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.checks import CheckMessage
from django.db import transaction
from django.forms import Media
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse

from shareai_cms.integrations.django_admin.checks import check_addresses
from shareai_cms.views.assets import LOADER, asset

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = object


class AIAdminMixin(ModelAdmin):
    """Puts the AI button at the text fields of the add and change form, for people who may use AI.

    The rules of the ``ModelAdmin`` hold for AI too: its permissions, its queryset, its read-only fields.
    """

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return [*super().check(**kwargs), *check_addresses(type(self))]

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_shareai"
        view = transaction.non_atomic_requests(self.admin_site.admin_view(self.shareai_view))
        # Before the admin's own addresses, the last of which takes anything for an object.
        return [path("shareai/", view, name=name), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> Any:
        found = super().get_actions(request)
        # None stands for a change list without actions, and a popup has none either.
        if self.actions is None or IS_POPUP_VAR in request.GET:
            return found
        from shareai_cms.integrations.django_admin.runs import run_actions

        return {**found, **run_actions(self, request)}

    def shareai_view(self, request: HttpRequest) -> HttpResponse:
        """What the scripts need for the form of the object ``?object=``, or of a new one."""
        from shareai_cms.integrations.django_admin.config import configuration
        from shareai_cms.views.payloads import COMPACT

        return JsonResponse(configuration(self, request, request.GET.get("object", "")), json_dumps_params=COMPACT)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        from shareai_cms.integrations.django_admin.config import offers_something

        obj = context.get("original")
        if offers_something(self, request, obj):
            scripts: list[Any] = [self.shareai_script(obj)]
            context["media"] += Media(js=scripts)
        return super().render_change_form(request, context, *args, **kwargs)

    def shareai_script(self, obj: Any) -> Script:
        """The loader; everything else follows only where the configuration asks for it."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_shareai"
        url = reverse(name, current_app=self.admin_site.name)
        query = f"?{urlencode({'object': obj.pk})}" if obj is not None else ""
        attributes = {"data-config-url": f"{url}{query}", "data-form": f"#{self.opts.model_name}_form"}
        return Script(asset(LOADER), defer=True, **attributes)
