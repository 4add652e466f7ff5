"""The entries of the menus, for people who manage AI on some account.

The menu is on every page of the admin, and most pages are none of our business: there it reads what the
session remembers and asks nothing. What the session remembers is decided at the sign-in, on the dashboard
and on our own pages; the views behind the entries ask each time.
"""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from shareai_cms import metering, permissions
from shareai_cms.conf import conf
from shareai_cms.errors import NotMigrated
from shareai_cms.permissions import Actor

KEPT = "shareai_manages"
#: Whether the person may run in bulk somewhere.
RUNS = "shareai_runs"
#: By this name the receiver is known to the signal of the sign-in.
SIGN_IN = "shareai_cms.menu"


def manages(request: HttpRequest) -> bool:
    """Whether to show the entries; asks the database nothing."""
    user: Any = request.user
    if user.is_superuser:
        return bool(user.is_active)
    return request.session.get(KEPT) is True


def runs(request: HttpRequest) -> bool:
    """Whether to show what begins a run; asks the database nothing."""
    user: Any = request.user
    return bool(user.is_active) if user.is_superuser else request.session.get(RUNS) is True


def decide(request: HttpRequest, user: Any = None) -> None:
    """Ask whether the person manages AI anywhere, and remember it; for pages on which queries are allowed."""
    user = user or request.user
    if not user.is_superuser:
        held = _held(user)
        note(request, permissions.MANAGE in held)
        note(request, bool(held), kept=RUNS)


def note(request: HttpRequest, is_so: bool, *, kept: str = KEPT) -> None:
    """Remember what is known; the session is written where that is news alone."""
    if (request.session.get(kept) is True) != is_so:
        request.session[kept] = is_so


def decide_at_sign_in(request: HttpRequest | None, user: Any, **_kwargs: Any) -> None:
    """Receives ``user_logged_in``, which some packages send without a session."""
    if request is not None and hasattr(request, "session"):
        decide(request, user)


def _held(user: Any) -> frozenset[str]:
    try:
        with metering.tables_ready():
            return permissions.rights_somewhere(Actor.from_user(user), permissions.MANAGE, permissions.BULK)
    except (NotMigrated, DatabaseError):
        # Nobody is kept from signing in by an entry of a menu.
        return frozenset()


class ManagersItem(MenuItem):
    """A menu entry for people who manage AI."""

    def is_shown(self, request: HttpRequest) -> bool:
        return manages(request)


class SearchReportItem(ManagersItem):
    """Where the site has no search of ours, there is nothing to report."""

    def is_shown(self, request: HttpRequest) -> bool:
        return conf.search and super().is_shown(request)


class RunsItem(MenuItem):
    """A menu entry for people who may run in bulk."""

    def is_shown(self, request: HttpRequest) -> bool:
        return runs(request)


def runs_item() -> MenuItem:
    return RunsItem(_("AI runs"), reverse("shareai_cms:runs"), name="shareai-runs", icon_name="shareai", order=1220)


def report_item() -> MenuItem:
    return ManagersItem(
        _("AI usage"), reverse("shareai_cms_wagtail:report"), name="shareai-usage", icon_name="shareai", order=1200
    )


def search_report_item() -> MenuItem:
    return SearchReportItem(
        _("AI search"), reverse("shareai_cms:searches"), name="shareai-searches", icon_name="search", order=1210
    )


def settings_item() -> MenuItem:
    return ManagersItem(
        _("AI"), reverse("shareai_cms_wagtail:settings"), name="shareai-settings", icon_name="shareai", order=700
    )
