"""What the pages of the settings have in common: the person's desk, the way back, and the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from shareai_cms.integrations.wagtail import menu
from shareai_cms.integrations.wagtail.frame import home_crumb
from shareai_cms.integrations.wagtail.settings.access import Desk
from shareai_cms.views.assets import asset
from shareai_cms.views.frames import search_report_url

STYLES = ("report", "settings", "question", "state")
Crumb = dict[str, Any]
if TYPE_CHECKING:
    BaseFormView = FormView[Any]
else:  # generic to the type checker alone
    BaseFormView = FormView


def address(name: str, *args: Any) -> str:
    return reverse(f"shareai_cms_wagtail:{name}", args=args)


class DeskMixin(WagtailAdminTemplateMixin):
    """A page of the desk; ``self.desk`` is what this person may do."""

    header_icon = "shareai"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.desk = Desk(request.user)
        menu.note(request, True)
        self.prepare(**kwargs)

    def prepare(self, **kwargs: Any) -> None:
        """Find what the address names; raises ``Http404`` or ``PermissionDenied``."""

    def crumbs(self) -> list[Crumb]:
        """The pages between the settings and this one."""
        return []

    def get_breadcrumbs_items(self) -> list[Crumb]:
        first: list[Crumb] = [home_crumb(), {"url": address("settings"), "label": _("AI")}]
        return [*first, *self.crumbs(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        styles = Media(css={"all": [asset(f"shareai_cms/css/{name}.css") for name in STYLES]})
        context["media"] = context.get("media", Media()) + styles
        context["desk"] = self.desk
        context["search_report_url"] = search_report_url()
        return context


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class DeskFormView(DeskMixin, BaseFormView):
    """One form. It is saved outside of any transaction: the ledger's functions need their own."""

    template_name = "shareai_cms/wagtail/settings/form.html"
    submit_label = _("Save")
    saved = _("Saved.")
    #: Where to go afterwards; empty stays here.
    back = ""

    def get_success_url(self) -> str:
        return self.back or self.request.path

    def save(self, form: Any) -> None:
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        self.save(form)
        return self.leave(self.done_text())

    def done_text(self) -> str:
        return str(self.saved)

    def leave(self, text: str) -> HttpResponse:
        messages.success(self.request, text)
        return redirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, str(_("Nothing was saved. The form says why.")))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["submit_label"] = self.submit_label
        context["media"] += context["form"].media
        return context
