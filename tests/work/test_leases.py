"""Who does a duty: once per due moment, by one worker, whatever the clocks and the killed do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shareai_cms.models import Duty as DutyRow
from shareai_cms.work import Duty, leases, register_duty

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def duty(no_duties: None) -> Duty:
    made = Duty(name="sweep", every=60, run=lambda turn: 0)
    register_duty(made)
    leases.make_rows(NOW)
    return made


def later(**duration: float) -> datetime:
    return NOW + timedelta(**duration)


class TestTaking:
    def test_is_for_one(self, duty: Duty) -> None:
        row = leases.take(duty, "a", now=NOW)
        assert row is not None
        assert (row.worker, row.attempt, row.leased_until) == ("a", 1, NOW + leases.LEASE)
        assert leases.take(duty, "b", now=NOW) is None

    def test_waits_until_it_is_due(self, duty: Duty) -> None:
        row = leases.take(duty, "a", now=NOW)
        assert row is not None
        assert leases.finish(row, due_at=later(seconds=60), now=NOW)
        assert leases.take(duty, "b", now=later(seconds=59)) is None
        again = leases.take(duty, "b", now=later(seconds=60))
        assert again is not None
        assert again.attempt == 2

    def test_rows_are_made_once(self, duty: Duty) -> None:
        leases.take(duty, "a", now=NOW)
        leases.make_rows(later(hours=1))
        row = DutyRow.objects.get()
        assert (row.due_at, row.worker) == (NOW, "a")


class TestAKilledWorker:
    def test_loses_its_duty_when_the_lease_ends(self, duty: Duty) -> None:
        leases.take(duty, "killed", now=NOW)
        assert leases.take(duty, "b", now=NOW + leases.LEASE - timedelta(seconds=1)) is None
        assert leases.take(duty, "b", now=NOW + leases.LEASE) is not None

    def test_is_not_heard_when_it_wakes_up_again(self, duty: Duty) -> None:
        slept = leases.take(duty, "a", now=NOW)
        woken = leases.take(duty, "b", now=NOW + leases.LEASE)
        assert slept is not None
        assert woken is not None
        assert not leases.finish(slept, due_at=later(days=1))
        assert not leases.fail(slept, "ValueError")
        row = DutyRow.objects.get()
        assert (row.worker, row.attempt, row.error) == ("b", 2, "")
        assert leases.finish(woken, due_at=later(minutes=3), now=later(minutes=2))

    def test_that_lives_on_has_its_own_lease_at_once(self, duty: Duty) -> None:
        leases.take(duty, "a", now=NOW)
        again = leases.take(duty, "a", now=later(seconds=1))
        assert again is not None
        assert again.attempt == 2


class TestFailures:
    def test_are_tried_again_after_pauses_that_grow(self, duty: Duty) -> None:
        moment, pauses = NOW, []
        for _ in range(10):
            row = leases.take(duty, "a", now=moment)
            assert row is not None
            assert leases.fail(row, "ValueError@duty:7", now=moment)
            kept = DutyRow.objects.get()
            pauses.append((kept.due_at - moment).total_seconds())
            moment = kept.due_at
        assert pauses[:4] == [30, 60, 120, 240]
        assert pauses[-1] == 3600
        assert (kept.failures, kept.error) == (10, "ValueError@duty:7")

    def test_are_forgotten_after_a_success(self, duty: Duty) -> None:
        row = leases.take(duty, "a", now=NOW)
        assert row is not None
        leases.fail(row, "ValueError", now=NOW)
        row = leases.take(duty, "a", now=later(seconds=30))
        assert row is not None
        leases.finish(row, due_at=later(minutes=2), now=later(minutes=1))
        kept = DutyRow.objects.get()
        assert (kept.failures, kept.error, kept.finished_at) == (0, "", later(minutes=1))


class TestClocksThatJump:
    def test_back_do_not_put_a_duty_off(self, duty: Duty) -> None:
        row = leases.take(duty, "a", now=later(days=300))
        assert row is not None
        leases.finish(row, due_at=later(days=300, seconds=60))
        assert leases.take(duty, "a", now=NOW) is not None

    def test_back_do_not_keep_the_lease_of_a_killed_worker(self, duty: Duty) -> None:
        DutyRow.objects.update(due_at=NOW, leased_until=later(days=300), worker="killed")
        assert leases.take(duty, "b", now=NOW) is not None

    def test_back_by_a_minute_are_no_reason_to_take_a_lease_away(self, duty: Duty) -> None:
        DutyRow.objects.update(due_at=NOW, leased_until=NOW + leases.LEASE + timedelta(seconds=59), worker="a")
        assert leases.take(duty, "b", now=NOW) is None

    def test_back_do_not_shorten_the_pause_after_a_failure(self, duty: Duty) -> None:
        row = leases.take(duty, "a", now=NOW)
        assert row is not None
        row.failures = 20
        leases.fail(row, "ValueError", now=NOW)
        assert leases.take(duty, "a", now=later(minutes=1)) is None

    def test_forward_only_make_it_due(self, duty: Duty) -> None:
        row = leases.take(duty, "a", now=NOW)
        assert row is not None
        leases.finish(row, due_at=later(seconds=60))
        assert leases.take(duty, "a", now=later(days=3000)) is not None
