"""The whole table of what counts, row by row, over the real sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shareai_cms import errors, metering
from shareai_cms.actions.events import ActionResult, Delta, Remaining, Started
from shareai_cms.actions.road import ActionCall, Road, run, stream
from shareai_cms.marketplace import Cancellation
from shareai_cms.models import AccountPermission, PlanAllowance, SiteAccount, Suggestion, Usage
from shareai_cms.permissions import Actor
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ledger]

Build = Callable[..., ActionCall]


def left(account: SiteAccount) -> int:
    return metering.allowance_of(account, "writing").available


def only_usage() -> Usage:
    return Usage.objects.get()


def assert_nothing_counted(account: SiteAccount, outcome: str, code: str) -> None:
    usage = only_usage()
    assert (usage.state, usage.outcome, usage.error_code) == ("released", outcome, code)
    allowance = metering.allowance_of(account, "writing")
    assert (allowance.available, allowance.held, allowance.spent) == (10, 0, 0)
    assert metering.audit() == []


class TestWholeAnswer:
    def test_streams_then_counts_one_unit(self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount) -> None:
        events = list(stream(call_for()))
        assert isinstance(events[0], Started)
        assert (events[0].units, events[0].meter) == (1, "writing")
        text = "".join(event.text for event in events if isinstance(event, Delta))
        result, remaining = events[-2:]
        assert isinstance(result, ActionResult)
        assert isinstance(remaining, Remaining)
        assert result.result["text"] == text.strip()
        assert "lighthouse" in text
        assert len(events) > 6
        assert remaining.allowance.available == 9
        assert metering.audit() == []

    def test_row_explains_itself(self, sandbox: SandboxProcess, call_for: Build) -> None:
        run(call_for())
        usage = only_usage()
        assert (usage.state, usage.outcome, usage.units) == ("settled", "delivered", 1)
        assert (usage.actor_kind, usage.actor_label, usage.feature) == ("user", "editor", "rewrite")
        assert usage.model_answered.startswith("sandbox")
        assert usage.attempts == 1
        assert usage.tokens_in > 0
        assert usage.tokens_out > 0
        assert usage.suggestion.is_complete

    def test_try_again_counts_again(self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount) -> None:
        run(call_for("click-0000000000000001"))
        run(call_for("click-0000000000000002"))
        assert left(account) == 8

    def test_marketplace_without_streaming_gives_one_piece(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount
    ) -> None:
        sandbox.fault("no-stream")
        events = list(stream(call_for()))
        assert sum(isinstance(event, Delta) for event in events) == 1
        assert left(account) == 9

    def test_titles_come_whole(self, sandbox: SandboxProcess, call_for: Build) -> None:
        events = list(stream(call_for(slug="title-alternatives")))
        assert not any(isinstance(event, Delta) for event in events)
        result = next(event for event in events if isinstance(event, ActionResult))
        assert len(result.result["items"]) >= 2

    def test_tags_and_opaque_user_go_along(self, sandbox: SandboxProcess, call_for: Build) -> None:
        run(call_for())
        last = sandbox.state()["last"]
        assert last["metadata"]["feature"] == "rewrite"
        assert last["metadata"]["account"] == "django:press"
        assert "press" not in last["user"]
        assert "editor" not in str(last["metadata"])


class TestNothingCounted:
    @pytest.mark.parametrize(
        ("fault", "outcome", "code"),
        [
            ("error-200", "failed", None),
            ("html", "failed", "bad_reply"),
            ("cut-json", "failed", "bad_reply"),
            ("broken-stream", "broken", "stream_broken"),
            ("insufficient-credits", "failed", "insufficient_credits"),
            ("wrong-key", "failed", "key_rejected"),
            ("empty", "refused", "output_empty"),
            ("huge", "failed", "reply_too_large"),
            ("silent", "failed", "marketplace_timeout"),
            ("timeout", "failed", "marketplace_timeout"),
        ],
    )
    @pytest.mark.parametrize("is_streamed", [True, False])
    def test_each_fault_gives_its_unit_back(
        self,
        sandbox: SandboxProcess,
        call_for: Build,
        account: SiteAccount,
        settings: Any,
        fault: str,
        outcome: str,
        code: str | None,
        is_streamed: bool,
    ) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "CALL_BUDGET": 1.0, "READ_TIMEOUT": 0.5}
        sandbox.fault(fault)
        with pytest.raises(errors.ShareAIError) as caught:
            list(stream(call_for())) if is_streamed else run(call_for())
        assert_nothing_counted(account, outcome, code or caught.value.code)
        assert isinstance(caught.value, errors.MarketplaceError | errors.OutputRefused)
        assert not Suggestion.objects.exists()

    def test_marketplace_off(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount, settings: Any
    ) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SANDBOX_URL": "http://127.0.0.1:9/api/v1", "CALL_BUDGET": 1.0}
        with pytest.raises(errors.MarketplaceUnreachable):
            run(call_for())
        assert_nothing_counted(account, "failed", "marketplace_unreachable")

    def test_script_in_the_answer_is_stripped(self, sandbox: SandboxProcess, call_for: Build) -> None:
        sandbox.fault("script-output")
        result, _remaining = run(call_for())
        text = str(result.result["text"]).lower()
        assert "<script" not in text
        assert "onclick" not in text


class TestCancelling:
    def test_left_before_the_first_visible_character(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount
    ) -> None:
        events = stream(call_for())
        assert isinstance(next(events), Started)
        events.close()  # type: ignore[attr-defined]
        assert_nothing_counted(account, "cancelled_early", "cancelled")

    def test_left_after_it(self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount) -> None:
        sandbox.fault(None, chunk_ms=20)
        events = stream(call_for())
        deltas = 0
        while deltas < 3:
            deltas += isinstance(next(events), Delta)
        events.close()  # type: ignore[attr-defined]
        usage = only_usage()
        assert (usage.state, usage.outcome) == ("settled", "cancelled")
        assert left(account) == 9
        assert not usage.suggestion.is_complete
        assert usage.suggestion.result["text"]
        sandbox.wait_for(aborted=1, open=0)

    def test_whole_answer_stopped_before_the_result(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount
    ) -> None:
        cancellation = Cancellation()
        events = Road(call_for(slug="title-alternatives"), cancellation=cancellation).events()
        next(events)
        cancellation.cancel()
        with pytest.raises(errors.ActionCancelled):
            next(events)
        assert_nothing_counted(account, "cancelled_early", "cancelled")

    def test_five_early_stops_rest_the_button(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount
    ) -> None:
        for number in range(5):
            events = stream(call_for(f"click-000000000000000{number}"))
            next(events)
            events.close()  # type: ignore[attr-defined]
        with pytest.raises(errors.CoolingDown) as caught:
            run(call_for("click-0000000000000009"))
        assert 0 < (caught.value.retry_after or 0) <= 600
        Usage.objects.update(created_at=timezone.now() - timedelta(minutes=11))
        run(call_for("click-0000000000000009"))
        assert left(account) == 9


class TestSameClick:
    def test_replay_gives_the_stored_result_for_nothing(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount
    ) -> None:
        first, _ = run(call_for())
        again, remaining = run(call_for())
        assert again.is_replayed
        assert (again.units, again.result) == (0, first.result)
        assert remaining.allowance.available == 9
        assert sandbox.state()["calls"] == 1

    def test_replay_at_zero_still_answers(self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount) -> None:
        run(call_for())
        for number in range(9):
            run(call_for(f"other-000000000000000{number}"))
        assert left(account) == 0
        assert run(call_for())[0].is_replayed

    def test_other_body_under_the_same_key(self, sandbox: SandboxProcess, call_for: Build) -> None:
        run(call_for())
        with pytest.raises(errors.KeyReused):
            run(call_for(text="Something else altogether."))

    def test_second_click_while_the_first_runs(self, sandbox: SandboxProcess, call_for: Build) -> None:
        first = stream(call_for())
        next(first)
        with pytest.raises(errors.ActionInProgress):
            run(call_for())
        assert any(isinstance(event, ActionResult) for event in first)

    def test_replay_of_a_failure_gives_the_stored_error(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount
    ) -> None:
        sandbox.fault("insufficient-credits")
        with pytest.raises(errors.InsufficientCredits):
            run(call_for())
        sandbox.fault(None)
        with pytest.raises(errors.InsufficientCredits):
            run(call_for())
        assert left(account) == 10


class TestRefusedBeforeSending:
    @pytest.fixture(autouse=True)
    def _nothing_is_sent_or_held(self, sandbox: SandboxProcess, account: SiteAccount) -> Iterator[None]:
        yield
        assert sandbox.state()["calls"] == 0
        assert not Usage.objects.exists()

    def test_no_right(self, call_for: Build) -> None:
        AccountPermission.objects.all().delete()
        with pytest.raises(errors.NotPermitted):
            run(call_for())

    def test_right_on_another_site_only(self, call_for: Build) -> None:
        other = metering.open_account(platform="django", reference="elsewhere")
        AccountPermission.objects.update(account=other)
        with pytest.raises(errors.NotPermitted):
            run(call_for())

    def test_admin_access_alone_is_no_right(self, call_for: Build, editor: Any) -> None:
        editor.groups.clear()
        editor.is_staff = True
        editor.save()
        with pytest.raises(errors.NotPermitted):
            run(call_for(actor=Actor.from_user(editor)))

    def test_empty(self, call_for: Build) -> None:
        with pytest.raises(errors.InputEmpty):
            run(call_for(text="  \n"))

    def test_too_long(self, call_for: Build) -> None:
        with pytest.raises(errors.InputTooLong, match="20001 characters, the limit is 20000"):
            run(call_for(text="x" * 20_001))

    def test_no_key_outside_the_sandbox(self, call_for: Build, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SHAREAI_API_KEY", raising=False)
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "ENVIRONMENT": "production"}
        with pytest.raises(errors.NotConfigured):
            run(call_for())

    def test_suspended_account(self, call_for: Build, account: SiteAccount) -> None:
        account.status = SiteAccount.Status.SUSPENDED
        with pytest.raises(errors.AccountSuspended):
            run(call_for(account=account))

    def test_route_that_is_not_offered(self, call_for: Build) -> None:
        with pytest.raises(errors.InvalidRequest):
            run(call_for(route="premium"))

    def test_nothing_left(self, call_for: Build) -> None:
        PlanAllowance.objects.update(units=0)
        empty = metering.open_account(platform="django", reference="empty")
        with pytest.raises(errors.AllowanceExhausted):
            run(call_for(account=empty))


class TestPremium:
    def test_costs_more_before_the_click(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount, settings: Any
    ) -> None:
        routes = {"standard": ["small"], "premium": ["large"]}
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "ROUTES": routes}
        call = call_for(route="premium")
        assert [(offer.route, offer.units) for offer in call.action.offers()] == [("standard", 1), ("premium", 3)]
        run(call)
        assert left(account) == 7
        assert only_usage().model_asked == "large"


class TestLate:
    def test_answer_after_the_deadline_is_delivered_free(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount
    ) -> None:
        events = stream(call_for())
        next(events)
        Usage.objects.update(deadline=timezone.now() - timedelta(seconds=1))
        metering.roll_forward(account.wallet, "writing", now=timezone.now() + timedelta(minutes=10))
        result = next(event for event in events if isinstance(event, ActionResult))
        assert (result.units, result.suggestion_id) == (0, None)
        assert result.result["text"]
        usage = only_usage()
        assert (usage.state, usage.outcome, usage.late) == ("expired", "outcome_unknown", True)
        assert left(account) == 10
