"""Processes that are killed in the middle of a ledger call; run by ``tests.metering.crowd``."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, connections
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.models import Grant, PlanAllowance, SiteAccount, Suggestion, Usage
from tests.metering.scenarios import request

#: Gets the account, a hold on two of its ten units, and the time.
Call = Callable[[SiteAccount, metering.Hold, datetime], object]


class KillAfter:
    """Kills this process, as ``kill -9`` does, when it has executed so many statements."""

    def __init__(self, statements: int) -> None:
        self.left = statements

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self._die_at_zero()
        result = execute(*arguments)
        self.left -= 1
        self._die_at_zero()
        return result

    def _die_at_zero(self) -> None:
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)


def _store(usage: Usage) -> None:
    Suggestion.objects.create(usage=usage, result={"text": "Hello"})


def _grant(account: SiteAccount, now: datetime) -> object:
    return metering.grant(account.wallet, "writing", 5, kind="topup", source_ref=f"order:{account.pk}", now=now)


CALLS: dict[str, Call] = {
    "reserve": lambda account, hold, now: metering.reserve(request(account, "killed", units=3), now=now),
    "settle": lambda account, hold, now: metering.settle(hold, store=_store, now=now),
    "release": lambda account, hold, now: metering.release(hold, outcome="failed", now=now),
    "grant": lambda account, hold, now: _grant(account, now),
    "roll_forward": lambda account, hold, now: metering.roll_forward(account.wallet, "writing", now=now + ABSENCE),
}
#: The hold is overdue, the allowance over, the next one due.
ABSENCE = timedelta(days=70)


def kill_everywhere(*, call: str) -> dict[str, Any]:
    """Kill the call after each of its statements in turn, and once let it finish; what was left each time."""
    ends = []
    while not ends or ends[-1]["killed"]:
        ends.append(_kill_after(len(ends), call))
    return {"ends": ends}


def _kill_after(statements: int, call: str) -> dict[str, Any]:
    account = _account(f"{call}-{statements}")
    now = timezone.now()
    hold = metering.reserve(request(account, "open", units=2), now=now)
    was_killed = in_a_process_of_its_own(lambda: CALLS[call](account, hold, now), statements)
    at_once = _seen(account, now)
    now += ABSENCE if call == "roll_forward" else timedelta()
    # The lock died with the process: somebody else can go on.
    metering.settle(metering.reserve(request(account, "next"), now=now), now=now)
    _heal(account, call, now)
    return {"killed": was_killed, "at_once": at_once, "after_deadline": _seen(account, now + timedelta(minutes=6))}


def _heal(account: SiteAccount, call: str, now: datetime) -> None:
    """A payment is delivered again until somebody has heard of it."""
    if call == "grant":
        _grant(account, now)


def in_a_process_of_its_own(work: Callable[[], object], statements: int) -> bool:
    """Whether it was killed before it had finished."""
    connections.close_all()
    child = os.fork()
    if not child:
        with connection.execute_wrapper(KillAfter(statements)):
            work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    assert os.WEXITSTATUS(status) == 0
    return False


def _account(reference: str) -> SiteAccount:
    account = metering.open_account(platform="django", reference=reference)
    PlanAllowance.objects.filter(meter="writing").update(units=10)
    return account


def _seen(account: SiteAccount, now: datetime) -> dict[str, Any]:
    """What a reader sees at that moment, and what the rows say."""
    seen = metering.allowance_of(account, "writing", now=now)
    usage = Usage.objects.filter(account=account)
    return {
        "available": seen.available,
        "held": seen.held,
        "spent": seen.spent,
        "usage": dict(usage.values_list("key", "state")),
        "suggestions": Suggestion.objects.filter(usage__account=account).count(),
        "topups": Grant.objects.filter(wallet=account.wallet, kind="topup").count(),
        "findings": [str(finding) for finding in metering.audit(account.wallet)],
    }
