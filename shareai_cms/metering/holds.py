"""Units on their way: held before an action is sent, then counted or given back, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.utils import timezone

from shareai_cms.conf import conf
from shareai_cms.errors import AccountSuspended, ActionInProgress, AllowanceExhausted, BudgetExhausted, KeyReused
from shareai_cms.metering import budgets, burning
from shareai_cms.metering.balances import current
from shareai_cms.metering.meters import check_units, get_meter
from shareai_cms.metering.retry import ledger_alias, patiently, refresh, rows, transact
from shareai_cms.metering.statements import Prepared, prepare_usage, statements
from shareai_cms.models import Budget, SiteAccount, Usage, Wallet
from shareai_cms.permissions import Actor

#: Lost races after which a balance that looks sufficient is refused all the same.
TRIES = 20


@dataclass(frozen=True, kw_only=True)
class HoldRequest:
    """An action that is about to be sent, and what it will cost."""

    #: With its wallet loaded.
    account: SiteAccount
    meter: str
    units: int
    #: The click's idempotency key, unique per account.
    key: str
    #: SHA-256, hexadecimal, of everything that makes the request what it is.
    fingerprint: str
    actor: Actor
    feature: str
    object_type: str = ""
    object_ref: str = ""
    object_label: str = ""
    field: str = ""
    workspace: str = ""
    business_unit: str = ""
    route: str = "standard"
    #: False where the caller has seen that the wallet has no budgets: saves the query for them.
    has_budgets: bool = True


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Units set aside for one action."""

    usage: Usage
    #: False: the same request was resolved before, and ``usage`` says how.
    is_new: bool


def reserve(request: HoldRequest, *, now: datetime | None = None) -> Hold:
    """Set units aside before anything is sent, or refuse.

    Raises AllowanceExhausted, BudgetExhausted, AccountSuspended, KeyReused or ActionInProgress. The
    same key and request, once resolved, gives the earlier hold with ``is_new`` False.
    """
    moment = now or timezone.now()
    _check(request)
    shares = _budgets_of(request) if request.has_budgets else []
    usage = _row(request, moment)
    for _attempt in range(TRIES):
        is_held, earlier = _try(usage, shares, moment)
        if is_held:
            usage._state.adding, usage._state.db = False, ledger_alias()  # noqa: SLF001  as a saved row has it
            return Hold(usage=usage, is_new=True)
        if earlier is not None:
            return _replayed(earlier, request, moment)
        balance = current(usage.wallet_id, usage.meter, moment)
        if balance.available < usage.units:
            break
    raise AllowanceExhausted(f"{usage.units} {usage.meter} needed, {balance.available} left")


def is_known(account: SiteAccount, key: str) -> bool:
    """Whether units were held for this click before: it gets what it got then, or hears that it is under way."""
    return patiently(rows(Usage).filter(account=account, key=key).exists)


def _check(request: HoldRequest) -> None:
    get_meter(request.meter)
    check_units(request.units)
    account = request.account
    if account.status != SiteAccount.Status.ACTIVE or account.wallet.status != Wallet.Status.ACTIVE:
        raise AccountSuspended(f"account {account.status}, wallet {account.wallet.status}")


def _budgets_of(request: HoldRequest) -> list[Budget]:
    return budgets.matching(request.account, request.meter, request.actor, request.business_unit)


def _row(request: HoldRequest, now: datetime) -> Usage:
    actor = request.actor
    return Usage(
        account=request.account,
        wallet_id=request.account.wallet_id,
        key=request.key,
        fingerprint=request.fingerprint,
        meter=request.meter,
        units=request.units,
        deadline=now + timedelta(seconds=conf.hold_deadline),
        created_at=now,
        actor_kind=actor.kind,
        actor_ref=actor.reference,
        actor_label=actor.label[:255],
        feature=request.feature,
        object_type=request.object_type,
        object_ref=request.object_ref,
        object_label=request.object_label[:255],
        field=request.field,
        workspace=request.workspace,
        business_unit=request.business_unit,
        route=request.route,
    )


def _try(usage: Usage, shares: list[Budget], now: datetime) -> tuple[bool, Usage | None]:
    """One attempt: whether the units are held, else the earlier row of the same key, if there is one.

    The key is looked up last: nearly every key is new, and the unique constraint finds the others.
    """
    failure: Exception | None = None
    insertion = prepare_usage(usage)
    try:
        if transact(lambda: _hold(usage, insertion, shares, now)):
            return True, None
    except (IntegrityError, BudgetExhausted) as error:
        failure = error
    earlier = patiently(lambda: rows(Usage).filter(account=usage.account_id, key=usage.key).first())
    if failure is not None and earlier is None:
        raise failure
    return False, earlier


def _hold(usage: Usage, insertion: Prepared, shares: list[Budget], now: datetime) -> bool:
    """The transaction of a reserve; False where the balance is short or time is not booked yet."""
    with statements() as sql:
        if not sql.take(usage, now):
            return False
        uses = budgets.take(shares, usage) if shares else []
        parts = burning.burn(sql, usage)
        usage.pk = sql.insert(insertion)
        for grant_id, units in parts:
            sql.allocate(usage, grant_id, units)
    if uses:
        budgets.record_use(usage, uses)
    return True


def _replayed(usage: Usage, request: HoldRequest, now: datetime) -> Hold:
    if usage.fingerprint != request.fingerprint:
        raise KeyReused("same key, other request")
    if usage.state == Usage.State.HELD:
        if usage.deadline > now:
            raise ActionInProgress("the hold is open")
        current(usage.wallet_id, usage.meter, now)
        refresh(usage)
    return Hold(usage=usage, is_new=False)
