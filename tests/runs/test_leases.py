"""Who has which object: one worker at a time, and nobody for long who does not live."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.errors import LeaseLost
from shareai_cms.models import Run, RunItem, SiteAccount, Usage
from shareai_cms.runs import leases, working
from shareai_cms.runs.outcomes import End
from tests.runs.fixtures import items_of, jobs_of, units_of
from tests.services import SandboxProcess

pytestmark = [pytest.mark.ledger, pytest.mark.django_db(transaction=True)]

RunOf = Callable[..., Run]


def later(**duration: float) -> object:
    return timezone.now() + timedelta(**duration)


class TestClaiming:
    def test_goes_by_their_order_and_names_each_once(self, run_of: RunOf) -> None:
        run = run_of(5)
        first, rest = leases.claim(run, 2), leases.claim(run, 9)
        assert [item.position for item in (*first, *rest)] == [1, 2, 3, 4, 5]
        assert {item.attempt for item in (*first, *rest)} == {1}
        assert leases.claim(run, 9) == []

    def test_leaves_what_is_not_due(self, run_of: RunOf) -> None:
        run = run_of(2)
        RunItem.objects.filter(position=1).update(not_before=timezone.now() + timedelta(minutes=1))
        assert [item.position for item in leases.claim(run, 9)] == [2]
        assert [item.position for item in leases.claim(run, 9, now=later(minutes=2))] == [1]

    def test_takes_the_same_statements_for_one_and_for_many(self, run_of: RunOf) -> None:
        run = run_of(40)
        with connection.execute_wrapper(counted := Counted()):
            leases.claim(run, 1)
        one, counted.number = counted.number, 0
        with connection.execute_wrapper(counted):
            assert len(leases.claim(run, 30)) == 30
        assert counted.number == one <= 4


class TestALease:
    def test_is_kept_by_whoever_lives(self, run_of: RunOf) -> None:
        run = run_of(2)
        items = leases.claim(run, 2)
        assert leases.renew(items, now=later(seconds=20)) == set()
        assert leases.take_over(now=later(seconds=40)) == 0
        assert leases.take_over(now=later(seconds=51)) == 2

    def test_that_was_lost_is_told(self, run_of: RunOf) -> None:
        run = run_of(2)
        lost, kept = leases.claim(run, 2)
        RunItem.objects.filter(pk=lost.pk).update(leased_until=timezone.now())
        assert leases.take_over() == 1
        assert leases.renew([lost, kept]) == {lost.pk}
        assert not leases.give_back(lost)
        assert not leases.end(lost, "failed", "error")
        assert items_of(run) == [("waiting", "interrupted"), ("working", "")]

    def test_of_a_clock_that_ran_ahead_is_not_believed(self, run_of: RunOf) -> None:
        run = run_of(1)
        leases.claim(run, 1, now=later(days=300))
        assert leases.take_over() == 1

    def test_that_ends_again_and_again_leaves_the_object_alone(self, run_of: RunOf) -> None:
        run = run_of(1)
        for _ in range(leases.MOST_INTERRUPTIONS):
            [item] = leases.claim(run, 1)
            leases.take_over(now=later(seconds=31))
        assert items_of(run) == [("failed", "interrupted")]
        assert item.attempt == 2 * leases.MOST_INTERRUPTIONS - 1


class TestAWorkerThatWakesUpLate:
    """It slept through its lease; another one has the object now."""

    def test_before_it_has_sent_anything_sends_nothing(
        self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf
    ) -> None:
        run = run_of(1)
        [job] = jobs_of(run)
        leases.take_over(now=later(seconds=31))
        end, error = working.work(job)
        assert (end, type(error)) == (End.GIVEN_BACK, LeaseLost)
        assert sandbox.state()["calls"] == 0
        assert units_of(account) == (0, 0)
        assert items_of(run) == [("waiting", "interrupted")]

    def test_while_its_call_is_under_way_neither_charges_nor_stores(
        self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf
    ) -> None:
        run = run_of(1)
        [late] = jobs_of(run)
        sandbox.fault("hold")
        ends: list[End] = []
        sleeper = threading.Thread(target=lambda: in_thread(lambda: ends.append(working.work(late)[0])))
        sleeper.start()
        sandbox.wait_for(open=1)
        assert units_of(account) == (0, 1)
        leases.take_over(now=later(seconds=31))
        # At once, and not when the hold's deadline has passed.
        assert units_of(account) == (0, 0)
        sandbox.fault(None)
        sleeper.join()
        assert ends == [End.GIVEN_BACK]
        assert units_of(account) == (0, 0)
        [job] = jobs_of(run)
        assert working.work(job)[0] is End.DONE
        assert units_of(account) == (1, 0)
        item = run.items.select_related("usage").get()
        assert (item.state, item.attempt, item.units) == ("done", 3, 1)
        assert item.usage.key == f"run:{run.pk}:{item.pk}:3"
        assert metering.audit() == []

    def test_after_the_other_was_done_changes_nothing(
        self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf
    ) -> None:
        run = run_of(1)
        [late] = jobs_of(run)
        leases.take_over(now=later(seconds=31))
        [job] = jobs_of(run)
        working.work(job)
        kept = run.items.get().usage_id
        assert working.work(late)[0] is End.GIVEN_BACK
        assert run.items.get().usage_id == kept
        assert units_of(account) == (1, 0)


class TestADeadWorker:
    def test_has_its_hold_given_back_at_once(
        self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf
    ) -> None:
        run = run_of(2, units=2)
        for item in leases.claim(run, 2):
            hold(account, leases.hold_key(item))
        assert units_of(account) == (0, 2)
        assert leases.take_over(now=later(seconds=31)) == 2
        assert units_of(account) == (0, 0)
        assert set(Usage.objects.values_list("state", "error_code")) == {("released", "interrupted")}
        assert metering.audit() == []

    def test_that_died_while_it_took_over_left_no_hold_either(
        self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf
    ) -> None:
        run = run_of(1)
        [item] = leases.claim(run, 1)
        hold(account, leases.hold_key(item))
        RunItem.objects.filter(pk=item.pk).update(attempt=2, leased_until=timezone.now() + leases.LEASE)
        assert leases.take_over(now=later(seconds=31)) == 1
        assert units_of(account) == (0, 0)


class Counted:
    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        self.number += 1
        return execute(sql, params, many, context)


def in_thread(body: Callable[[], object]) -> None:
    try:
        body()
    finally:
        connections.close_all()


def hold(account: SiteAccount, key: str) -> metering.Hold:
    from tests.metering.world import ADA

    request = metering.HoldRequest(
        account=account, meter="writing", units=1, key=key, fingerprint="f" * 64, actor=ADA, feature="meta-description"
    )
    return metering.reserve(request)
