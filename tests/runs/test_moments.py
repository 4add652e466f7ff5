"""What happens to a run at the same moment as something else, and code of a site that fails in the wrong place."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DataError
from django.utils import timezone

from shareai_cms.errors import (
    ActionInterrupted,
    AllowanceExhausted,
    OutputEmpty,
    OutputInvalid,
    RunClosed,
    ShareAIError,
)
from shareai_cms.models import Run, RunItem, SiteAccount
from shareai_cms.runs import control, desks, leases, outcomes, waking, working
from shareai_cms.runs.crew import Crew
from shareai_cms.runs.engine import Engine
from shareai_cms.runs.outcomes import End
from tests.runs.fixtures import buy, eventually, items_of, jobs_of, state_of
from tests.runs.fixtures import working as worker
from tests.runs.shelf import Shelf

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

RunOf = Callable[..., Run]


class TestAPersonWhoClicks:
    def test_start_beside_another_cuts_nothing_off(
        self, run_of: RunOf, merchant: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = run_of(6)
        Run.objects.update(state=Run.State.DRAFT)
        patiently, others = control.patiently, [Run.objects.get(pk=run.pk)]
        has_won = []

        def beside(body: Callable[[], Any]) -> Any:
            result = patiently(body)
            if others:
                with contextlib.suppress(RunClosed):
                    control.start(others.pop(), merchant)
                    has_won.append(True)
            return result

        monkeypatch.setattr(control, "patiently", beside)
        with contextlib.suppress(RunClosed):
            control.start(run, merchant, first=2)
        run.refresh_from_db()
        assert run.items.count() == run.total == (6 if has_won else 2)

    def test_retry_while_the_run_ends_lets_it_go_on(
        self, run_of: RunOf, merchant: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = run_of(1)
        RunItem.objects.update(state=RunItem.State.FAILED)
        begin = leases.transact

        def beside(body: Callable[[], bool]) -> bool:
            assert control.retry_failed(run, merchant) == 1
            return begin(body)

        monkeypatch.setattr(leases, "transact", beside)
        assert not leases.finish(run.pk)
        assert state_of(run) == ("running", "")

    @pytest.mark.parametrize("state", [Run.State.DRAFT, Run.State.CANCELLED])
    def test_retry_of_what_does_not_go_on_changes_nothing(self, run_of: RunOf, merchant: Any, state: str) -> None:
        run = run_of(1)
        RunItem.objects.update(state=RunItem.State.FAILED)
        Run.objects.update(state=state)
        with pytest.raises(RunClosed):
            control.retry_failed(run, merchant)
        assert items_of(run) == [("failed", "")]

    def test_buy_while_the_run_is_being_halted_lets_it_go_on(self, account: SiteAccount, run_of: RunOf) -> None:
        run = run_of(1, units=1)
        # The order comes first, and finds a run that is not out of units yet.
        buy(account, 5)
        Engine()._halt(run.pk, Run.State.OUT, AllowanceExhausted("seen before"))
        assert state_of(run) == ("running", "")


class TestARunWithoutUnits:
    def conclude(self, engine: Engine, job: working.Job) -> None:
        leases.give_back(job.item)
        engine._conclude(job, End.OUT, AllowanceExhausted("none left"))

    def test_waits_for_those_that_another_worker_holds(self, run_of: RunOf) -> None:
        run, engine = run_of(3), Engine()
        mine, others = jobs_of(run, 2)
        self.conclude(engine, mine)
        assert state_of(run) == ("running", "")
        # Meanwhile nothing is tried, which would only be refused again.
        assert engine._claim(run, 2) == 0
        leases.give_back(others.item)
        [fresh] = desks.running(timezone.now())
        engine._loaded = lambda desk, items: []  # type: ignore[method-assign]
        assert engine._claim(fresh, 2) == 1

    def test_is_tried_again_after_a_while_whatever_others_hold(
        self, run_of: RunOf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run, engine = run_of(3), Engine()
        mine, _others = jobs_of(run, 2)
        monkeypatch.setattr(leases, "LEASE", timedelta(0))
        self.conclude(engine, mine)
        engine._loaded = lambda desk, items: []  # type: ignore[method-assign]
        assert engine._claim(desks.running(timezone.now())[0], 2) == 1

    @pytest.mark.parametrize("fate", ["given back", "left behind"])
    def test_is_out_once_nobody_holds_any(self, run_of: RunOf, fate: str) -> None:
        run, engine = run_of(3, units=0), Engine()
        mine, others = jobs_of(run, 2)
        if fate == "given back":
            leases.give_back(others.item)
        else:
            RunItem.objects.filter(pk=others.item.pk).update(leased_until=timezone.now())
        self.conclude(engine, mine)
        assert state_of(run) == ("out", "allowance_exhausted")


class TestAnObject:
    def test_that_was_given_back_and_taken_again_stays_in_hand(self, run_of: RunOf) -> None:
        run = run_of(1)
        engine = Engine()
        [old] = jobs_of(run)
        leases.give_back(old.item)
        [new] = jobs_of(run)
        engine._jobs[new.item.pk] = new
        engine._forget(old)
        assert engine._in_hand() == [new]
        engine._forget(new)
        assert engine._in_hand() == []

    def test_whose_answers_fail_in_turns_is_given_up(self, run_of: RunOf) -> None:
        run = run_of(1)
        errors: list[ShareAIError] = [OutputEmpty("nothing"), OutputInvalid("no JSON"), OutputEmpty("nothing")]
        for error in errors:
            RunItem.objects.update(not_before=None)
            [job] = jobs_of(run)
            working._try_again(job, End.REFUSED, error)
        assert items_of(run) == [("failed", "output_empty")]

    def test_that_was_interrupted_is_left_alone_for_a_while_and_in_the_end_for_good(
        self, run_of: RunOf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = run_of(1)
        engine = Engine()

        def away(*_given: Any, **_options: Any) -> None:
            raise ActionInterrupted("database: OperationalError")

        monkeypatch.setattr(working, "walk", away)
        pauses = []
        for _time in range(outcomes.AWAY_MOST):
            began = timezone.now()
            [job] = jobs_of(run)
            engine._do(job)
            if (due := RunItem.objects.get().not_before) is not None:
                pauses.append((due - began).total_seconds())
            RunItem.objects.update(not_before=None)
        assert pauses[0] >= outcomes.AWAY_BASE / 2
        assert pauses[0] < pauses[3] < pauses[6]
        assert items_of(run) == [("failed", "interrupted")]
        run.refresh_from_db()
        # The marketplace is not to blame.
        assert run.resting_until is None

    def test_that_the_tables_do_not_take_is_not_asked_for_again(
        self, run_of: RunOf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = run_of(1)

        def too_long(self: Shelf, obj: Any, language: str = "") -> str:
            raise DataError("value too long")

        monkeypatch.setattr(Shelf, "version", too_long)
        engine = Engine()
        [job] = jobs_of(run)
        engine._do(job)
        assert items_of(run) == [("failed", "error")]

    def test_of_a_catalogue_that_reads_none_fails_alone(self, run_of: RunOf, monkeypatch: pytest.MonkeyPatch) -> None:
        run = run_of(2)

        def broken(self: Shelf, model: Any) -> Any:
            raise AttributeError("relations")

        monkeypatch.setattr(Shelf, "queryset", broken)
        Engine().drain()
        assert set(items_of(run)) == {("failed", "error")}
        assert state_of(run) == ("finished", "")


def test_a_crew_goes_on_after_one_that_raised() -> None:
    done: list[int] = []

    def do(number: int) -> None:
        if not number:
            raise RuntimeError("must not happen")
        done.append(number)

    crew = Crew(do, 1)
    for number in (0, 1):
        crew.give(number)
    assert crew.close(10)
    assert done == [1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quick", "sandbox")
def test_a_worker_outlives_code_of_the_site_that_fails(run_of: RunOf, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(1)
    monkeypatch.setattr("shareai_cms.runs.engine.AWAY", 0.01)
    running, failures = desks.running, [1, 2]

    def broken(*given: Any) -> Any:
        if failures:
            raise LookupError(failures.pop())
        return running(*given)

    monkeypatch.setattr(desks, "running", broken)
    with worker():
        eventually(lambda: state_of(run) == ("finished", ""))


class TestAQueue:
    def test_that_defers_nothing_does_not_run_in_circles(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pauses: list[float] = []
        asked: list[int] = []
        task = SimpleNamespace(enqueue=asked.append)
        monkeypatch.setattr(waking, "queue", lambda: SimpleNamespace(supports_defer=False))
        monkeypatch.setattr(waking, "import_module", lambda _name: SimpleNamespace(work_on_runs=task))
        monkeypatch.setattr("time.sleep", pauses.append)
        waking.enqueue(1, after=timedelta(minutes=1))
        waking.enqueue(2)
        assert (pauses, asked) == ([waking.PAUSE], [1, 2])

    def test_goes_on_with_the_newest_of_its_chains(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[int] = []
        takes_it = iter((True, True, True, False, True, True))

        def enqueue(chain: int, *, after: timedelta | None = None) -> bool:
            asked.append(chain)
            return next(takes_it)

        monkeypatch.setattr(waking, "enqueue", enqueue)
        waking.begin_chain()
        waking.begin_chain()
        waking.go_on(1)
        waking.go_on(2)
        assert asked == [1, 2, 2]
        # One that the queue did not take leaves the others as they were.
        waking.begin_chain()
        waking.go_on(2)
        waking.begin_chain()
        waking.go_on(2)
        assert asked == [1, 2, 2, 3, 2, 3]

    def test_is_asked_for_nothing_of_another_environments_runs(self, run_of: RunOf) -> None:
        run_of(1)
        assert waking.is_something_left()
        SiteAccount.objects.update(environment="production")
        assert not waking.is_something_left()
