"""Who may change what: an account, what several accounts share, and what an agency sells.

Whoever manages an account changes what is its own. A wallet or plan that several accounts share is for those
who manage all of them. What decides how much a client gets (plan, payer, status, the day of the reset, new
plans) is for those who manage AI on all sites: a client's manager must not be able to give themselves more.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from shareai_cms import metering, permissions
from shareai_cms.actions.pricing import used_meters
from shareai_cms.models import Plan, SiteAccount, Wallet
from shareai_cms.permissions import MANAGE, Actor
from shareai_cms.views import payloads


class Desk:
    """What one person may see and change under Settings → AI. Raises ``PermissionDenied`` for who manages nothing."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.actor = Actor.from_user(user)
        #: Manages AI on all sites, those still to come among them.
        self.manages_all = permissions.can(self.actor, MANAGE, None)
        if not self.manages_all and not self.accounts.exists():
            raise PermissionDenied

    @property
    def accounts(self) -> QuerySet[SiteAccount]:
        return permissions.accounts_for(self.actor, MANAGE)

    @cached_property
    def _account_ids(self) -> frozenset[int]:
        return frozenset(self.accounts.values_list("pk", flat=True))

    def account(self, pk: int) -> SiteAccount:
        return self.found(self.accounts.filter(pk=pk).first())

    @property
    def wallets(self) -> QuerySet[Wallet]:
        """Wallets all of whose accounts the person manages."""
        if self.manages_all:
            return Wallet.objects.select_related("plan")
        others = SiteAccount.objects.exclude(pk__in=self._account_ids)
        mine = Wallet.objects.filter(accounts__in=self._account_ids)
        return mine.exclude(accounts__in=others).select_related("plan").distinct()

    def wallet(self, pk: int) -> Wallet:
        return self.found(self.wallets.filter(pk=pk).first())

    @property
    def plans(self) -> QuerySet[Plan]:
        return Plan.objects.order_by("name") if self.manages_all else Plan.objects.none()

    def plan(self, pk: int) -> Plan:
        return self.found(self.plans.filter(pk=pk).first())

    def check_manages_all(self) -> None:
        if not self.manages_all:
            raise PermissionDenied

    @property
    def groups(self) -> QuerySet[Group]:
        """The groups that the person may give rights to or budgets: all, or those met on their own accounts."""
        if self.manages_all:
            return Group.objects.order_by("name")
        met = Q(shareai_permissions__account__in=self._account_ids) | Q(pk__in=self.user.groups.all())
        return Group.objects.filter(met).order_by("name").distinct()

    @staticmethod
    def found(row: Any) -> Any:
        # What belongs to somebody else looks like what does not exist.
        if row is None:
            raise Http404
        return row


def wallet_name(wallet: Wallet) -> str:
    """The client, else the sites that draw on the wallet."""
    return (
        wallet.client or ", ".join(str(account) for account in wallet.accounts.order_by("label", "pk")) or str(wallet)
    )


def left_of(account: SiteAccount) -> list[tuple[str, str]]:
    """What is left and when it resets, of every meter that something on this site takes."""
    shown = used_meters()
    found = (each for each in metering.allowance(account) if each.meter in shown)
    return [(payloads.allowance_text(each), payloads.resets_text(each)) for each in found]
