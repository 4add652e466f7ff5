"""The end of a hold: its units are counted or given back, once."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from shareai_cms.metering import budgets, burning
from shareai_cms.metering.balances import current
from shareai_cms.metering.holds import TRIES, Hold
from shareai_cms.metering.retry import patiently, rows, transact
from shareai_cms.metering.statements import Prepared, Statements, prepare_resolution, statements
from shareai_cms.models import Balance, Usage


@dataclass(frozen=True, kw_only=True)
class CallFacts:
    """What the call cost us and who answered; recorded for reports, without effect on units."""

    model_asked: str = ""
    model_answered: str = ""
    request_id: str = ""
    attempts: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    is_estimated: bool = False
    cost_millionths: int | None = None
    surcharge_millionths: int | None = None
    duration_ms: int = 0
    route: str = "standard"

    def columns(self) -> dict[str, object]:
        return {
            **vars(self),
            "model_asked": self.model_asked[:255],
            "model_answered": self.model_answered[:255],
            "request_id": self.request_id[:255],
        }


class _AlreadyResolvedError(Exception):
    """Undoes a transaction that found its hold gone."""


def settle(
    hold: Hold,
    *,
    outcome: str = Usage.Outcome.DELIVERED,
    facts: CallFacts | None = None,
    store: Callable[[Usage], None] | None = None,
    now: datetime | None = None,
) -> bool:
    """Count a hold's units. True: counted, and ``store`` ran in the same transaction.

    False: the hold's deadline had passed, its units are back and ``store`` did not run; the row is
    marked late. ``store`` runs again if the database asks for another try, after a rollback.
    """
    usage = hold.usage
    moment = now or timezone.now()
    facts = facts or CallFacts(route=usage.route)
    values = _resolution(Usage.State.SETTLED, outcome, facts, moment)
    resolution = prepare_resolution(usage, values)
    tries = 0

    def body() -> bool:
        nonlocal tries
        tries += 1
        with statements() as sql:
            if not sql.count(usage, moment):
                return False
            _resolve(sql, resolution)
        if store is not None:
            store(_updated(copy(usage), values))
        return True

    if _attempt(hold, body, moment):
        _updated(usage, values)
        return True
    if tries > 1 and _state(usage) == Usage.State.SETTLED:
        # The connection broke at the commit, which went through: nobody else settles this hold.
        _updated(usage, values)
        return True
    _mark_late(usage, facts)
    return False


def release(
    hold: Hold,
    *,
    outcome: str,
    error_code: str = "",
    error_detail: str = "",
    facts: CallFacts | None = None,
    now: datetime | None = None,
) -> bool:
    """Give a hold's units back to the grants and budgets they came from; False where it was resolved before."""
    usage = hold.usage
    moment = now or timezone.now()
    values = _resolution(Usage.State.RELEASED, outcome, facts or CallFacts(route=usage.route), moment)
    values |= {"error_code": error_code[:64], "error_detail": error_detail[:500]}
    resolution = prepare_resolution(usage, values)

    def body() -> bool:
        with statements() as sql:
            # As if everything went back to live grants, which is nearly always so.
            if not sql.give_back(usage, moment):
                return False
            _resolve(sql, resolution)
        budgets.give_back(pk=usage.pk)
        change = burning.give_back(burning.parts_of(pk=usage.pk))
        if change.available != usage.units:
            rows(Balance).filter(wallet_id=usage.wallet_id, meter=usage.meter).update(
                available=F("available") - usage.units + change.available, frozen=F("frozen") + change.frozen
            )
        return True

    if _attempt(hold, body, moment):
        _updated(usage, values)
        return True
    return False


def _attempt(hold: Hold, body: Callable[[], bool], now: datetime) -> bool:
    """Resolve an open hold on a balance that is up to date; False where it is no longer open."""
    usage = hold.usage
    if not hold.is_new:
        raise ValueError("This hold was resolved before; it is a replay.")
    for _attempt in range(TRIES):
        try:
            if transact(body):
                return True
        except _AlreadyResolvedError:
            return False
        if _state(usage) != Usage.State.HELD:
            return False
        current(usage.wallet_id, usage.meter, now)
    raise RuntimeError(f"Usage {usage.pk} is open but its balance does not hold it; run manage.py shareai_audit.")


def _state(usage: Usage) -> str:
    return patiently(lambda: rows(Usage).values_list("state", flat=True).get(pk=usage.pk))


def _resolve(sql: Statements, resolution: Prepared) -> None:
    if not sql.resolve(resolution):
        raise _AlreadyResolvedError


def _resolution(state: str, outcome: str, facts: CallFacts, now: datetime) -> dict[str, object]:
    return {"state": state, "outcome": outcome, "resolved_at": now, **facts.columns()}


def _updated(usage: Usage, values: dict[str, object]) -> Usage:
    for name, value in values.items():
        setattr(usage, name, value)
    return usage


def _mark_late(usage: Usage, facts: CallFacts) -> None:
    gone = (Usage.State.EXPIRED, Usage.State.RELEASED)
    values = {"late": True, **facts.columns()}
    if patiently(lambda: rows(Usage).filter(pk=usage.pk, state__in=gone).update(**values)):
        _updated(usage, values)
