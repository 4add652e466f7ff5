"""Whether anybody works on a run, as its page tells it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shareai_cms.models import Run, RunItem, SiteAccount, Worker
from shareai_cms.runs import control, waking
from shareai_cms.runs.presence import CRON, QUEUE, note, signs
from shareai_cms.runs.progress import progress_of
from shareai_cms.runs.selecting import prepare
from shareai_cms.runs.weather import Weather
from tests.runs.fixtures import TASK, on_the_shelf, things

pytestmark = pytest.mark.django_db
NOBODY = "No worker is running, so nothing happens. Start one: manage.py shareai_work."
NEXT = "No worker is here just now. The next one that your schedule or task queue starts goes on."


@pytest.fixture
def run(account: SiteAccount, merchant: Any) -> Run:
    things("lamp", "bowl")
    [run] = prepare(merchant, TASK, on_the_shelf())
    control.start(run, merchant)
    return run


def told(run: Run, **later: float) -> tuple[str, ...]:
    run.refresh_from_db()
    return progress_of(run, now=timezone.now() + timedelta(**later)).reasons()


class TestNobody:
    def test_is_told_within_ten_seconds(self, run: Run) -> None:
        assert told(run) == ()
        assert told(run, seconds=10) == (NOBODY,)

    def test_is_told_a_minute_after_the_last_sign(self, run: Run) -> None:
        note("shop:17", timezone.now())
        assert told(run, seconds=50) == ()
        assert told(run, seconds=70) == (NOBODY,)

    def test_is_not_told_while_something_is_in_hand(self, run: Run) -> None:
        run.items.filter(position=1).update(state=RunItem.State.WORKING)
        assert told(run, seconds=70) == ()

    def test_is_not_told_while_a_worker_has_another_run_s_objects(self, run: Run, merchant: Any) -> None:
        [other] = prepare(merchant, TASK, on_the_shelf())
        control.start(other, merchant)
        until = timezone.now() + timedelta(seconds=90)
        other.items.filter(position=1).update(state=RunItem.State.WORKING, leased_until=until)
        assert told(run, seconds=70) == ()
        assert told(run, seconds=100) == (NOBODY,)

    @pytest.mark.parametrize("kind", [CRON, QUEUE])
    def test_is_said_otherwise_where_workers_come_and_go(self, run: Run, kind: str) -> None:
        note(f"shop{kind}", timezone.now())
        assert told(run, minutes=5) == (NEXT,)
        assert told(run, minutes=16) == (NOBODY,)

    def test_is_asked_of_the_queue_where_the_site_has_one(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(waking, "queue", object)
        assert told(run, seconds=10) == ("Nothing happens yet: is the worker of the site’s task queue running?",)

    def test_is_no_matter_once_it_stands_or_is_done(self, run: Run, merchant: Any) -> None:
        control.pause(run, merchant)
        assert told(run, seconds=70) == ()
        Run.objects.update(state=Run.State.RUNNING)
        run.items.update(state=RunItem.State.DONE)
        assert told(run, seconds=70) == ()


def test_signs_are_of_those_that_stay_and_those_that_pass() -> None:
    assert signs().seen_at is None
    for reference in ("shop:17", f"shop{CRON}"):
        note(reference, timezone.now())
    found = signs()
    assert found.staying_at is not None
    assert found.passing_at == found.seen_at
    Worker.objects.filter(reference="shop:17").delete()
    assert signs().staying_at is None


class TestARest:
    def test_is_told_until_an_answer_came(self, run: Run) -> None:
        note("shop:17", timezone.now())
        weather = Weather(run.pk)
        assert weather.note_failure(5.0)
        assert "does not answer" in told(run)[0]
        assert "does not answer" in told(run, seconds=20)[0], "the pause is over, but nothing has come of the try"
        weather.note_answer()
        assert told(run) == ()

    def test_is_ended_by_another_worker_s_answer(self, run: Run) -> None:
        note("shop:17", timezone.now())
        Weather(run.pk).note_failure(5.0)
        Weather(run.pk).note_answer()
        assert told(run) == ()

    def test_of_long_ago_says_nothing(self, run: Run) -> None:
        Weather(run.pk).note_failure(5.0)
        assert told(run, minutes=11) == (NOBODY,)
