"""The AI panel at the side of an editor: a frame that costs next to nothing until somebody opens it."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.side_panels import BaseSidePanel

from shareai_cms import metering, permissions
from shareai_cms.actions.targets import policy_for
from shareai_cms.errors import ActionRefused
from shareai_cms.integrations.wagtail import accounts
from shareai_cms.integrations.wagtail.targets.base import Found, WagtailPolicy

log = logging.getLogger("shareai_cms.wagtail")


class AISidePanel(BaseSidePanel):
    """What is left, what can be done with the whole page, and what was done; its script fills it in."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = _("Toggle AI")
        icon_name = "shareai"
        has_counter = False

    name = "shareai"
    title = _("AI")
    template_name = "shareai_cms/wagtail/side_panel/panel.html"
    order = 360


class AISidePanelMixin:
    """For a view of your own whose ``get_side_panels`` does not call Wagtail's: name it before Wagtail's view."""

    def get_side_panels(self) -> Any:
        return with_ai_panel(self, super().get_side_panels())  # type: ignore[misc]


def with_ai_panel(view: Any, panels: Any) -> Any:
    """The view's side panels with ours at the end, once, for people who may use AI there."""
    # What autosave asks for are the parts that it changes.
    is_partial = getattr(view, "expects_json_response", False) or getattr(view, "hydrate_create_view", False)
    if is_partial or any(isinstance(panel, AISidePanel) for panel in panels):
        return panels
    obj = view.form.instance
    if _may_use(view.request, Found(model=type(obj), obj=obj, parent=getattr(view, "parent_page", None))):
        panels.append(AISidePanel(obj, view.request))
    return panels


def _may_use(request: HttpRequest, found: Found) -> bool:
    """Whether the person may use AI for what they are editing; an editor opens whatever is wrong with our tables."""
    try:
        with transaction.atomic():
            return _has_right(request, found)
    except DatabaseError as error:
        log.warning("side_panel=hidden error=%s", type(error).__name__)
        return False


def _has_right(request: HttpRequest, found: Found) -> bool:
    policy = policy_for(found.model)
    if not isinstance(policy, WagtailPolicy):
        return False
    try:
        payer = policy.payer(request, found)
    except accounts.SiteNotPicked:
        return True
    except ActionRefused:
        return False
    actor = accounts.actor_of(request)
    account = metering.find_account(payer.platform, payer.reference, actor=actor)
    return permissions.can(actor, permissions.USE, account)
