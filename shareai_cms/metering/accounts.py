"""Site accounts and their wallets: opened on first use, found in one query."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext

from shareai_cms.conf import PRODUCTION, conf
from shareai_cms.metering.balances import current
from shareai_cms.metering.cooldown import early_cancels
from shareai_cms.metering.meters import check_units
from shareai_cms.metering.retry import ledger_alias, patiently, rows
from shareai_cms.models import Balance, Budget, Plan, PlanAllowance, SiteAccount, Wallet
from shareai_cms.permissions import Actor

DEFAULT_PLAN_SLUG = "default"
_TRIES = 5


def find_account(
    platform: str, reference: str, environment: str | None = None, actor: Actor | None = None
) -> SiteAccount | None:
    """The account with its wallet and the annotation ``has_budgets``, in one query; None where none was opened.

    With an actor, budgets of other persons do not count for ``has_budgets``, and ``early_cancels`` is how
    often the actor stopped an action too early lately (see ``cooldown_until``).
    """
    shares = Budget.objects.filter(wallet=OuterRef("wallet"))
    if actor is not None:
        own = f"{actor.kind}:{actor.reference}"
        shares = shares.filter(~Q(scope=Budget.Scope.ACTOR) | Q(reference=own))
    accounts = rows(SiteAccount).select_related("wallet").annotate(has_budgets=Exists(shares))
    if actor is not None:
        accounts = accounts.annotate(early_cancels=early_cancels(actor))
    mine = accounts.filter(of_environment(environment), platform=platform, reference=reference)
    return patiently(lambda: mine.order_by("-is_copy").first())


def of_environment(environment: str | None = None) -> Q:
    """The accounts of an environment, by default this one.

    Where a live site's database was copied, the copy's account stands in the place of the live one: a new
    one with a fresh allowance is never opened there.
    """
    environment = environment or conf.environment
    mine = Q(environment=environment)
    return mine | Q(is_copy=True) if environment == PRODUCTION else mine


def open_account(
    *,
    platform: str,
    reference: str,
    label: str = "",
    address: str = "",
    client: str = "",
    environment: str | None = None,
) -> SiteAccount:
    """The site's account, opened with a wallet of its own and the default plan where there is none."""
    environment = environment or conf.environment
    found = find_account(platform, reference, environment)
    if found is not None:
        return found
    new = {
        "platform": platform,
        "reference": reference,
        "environment": environment,
        "label": label[:255],
        "address": address[:255],
        "client": client[:255],
    }
    for _attempt in range(_TRIES):
        # Where somebody else was faster with the account, or with the plan, look again.
        with suppress(IntegrityError):
            patiently(lambda: _open(new))
        found = find_account(platform, reference, environment)
        if found is not None:
            return found
    raise RuntimeError(f"The account of {platform} {reference} could not be opened.")


def change_plan(wallet: Wallet, plan: Plan, *, now: datetime | None = None) -> None:
    """Give the wallet another plan from its next period on; this period keeps what it has."""
    moment = now or timezone.now()
    meters = set(rows(Balance).filter(wallet=wallet).values_list("meter", flat=True))
    meters |= set(rows(PlanAllowance).filter(plan__in=[wallet.plan_id, plan.pk]).values_list("meter", flat=True))
    for meter in sorted(meters):
        current(wallet.pk, meter, moment)
    rows(Wallet).filter(pk=wallet.pk).update(plan=plan)
    wallet.plan = plan


def change_allowances(plan: Plan, included: Mapping[str, int], *, now: datetime | None = None) -> None:
    """Let a plan include other units, by meter, from each wallet's next period on; 0 takes a meter off the plan."""
    moment = now or timezone.now()
    for units in included.values():
        check_units(units, least=0)
    # A period that has begun unnoticed gets what the plan included when it began.
    for wallet_id in rows(Wallet).filter(plan=plan).values_list("pk", flat=True):
        for meter in sorted(included):
            current(wallet_id, meter, moment)
    with transaction.atomic(using=ledger_alias()):
        for meter, units in sorted(included.items()):
            mine = rows(PlanAllowance).filter(plan=plan, meter=meter)
            if not units:
                mine.delete()
            elif not mine.update(units=units):
                rows(PlanAllowance).create(plan=plan, meter=meter, units=units)


def _open(columns: dict[str, str]) -> None:
    # Read before the transaction: on SQLite one that begins by reading may not write later.
    plan = rows(Plan).filter(slug=DEFAULT_PLAN_SLUG).first()
    with transaction.atomic(using=ledger_alias()):
        plan = plan or _make_default_plan()
        wallet = rows(Wallet).create(plan=plan, client=columns["client"], time_zone=conf.time_zone)
        rows(SiteAccount).create(wallet=wallet, **columns)


def _make_default_plan() -> Plan:
    """Made once from ``DEFAULT_PLAN``, and edited like any other plan from then on."""
    plan = rows(Plan).create(slug=DEFAULT_PLAN_SLUG, name=gettext("Default"))
    included = [PlanAllowance(plan=plan, meter=meter, units=units) for meter, units in conf.default_plan.items()]
    rows(PlanAllowance).bulk_create(included)
    return plan
