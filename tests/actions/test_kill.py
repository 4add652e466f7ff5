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
MOMENTS = ("before", "after")
UNITS = 10
#: How often `make soak` walks through every statement.
ROUNDS = 3


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


def after_the_deadline(account: SiteAccount) -> tuple[int, int]:
    """Units lost, and units still held, once every deadline has passed."""
    metering.roll_forward(account.wallet, "writing", now=timezone.now() + timedelta(minutes=10))
    balance = account.wallet.balances.get(meter="writing")
    return UNITS - balance.available - balance.held - balance.spent, balance.held


def assert_nothing_lost(account: SiteAccount) -> None:
    assert after_the_deadline(account) == (0, 0)
    settled = Usage.objects.filter(state="settled")
    assert account.wallet.balances.get(meter="writing").spent == settled.count() == Suggestion.objects.count()
    assert not Usage.objects.filter(state="held").exists()
    assert metering.audit() == []


def kill_at_every_statement(
    call_for: Callable[..., ActionCall], account: SiteAccount, moment: str
) -> list[tuple[int, int]]:
    """Units lost and held after a kill at each statement in turn, until a walk ends before its statement."""
    left = []
    for number in range(1, MOST_STATEMENTS):
        _refill(account)
        call = call_for(f"click-{moment}-{number:08d}")

        def walk(number: int = number, call: ActionCall = call) -> None:
            with connection.execute_wrapper(DiesAtStatement(number, moment)):
                list(stream(call))

        was_killed = walk_in_child(walk)
        found = after_the_deadline(account)
        assert_nothing_lost(account)
        if not was_killed:
            assert number > 8, "the road has more statements than this"
            return left
        left.append(found)
    pytest.fail("the road never ended")


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_every_statement(
    sandbox: SandboxProcess, call_for: Callable[..., ActionCall], account: SiteAccount, moment: str
) -> None:
    assert set(kill_at_every_statement(call_for, account, moment)) == {(0, 0)}


@pytest.mark.soak
def test_killed_at_every_statement_again_and_again(
    sandbox: SandboxProcess, call_for: Callable[..., ActionCall], account: SiteAccount
) -> None:
    walks = {
        moment: [kill_at_every_statement(call_for, account, moment) for _round in range(ROUNDS)] for moment in MOMENTS
    }
    before, after = ({len(left) for left in walks[moment]} for moment in MOMENTS)
    assert before == after
    assert len(before) == 1
    [statements] = before
    left = [ends for rounds in walks.values() for walk in rounds for ends in walk]
    lost, held = (sum(units) for units in zip(*left, strict=True))
    print(
        f"\nthe road, killed at {statements} statements before and {statements} after, {ROUNDS} times each: "
        f"{lost} units lost, {held} held past the deadline"
    )
    assert (lost, held) == (0, 0)


def _refill(account: SiteAccount) -> None:
    """Back to ten units, so that each step starts from the same place."""
    Usage.objects.all().delete()
    account.wallet.grants.all().delete()
    account.wallet.balances.all().delete()
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
