"""Drafts that nobody starts are forgotten, and runs without a worker are noticed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shareai_cms.errors import RunClosed
from shareai_cms.models import Run, RunItem, SiteAccount
from shareai_cms.runs import control, drafts
from shareai_cms.runs.selecting import prepare
from tests.runs.fixtures import TASK, things

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

RunOf = Callable[..., Run]


@pytest.fixture
def old(account: SiteAccount, merchant: Any) -> Run:
    """A draft that lay about for longer than drafts do."""
    [run] = prepare(merchant, TASK, things("lamp", "bowl", "vase"))
    Run.objects.update(created_at=timezone.now() - timedelta(days=drafts.DRAFT_DAYS + 1))
    return run


class TestAnOldDraft:
    @pytest.mark.parametrize("moment", [1, 2, 3])
    def test_that_is_begun_at_this_moment_keeps_its_objects(
        self, old: Run, merchant: Any, monkeypatch: pytest.MonkeyPatch, moment: int
    ) -> None:
        patiently, moments, begun = drafts.patiently, iter(range(1, 9)), []

        def beside(body: Callable[[], Any]) -> Any:
            found = patiently(body)
            if next(moments) == moment:
                with contextlib.suppress(RunClosed):
                    control.start(old, merchant)
                    begun.append(True)
            return found

        monkeypatch.setattr(drafts, "patiently", beside)
        drafts.forget()
        assert list(Run.objects.values_list("state", flat=True)) == [Run.State.RUNNING] * len(begun)
        assert RunItem.objects.count() == 3 * len(begun)

    def test_that_is_half_forgotten_cannot_be_begun(
        self, old: Run, merchant: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(drafts, "BATCH", 2)
        turns = iter((True, False))
        assert drafts.forget(lambda: next(turns)) == (2, True)
        with pytest.raises(RunClosed):
            control.start(old, merchant)
        assert drafts.forget() == (2, False)
        assert not Run.objects.exists()

    def test_that_somebody_has_cancelled_is_kept(self, old: Run, merchant: Any) -> None:
        control.cancel(old, merchant)
        assert drafts.forget() == (0, False)
        assert old.items.count() == 3


class TestARunThatNobodyWorksOn:
    def test_is_nobodys_business_in_a_copy_of_the_live_database(self, run_of: RunOf) -> None:
        run_of(1)
        assert drafts.is_waiting(timezone.now())
        SiteAccount.objects.update(environment="production")
        assert not drafts.is_waiting(timezone.now())
