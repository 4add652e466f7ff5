"""A run from its start to its end, and what may happen to it on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.models import AccountPermission, Run, RunItem, SiteAccount, Usage
from shareai_cms.permissions import BULK
from shareai_cms.runs import control
from shareai_cms.runs import working as working_on
from shareai_cms.runs.engine import Engine
from shareai_cms.runs.outcomes import End
from shareai_cms.runs.progress import progress_of
from shareai_cms.runs.selecting import prepare
from shareai_cms.work import WorkLoop
from tests.runs import shelf
from tests.runs.fixtures import TASK, buy, eventually, items_of, jobs_of, on_the_shelf, state_of, units_of, working
from tests.services import SandboxProcess

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick")]

RunOf = Callable[..., Run]


class TestARun:
    def test_comes_to_its_end(self, sandbox: SandboxProcess, run_of: RunOf) -> None:
        run = run_of(5)
        assert Engine(concurrency=4).drain() == 5
        assert state_of(run) == ("finished", "")
        for item in run.items.select_related("usage__suggestion"):
            assert (item.state, item.review, item.units, item.attempt) == ("done", "open", 1, 1)
            assert item.version_read
            [part] = item.usage.suggestion.result["parts"]
            assert (part["part"], part["before"]) == ("seo_description", "")
            assert part["after"]
        assert sandbox.state()["calls"] == Usage.objects.filter(state="settled").count() == 5
        found = progress_of(run)
        assert (found.total, found.closed, found.units, found.share) == (5, 5, 5, 1.0)
        assert metering.audit() == []

    def test_is_shared_by_several_workers(self, sandbox: SandboxProcess, run_of: RunOf) -> None:
        run = run_of(40)
        with working(4), working(4), working(4):
            eventually(lambda: state_of(run) == ("finished", ""))
        assert sandbox.state()["calls"] == 40
        assert set(run.items.values_list("state", "attempt")) == {("done", 1)}

    def test_leaves_out_what_nothing_can_be_done_for(self, sandbox: SandboxProcess, run_of: RunOf) -> None:
        run = run_of("lamp", "empty box", "foreign vase", "bowl", "chair", "table")
        Group.objects.filter(name="bowl").delete()
        Group.objects.filter(name="chair").update(name="chair@elsewhere")
        Engine(concurrency=2).drain()
        assert state_of(run) == ("finished", "")
        assert items_of(run) == [
            ("done", ""),
            ("skipped", "input_empty"),
            ("skipped", "not_permitted"),
            ("skipped", "object_not_found"),
            ("skipped", "account_unclear"),
            ("done", ""),
        ]
        assert sandbox.state()["calls"] == 2

    def test_survives_code_of_the_site_that_fails(
        self, sandbox: SandboxProcess, run_of: RunOf, caplog: pytest.LogCaptureFixture
    ) -> None:
        run = run_of("lamp", "broken jug", "bowl")
        Engine(concurrency=2).drain()
        assert items_of(run) == [("done", ""), ("failed", "error"), ("done", "")]
        assert run.items.get(state="failed").error_detail.startswith("ValueError@")
        assert "broken jug" not in caplog.text

    def test_survives_a_catalogue_that_reads_nothing(self, run_of: RunOf) -> None:
        run = run_of(3)
        shelf.BROKEN.add("now")
        try:
            with working(2):
                eventually(lambda: state_of(run) == ("finished", ""))
        finally:
            shelf.BROKEN.clear()
        assert items_of(run) == [("failed", "error")] * 3

    def test_is_drained_by_a_job_of_cron(self, account: SiteAccount, run_of: RunOf) -> None:
        run = run_of(5)
        loop = WorkLoop(is_cron=True)
        assert loop.run_once() == 0
        assert (loop.objects, state_of(run)) == (5, ("finished", ""))

    def test_proposes_for_what_was_edited_meanwhile(self, sandbox: SandboxProcess, run_of: RunOf) -> None:
        run = run_of("lamp", "bowl")
        before = run.items.get(object_label="lamp")
        Group.objects.filter(name="lamp").update(name="lantern")
        Engine().drain()
        item = run.items.select_related("usage__suggestion").get(pk=before.pk)
        assert "lantern" in item.usage.suggestion.result["parts"][0]["after"]


class TestTwoRuns:
    def test_share_a_worker(self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf, merchant: Any) -> None:
        first = run_of(30)
        [second] = prepare(merchant, TASK, on_the_shelf()[:30])
        control.start(second, merchant)
        seen: list[tuple[int, int]] = []

        def look() -> None:
            seen.append(tuple(run.items.filter(state="done").count() for run in (first, second)))  # type: ignore[arg-type]

        Engine(concurrency=2).drain(on_step=look)
        halfway = next(done for done in seen if sum(done) >= 20)
        assert min(halfway) >= 5
        assert state_of(first) == state_of(second) == ("finished", "")
        assert units_of(account) == (60, 0)


class TestUnits:
    def test_that_run_out_halt_it_and_a_top_up_lets_it_go_on(
        self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf
    ) -> None:
        run = run_of(6, units=4)
        Engine(concurrency=4).drain()
        assert state_of(run) == ("out", "allowance_exhausted")
        assert sorted(items_of(run)) == [("done", "")] * 4 + [("waiting", "")] * 2
        assert units_of(account) == (4, 0)
        assert Engine().drain() == 0
        buy(account, 5)
        assert state_of(run) == ("running", "")
        Engine().drain()
        assert state_of(run) == ("finished", "")
        assert units_of(account) == (6, 0)

    def test_of_a_budget_are_not_bought(self, account: SiteAccount, run_of: RunOf, merchant: Any) -> None:
        run = run_of(4)
        account.wallet.budgets.create(meter="writing", scope="actor", reference=f"user:{merchant.pk}", limit=3)
        Engine(concurrency=2).drain()
        assert state_of(run) == ("out", "budget_exhausted")
        buy(account, 5)
        assert state_of(run) == ("out", "budget_exhausted")
        assert units_of(account)[0] == 3

    def test_stay_under_its_cap(self, account: SiteAccount, run_of: RunOf, merchant: Any) -> None:
        run = run_of(6, cap=4)
        Engine(concurrency=4).drain()
        assert state_of(run) == ("paused", "cap_reached")
        assert units_of(account) == (4, 0)
        control.resume(run, merchant, cap=5)
        Engine(concurrency=4).drain()
        assert units_of(account) == (5, 0)

    def test_of_its_first_objects_alone(self, account: SiteAccount, run_of: RunOf) -> None:
        run = run_of(6, first=2)
        Engine().drain()
        run.refresh_from_db()
        assert (run.state, run.total, run.items.count()) == ("finished", 2, 2)


class TestWhileCallsAreUnderWay:
    def test_a_pause_lets_them_come_to_their_end(
        self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf, merchant: Any
    ) -> None:
        sandbox.fault("hold")
        run = run_of(12)
        with working(4):
            sandbox.wait_for(open=4)
            control.pause(run, merchant)
            eventually(lambda: run.items.filter(state="working").count() == 4)
            sandbox.fault(None)
            eventually(lambda: not run.items.filter(state="working").exists())
            assert units_of(account) == (4, 0)
            assert sandbox.state()["calls"] == 4
            control.resume(run, merchant)
            eventually(lambda: state_of(run) == ("finished", ""))
        assert units_of(account) == (12, 0)
        assert sandbox.state()["calls"] == 12

    def test_a_cancellation_stops_them_and_counts_nothing(
        self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf, merchant: Any
    ) -> None:
        sandbox.fault("hold")
        run = run_of(12)
        with working(4):
            sandbox.wait_for(open=4)
            # The next one has its unit, and waits for its turn.
            eventually(lambda: units_of(account) == (0, 5))
            with transaction.atomic():  # as a site with ATOMIC_REQUESTS does
                control.cancel(run, merchant)
            assert units_of(account) == (0, 0)
            sandbox.wait_for(open=0, aborted=4)
            sandbox.fault(None)
        assert state_of(run) == ("cancelled", "")
        assert set(items_of(run)) == {("waiting", "")}
        assert units_of(account) == (0, 0)
        assert sandbox.state()["calls"] == 4
        assert metering.audit() == []

    def test_a_worker_that_is_asked_to_end_gives_them_back(
        self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shareai_cms.runs.engine.GRACE", 0.2)
        sandbox.fault("hold")
        run = run_of(12)
        with working(4):
            sandbox.wait_for(open=4)
        assert set(items_of(run)) == {("waiting", "")}
        assert units_of(account) == (0, 0)


class TestWhatStopsIt:
    def assert_stopped(self, run: Run, code: str, account: SiteAccount) -> None:
        assert Engine(concurrency=1).drain() == 0
        assert state_of(run) == ("stopped", code)
        assert set(run.items.values_list("state", flat=True)) == {"waiting"}
        assert units_of(account) == (0, 0)

    def test_a_right_that_was_taken_away(self, account: SiteAccount, run_of: RunOf) -> None:
        run = run_of(3)
        AccountPermission.objects.filter(permission=BULK).delete()
        self.assert_stopped(run, "not_permitted", account)

    def test_a_person_who_left(self, account: SiteAccount, run_of: RunOf, merchant: Any) -> None:
        run = run_of(3)
        merchant.delete()
        self.assert_stopped(run, "not_permitted", account)

    def test_an_account_that_was_suspended(self, account: SiteAccount, run_of: RunOf) -> None:
        run = run_of(3)
        SiteAccount.objects.update(status="suspended")
        self.assert_stopped(run, "account_suspended", account)

    @pytest.mark.parametrize(
        ("fault", "code"), [("wrong-key", "key_rejected"), ("insufficient-credits", "insufficient_credits")]
    )
    def test_a_key_without_use(
        self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf, fault: str, code: str
    ) -> None:
        run = run_of(3)
        sandbox.fault(fault)
        self.assert_stopped(run, code, account)

    def test_a_model_that_takes_no_request(self, sandbox: SandboxProcess, run_of: RunOf) -> None:
        run = run_of(30)
        sandbox.fault("status-400")
        Engine(concurrency=2).drain()
        assert state_of(run) == ("stopped", "request_rejected")
        assert 20 <= run.items.filter(state="failed").count() <= 22

    def test_another_environment(self, run_of: RunOf) -> None:
        run = run_of(3)
        SiteAccount.objects.update(environment="production")
        assert Engine().drain() == 0
        assert set(items_of(run)) == {("waiting", "")}

    def test_in_the_middle(self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf) -> None:
        sandbox.fault("hold")
        run = run_of(12)
        with working(2):
            sandbox.wait_for(open=2)
            AccountPermission.objects.filter(permission=BULK).delete()
            sandbox.fault(None)
            eventually(lambda: state_of(run) == ("stopped", "not_permitted"))
            eventually(lambda: not run.items.filter(state="working").exists())
        done = run.items.filter(state="done").count()
        assert 2 <= done <= 5  # what the worker had in hand when it asked last
        assert units_of(account) == (done, 0)


class TestABadDay:
    @pytest.mark.parametrize("fault", ["no-device", "rate-limit-bare", "html", "status-500"])
    def test_loses_nothing(self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf, fault: str) -> None:
        sandbox.fault(fault)
        run = run_of(8)
        with working(4):
            eventually(lambda: Usage.objects.filter(state="released").count() >= 8)
            run.refresh_from_db()
            assert run.state == "running"
            assert run.resting_until is not None
            sandbox.fault(None)
            eventually(lambda: state_of(run) == ("finished", ""))
        assert set(items_of(run)) == {("done", "")}
        assert units_of(account) == (8, 0)
        assert metering.audit() == []

    def test_sends_little_while_it_lasts(self, sandbox: SandboxProcess, run_of: RunOf) -> None:
        sandbox.fault("no-device")
        run = run_of(40)
        with working(8):
            eventually(lambda: Run.objects.get(pk=run.pk).resting_until is not None)
            begun = sandbox.state()["calls"]
            eventually(lambda: sandbox.state()["calls"] >= begun + 5)
            # One at a time after each rest: whoever tries it finds the others untouched.
            assert run.items.exclude(attempt=0).count() <= 16 + 5

    def test_ends_for_an_object_whose_answers_are_never_usable(
        self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf, merchant: Any
    ) -> None:
        sandbox.fault("wrong-form")
        run = run_of(2)
        eventually(lambda: Engine(concurrency=2).drain() or state_of(run) == ("finished", ""))
        assert items_of(run) == [("failed", "output_invalid")] * 2
        assert sandbox.state()["calls"] == 6
        assert units_of(account) == (0, 0)
        sandbox.fault(None)
        assert control.retry_failed(run, merchant) == 2
        Engine().drain()
        assert items_of(run) == [("done", "")] * 2
        assert units_of(account) == (2, 0)

    def test_is_told_of(self, run_of: RunOf) -> None:
        run = run_of(1)
        assert "No worker is running" in progress_of(run, now=timezone.now() + timedelta(seconds=10)).reasons()[0]
        assert RunItem.objects.filter(run=run, state="waiting").exists()


class TestARate:
    @pytest.fixture(autouse=True)
    def _rate(self, settings: Any, quick: None) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "RUN_RATE": 5}

    def test_is_kept_by_several_workers(self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf) -> None:
        run = run_of(12)
        with working(4), working(4):
            eventually(lambda: run.items.filter(state="done").count() == 5)
            # The window moves on: what was sent is a minute old.
            sent = Usage.objects.exclude(state=Usage.State.HELD)
            sent.update(created_at=timezone.now() - timedelta(seconds=61))
            eventually(lambda: run.items.filter(state="done").count() >= 9)
            assert sandbox.state()["calls"] <= 10
        assert state_of(run) == ("running", "")

    def test_is_asked_again_before_anything_is_sent(
        self, account: SiteAccount, sandbox: SandboxProcess, run_of: RunOf
    ) -> None:
        run = run_of(8)
        jobs = jobs_of(run, 8)
        ends = [working_on.work(job)[0] for job in jobs]
        assert ends == [End.DONE] * 5 + [End.GIVEN_BACK] * 3
        assert sandbox.state()["calls"] == 5
        assert units_of(account) == (5, 0)
