"""The panel on the Wagtail dashboard: what is left, of what, and when it resets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.forms import Media
from django.http import HttpRequest
from django.urls import reverse
from laces.components import Component
from wagtail.models import Site

from shareai_cms import metering, permissions, work
from shareai_cms.actions.targets import AccountRef
from shareai_cms.conf import conf
from shareai_cms.errors import NotMigrated
from shareai_cms.integrations.wagtail import accounts
from shareai_cms.integrations.wagtail.addresses import AddressQuestion
from shareai_cms.models import SiteAccount
from shareai_cms.permissions import BULK, MANAGE, SEES
from shareai_cms.views.allowance import AccountLeft
from shareai_cms.views.assets import asset
from shareai_cms.views.frames import search_report_url

#: Sites shown before the panel only counts the rest.
MOST_SITES = 5


@dataclass(frozen=True, kw_only=True)
class AccountRow(AccountLeft):
    """One site and its meters, and what has to be said about the site itself."""

    is_copy: bool = False
    #: For a live site that is not where its account remembers it.
    question: AddressQuestion | None = None


@dataclass(kw_only=True)
class AllowancePanel(Component):
    """What the sites that a person uses, buys for or manages have left."""

    accounts: list[AccountRow]
    #: Sites beyond those shown.
    more: int = 0
    #: The sites to pick a working site from; empty where there is nothing to pick.
    choices: list[AccountRef] = field(default_factory=list)
    working: str = ""
    #: Empty for people who manage AI on none of these sites.
    report_url: str = ""
    search_report_url: str = ""
    #: Empty for people who may run in bulk on none of these sites.
    runs_url: str = ""
    #: No worker is seen, and something waits for one; said to people who manage AI.
    is_left_undone: bool = False
    #: Why nothing can be shown.
    problem: NotMigrated | None = None

    name = "shareai_allowance"
    template_name = "shareai_cms/wagtail/dashboard/panel.html"
    order = 150

    @property
    def media(self) -> Media:
        return Media(css={"all": [asset("shareai_cms/css/dashboard.css"), asset("shareai_cms/css/question.css")]})

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"panel": self, "is_sandbox": conf.is_sandbox, "csrf_token": (parent_context or {}).get("csrf_token")}


def panel_for(request: HttpRequest) -> AllowancePanel | None:
    """The panel, or None for people who have no right to AI on any site."""
    try:
        with metering.tables_ready():
            return _panel_for(request)
    except NotMigrated as missing:
        # Nobody's rights can be read; those who need none may as well know.
        user: Any = request.user
        return AllowancePanel(accounts=[], problem=missing) if user.is_superuser else None


def _panel_for(request: HttpRequest) -> AllowancePanel | None:
    sites = list(Site.objects.order_by("-is_default_site", "hostname", "port"))
    rights = accounts.rights_by_site(request, sites)
    seen = [site for site in sites if rights.get(site, frozenset()).intersection(SEES)]
    if not seen:
        return None
    usable = [site for site in seen if permissions.USE in rights[site]]
    working = accounts.working_site(request, usable)
    manages = any(MANAGE in held for held in rights.values())
    return AllowancePanel(
        accounts=[_account_row(site, account, rights[site]) for site, account in _opened(seen[:MOST_SITES])],
        is_left_undone=manages and work.is_left_undone(),
        more=max(0, len(seen) - MOST_SITES),
        choices=[accounts.reference_of(site) for site in usable] if len(usable) > 1 else [],
        working=str(working.pk) if working else "",
        report_url=reverse("shareai_cms_wagtail:report") if manages else "",
        search_report_url=search_report_url() if manages else "",
        runs_url=reverse("shareai_cms:runs") if any(held & {BULK, MANAGE} for held in rights.values()) else "",
    )


def _opened(sites: list[Site]) -> list[tuple[Site, SiteAccount]]:
    """Each site with its account, opened where this is the first look at it."""
    found = {account.reference: account for account in accounts.opened_accounts(str(site.pk) for site in sites)}
    return [(site, found.get(str(site.pk)) or accounts.open_account(accounts.reference_of(site))) for site in sites]


def _account_row(site: Site, account: SiteAccount, rights: frozenset[str]) -> AccountRow:
    return AccountRow(
        **vars(AccountLeft.of(account, rights)),
        is_copy=account.is_copy,
        question=AddressQuestion.about(account, str(site.root_url), may_answer=MANAGE in rights),
    )
