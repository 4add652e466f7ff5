"""The entries of the menus, for people who manage AI on some account."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from shareai_cms import metering, permissions
from shareai_cms.errors import NotMigrated
from shareai_cms.permissions import Actor

KEPT = "shareai_manages"
#: Seconds. The menu is on every page of the admin, and most pages are none of our business.
KEPT_FOR = 300


def manages(request: HttpRequest) -> bool:
    """Whether to show the entries; asked once in five minutes. The views behind them ask each time."""
    user: Any = request.user
    if user.is_superuser:
        return bool(user.is_active)
    is_manager, asked_at = request.session.get(KEPT, (False, 0))
    if time.time() - asked_at > KEPT_FOR:
        is_manager = _manages(user)
        request.session[KEPT] = (is_manager, int(time.time()))
    return bool(is_manager)


def _manages(user: Any) -> bool:
    actor = Actor.from_user(user)
    try:
        with metering.tables_ready():
            has_some = permissions.accounts_for(actor, permissions.MANAGE).exists()
            return has_some or permissions.can(actor, permissions.MANAGE, None)
    except NotMigrated:
        return False


class ManagersItem(MenuItem):
    """A menu entry for people who manage AI."""

    def is_shown(self, request: HttpRequest) -> bool:
        return manages(request)


def report_item() -> MenuItem:
    return ManagersItem(
        _("AI usage"), reverse("shareai_cms_wagtail:report"), name="shareai-usage", icon_name="shareai", order=1200
    )


def settings_item() -> MenuItem:
    return ManagersItem(
        _("AI"), reverse("shareai_cms_wagtail:settings"), name="shareai-settings", icon_name="shareai", order=700
    )
