"""What is left, and what counts: pages for everybody who has a right on an account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shareai_cms import metering, permissions
from shareai_cms.actions.pricing import used_meters
from shareai_cms.conf import conf
from shareai_cms.metering import Allowance
from shareai_cms.models import SiteAccount, Wallet
from shareai_cms.permissions import BUY, MANAGE, SEES, Actor
from shareai_cms.reports import explain
from shareai_cms.views import payloads
from shareai_cms.views.access import signed_in_only
from shareai_cms.views.banners import Banner, banners
from shareai_cms.views.buying import topups_url
from shareai_cms.views.filter_form import account_choices, account_label
from shareai_cms.views.frames import render_page

#: Accounts on one page of allowances.
MOST_ACCOUNTS = 50


@dataclass(frozen=True, kw_only=True)
class MeterLeft:
    """One meter of one account, in words and as a bar."""

    text: str
    resets_text: str
    left: int
    total: int

    @classmethod
    def of(cls, item: Allowance) -> MeterLeft:
        return cls(
            text=payloads.allowance_text(item),
            resets_text=payloads.resets_text(item),
            left=item.available,
            total=item.total,
        )

    @property
    def scale(self) -> int:
        """Where the bar is full; a bar from nothing to nothing would show as full."""
        return max(1, self.total)

    @property
    def level(self) -> str:
        """``none``, ``low`` (a tenth or less) or ``enough``: shown in words and colour."""
        if self.left <= 0:
            return "none"
        return "low" if self.left * 10 <= self.total else "enough"


@dataclass(frozen=True, kw_only=True)
class AccountLeft:
    """One account and its meters; ``topup_url`` is empty for people who may not buy."""

    pk: int
    label: str
    rows: tuple[MeterLeft, ...]
    is_active: bool
    topup_url: str
    banners: tuple[Banner, ...]

    @classmethod
    def of(cls, account: SiteAccount, rights: Iterable[str], *, also: Iterable[str] = ()) -> AccountLeft:
        """``also`` are meters to be shown besides those that something on this site takes."""
        shown = used_meters().union(also)
        items = [item for item in metering.allowance(account) if item.meter in shown]
        is_open = account.status == SiteAccount.Status.ACTIVE and account.wallet.status == Wallet.Status.ACTIVE
        return cls(
            pk=account.pk,
            label=account_label(account),
            rows=tuple(MeterLeft.of(item) for item in items),
            is_active=is_open,
            topup_url=topups_url(account) if BUY in rights else "",
            banners=banners(account, items),
        )


def seen_accounts(actor: Actor) -> list[SiteAccount]:
    """This environment's accounts on which a person has a right; raises ``PermissionDenied`` for nobody's."""
    found = list(permissions.accounts_for(actor, *SEES).filter(environment=conf.environment))
    if not found and not any(permissions.can(actor, right, None) for right in SEES):
        raise PermissionDenied
    return found


@require_safe
@never_cache
@signed_in_only
def allowance(request: HttpRequest) -> HttpResponseBase:
    """What every account that the person has a right on has left."""
    actor = Actor.from_user(request.user)
    accounts = seen_accounts(actor)
    shown = [AccountLeft.of(account, permissions.rights(actor, account)) for account in accounts[:MOST_ACCOUNTS]]
    context = {
        "title": _("AI: what is left"),
        "accounts": shown,
        "banners": [banner for each in shown for banner in each.banners],
        "more": max(0, len(accounts) - MOST_ACCOUNTS),
        "is_sandbox": conf.is_sandbox,
        "is_manager": _is_manager(actor),
    }
    return render_page(request, "shareai_cms/pages/allowance.html", context)


@require_safe
@never_cache
@signed_in_only
def explaining(request: HttpRequest) -> HttpResponseBase:
    """What counts, what is included, when it resets, what happens at zero, who pays and whom to ask."""
    actor = Actor.from_user(request.user)
    accounts = seen_accounts(actor)
    account = asked_account(accounts, request.GET.get("account", ""))
    context: dict[str, Any] = {
        "title": _("AI: what counts and what is included"),
        "choices": account_choices(accounts) if len(accounts) > 1 else [],
        "chosen": str(account.pk) if account else "",
        "explanation": explain(account) if account else None,
        "banners": AccountLeft.of(account, ()).banners if account else (),
        "topup_url": topups_url(account) if BUY in permissions.rights(actor, account) else "",
        "is_sandbox": conf.is_sandbox,
        "has_search": conf.search,
        "is_manager": _is_manager(actor),
    }
    return render_page(request, "shareai_cms/pages/explaining.html", context)


def asked_account(accounts: list[SiteAccount], wanted: str) -> SiteAccount | None:
    """The account asked for, or the first where none is; ``Http404`` for one that the person may not see."""
    if not wanted:
        return next(iter(accounts), None)
    found = next((account for account in accounts if str(account.pk) == wanted), None)
    if found is None:
        raise Http404
    return found


def _is_manager(actor: Actor) -> bool:
    return permissions.accounts_for(actor, MANAGE).exists()
