"""The process is killed at each step of the road: no unit is lost, none stays held past its deadline."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.actions.events import ActionResult, Delta, Started
from shareai_cms.actions.road import ActionCall, stream
from shareai_cms.models import SiteAccount, Suggestion, Usage
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ledger]

#: More than the road has; a walk that ends before its step proves that every step was tried.
MOST_STATEMENTS = 40


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DiesAtStatement:
    """Kills the process before or after the nth statement, that is also before or after each commit."""

    def __init__(self, number: int, moment: str) -> None:
        self.number = number
        self.moment = moment
        self.seen = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen += 1
        if self.seen == self.number and self.moment == "before":
            die()
        result = execute(sql, params, many, context)
        if self.seen == self.number:
            die()
        return result


def walk_in_child(walk: Callable[[], None]) -> bool:
    """Run in a forked process; whether it was killed."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            walk()
            code = 0
        finally:
            os._exit(code)
    _pid, status = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(status)
    assert killed or os.WEXITSTATUS(status) == 0, "the child failed in another way"
    return killed


def assert_nothing_lost(account: SiteAccount) -> None:
    later = timezone.now() + timedelta(minutes=10)
    metering.roll_forward(account.wallet, "writing", now=later)
    balance = account.wallet.balances.get(meter="writing")
    settled = Usage.objects.filter(state="settled")
    assert balance.held == 0
    assert balance.available + balance.spent == 10
    assert balance.spent == settled.count() == Suggestion.objects.count()
    assert not Usage.objects.filter(state="held").exists()
    assert metering.audit() == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_every_statement(
    sandbox: SandboxProcess, call_for: Callable[..., ActionCall], account: SiteAccount, moment: str
) -> None:
    metering.allowance_of(account, "writing")  # the wallet's first period exists
    for number in range(1, MOST_STATEMENTS):
        call = call_for(f"click-{moment}-{number:08d}")

        def walk(number: int = number, call: ActionCall = call) -> None:
            with connection.execute_wrapper(DiesAtStatement(number, moment)):
                list(stream(call))

        killed = walk_in_child(walk)
        assert_nothing_lost(account)
        if not killed:
            assert number > 8, "the road has more statements than this"
            return
        _refill(account, number, moment)
    pytest.fail("the road never ended")


def _refill(account: SiteAccount, number: int, moment: str) -> None:
    """Back to ten units, so that each step starts from the same place."""
    spent = account.wallet.balances.get(meter="writing").spent
    Usage.objects.all().delete()
    account.wallet.grants.all().delete()
    account.wallet.balances.all().delete()
    assert spent <= 1
    metering.allowance_of(account, "writing")


@pytest.mark.parametrize("event_type", [Started, Delta, ActionResult])
def test_killed_between_events(
    sandbox: SandboxProcess, call_for: Callable[..., ActionCall], account: SiteAccount, event_type: type
) -> None:
    metering.allowance_of(account, "writing")

    def walk() -> None:
        for event in stream(call_for()):
            if isinstance(event, event_type):
                die()

    assert walk_in_child(walk)
    state = Usage.objects.get().state
    assert state == ("settled" if event_type is ActionResult else "held")
    assert_nothing_lost(account)
    assert Usage.objects.get().state == ("settled" if event_type is ActionResult else "expired")


def test_a_click_that_died_is_told_as_interrupted(
    sandbox: SandboxProcess, call_for: Callable[..., ActionCall], account: SiteAccount
) -> None:
    from shareai_cms.errors import ActionInterrupted

    def walk() -> None:
        for _event in stream(call_for()):
            die()

    assert walk_in_child(walk)
    assert_nothing_lost(account)
    with pytest.raises(ActionInterrupted):
        list(stream(call_for()))
