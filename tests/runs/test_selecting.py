"""From a selection to drafts, and what they will take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shareai_cms.errors import InputEmpty, InputTooLong, InvalidRequest, NotPermitted, RunClosed
from shareai_cms.models import AccountPermission, Run, RunItem, SiteAccount
from shareai_cms.runs import control, drafts, selecting
from shareai_cms.runs.estimating import estimate
from shareai_cms.runs.progress import progress_of
from shareai_cms.runs.selecting import prepare
from tests.runs.fixtures import TASK, give_units, on_the_shelf, things

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(account: SiteAccount, merchant: Any) -> SiteAccount:
    give_units(account, 10)
    return account


class TestASelection:
    def test_becomes_a_draft_of_its_account(self, shop: SiteAccount, merchant: Any) -> None:
        things("lamp", "bowl")
        [run] = prepare(merchant, TASK, on_the_shelf())
        assert (run.account, run.state, run.total, run.owner_label) == (shop, "draft", 2, "merchant")
        assert run.title == "2 objects"
        assert list(run.items.values_list("position", "object_label")) == [(1, "lamp"), (2, "bowl")]

    def test_of_two_sites_becomes_two(self, shop: SiteAccount, merchant: Any) -> None:
        things("lamp", "bowl@north", "vase", "chair@north")
        runs = prepare(merchant, TASK, on_the_shelf())
        assert [(run.account.reference, run.total) for run in runs] == [("press", 2), ("north", 2)]
        assert runs[0].batch == runs[1].batch

    def test_leaves_out_what_the_person_has_no_right_to(self, shop: SiteAccount, merchant: Any) -> None:
        AccountPermission.objects.update(account=shop)
        things("lamp", "bowl@north")
        runs = prepare(merchant, TASK, on_the_shelf())
        assert ([run.total for run in runs], runs.left_out) == ([1], 1)
        with pytest.raises(NotPermitted):
            prepare(merchant, TASK, Group.objects.filter(name="bowl@north"))

    def test_in_several_languages_has_each_object_so_often(self, shop: SiteAccount, merchant: Any) -> None:
        things("lamp", "bowl")
        [run] = prepare(merchant, TASK, on_the_shelf(), {"languages": ["de", "fr", "de"]})
        assert list(run.items.values_list("object_label", "language")) == [
            ("lamp", "de"),
            ("lamp", "fr"),
            ("bowl", "de"),
            ("bowl", "fr"),
        ]

    def test_names_an_object_once(self, shop: SiteAccount, merchant: Any) -> None:
        [lamp, bowl] = things("lamp", "bowl")
        [run] = prepare(merchant, TASK, [lamp, bowl, lamp])
        assert run.total == run.items.count() == 2

    def test_is_written_in_pieces(self, shop: SiteAccount, merchant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(selecting, "BATCH", 10)
        things(*(f"lamp {number}" for number in range(35)))
        with CaptureQueriesContext(connection) as queries:
            [run] = prepare(merchant, TASK, on_the_shelf())
        written = [query for query in queries if "INSERT" in query["sql"] and "runitem" in query["sql"]]
        assert (run.total, len(written)) == (35, 4)

    def test_that_is_empty_or_too_large_leaves_nothing(
        self, shop: SiteAccount, merchant: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(InputEmpty):
            prepare(merchant, TASK, on_the_shelf())
        monkeypatch.setattr(selecting, "MOST", 3)
        monkeypatch.setattr(selecting, "BATCH", 2)
        things("lamp", "bowl", "vase", "chair")
        with pytest.raises(InputTooLong):
            prepare(merchant, TASK, on_the_shelf())
        assert not Run.objects.exists()
        assert not RunItem.objects.exists()

    def test_of_what_the_task_is_not_for_is_refused(self, shop: SiteAccount, merchant: Any) -> None:
        things("lamp")
        for task, objects in (("paint", on_the_shelf()), (TASK, [merchant]), ("alt-texts", on_the_shelf())):
            with pytest.raises(InvalidRequest):
                prepare(merchant, task, objects)


class TestAnEstimate:
    def test_says_how_far_the_units_go(self, shop: SiteAccount, merchant: Any) -> None:
        things(*(f"lamp {number}" for number in range(12)))
        [run] = prepare(merchant, TASK, on_the_shelf())
        found = estimate(run)
        assert (found.meter, found.objects, found.units, found.available) == ("writing", 12, 12, 10)
        assert (found.fits, found.is_enough, found.short) == (10, False, 2)

    def test_knows_the_person_s_budget(self, shop: SiteAccount, merchant: Any) -> None:
        things("lamp", "bowl", "vase")
        shop.wallet.budgets.create(meter="writing", scope="actor", reference=f"user:{merchant.pk}", limit=2)
        [run] = prepare(merchant, TASK, on_the_shelf())
        assert (estimate(run).available, estimate(run).fits) == (2, 2)

    def test_knows_what_another_run_has(self, shop: SiteAccount, merchant: Any) -> None:
        things("lamp", "bowl", "vase")
        [first] = prepare(merchant, TASK, on_the_shelf()[:2])
        [second] = prepare(merchant, TASK, on_the_shelf())
        assert estimate(second).in_other_runs == 0, "a draft waits for nothing"
        control.start(first, merchant)
        assert (estimate(second).in_other_runs, estimate(first).in_other_runs) == (2, 0)
        control.cancel(first, merchant)
        assert estimate(second).in_other_runs == 0


class TestControl:
    @pytest.fixture
    def draft(self, shop: SiteAccount, merchant: Any) -> Run:
        things("lamp", "bowl", "vase")
        [run] = prepare(merchant, TASK, on_the_shelf())
        return run

    def test_is_for_those_with_the_right(self, draft: Run, django_user_model: Any) -> None:
        intern = django_user_model.objects.create_user("intern")
        for do in (control.start, control.pause, control.resume, control.cancel, control.retry_failed):
            with pytest.raises(NotPermitted):
                do(draft, intern)
        assert Run.objects.get().state == "draft"

    def test_goes_only_where_the_run_can_go(self, draft: Run, merchant: Any) -> None:
        for do in (control.pause, control.resume, control.retry_failed):
            with pytest.raises(RunClosed):
                do(draft, merchant)
        control.start(draft, merchant)
        with pytest.raises(RunClosed):
            control.start(draft, merchant)
        control.pause(draft, merchant)
        control.resume(draft, merchant)
        control.cancel(draft, merchant)
        for do in (control.pause, control.resume, control.retry_failed, control.cancel):
            with pytest.raises(RunClosed):
                do(draft, merchant)

    @pytest.mark.parametrize("fate", ["gone", "inactive", "without the right"])
    @pytest.mark.parametrize("state", ["draft", "stopped", "finished"])
    def test_makes_a_run_theirs_whose_owner_may_not_run_it_any_more(
        self, draft: Run, merchant: Any, django_user_model: Any, fate: str, state: str
    ) -> None:
        heir = django_user_model.objects.create_user("heir", first_name="Ada")
        heir.groups.set(merchant.groups.all())
        if fate == "gone":
            merchant.delete()
        elif fate == "inactive":
            django_user_model.objects.filter(pk=merchant.pk).update(is_active=False)
        else:
            merchant.groups.clear()
        Run.objects.update(state=state)
        draft.items.update(state="failed")
        run = Run.objects.get()
        {"draft": control.start, "stopped": control.resume, "finished": control.retry_failed}[state](run, heir)
        run = Run.objects.get()
        assert (run.state, run.owner, run.owner_label) == ("running", heir, "Ada")

    def test_leaves_a_run_to_an_owner_who_may_run_it(self, draft: Run, merchant: Any, django_user_model: Any) -> None:
        boss = django_user_model.objects.create_superuser("boss")
        control.start(draft, boss)
        control.pause(draft, boss)
        control.resume(draft, boss)
        assert Run.objects.get().owner == merchant

    def test_of_a_draft_that_nobody_starts_is_time_s(self, draft: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        assert drafts.forget() == (0, False)
        monkeypatch.setattr(drafts, "BATCH", 2)
        later = timezone.now() + timedelta(days=8)
        turns = iter((True, False))
        assert drafts.forget(lambda: next(turns), now=later) == (2, True)
        assert drafts.forget(now=later) == (2, False)
        assert not Run.objects.exists()


class TestProgress:
    def test_takes_the_same_queries_for_few_and_for_many(self, shop: SiteAccount, merchant: Any) -> None:
        numbers = []
        for size, start in ((2, 1_000), (200, 2_000)):
            things(*(f"lamp {start + number}" for number in range(size)), start=start)
            [run] = prepare(merchant, TASK, Group.objects.filter(pk__gte=start, pk__lt=start + size))
            control.start(run, merchant)
            with CaptureQueriesContext(connection) as queries:
                assert progress_of(run).total == size
                estimate(run)
            numbers.append(len(queries))
        assert numbers[0] == numbers[1] <= 11

    def test_forecasts_from_the_last_minute(self, shop: SiteAccount, merchant: Any) -> None:
        things(*(f"lamp {number}" for number in range(10)))
        [run] = prepare(merchant, TASK, on_the_shelf())
        control.start(run, merchant)
        now = timezone.now()
        Run.objects.update(started_at=now - timedelta(minutes=5))
        run.items.filter(position__lte=6).update(state="done", finished_at=now - timedelta(seconds=30))
        run.refresh_from_db()
        found = progress_of(run, now=now)
        assert (found.per_minute, found.left, found.seconds_left) == (6.0, 4, 40.0)

    def test_tells_why_it_stands_still(self, shop: SiteAccount, merchant: Any) -> None:
        things("lamp")
        [run] = prepare(merchant, TASK, on_the_shelf())
        control.start(run, merchant)
        assert progress_of(run, now=timezone.now() + timedelta(seconds=10)).is_waiting_for_worker
        Run.objects.update(state="out", error_code="allowance_exhausted")
        run.refresh_from_db()
        assert progress_of(run).reasons() == (
            "The units have run out. After a top-up the run goes on by itself; after a reset, click “Go on”.",
        )

    def test_tells_of_its_owner_whoever_reads_it(self, shop: SiteAccount, merchant: Any) -> None:
        things("lamp")
        [run] = prepare(merchant, TASK, on_the_shelf())
        run.state, run.error_code = "stopped", "not_permitted"
        assert progress_of(run).reasons() == ("It has stopped, since merchant may not run it any more.",)

    def test_waits_for_a_worker_only_where_something_is_to_be_done(self, shop: SiteAccount, merchant: Any) -> None:
        things("lamp")
        [run] = prepare(merchant, TASK, on_the_shelf())
        now = timezone.now()
        assert not drafts.is_waiting(now)
        control.start(run, merchant)
        assert drafts.is_waiting(now + timedelta(minutes=1))
        assert not drafts.is_waiting(now - timedelta(minutes=1))
