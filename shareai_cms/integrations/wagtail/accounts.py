"""Which Wagtail site pays for an action.

The rule, in order: the site that the object belongs to (a page's own, a model's ``shareai_site``);
the only site there is; the only site that this person may use AI for; the working site that they
picked. Nothing else is guessed, the default site least of all: on a project with many clients a guess
would spend another client's units.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from shareai_cms import metering, permissions
from shareai_cms.actions.targets import AccountRef
from shareai_cms.errors import AccountUnclear, NotPermitted
from shareai_cms.models import AccountPermission, SiteAccount
from shareai_cms.permissions import Actor

PLATFORM = "wagtail"
SESSION_KEY = "shareai_site"
EVERY_RIGHT = frozenset((permissions.USE, permissions.BULK, permissions.BUY, permissions.MANAGE))


def reference_of(site: Site) -> AccountRef:
    """The account of a site, by the site's primary key: names and addresses may change."""
    return AccountRef(
        platform=PLATFORM,
        reference=str(site.pk),
        label=str(site.site_name or site.hostname),
        address=str(site.root_url),
    )


def address_of(reference: str) -> str:
    """Where the site of an account is now; empty where there is no such site any more."""
    site = Site.objects.filter(pk=int(reference)).first() if reference.isdecimal() else None
    return str(site.root_url) if site is not None else ""


def open_account(ref: AccountRef) -> SiteAccount:
    """The account behind a reference, opened with the default plan on first use."""
    return metering.open_account(platform=ref.platform, reference=ref.reference, label=ref.label, address=ref.address)


def account_of(site: Site) -> SiteAccount:
    """The site's account, opened on first use."""
    return open_account(reference_of(site))


def opened_accounts(references: Iterable[str]) -> QuerySet[SiteAccount]:
    """The accounts of these sites in this environment, as far as they were opened, with their wallets."""
    mine = SiteAccount.objects.filter(metering.of_environment(), platform=PLATFORM, reference__in=list(references))
    return mine.select_related("wallet")


def declared_site(obj: Any) -> AccountRef | None:
    """The site that a model names in ``shareai_site``: a site, its primary key, or a callable giving one."""
    try:
        declared = getattr(obj, "shareai_site", None)
        declared = declared() if callable(declared) else declared
        if isinstance(declared, int | str) and not isinstance(declared, bool):
            declared = Site.objects.get(pk=declared)
    except (ObjectDoesNotExist, ValueError):
        return None
    if isinstance(declared, AccountRef):
        return declared
    return reference_of(declared) if isinstance(declared, Site) else None


def only_site() -> Site:
    """The only site there is; raises ``AccountUnclear``."""
    sites = list(Site.objects.order_by("pk")[:2])
    if len(sites) != 1:
        raise AccountUnclear(f"{'several sites' if sites else 'no site'} and no shareai_site on the model")
    return sites[0]


def chosen_site(request: HttpRequest) -> Site:
    """The site for an object that belongs to none; raises ``AccountUnclear`` or ``NotPermitted``."""
    sites = list(Site.objects.order_by("-is_default_site", "hostname", "port"))
    if len(sites) == 1:
        return sites[0]
    usable = usable_sites(request, sites)
    if not usable:
        raise NotPermitted("no right to use AI on any site")
    if len(usable) == 1:
        return usable[0]
    picked = working_site(request, usable)
    if picked is None:
        raise SiteNotPicked(usable)
    return picked


class SiteNotPicked(AccountUnclear):
    """The person may use AI for several sites and has not said which one they are working for."""

    sentence = _("This is shared by several sites, so it is not clear whose units to use.")
    remedy = _("Choose the site that you are working for, here or on the dashboard.")

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__("no shareai_site on the model and no working site picked")
        self.sites = tuple(sites)


def rights_by_site(request: HttpRequest, sites: Iterable[Site]) -> dict[Site, frozenset[str]]:
    """Every right of the person on each site; one query, none for superusers."""
    user: Any = request.user
    if not user.is_active:
        return {}
    if user.is_superuser:
        return dict.fromkeys(sites, EVERY_RIGHT)
    held: dict[Any, set[str]] = {}
    here = SiteAccount.objects.filter(metering.of_environment(), platform=PLATFORM)
    rows = AccountPermission.objects.filter(group__in=user.groups.all())
    rows = rows.filter(Q(account__isnull=True) | Q(account__in=here))
    for permission, reference in rows.values_list("permission", "account__reference"):
        held.setdefault(reference, set()).add(permission)
    everywhere = held.get(None, set())
    return {site: frozenset(everywhere | held.get(str(site.pk), set())) for site in sites}


def usable_sites(request: HttpRequest, sites: Iterable[Site]) -> list[Site]:
    """The sites on which the person may use AI."""
    return [site for site, rights in rights_by_site(request, sites).items() if permissions.USE in rights]


def sites_to_pick(request: HttpRequest) -> list[Site]:
    """The sites among which the person has to pick one; none where there is nothing to choose between."""
    usable = usable_sites(request, Site.objects.order_by("-is_default_site", "hostname", "port"))
    return usable if len(usable) > 1 else []


def working_site(request: HttpRequest, among: Iterable[Site]) -> Site | None:
    """The site that the person picked, if they may still use it."""
    picked = request.session.get(SESSION_KEY)
    return next((site for site in among if str(site.pk) == str(picked)), None)


def pick_site(request: HttpRequest, reference: str) -> Site:
    """Remember the working site for this session; raises ``NotPermitted``."""
    sites = usable_sites(request, Site.objects.all())
    for site in sites:
        if str(site.pk) == reference:
            request.session[SESSION_KEY] = site.pk
            return site
    raise NotPermitted("no right to use AI on that site")


def managed_account(request: HttpRequest, reference: str) -> SiteAccount:
    """The opened account of a site that the person manages; raises ``NotPermitted``."""
    account = opened_accounts([reference]).order_by("-is_copy").first()
    if account is None or not permissions.can(actor_of(request), permissions.MANAGE, account):
        raise NotPermitted("no right to manage AI on that site")
    return account


def actor_of(request: HttpRequest) -> Actor:
    return Actor.from_user(request.user)
